"""One start of the window: prints when it was usable and when server and worker were ready (seconds of the clock)."""

from __future__ import annotations

import json
import time

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QPlainTextEdit
from support.window import RealWindow, wait_for


def main() -> None:
    """Usable = the event loop runs and a key typed into Recipients is there."""
    app = QApplication([])
    desk = RealWindow(app)
    marks: dict[str, float] = {}
    field = desk.find(QPlainTextEdit, "Recipients")
    QTimer.singleShot(0, lambda: field.setPlainText("1"))
    wait_for(lambda: field.toPlainText() == "1", 20)
    marks["usable"] = time.time()
    assert desk.children.server is not None
    wait_for(lambda: desk.children.server is not None and desk.children.server.state == "running", 20)
    marks["server"] = time.time()
    wait_for(lambda: desk.children.worker.state == "running", 20)
    marks["worker"] = time.time()
    desk.close()
    print(json.dumps(marks), flush=True)


if __name__ == "__main__":
    main()

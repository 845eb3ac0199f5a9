"""The window of the `single` benchmark: sends some messages one by one, prints when it clicked."""

from __future__ import annotations

import json
import time

from PySide6.QtWidgets import QApplication, QTableView
from support.window import RealWindow, wait_for

MESSAGES = 15


def main() -> None:
    """Send, wait until the row says so, rest a moment, send the next."""
    app = QApplication([])
    desk = RealWindow(app)
    wait_for(lambda: desk.children.worker.state == "running", 30)
    clicks = [send_one(desk, number) for number in range(MESSAGES)]
    desk.close()
    print(json.dumps(clicks), flush=True)


def send_one(desk: RealWindow, number: int) -> float:
    """One message through the window; the wall clock in milliseconds at the click."""
    desk.compose_template(f"138{number:08d}", "1", "9527\n5")
    desk.click("Send")
    wait_for(lambda: desk.shown("Confirm and send"), 20)
    clicked = time.time() * 1000
    desk.click("Confirm and send")
    desk.click("Deliveries")
    table = desk.find(QTableView, "Deliveries")
    wait_for(lambda: table.model().rowCount() == number + 1, 20)
    idle_until = time.monotonic() + 2.5
    wait_for(lambda: time.monotonic() > idle_until, 5)
    return clicked


if __name__ == "__main__":
    main()

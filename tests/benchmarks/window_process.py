"""The window under measurement, in a process of its own; prints one JSON line of figures.

Run as `python -m benchmarks.window_process` with the home in the environment; with `refused` where the broker in the
settings refuses.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from typing import Any

import psutil
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QTableView
from support.window import GapMeter, RealWindow, wait_for

SENT = 10_000
BROKEN = 1_000


def main() -> None:
    """Open, measure, print what was measured."""
    app = QApplication([])
    desk = RealWindow(app)
    figures = refused(desk) if "refused" in sys.argv else working(desk)
    desk.close()
    print(json.dumps(figures), flush=True)


def working(desk: RealWindow) -> dict[str, Any]:
    """Send through the embedded server, then freeze it and send again."""
    figures: dict[str, Any] = {}
    wait_for(lambda: desk.children.worker.state == "running", 30)
    table = full_table(desk)
    figures["sending_gap_ms"] = sending_gap(desk, table, SENT, 1)
    server = next(p for p in psutil.Process().children(recursive=True) if "valkey-server" in p.name())
    os.kill(server.pid, signal.SIGSTOP)
    try:
        figures["frozen_gap_ms"] = broken_gap(desk)
    finally:
        os.kill(server.pid, signal.SIGCONT)
    figures["rss_mb"] = psutil.Process().memory_info().rss / 2**20
    figures["pss_mb"] = psutil.Process().memory_full_info().pss / 2**20
    return figures


def refused(desk: RealWindow) -> dict[str, Any]:
    """Send while the broker refuses."""
    full_table(desk)
    return {"refused_gap_ms": broken_gap(desk)}


def full_table(desk: RealWindow) -> QTableView:
    """Deliveries visible, all rows known, repainted twenty times a second."""
    desk.click("Deliveries")
    table = desk.find(QTableView, "Deliveries")
    wait_for(lambda: table.model().rowCount() >= 1_000_000, 30)
    repaint = QTimer(table, interval=50)
    repaint.timeout.connect(table.viewport().update)
    repaint.start()
    return table


def sending_gap(desk: RealWindow, table: QTableView, count: int, start: int) -> float:
    """The longest gap from the click until all are sent, Deliveries visible and repainting."""
    before = table.model().rowCount()
    desk.compose("\n".join(f"139{start * count + index:08d}" for index in range(count)), "Your parcel is here.")
    desk.click("Send")
    wait_for(lambda: desk.shown("Confirm and send"), 30)
    meter = GapMeter()
    meter.start()
    desk.click("Confirm and send")
    desk.click("Deliveries")
    wait_for(lambda: table.model().rowCount() >= before + count, 60)
    wait_for(lambda: last_row_is(table, "Delivered"), 120)
    return meter.stop()


def broken_gap(desk: RealWindow) -> float:
    """The longest gap while the broker does not answer and messages are sent all the same."""
    desk.compose("\n".join(f"137{index:08d}" for index in range(BROKEN)), "Your parcel is here.")
    desk.click("Send")
    wait_for(lambda: desk.shown("Confirm and send"), 30)
    meter = GapMeter()
    meter.start()
    desk.click("Confirm and send")
    desk.click("Deliveries")
    ends = time.monotonic() + 12
    wait_for(lambda: time.monotonic() > ends, 15)
    return meter.stop()


def last_row_is(table: QTableView, word: str) -> bool:
    """Whether the oldest of the messages just sent has come to its end."""
    model = table.model()
    texts = [str(model.index(0, column).data() or "") for column in range(model.columnCount())]
    return any(word in text for text in texts)


if __name__ == "__main__":
    main()

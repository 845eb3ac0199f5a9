"""What another Celery client sends stands in the open window within a second, and says where it came from."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import pytest
from celery import Celery
from kombu import pools
from PySide6.QtWidgets import QApplication, QTableView
from support.seen import all_cells
from support.window import RealWindow, wait_for

from tasks.connection import broker_address
from tasks.settings import load


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SMSDESK_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.mark.alone
def test_a_row_of_another_client_appears_within_a_second(qapp: QApplication, home: Path) -> None:
    desk = RealWindow(qapp)
    app = None
    try:
        wait_for(lambda: desk.children.worker.state == "running", 30)
        desk.click("Deliveries")
        table = desk.find(QTableView, "Deliveries")
        broker = broker_address(load())
        app = Celery("site", broker=broker, backend=broker, set_as_current=False)
        took_s = []
        for count in range(1, 6):
            begun = time.monotonic()
            app.send_task("tasks.sms.send_sms", args=[f"1380013800{count}", ["9527"], "7"], ignore_result=True)
            wait_for(lambda count=count: table.model().rowCount() == count, 20)
            took_s.append(time.monotonic() - begun)
        assert statistics.median(took_s) < 1.0, took_s
        wait_for(lambda: all("Delivered" in row for row in all_cells(table)), 30)
        (first, *_) = all_cells(table)
        assert "Template 7: 9527" in first
        assert "Another program (Celery)" in first
    finally:
        if app is not None:
            pools.reset()
            app.close()
        desk.close()

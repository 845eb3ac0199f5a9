"""The main job, whole: the real window, clerk, worker and broker together, before a gateway that counts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QTableView
from support.counting_gateway import CountingGateway
from support.desk import ROOT, Desk, wait_until
from support.ledgers import states
from support.window import RealWindow, wait_for

from tasks.ledger.engine import open_ledger


@pytest.fixture
def desk(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RealWindow]:
    monkeypatch.setenv("SMSDESK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SMSDESK_SIMULATOR_RECEIPT_DELAY_MS", "100")
    opened = RealWindow(qapp)
    yield opened
    opened.close()


def cells(table: QTableView, row: int) -> str:
    """All a row shows, in one line."""
    model = table.model()
    return " | ".join(str(model.index(row, column).data() or "") for column in range(model.columnCount()))


def test_from_a_number_and_a_text_to_delivered(desk: RealWindow) -> None:
    desk.compose("138 0013 8000\n+8613900139000", "Your parcel is here.")
    desk.send()
    desk.click("Deliveries")
    table = desk.find(QTableView, "Deliveries")
    wait_for(lambda: table.model().rowCount() == 2, 20)
    wait_for(lambda: all("Delivered" in cells(table, row) for row in (0, 1)), 30)
    assert "Simulated" in cells(table, 0)
    wait_for(lambda: "SUCCESS" in cells(table, 0), 10)


def test_a_row_is_found_by_number_and_by_state(desk: RealWindow) -> None:
    desk.compose("13800138000\n13900139000", "Your parcel is here.")
    desk.send()
    desk.click("Deliveries")
    table = desk.find(QTableView, "Deliveries")
    wait_for(lambda: table.model().rowCount() == 2, 20)
    wait_for(lambda: all("Delivered" in cells(table, row) for row in (0, 1)), 30)
    search = desk.find(QLineEdit, "Search")
    QTest.keyClicks(search, "139 0013")
    wait_for(lambda: table.model().rowCount() == 1, 10)
    QTest.keyClick(search, Qt.Key.Key_Escape)
    wait_for(lambda: table.model().rowCount() == 2, 10)
    state = desk.find(QComboBox, "State")
    state.setCurrentIndex(next(i for i in range(state.count()) if "Unknown" in state.itemText(i)))
    wait_for(lambda: table.model().rowCount() == 0, 10)


def test_a_double_click_sends_once_through_the_real_gateway(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with CountingGateway(delay_ms=20) as gateway:
        for name, value in account_of(gateway).items():
            monkeypatch.setenv(f"SMSDESK_{name.upper()}", str(value))
        monkeypatch.setenv("SMSDESK_HOME", str(tmp_path / "home"))
        desk = RealWindow(qapp)
        try:
            desk.compose_template("13800138000", "1", "9527\n5")
            desk.click("Send")
            wait_for(lambda: desk.shown("Confirm and send"), 20)
            confirm = next(
                button
                for top in qapp.topLevelWidgets()
                for button in top.findChildren(QAbstractButton)
                if button.accessibleName() == "Confirm and send" and button.isVisible()
            )
            wait_for(confirm.isEnabled, 10)
            QTest.mouseClick(confirm, Qt.MouseButton.LeftButton)
            QTest.mouseClick(confirm, Qt.MouseButton.LeftButton)
            QTest.mouseDClick(confirm, Qt.MouseButton.LeftButton)
            wait_for(lambda: gateway.state()["numbers"] > 0, 20)
            desk.click("Deliveries")
            table = desk.find(QTableView, "Deliveries")
            wait_for(lambda: table.model().rowCount() > 0 and "Submitted" in cells(table, 0), 20)
            assert table.model().rowCount() == 1
        finally:
            desk.close()
        assert gateway.state()["numbers"] == 1


def account_of(gateway: CountingGateway) -> dict[str, object]:
    """Settings for an account of the counting gateway."""
    return {
        "gateway": "yuntongxun",
        "yuntongxun_base_url": gateway.url,
        "yuntongxun_account_sid": "a" * 32,
        "yuntongxun_auth_token": "token-of-the-test",
        "yuntongxun_app_id": "application",
        "yuntongxun_numbers_per_request": 1,
    }


PANEL = """
import os, signal
from PySide6.QtWidgets import QApplication
from support.window import RealWindow, wait_for
app = QApplication([])
desk = RealWindow(app)
wait_for(lambda: desk.children.worker.state == "running", 40)
desk.compose_template("\\n".join(f"138{index:08d}" for index in range(400)), "1", "9527\\n5")
desk.send()
print("sent", flush=True)
app.exec()
"""


def test_a_killed_panel_leaves_no_orphan_and_the_next_start_goes_on(tmp_path: Path) -> None:
    with CountingGateway(delay_ms=300) as gateway, Desk(tmp_path / "home", **account_of(gateway)) as processes:
        environment = processes.environment | {
            "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}",
            "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen"),
        }
        with subprocess.Popen(
            [sys.executable, "-c", PANEL], env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True
        ) as panel:
            assert panel.stdout is not None
            assert panel.stdout.readline() == "sent\n"
            wait_until(lambda: gateway.state()["numbers"] >= 50, 30)
            family = psutil.Process(panel.pid).children(recursive=True)
            panel.send_signal(signal.SIGKILL)
        _, alive = psutil.wait_procs(family, timeout=40)
        assert [process.name() for process in alive] == []
        gateway.set(delay_ms=5)
        processes.server()
        processes.worker()
        ledger = open_ledger(f"sqlite:///{tmp_path / 'home' / 'ledger.sqlite'}")
        try:
            wait_until(lambda: set(states(ledger)) <= {"submitted", "unknown"}, 60, 0.1)
            assert len(states(ledger)) == 400
        finally:
            ledger.close()
        assert gateway.state()["duplicates"] == 0

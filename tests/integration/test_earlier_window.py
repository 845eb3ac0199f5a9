"""The same text to the same number again: the real window warns, leads to the earlier message, and leaves it out."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTableView
from support.window import RealWindow, wait_for

from tasks.ledger.engine import open_ledger
from tasks.ledger.queries import Filter, Sort, stream

pytestmark = pytest.mark.slow

CODE = "您的验证码是 9527，请于 5 分钟内输入。"
LEFT = Qt.MouseButton.LeftButton


def test_a_repeated_code_is_warned_about_shown_and_left_out(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("SMSDESK_HOME", str(home))
    monkeypatch.setenv("SMSDESK_UNDO_S", "0")
    desk = RealWindow(qapp)
    try:
        wait_for(lambda: desk.children.worker.state == "running", 40)
        outcome, confirmation = desk.application.compose.outcome, desk.application.compose.confirmation
        desk.compose("13800138000\n13800138001", CODE)
        desk.send()
        wait_for(outcome.isVisible, 20)

        desk.compose("13800138001\n13800138000\n13800138002", CODE)
        desk.click("Send")
        wait_for(confirmation.notes.isVisible, 20)
        notes = confirmation.notes
        assert notes.repeated.text.text().startswith("2 of these numbers got the same text within the last 24 hours")
        assert notes.over_cap.text.text() == (
            "2 numbers would exceed what the gateway allows for verification codes: 1 a minute."
        )
        QTest.mouseClick(notes.repeated.link, LEFT)
        assert desk.window.current_page() == "deliveries"
        table = desk.find(QTableView, "Deliveries")
        page = desk.application.deliveries
        wait_for(lambda: page.model.rowCount() == 1 and table.selectionModel().hasSelection(), 20)
        chosen = page.model.record(table.selectionModel().selectedRows()[0].row())
        assert chosen is not None
        assert (chosen["recipient"], chosen["text"]) == ("+8613800138001", CODE)

        desk.click("Compose")
        desk.click("Send")
        wait_for(confirmation.notes.isVisible, 20)
        QTest.mouseClick(notes.over_cap.leave_out, LEFT)
        wait_for(lambda: confirmation.isVisible() and not notes.isVisible() and not confirmation.looking, 20)
        desk.confirm()
        wait_for(lambda: outcome.isVisible() and outcome.text.text() == "1 message handed over", 20)
    finally:
        desk.close()
    ledger = open_ledger(f"sqlite:///{home / 'ledger.sqlite'}")
    with ledger.reading() as connection:
        sent = [row["recipient"] for group in stream(connection, Filter(), Sort("time", False)) for row in group]
    ledger.close()
    assert sent == ["+8613800138000", "+8613800138001", "+8613800138002"]

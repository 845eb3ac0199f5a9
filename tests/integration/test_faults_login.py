"""A gateway that refuses the login: everything waits, the window says why, one click goes on with all of it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QTableView
from support.counting_gateway import CountingGateway
from support.ledgers import numbers, states
from support.seen import all_cells, words
from support.window import RealWindow, wait_for

from tasks.ledger.engine import open_ledger

REFUSED = "111109"
"""Yuntongxun: the signature is wrong, so the token is."""
COUNT = 120
MOST_IN_FLIGHT = 64


def test_a_refused_login_holds_all_and_one_click_resumes_all(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with CountingGateway(status_code=REFUSED, delay_ms=20) as gateway:
        for name, value in {
            "GATEWAY": "yuntongxun",
            "YUNTONGXUN_BASE_URL": gateway.url,
            "YUNTONGXUN_ACCOUNT_SID": "a" * 32,
            "YUNTONGXUN_AUTH_TOKEN": "token-of-the-test",
            "YUNTONGXUN_APP_ID": "application",
            "YUNTONGXUN_NUMBERS_PER_REQUEST": "1",
        }.items():
            monkeypatch.setenv(f"SMSDESK_{name}", value)
        desk = RealWindow(qapp)
        try:
            hold_and_resume(desk, gateway, tmp_path / "home" / "ledger.sqlite")
        finally:
            desk.close()


def hold_and_resume(desk: RealWindow, gateway: CountingGateway, path: Path) -> None:
    wait_for(lambda: desk.children.worker.state == "running", 40)
    desk.compose_template("\n".join(numbers(COUNT)), "1", "9527\n5")
    desk.send()
    wait_for(lambda: desk.shown("Resume sending"), 30)
    ledger = open_ledger(f"sqlite:///{path}")
    try:
        wait_for(lambda: "sending" not in states(ledger), 20)
        counts = Counter(states(ledger))
        tried = gateway.state()["numbers"]
        assert set(counts) <= {"held", "queued"}
        assert counts["held"] == tried <= MOST_IN_FLIGHT
        check_what_is_said(desk)
        assert gateway.state()["numbers"] == tried
        gateway.set(status_code="000000")
        desk.click("Resume sending")
        wait_for(lambda: Counter(states(ledger)) == {"submitted": COUNT}, 60)
    finally:
        ledger.close()
    wait_for(lambda: not desk.shown("Resume sending"), 20)
    wait_for(lambda: "paused" not in words(), 20)
    assert gateway.state()["numbers"] == COUNT + tried
    assert gateway.state()["duplicates"] == 0


def check_what_is_said(desk: RealWindow) -> None:
    """The notice and the light name the account, the reason and the remedy; the rows say Held, with the reason."""
    said = words()
    assert "Sending through Yuntongxun (CCP) is paused: The signature of the request is wrong" in said
    assert "Copy the AUTH TOKEN from the console into Settings, then resume the account." in said
    assert "Gateway: Yuntongxun (CCP) paused" in said
    desk.click("Dismiss")
    wait_for(lambda: not desk.shown("Resume sending"), 10)
    desk.window.lights.button("gateway").click()
    wait_for(lambda: desk.shown("Resume sending"), 10)
    desk.click("Deliveries")
    table = desk.find(QTableView, "Deliveries")
    wait_for(lambda: table.model().rowCount() == COUNT, 20)
    table.scrollToBottom()
    wait_for(lambda: any("Held" in row and "The signature" in row for row in all_cells(table)), 20)

"""A message that is held: its detail names what lets it go on, and has the button for it."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from support.deliveries_ledger import LedgerClerk, row
from support.deliveries_page import LEFT, Bench

from desktop.models.held_row import resumed_by
from desktop.models.row_text import advice

BATCH = {"state": "held", "reason": "operator.paused", "batch_id": 7}
ALL = {"state": "held", "reason": "operator.stopped", "batch_id": 7}
ACCOUNT = {"state": "held", "reason": "111109", "gateway": "yuntongxun", "account": "clinic"}
QUEUED = {"state": "queued", "waiting": "waiting.held", "waiting_reason": "111109", "account": "clinic"}
LIMIT = {"state": "held", "reason": "limit.per_day", "account": "clinic"}


def bench_with(qtbot: QtBot, held: dict[str, Any]) -> Bench:
    """The page with one message."""
    clerk = LedgerClerk(1)
    clerk.changed[1] = held
    return Bench(qtbot, clerk)


@pytest.mark.parametrize(
    ("held", "asked"),
    [
        (BATCH, ("batch.resume", {"batch_id": 7})),
        (BATCH | {"batch_id": None}, None),
        (ALL, ("sending.resume", {})),
        (ACCOUNT, ("account.resume", {"account": "clinic"})),
        (QUEUED, ("account.resume", {"account": "clinic"})),
        (QUEUED | {"waiting_reason": "limit.per_day"}, None),
        (LIMIT, None),
        ({"state": "queued"}, None),
        ({"state": "delivered"}, None),
    ],
)
def test_what_lets_a_message_go_on(held: dict[str, Any], asked: tuple[str, dict[str, Any]] | None) -> None:
    assert resumed_by(row(1, **held)) == asked


@pytest.mark.parametrize(
    ("held", "button", "do"),
    [
        (BATCH, "Resume batch", "batch.resume"),
        (ALL, "Resume all sending", "sending.resume"),
        (ACCOUNT, "Resume account", "account.resume"),
    ],
)
def test_the_detail_has_the_button(qtbot: QtBot, held: dict[str, Any], button: str, do: str) -> None:
    bench = bench_with(qtbot, held)
    bench.show_detail(0)
    bar = bench.page.detail_panel.decisions
    seen = [one.text() for one in bar.buttons.values() if one.isVisible()]
    assert seen == [button, "Cancel message"]
    with qtbot.waitSignal(bench.page.decided) as decided:
        QTest.mouseClick(bar.buttons[do], LEFT)
    assert decided.args == list(resumed_by(row(1, **held)) or ())


def test_another_decision_is_about_the_message_alone(qtbot: QtBot) -> None:
    bench = bench_with(qtbot, BATCH)
    bench.show_detail(0)
    with qtbot.waitSignal(bench.page.decided) as decided:
        QTest.mouseClick(bench.page.detail_panel.decisions.buttons["messages.cancel"], LEFT)
    assert decided.args == ["messages.cancel", {"message_ids": [1]}]


def test_the_advice_names_what_the_button_does(qtbot: QtBot) -> None:
    assert "Resume its batch to send it." in advice(row(1, **BATCH))
    assert "Resume all sending to send it." in advice(row(1, **ALL))

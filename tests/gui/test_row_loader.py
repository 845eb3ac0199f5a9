"""Views, pages and details through the clerk: one question at a time, outdated answers dropped."""

from __future__ import annotations

from typing import Any

import pytest
from pytestqt.qtbot import QtBot
from support.deliveries_ledger import LedgerClerk

from desktop.background import row_loader
from desktop.background.row_loader import RowLoader, pieces_of
from tasks.errors import LedgerError

NEWEST = {"column": "time", "descending": True}
MILLION = 1_000_000


@pytest.fixture
def clerk(qtbot: QtBot) -> LedgerClerk:
    return LedgerClerk(MILLION)


def opened(qtbot: QtBot, clerk: LedgerClerk) -> RowLoader:
    loader = RowLoader(clerk)
    with qtbot.waitSignal(loader.rows_arrived):
        loader.open({}, NEWEST)
    return loader


def test_a_view_is_opened_with_its_first_rows(qtbot: QtBot, clerk: LedgerClerk) -> None:
    loader = RowLoader(clerk)
    views: list[tuple[object, int, object]] = []
    loader.opened.connect(lambda *told: views.append(told))
    with qtbot.waitSignal(loader.rows_arrived) as came:
        loader.open({"state": "sending"}, NEWEST)
    assert views == [(1, MILLION, 1)]
    start, rows, _ = came.args
    assert (start, len(rows), rows[0]["message_id"]) == (0, 200, MILLION)
    assert clerk.calls_of("view.open") == [{"filter": {"state": "sending"}, "sort": NEWEST}]


def test_only_where_the_scroll_bar_stops_is_read(qtbot: QtBot, clerk: LedgerClerk) -> None:
    loader = opened(qtbot, clerk)
    clerk.hold = True
    for start in range(1_000, 900_000, 1_000):
        loader.want(start, 200)
    clerk.hold = False
    clerk.release()
    qtbot.waitUntil(lambda: len(clerk.calls_of("view.rows")) == 3)
    assert [asked["start"] for asked in clerk.calls_of("view.rows")] == [0, 1_000, 899_000]


def test_rows_of_the_former_view_are_dropped(qtbot: QtBot, clerk: LedgerClerk) -> None:
    loader = opened(qtbot, clerk)
    clerk.hold = True
    loader.want(5_000, 200)
    loader.open({"search": "x"}, NEWEST)
    clerk.hold = False
    arrived: list[int] = []
    loader.rows_arrived.connect(lambda start, _rows, _revision: arrived.append(start))
    clerk.release()
    qtbot.waitUntil(lambda: arrived == [0])


def test_a_filter_typed_further_replaces_the_one_that_is_not_answered(qtbot: QtBot, clerk: LedgerClerk) -> None:
    loader = RowLoader(clerk)
    clerk.hold = True
    for search in ("1", "13", "138"):
        loader.open({"search": search}, NEWEST)
    assert len(clerk.cancelled) == 2
    clerk.hold = False
    with qtbot.waitSignal(loader.opened):
        clerk.release()


def test_nothing_is_read_from_a_view_that_is_being_replaced(qtbot: QtBot, clerk: LedgerClerk) -> None:
    loader = opened(qtbot, clerk)
    clerk.hold = True
    loader.open({"search": "x"}, NEWEST)
    loader.want(700, 200)
    assert len(clerk.calls_of("view.rows")) == 1
    clerk.hold = False
    with qtbot.waitSignal(loader.rows_arrived):
        clerk.release()


def test_a_short_answer_is_not_asked_for_again_and_again(qtbot: QtBot, clerk: LedgerClerk) -> None:
    clerk.count = 10
    loader = opened(qtbot, clerk)
    with qtbot.waitSignal(loader.rows_arrived):
        loader.want(5, 20)
    with qtbot.assertNotEmitted(loader.rows_arrived, wait=30):
        loader.want(5, 20)
    loader.forget_vain()
    with qtbot.waitSignal(loader.rows_arrived):
        loader.want(5, 20)


def test_a_refused_order_leaves_the_former_view(qtbot: QtBot, clerk: LedgerClerk) -> None:
    loader = opened(qtbot, clerk)
    with qtbot.waitSignal(loader.view_refused) as told:
        loader.open({}, {"column": "text", "descending": False})
    assert told.args == ["request.sort_too_large", {"most": 100_000}]
    with qtbot.waitSignal(loader.rows_arrived):
        loader.want(400, 200)
    loader.reopen()
    assert clerk.calls_of("view.open")[-1]["sort"] == NEWEST


def test_a_ledger_that_cannot_be_read_is_asked_again(
    qtbot: QtBot, clerk: LedgerClerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_loader, "REOPEN_MS", 10)
    answer = clerk.answers["view.open"]

    def locked(_asked: dict[str, Any]) -> dict[str, Any]:
        clerk.answers["view.open"] = answer
        raise LedgerError("ledger.locked")

    clerk.answers["view.open"] = locked
    loader = RowLoader(clerk)
    told: list[str] = []
    loader.failed.connect(lambda code, _params: told.append(code))
    with qtbot.waitSignal(loader.opened):
        loader.open({}, NEWEST)
    assert told == ["ledger.locked"]


def test_rows_that_could_not_be_read_are_asked_for_again(
    qtbot: QtBot, clerk: LedgerClerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_loader, "RETRY_MS", 10)
    loader = opened(qtbot, clerk)
    answer = clerk.answers["view.rows"]

    def locked(_asked: dict[str, Any]) -> dict[str, Any]:
        clerk.answers["view.rows"] = answer
        raise LedgerError("ledger.locked")

    clerk.answers["view.rows"] = locked
    told: list[str] = []
    loader.failed.connect(lambda code, _params: told.append(code))
    with qtbot.waitSignal(loader.rows_arrived) as came:
        loader.want(600, 200)
    assert told == ["ledger.locked"]
    assert came.args[0] == 600


def test_a_clerk_that_has_started_anew_is_asked_for_the_same_view(qtbot: QtBot, clerk: LedgerClerk) -> None:
    loader = RowLoader(clerk)
    with qtbot.waitSignal(loader.rows_arrived):
        loader.open({"state": "failed"}, NEWEST)
    with qtbot.waitSignal(loader.opened):
        clerk.ready.emit({})
    assert clerk.calls_of("view.open")[-1]["filter"] == {"state": "failed"}


def test_a_view_that_the_clerk_has_closed_is_opened_again(qtbot: QtBot, clerk: LedgerClerk) -> None:
    loader = opened(qtbot, clerk)
    clerk.answers["view.open"]({"filter": {}, "sort": NEWEST})  # somebody else's: ours is closed now
    with qtbot.waitSignal(loader.opened):
        loader.want(600, 200)


def test_only_the_last_message_asked_for_is_shown(qtbot: QtBot, clerk: LedgerClerk) -> None:
    loader = RowLoader(clerk)
    clerk.hold = True
    loader.ask_detail(5)
    loader.ask_detail(6)
    clerk.hold = False
    with qtbot.waitSignal(loader.detail_arrived) as told:
        clerk.release()
    assert told.args[0]["row"]["message_id"] == 6
    assert len(clerk.cancelled) == 1


def test_many_rows_are_collected_in_pieces(qtbot: QtBot, clerk: LedgerClerk) -> None:
    loader = opened(qtbot, clerk)
    with qtbot.waitSignal(loader.collected) as told:
        loader.collect([(10, 19), (1_000, 1_999)])
    rows, wanted = told.args
    assert wanted == len(rows) == 1_010
    assert [rows[0]["message_id"], rows[10]["message_id"]] == [MILLION - 10, MILLION - 1_000]


def test_a_million_rows_are_not_collected() -> None:
    assert sum(count for _, count in pieces_of([(0, MILLION - 1)], 5_000)) == 5_000
    assert pieces_of([(0, 3), (10, 12)], 5) == [(0, 4), (10, 1)]

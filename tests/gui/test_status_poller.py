"""The timer of the live table: never more than one question of a kind, quiet while nobody looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from pytestqt.qtbot import QtBot
from support.fake_clerk import FakeClerk

from desktop.background import status_poller
from desktop.background.status_poller import StatusPoller
from tasks.errors import BrokerError, RequestError


@dataclass
class Seen:
    first: int = 0
    last: int = 39
    revision: int = 7
    task_ids: tuple[str, ...] = ("a", "b")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status_poller, "INTERVAL_MS", 5)


@pytest.fixture
def clerk(qtbot: QtBot) -> FakeClerk:
    change = {"count": 40, "inserted": 0, "reset": False, "start": 0, "rows": [], "revision": 8, "service": ""}
    return FakeClerk({"view.refresh": lambda _: change, "celery.states": lambda _: {"states": {"a": "SUCCESS"}}})


def polling(clerk: FakeClerk, seen: Seen | None = None) -> StatusPoller:
    poller = StatusPoller(clerk)
    looked_at = seen or Seen()
    poller.watch(lambda: looked_at)
    poller.set_view(3)
    return poller


def test_changes_and_states_of_what_is_seen_are_asked(qtbot: QtBot, clerk: FakeClerk) -> None:
    poller = polling(clerk)
    told: list[object] = []
    poller.states_arrived.connect(told.append)
    with qtbot.waitSignal(poller.refreshed) as came:
        poller.set_active(True)
    qtbot.waitUntil(lambda: told == [{"a": "SUCCESS"}])
    poller.set_active(False)
    assert clerk.calls_of("view.refresh")[0] == {"view": 3, "first": 0, "last": 39, "revision": 7}
    assert clerk.calls_of("celery.states")[0] == {"task_ids": ["a", "b"]}
    assert came.args[:2] == [0, 39]


def test_it_goes_on_by_itself(qtbot: QtBot, clerk: FakeClerk) -> None:
    poller = polling(clerk)
    poller.set_active(True)
    qtbot.waitUntil(lambda: len(clerk.calls_of("view.refresh")) >= 3)
    poller.set_active(False)


def test_one_question_of_each_kind_is_out_at_most(qtbot: QtBot, clerk: FakeClerk) -> None:
    clerk.hold = True
    poller = polling(clerk)
    poller.set_active(True)
    for _ in range(20):
        poller.poll()
    assert len(clerk.calls_of("view.refresh")) == 1
    assert len(clerk.calls_of("celery.states")) == 1


def test_a_hung_broker_does_not_hold_up_the_ledger(qtbot: QtBot, clerk: FakeClerk) -> None:
    clerk.hold = True
    poller = polling(clerk)
    poller.set_active(True)
    clerk.hold = False
    states = next(request for request, entry in clerk._waiting.items() if entry[0] == "celery.states")
    held = clerk._waiting.pop(states)  # its answer never comes
    clerk.release()
    qtbot.waitUntil(lambda: len(clerk.calls_of("view.refresh")) >= 3)
    poller.set_active(False)
    assert len(clerk.calls_of("celery.states")) == 1
    assert held[0] == "celery.states"


def test_nothing_is_asked_while_nobody_looks(qtbot: QtBot, clerk: FakeClerk) -> None:
    poller = polling(clerk)
    poller.poll()
    assert clerk.calls == []
    poller.set_active(True)
    poller.set_active(False)
    asked = len(clerk.calls)
    poller.poll()
    assert len(clerk.calls) == asked
    assert not poller.active


def test_nothing_is_asked_before_a_view_is_open(qtbot: QtBot, clerk: FakeClerk) -> None:
    poller = StatusPoller(clerk)
    poller.watch(Seen)
    poller.set_active(True)
    poller.poll()
    assert clerk.calls == []


def test_no_tasks_no_question(qtbot: QtBot, clerk: FakeClerk) -> None:
    poller = polling(clerk, Seen(task_ids=()))
    with qtbot.waitSignal(poller.refreshed):
        poller.set_active(True)
    assert clerk.calls_of("celery.states") == []


def test_at_most_five_hundred_tasks_are_asked_about(qtbot: QtBot, clerk: FakeClerk) -> None:
    poller = polling(clerk, Seen(task_ids=tuple(f"task-{number}" for number in range(900))))
    poller.set_active(True)
    assert len(clerk.calls_of("celery.states")[0]["task_ids"]) == 500


def test_an_answer_for_the_former_view_is_dropped(qtbot: QtBot, clerk: FakeClerk) -> None:
    clerk.hold = True
    poller = polling(clerk)
    poller.set_active(True)
    poller.set_view(4)
    poller.set_active(False)
    with qtbot.assertNotEmitted(poller.refreshed, wait=30):
        clerk.release()


def test_errors_make_it_pause_longer_each_time(qtbot: QtBot, clerk: FakeClerk) -> None:
    def away(_asked: dict[str, Any]) -> dict[str, Any]:
        raise BrokerError("broker.unreachable")

    clerk.answers["celery.states"] = away
    poller = polling(clerk)
    with qtbot.waitSignal(poller.states_failed) as told:
        poller.set_active(True)
    assert told.args[0] == "broker.unreachable"
    for _ in range(50):
        poller.poll()
    assert len(clerk.calls_of("celery.states")) == 1
    qtbot.waitUntil(lambda: len(clerk.calls_of("celery.states")) >= 4)
    poller.set_active(False)
    refreshes = len(clerk.calls_of("view.refresh"))
    assert refreshes > len(clerk.calls_of("celery.states"))


def test_a_view_the_clerk_does_not_know_is_told(qtbot: QtBot, clerk: FakeClerk) -> None:
    def closed(_asked: dict[str, Any]) -> dict[str, Any]:
        raise RequestError("request.view_closed")

    clerk.answers["view.refresh"] = closed
    poller = polling(clerk)
    with qtbot.waitSignal(poller.view_lost):
        poller.set_active(True)
    poller.set_active(False)

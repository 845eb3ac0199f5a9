"""The window's end of the clerk, against a real child process."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from pytestqt.qtbot import QtBot

from desktop.background import clerk as clerk_module
from desktop.background.clerk import Clerk
from desktop.background.line_reader import LineReader

CHILD = Path(__file__).parent.parent / "support" / "line_child.py"


class Answers:
    """Collects what the callbacks get."""

    def __init__(self) -> None:
        self.ok: list[dict[str, Any]] = []
        self.errors: list[tuple[str, dict[str, Any]]] = []
        self.progress: list[dict[str, Any]] = []

    def on_error(self, code: str, params: dict[str, Any]) -> None:
        self.errors.append((code, params))

    def ask(self, clerk: Clerk, do: str, **params: Any) -> int:
        return clerk.request(do, params, self.ok.append, self.on_error, self.progress.append)


@pytest.fixture
def clerk(qtbot: QtBot) -> Iterator[Clerk]:
    made = Clerk([sys.executable, str(CHILD), "clerk"])
    yield made
    with qtbot.waitSignal(made.stopped, timeout=10_000):
        made.stop()


@pytest.fixture
def running(clerk: Clerk, qtbot: QtBot) -> Clerk:
    with qtbot.waitSignal(clerk.ready, timeout=10_000):
        clerk.start()
    return clerk


def until(qtbot: QtBot, condition: Callable[[], bool]) -> None:
    qtbot.waitUntil(condition, timeout=10_000)


def test_an_answer_comes_after_the_request_returned(running: Clerk, qtbot: QtBot) -> None:
    answers = Answers()
    answers.ask(running, "echo", number=2**40, text="你好", nothing=None)
    assert answers.ok == []
    until(qtbot, lambda: bool(answers.ok))
    assert answers.ok[0]["with"] == {"number": 2**40, "text": "你好", "nothing": None}


def test_requests_made_while_it_starts_are_answered(clerk: Clerk, qtbot: QtBot) -> None:
    answers = Answers()
    clerk.start()
    answers.ask(clerk, "echo")
    until(qtbot, lambda: bool(answers.ok))


def test_a_refusal_goes_to_its_callback_or_to_failed(running: Clerk, qtbot: QtBot) -> None:
    answers = Answers()
    answers.ask(running, "refuse")
    until(qtbot, lambda: answers.errors == [("request.malformed", {"field": "x"})])
    with qtbot.waitSignal(running.failed, timeout=10_000) as failed:
        running.request("refuse", {}, answers.ok.append)
    assert failed.args == ["refuse", "request.malformed", {"field": "x"}]


def test_progress_comes_before_the_answer(running: Clerk, qtbot: QtBot) -> None:
    answers = Answers()
    answers.ask(running, "progress")
    until(qtbot, lambda: bool(answers.ok))
    assert [report["done"] for report in answers.progress] == [1, 2]


def test_a_line_may_come_in_single_bytes_and_beside_noise(running: Clerk, qtbot: QtBot) -> None:
    answers = Answers()
    answers.ask(running, "pieces")
    answers.ask(running, "noise")
    until(qtbot, lambda: len(answers.ok) == 2)
    assert answers.ok[0] == {"text": "短信"}


def test_a_line_may_be_megabytes_long(running: Clerk, qtbot: QtBot) -> None:
    answers = Answers()
    answers.ask(running, "big", size=8_000_000)
    until(qtbot, lambda: bool(answers.ok))
    assert len(answers.ok[0]["text"]) == 8_000_000


def test_a_flood_of_answers_is_spread_over_turns(running: Clerk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[int] = []
    handle = running._handle_lines
    answers = Answers()

    def counted() -> None:
        before = len(answers.ok)
        handle()
        turns.append(len(answers.ok) - before)

    monkeypatch.setattr(clerk_module, "TURN_BUDGET_S", 0.0)  # then a turn may handle exactly one line
    running._turn.timeout.disconnect()
    running._turn.timeout.connect(counted)
    for _ in range(50):
        answers.ask(running, "echo")
    until(qtbot, lambda: len(answers.ok) == 50)
    assert max(turns) == 1


def test_after_cancel_no_callback_comes(running: Clerk, qtbot: QtBot) -> None:
    cancelled, later = Answers(), Answers()
    running.cancel(cancelled.ask(running, "echo"))
    later.ask(running, "echo")
    until(qtbot, lambda: bool(later.ok))
    assert (cancelled.ok, cancelled.errors) == ([], [])


def test_when_it_dies_what_is_open_is_refused_and_it_starts_again(running: Clerk, qtbot: QtBot) -> None:
    answers = Answers()
    first = running.process_id
    answers.ask(running, "never")
    with qtbot.waitSignals([running.gone, running.ready], timeout=10_000, order="strict"):
        answers.ask(running, "die")
    assert answers.errors == [("clerk.gone", {}), ("clerk.gone", {})]
    assert running.process_id not in (0, first)


def test_what_it_said_before_it_died_still_counts(running: Clerk, qtbot: QtBot) -> None:
    answers = Answers()
    with qtbot.waitSignal(running.gone, timeout=10_000):
        answers.ask(running, "answer_and_die")
    assert answers.ok == [{"last": True}]
    assert answers.errors == []


def test_a_killed_clerk_starts_again(running: Clerk, qtbot: QtBot) -> None:
    with qtbot.waitSignals([running.gone, running.ready], timeout=10_000, order="strict"):
        psutil.Process(running.process_id).kill()


def test_a_callback_that_fails_does_not_strand_the_rest(running: Clerk, qtbot: QtBot) -> None:
    answers = Answers()

    def fails(_: dict[str, Any]) -> None:
        raise RuntimeError("a bug in a page")

    with qtbot.captureExceptions() as caught:
        running.request("echo", {}, fails)
        answers.ask(running, "echo")
        until(qtbot, lambda: bool(answers.ok))
    assert [str(error) for _, error, _ in caught] == ["a bug in a page"]


def test_without_a_process_a_request_is_refused_on_a_later_turn(qtbot: QtBot) -> None:
    clerk = Clerk(["/nowhere/no-such-program"])
    answers = Answers()
    answers.ask(clerk, "echo")
    assert answers.errors == []
    until(qtbot, lambda: answers.errors == [("clerk.gone", {})])
    with qtbot.waitSignal(clerk.gone, timeout=10_000):
        clerk.start()
    with qtbot.waitSignal(clerk.stopped, timeout=10_000):
        clerk.stop()


def test_a_clerk_that_does_not_end_is_killed(qtbot: QtBot) -> None:
    clerk = Clerk([sys.executable, str(CHILD), "deaf"])
    clerk._kill.setInterval(100)
    clerk.start()
    until(qtbot, lambda: clerk.process_id != 0)
    with qtbot.waitSignal(clerk.stopped, timeout=10_000):
        clerk.stop()
    assert not clerk.running


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_lines_are_the_same_in_pieces_of_any_size(size: int) -> None:
    data = b"one\ntwo\n\nthr" + "短".encode() + b"ee\nrest"
    reader = LineReader()
    lines = [line for at in range(0, len(data), size) for line in reader.feed(data[at : at + size])]
    assert lines == [b"one", b"two", b"thr" + "短".encode() + b"ee"]

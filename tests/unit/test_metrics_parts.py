"""What metrics do where ledger or broker hang, and that they are off unless asked for."""

from __future__ import annotations

import threading
import time
from itertools import chain, repeat
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import insert
from support.ledgers import force, put
from support.waiting import wait_until

from tasks.errors import LedgerError
from tasks.ledger.accounts import hold_account
from tasks.ledger.engine import Ledger
from tasks.ledger.schema import tries
from tasks.ledger.states import State
from tasks.metrics import serve_metrics
from tasks.metrics.lately import Lately
from tasks.metrics.ledger_numbers import BOUNDS_MS, read_numbers
from tasks.metrics.watch import ROUND_WITHIN_S, Watch
from tasks.settings import load


def test_metrics_are_off_unless_a_port_is_set() -> None:
    runtime: Any = SimpleNamespace(settings=load())
    assert serve_metrics(runtime, SimpleNamespace()) is None  # type: ignore[arg-type]
    assert load({"SMSDESK_METRICS_PORT": "9464"}).metrics_host == "127.0.0.1"


def test_whoever_looks_does_not_wait_behind_a_question_that_hangs() -> None:
    answered = threading.Event()
    hanging = Lately(lambda: answered.wait(10), fresh_s=0, wait_s=0.05, silent="ledger.slow")
    try:
        began = time.monotonic()
        assert hanging.look().code == hanging.look().code == "ledger.slow"
        assert time.monotonic() - began < 5
    finally:
        answered.set()


def test_the_last_value_is_kept_while_there_is_no_new_one() -> None:
    answers = chain([1], repeat(LedgerError("ledger.locked")))

    def ask() -> int:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    lately = Lately(ask, fresh_s=0, wait_s=5, silent="ledger.slow")
    first = lately.look()
    wait_until(lambda: lately.look().code)  # the longer an answer took, the longer it is kept
    second = lately.look()
    assert (first.value, first.code) == (1, None)
    assert (second.value, second.code, second.at) == (1, "ledger.locked", first.at)


def test_a_fresh_value_is_not_asked_for_again() -> None:
    asked: list[int] = []
    lately = Lately(lambda: asked.append(1), fresh_s=60, wait_s=5, silent="ledger.slow")
    lately.look()
    lately.look()
    assert asked == [1]


def test_a_try_whose_worker_is_gone_is_a_lost_claim_and_no_call_in_flight(ledger: Ledger) -> None:
    first = put(ledger, 4).first_id
    begin_try(ledger, first, State.SENDING)
    begin_try(ledger, first + 1, State.UNKNOWN)
    begin_try(ledger, first + 2, State.DELIVERED, ended_ms=401, outcome="accepted")
    with ledger.reading() as connection:
        numbers = read_numbers(connection)
    assert numbers.in_flight("simulator") == 1
    assert numbers.open_tries == {"simulator": 2}
    assert numbers.oldest_queued_s >= 0
    assert numbers.messages["queued", "simulator"] == 1
    assert numbers.calls == {("simulator", "accepted"): 1}
    took = numbers.durations["simulator"]
    assert (took.classes[BOUNDS_MS.index(500)], sum(took.classes), took.sum_ms) == (1, 1, 400)


def test_an_account_that_sends_nothing_is_told_with_the_reason(ledger: Ledger) -> None:
    put(ledger)
    with ledger.writing() as connection:
        assert read_numbers(connection).held == {}
        hold_account(connection, "simulator", "sim.account_refused", 1)
        assert read_numbers(connection).held == {("simulator", "sim.account_refused"): 1}


def begin_try(ledger: Ledger, message_id: int, state: State, **end: object) -> None:
    force(ledger, message_id, state, tries=1)
    row = {"message_id": message_id, "number": 1, "token": "t", "worker": "w", "account": "simulator", "started_ms": 1}
    with ledger.writing() as connection:
        connection.execute(insert(tries).values(row | end))


@pytest.mark.parametrize(("idle_s", "expected"), [(0.0, None), (ROUND_WITHIN_S + 1, "maintenance: no round for 16 s")])
def test_health_wants_a_round_of_maintenance(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, idle_s: float, expected: str | None
) -> None:
    keeper: Any = SimpleNamespace(last_round=time.monotonic() - idle_s, troubles={})
    runtime: Any = SimpleNamespace(settings=load(), ledger=ledger)
    watch = Watch(runtime, keeper)
    monkeypatch.setattr(watch, "queues", Lately(dict, 60, 5, "broker.silent"))
    assert watch.problem() == expected

"""A sending process goes on, and forgets nothing, whatever a gateway, the disk or the clock does to it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection
from support.desk import wait_until
from support.ledgers import put, row, states, tries_of

from tasks.clock import now_ms
from tasks.delivery import calls
from tasks.delivery.runtime import Runtime
from tasks.delivery.single import send_one
from tasks.delivery.slice import run_slice
from tasks.errors import GatewayError, LedgerError
from tasks.gateways.protocol import Deadline, Limits, Outcome, OutcomeKind, OutgoingMessage
from tasks.ledger.breaker import SILENT_CALLS
from tasks.ledger.chunks import take_stale, take_waiting
from tasks.ledger.engine import Ledger
from tasks.settings import Account, load


class Scripted:
    """A gateway that does what a test says, and keeps what reached it."""

    name = "scripted"
    limits = Limits()

    def __init__(self, answer: Callable[[OutgoingMessage], Outcome] | None = None) -> None:
        self.answer = answer or (lambda message: accepted(message))
        self.taken: list[int] = []

    def send(self, messages: Sequence[OutgoingMessage], deadline: Deadline) -> list[Outcome]:
        self.taken += [message.message_id for message in messages]
        return [self.answer(message) for message in messages]


def accepted(message: OutgoingMessage, provider_id: str = "p") -> Outcome:
    return Outcome(message.message_id, OutcomeKind.ACCEPTED, provider_id=provider_id)


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    gateway = Scripted()
    monkeypatch.setattr(calls, "open_gateway", lambda _account: gateway)
    return gateway


@pytest.fixture
def runtime() -> Iterator[Runtime]:
    opened = Runtime(replace(load(), call_deadline_s=2, max_in_flight=8, worker_concurrency=2))
    yield opened
    opened.close()


def go_on(runtime: Runtime, chunk_id: int) -> None:
    """What `send_chunk` does."""
    run_slice(runtime, chunk_id)
    runtime.feeder.hold(chunk_id)


def wait_for(runtime: Runtime, *wanted: str) -> None:
    wait_until(lambda: set(states(runtime.ledger)) <= set(wanted), 10)


class Disk:
    """Stands before a ledger's writing: a full disk, until there is room again."""

    def __init__(self, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
        self.full = threading.Event()
        self.refused = threading.Event()
        self._writing = ledger.writing
        monkeypatch.setattr(ledger, "writing", self.writing)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        if self.full.is_set():
            self.refused.set()
            raise LedgerError("ledger.disk_full")
        with self._writing() as connection:
            yield connection


def test_an_answer_that_cannot_be_written_stops_no_other(runtime: Runtime, scripted: Scripted) -> None:
    submitted = put(runtime.ledger, 40)
    odd = submitted.first_id + 3
    scripted.answer = lambda message: accepted(message, "\ud800" if message.message_id == odd else "p")
    go_on(runtime, submitted.chunk_ids[0])
    wait_for(runtime, "submitted")
    assert row(runtime.ledger, odd).provider_id is None
    assert row(runtime.ledger, odd + 1).provider_id == "p"
    assert len(set(scripted.taken)) == len(scripted.taken) == 40
    wait_until(lambda: runtime.slots.in_flight == 0, 5)


def test_a_full_disk_keeps_the_answers_and_the_campaign_goes_on(
    runtime: Runtime, scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk(runtime.ledger, monkeypatch)
    once = iter([True])

    def answer(message: OutgoingMessage) -> Outcome:
        if len(scripted.taken) >= 10 and next(once, False):
            disk.full.set()
        return accepted(message)

    scripted.answer = answer
    runtime.feeder.hold(put(runtime.ledger, 60).chunk_ids[0])  # a slice of its own may meet the full disk too
    assert disk.refused.wait(10)
    disk.full.clear()
    wait_for(runtime, "submitted")
    assert sorted(scripted.taken) == list(range(min(scripted.taken), min(scripted.taken) + 60))


def test_two_workers_with_the_same_chunks_send_each_message_once(runtime: Runtime, scripted: Scripted) -> None:
    other = Runtime(runtime.settings)
    try:
        submitted = put(runtime.ledger, 300)
        for chunk_id in submitted.chunk_ids:
            for worker in (runtime, other):
                worker.feeder.hold(chunk_id)
        wait_for(runtime, "submitted")
        assert sorted(scripted.taken) == list(range(submitted.first_id, submitted.first_id + 300))
    finally:
        other.close()


def test_a_worker_that_stops_amid_a_campaign_leaves_nothing_sending(runtime: Runtime, scripted: Scripted) -> None:
    stopping = Runtime(runtime.settings)
    submitted = put(runtime.ledger, 300)
    for chunk_id in submitted.chunk_ids:
        stopping.feeder.hold(chunk_id)
    wait_until(lambda: scripted.taken, 5)
    stopping.close()
    assert set(states(runtime.ledger)) <= {"submitted", "queued"}
    with runtime.ledger.writing() as connection:
        for chunk_id in take_waiting(connection, now_ms()):
            runtime.feeder.hold(chunk_id)
        for chunk_id in take_stale(connection, now_ms() + 60_000):
            runtime.feeder.hold(chunk_id)
    wait_for(runtime, "submitted")
    assert len(set(scripted.taken)) == len(scripted.taken) == 300


def test_a_gateway_that_cannot_be_opened_holds_its_account_and_costs_no_slot(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_account: object) -> Any:
        raise ValueError("secret")

    monkeypatch.setattr(calls, "open_gateway", broken)
    go_on(runtime, put(runtime.ledger, 40).chunk_ids[0])
    wait_until(lambda: "held" in states(runtime.ledger), 10)
    wait_for(runtime, "held", "queued")
    assert send_one(runtime, put(runtime.ledger).first_id)["state"] == "queued"
    wait_until(lambda: runtime.slots.in_flight == 0, 5)


@pytest.mark.parametrize("answer", [None, ValueError])
def test_a_gateway_that_breaks_its_word_leaves_unknown_messages_and_no_dead_thread(
    runtime: Runtime, scripted: Scripted, monkeypatch: pytest.MonkeyPatch, answer: Any
) -> None:
    def send(messages: Sequence[OutgoingMessage], deadline: Deadline) -> Any:
        if answer is not None:
            raise answer("+8613800000000")
        return answer

    monkeypatch.setattr(scripted, "send", send)
    go_on(runtime, put(runtime.ledger, SILENT_CALLS).chunk_ids[0])
    wait_for(runtime, "unknown")
    wait_until(lambda: runtime.slots.in_flight == 0, 5)


def test_nothing_is_sent_when_opening_the_gateway_took_longer_than_the_call_may(
    runtime: Runtime, scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(_account: object) -> Scripted:
        asleep = now_ms() + 60_000
        monkeypatch.setattr(calls, "now_ms", lambda: asleep)
        return scripted

    monkeypatch.setattr(calls, "open_gateway", slow)
    message_id = put(runtime.ledger).first_id
    assert send_one(runtime, message_id) == {"id": message_id, "state": "retrying", "code": "deadline.passed"}
    assert scripted.taken == []
    assert [one.outcome for one in tries_of(runtime.ledger, message_id)] == ["unreached"]


def test_a_fault_in_one_chunk_does_not_end_the_feeder(
    runtime: Runtime, scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd, good = put(runtime.ledger, 40), put(runtime.ledger, 40)
    ran: list[int] = []

    def sometimes(chunk_id: int) -> str | None:
        ran.append(chunk_id)
        if chunk_id == odd.chunk_ids[0]:
            raise ValueError
        return run_slice(runtime, chunk_id)

    monkeypatch.setattr(runtime.feeder, "_run_slice", sometimes)
    runtime.feeder.hold(odd.chunk_ids[0])
    runtime.feeder.hold(good.chunk_ids[0])
    wait_until(lambda: len(scripted.taken) == 40, 10)
    assert ran.count(odd.chunk_ids[0]) == 1


def test_a_fault_in_publishing_does_not_end_the_publisher(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    published: list[int] = []

    def publish(message_id: int) -> None:
        if message_id == 1:
            raise AttributeError
        published.append(message_id)

    monkeypatch.setattr(runtime.publisher, "_publish_message", publish)
    runtime.publisher.publish(message_ids=[1])
    runtime.publisher.publish(message_ids=[2])
    wait_until(lambda: published == [2], 5)


def test_a_gateway_is_not_opened_while_the_ledger_is_locked(
    runtime: Runtime, scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted = put(runtime.ledger, 40)

    def asks_a_keyring(_account: object) -> Scripted:
        with runtime.ledger.writing():
            return scripted

    monkeypatch.setattr(calls, "open_gateway", asks_a_keyring)
    go_on(runtime, submitted.chunk_ids[0])
    wait_for(runtime, "submitted")


def test_single_messages_do_not_go_beyond_the_calls_in_flight(runtime: Runtime, scripted: Scripted) -> None:
    """At most `max_in_flight` calls can become Unknown, whatever the pool's size is."""
    go, most = threading.Event(), []

    def answer(message: OutgoingMessage) -> Outcome:
        most.append(runtime.slots.in_flight)
        go.wait(5)
        return accepted(message)

    scripted.answer = answer
    single_ids = [put(runtime.ledger).first_id for _ in range(12)]
    threads = [threading.Thread(target=send_one, args=(runtime, message_id)) for message_id in single_ids]
    run_slice(runtime, put(runtime.ledger, 40).chunk_ids[0])
    for thread in threads:
        thread.start()
    wait_until(lambda: runtime.slots.in_flight >= 8, 5)
    go.set()
    for thread in threads:
        thread.join()
    wait_until(lambda: runtime.slots.in_flight == 0, 5)
    assert max(most) == 8


def test_stopping_ends_new_claims_of_chunks_and_lets_single_messages_finish(
    runtime: Runtime, scripted: Scripted
) -> None:
    submitted = put(runtime.ledger, 40)
    runtime.stop_claiming()
    assert run_slice(runtime, submitted.chunk_ids[0]) == "stopping"
    single = put(runtime.ledger).first_id
    assert send_one(runtime, single)["state"] == "submitted"
    assert scripted.taken == [single]


def test_a_keyring_that_opens_later_is_asked_again(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = threading.Event()

    def resolve(account: Account) -> Account:
        return replace(account, fields={**account.fields, "auth_token": "token"}) if opened.is_set() else account

    fields = {"account_sid": "a" * 32, "app_id": "application", "base_url": "http://127.0.0.1:1"}
    caller = calls.Caller({"clinic": Account("clinic", "yuntongxun", fields)}, 2)
    monkeypatch.setattr(calls, "resolve", resolve)
    monkeypatch.setattr(calls, "LOCKED_KEYRING_S", -1.0)
    with pytest.raises(GatewayError, match=r"gateway\.field_missing"):
        caller.gateway("clinic")
    opened.set()
    assert caller.gateway("clinic").name == "yuntongxun"


def test_a_clock_set_back_gives_a_call_no_more_time(monkeypatch: pytest.MonkeyPatch) -> None:
    deadline = Deadline.after(2)
    hour_ago = time.time() - 3_600
    monkeypatch.setattr(time, "time", lambda: hour_ago)
    assert deadline.left_s() <= 2

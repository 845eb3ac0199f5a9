"""The Simulator: what it is told to do, it does, and its receipts survive a restart."""

from __future__ import annotations

import itertools
import time
from typing import Any

import pytest

from tasks.gateways.codes import table
from tasks.gateways.protocol import Deadline, Outcome, OutcomeKind, OutgoingMessage, PendingReceipt
from tasks.gateways.simulator import LATE_RECEIPT_MS, Simulator

_ids = itertools.count(time.time_ns() % 10**9 * 1000)


def simulator(**fields: Any) -> Simulator:
    return Simulator({"delay_ms": 0, **fields})


def message(recipient: str = "+8613800138000") -> OutgoingMessage:
    return OutgoingMessage(next(_ids), "r", recipient, "text")


def send(gateway: Simulator, *messages: OutgoingMessage) -> list[Outcome]:
    return gateway.send(messages, Deadline.after(5))


def pending(outcome: Outcome) -> PendingReceipt:
    assert outcome.provider_id is not None
    return PendingReceipt(outcome.message_id, outcome.provider_id, "+8613800138000", 0)


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def test_every_message_is_taken_and_delivered_unless_it_is_told_otherwise() -> None:
    gateway = simulator(receipt_delay_ms=500)
    messages = [message(), message("+14155552671")]
    outcomes = send(gateway, *messages)
    assert [outcome.message_id for outcome in outcomes] == [entry.message_id for entry in messages]
    assert {outcome.kind for outcome in outcomes} == {OutcomeKind.ACCEPTED}
    assert len({outcome.provider_id for outcome in outcomes}) == 2
    assert gateway.receipts([pending(outcome) for outcome in outcomes], now_ms() - 1000) == []
    receipts = gateway.receipts([pending(outcome) for outcome in outcomes], now_ms() + 1000)
    assert [receipt.delivered for receipt in receipts] == [True, True]


@pytest.mark.parametrize(
    ("trouble", "kind", "code"),
    [
        ("refuse", OutcomeKind.REFUSED, "sim.refused"),
        ("lose_answer", OutcomeKind.UNKNOWN, "sim.answer_lost"),
        ("busy", OutcomeKind.BUSY, "sim.busy"),
        ("account_refused", OutcomeKind.ACCOUNT, "sim.account_refused"),
        ("unreached", OutcomeKind.UNREACHED, "sim.unreached"),
    ],
)
def test_a_trouble_at_a_hundred_percent_meets_every_message(trouble: str, kind: OutcomeKind, code: str) -> None:
    (outcome,) = send(simulator(**{f"{trouble}_percent": 100.0}), message())
    assert (outcome.kind, outcome.code, outcome.provider_id) == (kind, code, None)
    assert table("simulator")[code].kind is kind


def test_no_number_is_special() -> None:
    gateway = simulator()
    kinds = {send(gateway, message(f"+861380013{ending:04d}"))[0].kind for ending in range(100)}
    assert kinds == {OutcomeKind.ACCEPTED}


@pytest.mark.parametrize(
    ("trouble", "after_ms", "delivered"),
    [
        ("undelivered", 1_000, [False]),
        ("late_receipt", 1_000, []),
        ("late_receipt", LATE_RECEIPT_MS + 1_000, [True]),
        ("no_receipt", 10**9, []),
    ],
)
def test_receipts_can_be_practised(trouble: str, after_ms: int, delivered: list[bool]) -> None:
    (outcome,) = send(simulator(receipt_delay_ms=0, **{f"{trouble}_percent": 100.0}), message())
    # Another object: nothing is remembered.
    receipts = simulator().receipts([pending(outcome)], now_ms() + after_ms)
    assert [receipt.delivered for receipt in receipts] == delivered


def test_ids_of_other_gateways_have_no_receipts() -> None:
    strange = [
        PendingReceipt(1, provider_id, "+1", 0) for provider_id in ("", "abc", "SIM-", "SIM-x-d-00", "SIM-1-q-00")
    ]
    assert simulator().receipts(strange, now_ms()) == []


def test_a_share_between_gives_both() -> None:
    gateway = simulator(refuse_percent=50.0)
    assert {send(gateway, message())[0].kind for _ in range(200)} == {OutcomeKind.REFUSED, OutcomeKind.ACCEPTED}


def test_all_can_be_undelivered() -> None:
    gateway = simulator(undelivered_percent=100.0, receipt_delay_ms=0)
    (outcome,) = send(gateway, message())
    (receipt,) = gateway.receipts([pending(outcome)], now_ms() + 1)
    assert (receipt.delivered, receipt.code) == (False, "sim.undelivered")


def test_it_answers_after_its_delay_and_never_beyond_the_deadline() -> None:
    started = time.monotonic()
    (outcome,) = simulator(delay_ms=30).send([message()], Deadline.after(5))
    assert outcome.kind is OutcomeKind.ACCEPTED
    assert time.monotonic() - started >= 0.03
    started = time.monotonic()
    (outcome,) = simulator(delay_ms=60_000).send([message()], Deadline.after(0.05))
    assert outcome.kind is OutcomeKind.UNKNOWN
    assert time.monotonic() - started < 5
    (outcome,) = simulator().send([message()], Deadline.after(-1))
    assert (outcome.kind, outcome.code) == (OutcomeKind.UNREACHED, "deadline.passed")


def test_it_calls_itself_simulated_and_takes_as_many_numbers_as_it_is_told() -> None:
    assert Simulator.simulated
    assert simulator().limits.numbers_per_request == 1
    assert simulator(numbers_per_request=100).limits.numbers_per_request == 100
    assert not simulator().limits.needs_template

"""The circuit breaker: a gateway that is away costs a handful of calls, and comes back by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select, update
from support.ledgers import put, row, states

from tasks.clock import now_ms
from tasks.gateways.protocol import Outcome, OutcomeKind
from tasks.ledger import control
from tasks.ledger.accounts import release_account
from tasks.ledger.breaker import BACKOFF_S, PROBE_MS, SILENT_CALLS
from tasks.ledger.claims import Claimant, ClaimedMessage, claim_chunk, claim_message
from tasks.ledger.control import Scope
from tasks.ledger.engine import Ledger
from tasks.ledger.outcomes import RecordPolicy, TryEnd, record
from tasks.ledger.schema import accounts
from tasks.ledger.states import State
from tasks.maintenance.breakers import Breakers

ME = Claimant("host:1:me", 60_000)
OTHER = Claimant("host:2:other", 60_000)
POLICY = RecordPolicy(max_tries=2)
AWAY, LOST, BUSY, TAKEN = OutcomeKind.UNREACHED, OutcomeKind.UNKNOWN, OutcomeKind.BUSY, OutcomeKind.ACCEPTED


class Published:
    """Stands for the broker."""

    def __init__(self) -> None:
        self.chunk_ids: list[int] = []
        self.message_ids: list[int] = []

    def publish(self, chunk_ids: Sequence[int] = (), message_ids: Sequence[int] = ()) -> None:
        self.chunk_ids += chunk_ids
        self.message_ids += message_ids


def account(ledger: Ledger) -> Any:
    with ledger.reading() as connection:
        return connection.execute(select(accounts).where(accounts.c.name == "simulator")).one()


def pause_is_over(ledger: Ledger) -> None:
    with ledger.writing() as connection:
        connection.execute(update(accounts).where(accounts.c.retry_ms.is_not(None)).values(retry_ms=now_ms()))


def claim(ledger: Ledger, message_id: int, who: Claimant = ME) -> ClaimedMessage | None:
    return claim_message(ledger, message_id, who, lambda _account: True)[0]


def sent(ledger: Ledger) -> ClaimedMessage:
    claimed = claim(ledger, put(ledger).first_id)
    assert claimed is not None
    return claimed


def end(ledger: Ledger, claimed: ClaimedMessage | None, kind: OutcomeKind, code: str = "", **more: Any) -> State:
    assert claimed is not None
    outcome = Outcome(claimed.message_id, kind, code or f"the.{kind}", **more)
    return record(ledger, [TryEnd(claimed, outcome)], POLICY)[0].state


def opened(ledger: Ledger) -> ClaimedMessage:
    """An open breaker; the message that it holds."""
    held = sent(ledger)
    assert end(ledger, held, AWAY, "http.connect_refused") is State.HELD
    return held


def test_no_claim_follows_the_first_call_that_did_not_reach_the_gateway(ledger: Ledger) -> None:
    batch = put(ledger, 3)
    held = opened(ledger)
    assert row(ledger, held.message_id).reason == "http.connect_refused"
    assert claim_message(ledger, put(ledger).first_id, ME, lambda _: True) == (None, "http.connect_refused")
    assert claim_chunk(ledger, batch.chunk_ids[0], ME, 3).stopped == "http.connect_refused"


def test_calls_without_an_answer_open_it_and_their_messages_stay_unknown(ledger: Ledger) -> None:
    for _ in range(SILENT_CALLS - 1):
        assert end(ledger, sent(ledger), LOST) is State.UNKNOWN
    assert account(ledger).held_reason is None
    assert end(ledger, sent(ledger), LOST, "http.read_timeout") is State.UNKNOWN
    assert account(ledger).held_reason == "http.read_timeout"
    pause_is_over(ledger)
    end(ledger, sent(ledger), TAKEN)
    Breakers(ledger, Published()).tend(now_ms())  # type: ignore[arg-type]
    assert states(ledger) == ["unknown"] * SILENT_CALLS + ["submitted"]


def test_an_answer_in_between_begins_the_count_anew(ledger: Ledger) -> None:
    for _ in range(3):
        for _ in range(SILENT_CALLS - 1):
            end(ledger, sent(ledger), LOST)
        end(ledger, sent(ledger), OutcomeKind.REFUSED)
    assert account(ledger).held_reason is None


def test_many_numbers_in_one_call_count_once(ledger: Ledger) -> None:
    claimed = claim_chunk(ledger, put(ledger, 100).chunk_ids[0], ME, 100).messages
    first = claimed[0].message_id
    record(ledger, [TryEnd(one, Outcome(one.message_id, LOST), first) for one in claimed], POLICY)
    assert account(ledger).held_reason is None


def test_a_gateway_that_is_busy_for_long_uses_up_nobodys_tries(ledger: Ledger) -> None:
    in_flight = [sent(ledger) for _ in range(SILENT_CALLS + 3)]
    ended = [end(ledger, one, BUSY, "http.429", retry_after_s=90.0) for one in in_flight]
    assert ended == [State.RETRYING] * (SILENT_CALLS - 1) + [State.HELD] * 4
    assert account(ledger).retry_ms - account(ledger).held_ms == 90_000


def test_one_probe_at_a_time_and_none_before_its_time(ledger: Ledger) -> None:
    batch = put(ledger, 5)
    opened(ledger)
    single = put(ledger).first_id
    pause_is_over(ledger)
    assert len(claim_chunk(ledger, batch.chunk_ids[0], ME, 5).messages) == 1
    assert claim(ledger, single, OTHER) is None
    assert claim_chunk(ledger, batch.chunk_ids[0], OTHER, 5).messages == ()


def test_the_pause_grows_with_every_probe_that_fails(ledger: Ledger) -> None:
    opened(ledger)
    pauses = []
    for _ in range(len(BACKOFF_S) + 1):
        pause_is_over(ledger)
        probe = sent(ledger)
        before = now_ms()
        assert end(ledger, probe, AWAY) is State.HELD
        pauses.append(round((account(ledger).retry_ms - before) / 1000))
    assert pauses == [*BACKOFF_S[1:], BACKOFF_S[-1], BACKOFF_S[-1]]


def test_a_probe_whose_worker_died_is_followed_by_another(ledger: Ledger) -> None:
    opened(ledger)
    pause_is_over(ledger)
    sent(ledger)
    assert account(ledger).retry_ms - account(ledger).probe_ms == PROBE_MS
    pause_is_over(ledger)
    assert claim(ledger, put(ledger).first_id, OTHER) is not None


def test_a_probe_that_finds_nothing_to_send_costs_no_pause(ledger: Ledger) -> None:
    gone = put(ledger, 2)
    opened(ledger)
    control.cancel_all(ledger, Scope(gone.batch_id), "ada@desk")
    pause_is_over(ledger)
    for message_id in (gone.first_id, gone.first_id + 1):
        assert claim(ledger, message_id) is None
    assert claim(ledger, put(ledger).first_id) is not None


@pytest.mark.parametrize("kind", [TAKEN, OutcomeKind.REFUSED])
def test_any_real_answer_closes_it_and_what_it_held_goes_on(ledger: Ledger, kind: OutcomeKind) -> None:
    batch = put(ledger, 3)
    out = claim_chunk(ledger, batch.chunk_ids[0], ME, 2).messages
    for one in out:
        end(ledger, one, AWAY)
    single = put(ledger).first_id
    pause_is_over(ledger)
    end(ledger, claim(ledger, single), kind)
    assert account(ledger).held_reason is None
    Breakers(ledger, Published()).tend(now_ms())  # type: ignore[arg-type]
    assert states(ledger)[:3] == ["queued"] * 3
    assert len(claim_chunk(ledger, batch.chunk_ids[0], ME, 5).messages) == 3


def test_where_all_are_held_one_of_them_becomes_the_probe(ledger: Ledger) -> None:
    held = opened(ledger)
    broker = Published()
    breakers = Breakers(ledger, broker)  # type: ignore[arg-type]
    breakers.tend(now_ms())
    assert row(ledger, held.message_id).state == "held"
    pause_is_over(ledger)
    breakers.tend(now_ms())
    breakers.tend(now_ms())
    breakers.tend(now_ms())
    assert broker.message_ids == [held.message_id]
    end(ledger, claim(ledger, held.message_id), TAKEN)
    assert states(ledger) == ["submitted"]


def test_late_ends_of_earlier_calls_neither_lengthen_the_pause_nor_open_it_again(ledger: Ledger) -> None:
    late = [sent(ledger) for _ in range(4)]
    opened(ledger)
    retry_ms = account(ledger).retry_ms
    assert end(ledger, late[0], AWAY) is State.HELD
    assert account(ledger).retry_ms == retry_ms
    with ledger.writing() as connection:
        release_account(connection, "simulator")
        connection.execute(update(accounts).values(closed_ms=now_ms() + 1))
    assert end(ledger, late[1], AWAY) is State.RETRYING
    assert account(ledger).held_reason is None


def test_what_a_person_must_mend_takes_the_breakers_place(ledger: Ledger) -> None:
    opened(ledger)
    pause_is_over(ledger)
    end(ledger, sent(ledger), OutcomeKind.ACCOUNT, "111109")
    assert (account(ledger).held_reason, account(ledger).retry_ms) == ("111109", None)
    assert claim(ledger, put(ledger).first_id) is None


def test_a_machine_that_slept_says_nothing_about_the_gateway(ledger: Ledger) -> None:
    assert end(ledger, sent(ledger), AWAY, "deadline.passed") is State.RETRYING
    assert account(ledger).held_reason is None


def test_the_operators_word_holds_when_the_breaker_lets_go(ledger: Ledger) -> None:
    paused, going = put(ledger, 2), put(ledger, 2)
    out = [one for batch in (paused, going) for one in claim_chunk(ledger, batch.chunk_ids[0], ME, 2).messages]
    control.pause(ledger, Scope(paused.batch_id), "ada@desk")
    for one in out:
        end(ledger, one, AWAY)
    pause_is_over(ledger)
    end(ledger, sent(ledger), TAKEN)
    Breakers(ledger, Published()).tend(now_ms())  # type: ignore[arg-type]
    assert states(ledger) == ["held", "held", "queued", "queued", "submitted"]


def test_a_person_may_resume_all_at_once(ledger: Ledger) -> None:
    opened(ledger)
    with ledger.writing() as connection:
        release_account(connection, "simulator")
    assert claim(ledger, put(ledger).first_id) is not None
    assert claim(ledger, put(ledger).first_id, OTHER) is not None

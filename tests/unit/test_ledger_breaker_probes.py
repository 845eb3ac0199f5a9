"""The circuit breaker while it is open: one probe at a time, pauses that grow, and what closes it."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from support.breaker import (
    AWAY,
    BUSY,
    LOST,
    ME,
    OTHER,
    TAKEN,
    Published,
    account,
    claim,
    end,
    opened,
    pause_is_over,
    sent,
    silence,
    tend,
)
from support.ledgers import put, row, states

from tasks.clock import now_ms
from tasks.gateways.protocol import OutcomeKind
from tasks.ledger import control
from tasks.ledger.breaker import BACKOFF_S, EARLY_MS, PROBE_MS, SILENT_CALLS, try_now
from tasks.ledger.claims import claim_chunk
from tasks.ledger.control import Scope
from tasks.ledger.engine import Ledger
from tasks.ledger.limits import AccountLimits, set_limits
from tasks.ledger.schema import accounts, chunks
from tasks.ledger.states import State
from tasks.maintenance.breakers import Breakers


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


def test_a_gateway_slower_than_a_probe_is_waited_for_closes_it_all_the_same(ledger: Ledger) -> None:
    opened(ledger)
    with ledger.writing() as connection:
        connection.execute(update(accounts).values(held_ms=now_ms() - 60_000))
    pause_is_over(ledger)
    slow = sent(ledger)
    pause_is_over(ledger)
    sent(ledger)
    end(ledger, slow, TAKEN)
    assert account(ledger).held_reason is None


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


def test_late_answers_of_earlier_calls_do_not_close_it(ledger: Ledger) -> None:
    late = sent(ledger)
    opened(ledger)
    assert end(ledger, late, TAKEN) is State.SUBMITTED
    assert claim(ledger, put(ledger).first_id) is None
    assert account(ledger).retry_ms - account(ledger).held_ms == EARLY_MS


def test_a_late_answer_shortens_no_pause_of_a_gateway_that_swallows(ledger: Ledger) -> None:
    late = sent(ledger)
    silence(ledger)
    retry_ms = account(ledger).retry_ms
    end(ledger, late, TAKEN)
    assert account(ledger).retry_ms == retry_ms


def test_try_now_is_one_message_and_not_all(ledger: Ledger) -> None:
    opened(ledger)
    pause_is_over(ledger)
    end(ledger, sent(ledger), AWAY)
    assert claim(ledger, put(ledger).first_id) is None
    with ledger.writing() as connection:
        assert try_now(connection, "simulator", now_ms())
        assert not try_now(connection, "another", now_ms())
    assert claim(ledger, put(ledger).first_id) is not None
    with ledger.writing() as connection:
        assert try_now(connection, "simulator", now_ms())
    assert claim(ledger, put(ledger).first_id, OTHER) is None


def test_a_gateway_that_takes_one_and_swallows_the_next_is_given_longer_pauses(ledger: Ledger) -> None:
    pauses = []
    for _ in range(4):
        silence(ledger)
        pauses.append(round((account(ledger).retry_ms - account(ledger).held_ms) / 1000))
        pause_is_over(ledger)
        end(ledger, sent(ledger), TAKEN)
        assert account(ledger).held_reason is None
    assert pauses == [5, 15, 60, 300]


def test_connections_that_fail_now_and_then_are_given_no_longer_pauses(ledger: Ledger) -> None:
    for _ in range(3):
        opened(ledger)
        assert account(ledger).retry_ms - account(ledger).held_ms == BACKOFF_S[0] * 1000
        pause_is_over(ledger)
        end(ledger, sent(ledger), TAKEN)


def test_one_numbers_odd_answer_opens_nothing_and_is_an_answer_to_a_probe(ledger: Ledger) -> None:
    for _ in range(SILENT_CALLS + 1):
        end(ledger, sent(ledger), BUSY, "160038", retry_after_s=30.0)
    assert account(ledger).held_reason is None
    opened(ledger)
    pause_is_over(ledger)
    assert end(ledger, sent(ledger), BUSY, "160038") is State.RETRYING
    assert account(ledger).held_reason is None


def test_a_probe_that_never_left_this_machine_costs_no_pause(ledger: Ledger) -> None:
    opened(ledger)
    pause_is_over(ledger)
    assert end(ledger, sent(ledger), AWAY, "deadline.passed") is State.HELD
    assert account(ledger).retry_ms <= now_ms()
    assert account(ledger).held_reason == "http.connect_refused"


def test_a_probe_for_which_there_is_no_room_in_flight_costs_no_pause(ledger: Ledger) -> None:
    out = sent(ledger)
    with ledger.writing() as connection:
        set_limits(connection, "simulator", AccountLimits(most_in_flight=1), now_ms())
        connection.execute(update(accounts).values(held_reason="gateway.silent", held_ms=1, retry_ms=now_ms()))
    assert claim(ledger, put(ledger).first_id) is None
    assert account(ledger).probe_ms is None
    end(ledger, out, LOST)
    assert claim(ledger, put(ledger).first_id) is not None


def test_one_chunk_is_offered_until_somebody_takes_it(ledger: Ledger) -> None:
    """No worker may have the account: the broker is not filled with tasks that nobody can use."""
    batch = put(ledger, 1_500)
    with ledger.writing() as connection:
        connection.execute(update(chunks).values(state="waiting", published_ms=None))
    opened(ledger)
    pause_is_over(ledger)
    assert [tend(ledger).chunk_ids for _ in range(3)] == [[min(batch.chunk_ids)]] * 3

"""The circuit breaker: a gateway that is away costs a handful of calls, and comes back by itself."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from support.breaker import (
    AWAY,
    BUSY,
    LOST,
    ME,
    OTHER,
    POLICY,
    TAKEN,
    Published,
    account,
    claim,
    claim_again,
    end,
    opened,
    pause_is_over,
    sent,
    tend,
)
from support.ledgers import force, put, row, states

from tasks.clock import now_ms
from tasks.delivery.door import answer_for
from tasks.gateways.protocol import Outcome, OutcomeKind
from tasks.ledger import control
from tasks.ledger.accounts import hold_account, release_account
from tasks.ledger.breaker import EARLY_MS, SILENT_CALLS
from tasks.ledger.claims import claim_chunk, claim_message
from tasks.ledger.control import Scope
from tasks.ledger.engine import Ledger
from tasks.ledger.limits import AccountLimits, set_limits
from tasks.ledger.outcomes import TryEnd, record
from tasks.ledger.schema import accounts
from tasks.ledger.states import State
from tasks.ledger.upkeep import find_due, release
from tasks.maintenance.breakers import Breakers


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
    assert account(ledger).held_reason == "gateway.silent"
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


def test_an_answer_recorded_together_with_the_first_failure_does_not_hide_it(ledger: Ledger) -> None:
    answered, failed = sent(ledger), sent(ledger)
    ends = [TryEnd(one, Outcome(one.message_id, kind)) for one, kind in ((answered, TAKEN), (failed, AWAY))]
    assert [verdict.state for verdict in record(ledger, ends, POLICY)] == [State.SUBMITTED, State.HELD]
    assert claim(ledger, put(ledger).first_id) is None
    assert account(ledger).retry_ms - account(ledger).held_ms == EARLY_MS


def test_what_is_looked_up_afterwards_does_not_say_that_calls_are_answered(ledger: Ledger) -> None:
    lost = [sent(ledger) for _ in range(SILENT_CALLS)]
    for one in lost:
        end(ledger, one, LOST)
        known = Outcome(one.message_id, TAKEN, provider_id="p")
        assert record(ledger, [TryEnd(one, known)], POLICY, looked_up=True)[0].state is State.SUBMITTED
    assert account(ledger).held_reason == "gateway.silent"
    assert claim(ledger, put(ledger).first_id) is None


@pytest.mark.parametrize("kind", [AWAY, BUSY])
def test_what_is_in_flight_at_a_persons_fault_waits_for_that_person(ledger: Ledger, kind: OutcomeKind) -> None:
    in_flight = claim_again(ledger, POLICY.max_tries)
    end(ledger, sent(ledger), OutcomeKind.ACCOUNT, "111109")
    assert end(ledger, in_flight, kind) is State.HELD


def test_tries_for_which_the_gateway_was_away_use_up_nothing(ledger: Ledger) -> None:
    held = opened(ledger)
    for _ in range(POLICY.max_tries + 1):
        pause_is_over(ledger)
        tend(ledger)
        assert end(ledger, claim(ledger, held.message_id), AWAY) is State.HELD
    pause_is_over(ledger)
    end(ledger, sent(ledger), TAKEN)
    tend(ledger)
    assert end(ledger, claim(ledger, held.message_id), BUSY, "160050") is State.RETRYING
    force(ledger, held.message_id, State.QUEUED)
    assert end(ledger, claim(ledger, held.message_id), BUSY, "160050") is State.FAILED


def test_throttling_gives_no_message_up(ledger: Ledger) -> None:
    assert end(ledger, claim_again(ledger, 9), BUSY, "http.429") is State.RETRYING


def test_another_client_is_told_when_its_message_comes_to_wait_for_a_person(ledger: Ledger) -> None:
    theirs = put(ledger, source="celery").first_id
    assert end(ledger, claim(ledger, theirs), AWAY) is State.HELD
    with ledger.reading() as connection:
        assert find_due(connection, now_ms()).tell == []
    with ledger.writing() as connection:
        hold_account(connection, "simulator", "111109", now_ms())
    with ledger.reading() as connection:
        assert [one.message_id for one in find_due(connection, now_ms()).tell] == [theirs]


def test_nothing_is_tried_while_the_operator_has_stopped_all(ledger: Ledger) -> None:
    held = opened(ledger)
    control.stop(ledger, "ada@desk")
    pause_is_over(ledger)
    assert tend(ledger).message_ids == []
    assert row(ledger, held.message_id).reason == "http.connect_refused"
    control.start_again(ledger, "ada@desk")
    tend(ledger)
    assert tend(ledger).message_ids == [held.message_id]


def test_what_is_to_be_tried_again_waits_while_it_is_open(ledger: Ledger) -> None:
    waiting = sent(ledger)
    assert end(ledger, waiting, BUSY) is State.RETRYING
    opened(ledger)
    later = now_ms() + 3_600_000
    with ledger.writing() as connection:
        release(connection, find_due(connection, later).release, later)
    assert row(ledger, waiting.message_id).state == "queued"
    assert claim(ledger, waiting.message_id) is None


def test_an_answer_on_its_way_into_the_ledger_while_a_person_resumes_is_let_go_too(ledger: Ledger) -> None:
    held = opened(ledger)
    with ledger.writing() as connection:
        release_account(connection, "simulator")
    tend(ledger)
    assert row(ledger, held.message_id).state == "queued"


def test_a_gateway_that_is_away_is_not_hidden_by_a_limit(ledger: Ledger) -> None:
    in_flight = [sent(ledger) for _ in range(3)]
    with ledger.writing() as connection:
        set_limits(connection, "simulator", AccountLimits(per_day=3), now_ms())
    assert claim(ledger, put(ledger).first_id) is None
    assert account(ledger).held_reason == "limit.per_day"
    assert end(ledger, in_flight[0], BUSY) is State.RETRYING
    assert end(ledger, in_flight[1], AWAY, "http.connect_refused") is State.HELD
    assert account(ledger).held_reason == "http.connect_refused"
    pause_is_over(ledger)
    end(ledger, sent(ledger), TAKEN)
    assert account(ledger).held_reason is None


def test_another_client_waits_while_it_goes_on_by_itself_and_is_answered_when_a_person_must_act(ledger: Ledger) -> None:
    theirs = put(ledger, source="celery", task_key="one", request_id="celery:one")
    queued = put(ledger, source="celery", task_key="two", request_id="celery:two")
    assert end(ledger, claim(ledger, theirs.first_id), AWAY) is State.HELD
    assert answer_for(ledger, theirs.batch_id) is None
    assert answer_for(ledger, queued.batch_id) is None
    with ledger.writing() as connection:
        hold_account(connection, "simulator", "111109", now_ms())
    for one, state in ((theirs, "held"), (queued, "queued")):
        answer = answer_for(ledger, one.batch_id)
        assert answer is not None
        assert answer["state"] == state

"""Claims and outcomes: one owner at a time, nothing back to the queue without proof."""

from __future__ import annotations

import pytest
from support.ledgers import force, put, row, states, tries_of

from tasks.gateways.protocol import Outcome, OutcomeKind, Receipt
from tasks.ledger.accounts import release_account, set_rate
from tasks.ledger.claims import Claimant, ClaimedMessage, claim_chunk, claim_message
from tasks.ledger.engine import Ledger
from tasks.ledger.outcomes import RecordPolicy, TryEnd, apply_receipts, record
from tasks.ledger.states import State

ME = Claimant("host:1:me", 60_000)
OTHER = Claimant("host:2:other", 60_000)
POLICY = RecordPolicy(max_tries=3)


def everyone(_account: str) -> bool:
    return True


def claim(ledger: Ledger, message_id: int, who: Claimant = ME) -> ClaimedMessage:
    claimed, _ = claim_message(ledger, message_id, who, everyone)
    assert claimed is not None
    return claimed


def end(ledger: Ledger, claimed: ClaimedMessage, kind: OutcomeKind, code: str = "", **more: object) -> State:
    outcome = Outcome(claimed.message_id, kind, code, **more)  # type: ignore[arg-type]
    return record(ledger, [TryEnd(claimed, outcome)], POLICY)[0].state


def test_a_second_delivery_of_the_task_gets_nothing(ledger: Ledger) -> None:
    message_id = put(ledger).first_id
    claim(ledger, message_id)
    assert claim_message(ledger, message_id, OTHER, everyone) == (None, "claim.lost")
    assert len(tries_of(ledger, message_id)) == 1


def test_a_worker_without_the_account_claims_nothing(ledger: Ledger) -> None:
    message_id = put(ledger).first_id
    assert claim_message(ledger, message_id, ME, lambda account: account != "simulator") == (None, "not_served")
    assert states(ledger) == ["queued"]


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (OutcomeKind.ACCEPTED, State.SUBMITTED),
        (OutcomeKind.REFUSED, State.REJECTED),
        (OutcomeKind.ACCOUNT, State.HELD),
        (OutcomeKind.BUSY, State.RETRYING),
        (OutcomeKind.UNREACHED, State.HELD),
        (OutcomeKind.UNKNOWN, State.UNKNOWN),
    ],
)
def test_an_outcome_leads_to_the_state_it_proves(ledger: Ledger, kind: OutcomeKind, state: State) -> None:
    message_id = put(ledger).first_id
    assert end(ledger, claim(ledger, message_id), kind, "some.code") is state
    assert row(ledger, message_id).state == state
    ended = tries_of(ledger, message_id)[0]
    assert (ended.outcome, ended.code) == (kind.value, "some.code")
    assert ended.ended_ms is not None


def test_tries_used_up_end_in_failed(ledger: Ledger) -> None:
    message_id = put(ledger).first_id
    for expected in (State.RETRYING, State.RETRYING, State.FAILED):
        assert end(ledger, claim(ledger, message_id), OutcomeKind.BUSY, "160050") is expected
        if expected is State.RETRYING:
            force(ledger, message_id, State.QUEUED)
    assert [attempt.number for attempt in tries_of(ledger, message_id)] == [1, 2, 3]


def test_a_gateways_longer_wait_is_kept(ledger: Ledger) -> None:
    message_id = put(ledger).first_id
    end(ledger, claim(ledger, message_id), OutcomeKind.BUSY, "429", retry_after_s=900.0)
    waiting = row(ledger, message_id)
    assert waiting.due_ms - waiting.updated_ms == 900_000


def test_a_late_answer_settles_an_unknown_under_its_own_token(ledger: Ledger) -> None:
    message_id = put(ledger).first_id
    zombie = claim(ledger, message_id)
    force(ledger, message_id, State.UNKNOWN)
    assert end(ledger, zombie, OutcomeKind.ACCEPTED, provider_id="p1") is State.SUBMITTED
    assert row(ledger, message_id).state == "submitted"


def test_a_zombies_answer_does_not_touch_a_later_try(ledger: Ledger) -> None:
    message_id = put(ledger).first_id
    zombie = claim(ledger, message_id)
    force(ledger, message_id, State.QUEUED)
    claim(ledger, message_id, OTHER)
    end(ledger, zombie, OutcomeKind.REFUSED, "late")
    assert row(ledger, message_id).state == "sending"
    assert [attempt.code for attempt in tries_of(ledger, message_id)] == ["late", None]


def test_proof_of_not_sent_after_unknown_does_not_queue_it_again(ledger: Ledger) -> None:
    message_id = put(ledger).first_id
    zombie = claim(ledger, message_id)
    force(ledger, message_id, State.UNKNOWN)
    end(ledger, zombie, OutcomeKind.BUSY, "429")
    assert row(ledger, message_id).state == "unknown"


def test_recording_twice_changes_nothing(ledger: Ledger) -> None:
    message_id = put(ledger).first_id
    claimed = claim(ledger, message_id)
    end(ledger, claimed, OutcomeKind.ACCEPTED, provider_id="p1")
    apply_receipts(ledger, [Receipt(message_id, delivered=True)])
    end(ledger, claimed, OutcomeKind.ACCEPTED, provider_id="p1")
    assert row(ledger, message_id).state == "delivered"


def test_a_receipt_cannot_change_a_final_state(ledger: Ledger) -> None:
    message_id = put(ledger).first_id
    end(ledger, claim(ledger, message_id), OutcomeKind.ACCEPTED, provider_id="p1")
    apply_receipts(ledger, [Receipt(message_id, delivered=True)])
    apply_receipts(ledger, [Receipt(message_id, delivered=False, code="late")])
    assert row(ledger, message_id).state == "delivered"


def test_a_late_receipt_upgrades_no_receipt(ledger: Ledger) -> None:
    message_id = put(ledger).first_id
    force(ledger, message_id, State.NO_RECEIPT)
    apply_receipts(ledger, [Receipt(message_id, delivered=False, code="absent")])
    assert (row(ledger, message_id).state, row(ledger, message_id).reason) == ("undelivered", "absent")


def test_no_claim_follows_a_fault_of_the_account(ledger: Ledger) -> None:
    first, second = put(ledger).first_id, put(ledger).first_id
    end(ledger, claim(ledger, first), OutcomeKind.ACCOUNT, "111109")
    assert claim_message(ledger, second, OTHER, everyone) == (None, "111109")
    with ledger.writing() as connection:
        release_account(connection, "simulator")
    assert claim(ledger, second).message_id == second


def test_what_is_too_late_expires_in_place_of_being_claimed(ledger: Ledger) -> None:
    message_id = put(ledger, expires_ms=1).first_id
    assert claim_message(ledger, message_id, ME, everyone) == (None, "claim.lost")
    assert states(ledger) == ["expired"]


def test_a_chunk_is_claimed_in_groups_no_larger_than_the_room(ledger: Ledger) -> None:
    chunk_id = put(ledger, 100).chunk_ids[0]
    sizes = []
    while not (claimed := claim_chunk(ledger, chunk_id, ME, 40)).exhausted:
        sizes.append(len(claimed.messages))
    assert [*sizes, len(claimed.messages)] == [40, 40, 20]
    assert states(ledger) == ["sending"] * 100
    assert claim_chunk(ledger, chunk_id, OTHER, 40).messages == ()


def test_the_last_claim_of_a_chunk_frees_the_window_for_the_next(ledger: Ledger) -> None:
    submitted = put(ledger, 1_200)
    assert len(submitted.chunk_ids) == 10
    claimed = claim_chunk(ledger, submitted.chunk_ids[0], ME, 100)
    assert claimed.exhausted
    assert claimed.next_chunks == (submitted.chunk_ids[-1] + 1,)


def test_the_rate_of_an_account_bounds_a_claim(ledger: Ledger) -> None:
    chunk_id = put(ledger, 100).chunk_ids[0]
    with ledger.writing() as connection:
        set_rate(connection, "simulator", 5.0)
    claimed = claim_chunk(ledger, chunk_id, ME, 50)
    assert len(claimed.messages) == 5
    assert claim_chunk(ledger, chunk_id, ME, 50).stopped == "allowance.empty"

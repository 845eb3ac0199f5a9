"""The operator's command in the ledger: what leaves after it, what does not, and what the counts say."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select
from support.ledgers import force, put, row, states

from tasks.clock import now_ms
from tasks.errors import RequestError
from tasks.gateways.protocol import Outcome, OutcomeKind
from tasks.ledger import batches, control, unknowns
from tasks.ledger.accounts import release_account
from tasks.ledger.chunks import take_waiting
from tasks.ledger.claims import Claimant, ClaimedMessage, claim_chunk, claim_message
from tasks.ledger.control import Scope
from tasks.ledger.engine import Ledger
from tasks.ledger.outcomes import RecordPolicy, TryEnd, record
from tasks.ledger.schema import chunks, decisions
from tasks.ledger.states import State
from tasks.ledger.upkeep import find_due, forget_due, release, resume_account

ME = Claimant("host:1:me", 60_000)
WHO = "ada@desk"
HOUR_MS = 3_600_000


def counts(ledger: Ledger, batch_id: int) -> dict[str, int]:
    with ledger.reading() as connection:
        return batches.counts(connection, batches.find(connection, batch_id))


def waiting(ledger: Ledger, at: int | None = None) -> tuple[int, ...]:
    with ledger.writing() as connection:
        return take_waiting(connection, at or now_ms())


def end(ledger: Ledger, claimed: ClaimedMessage, kind: OutcomeKind, code: str = "x") -> State:
    return record(ledger, [TryEnd(claimed, Outcome(claimed.message_id, kind, code))], RecordPolicy())[0].state


def decided(ledger: Ledger) -> list[tuple[str, str, int | None, int | None, int]]:
    with ledger.reading() as connection:
        rows = connection.execute(select(decisions).order_by(decisions.c.decision_id)).all()
    assert all(abs(one.at_ms - now_ms()) < HOUR_MS for one in rows)
    return [(one.who, one.action, one.message_id, one.batch_id, one.count) for one in rows]


def single(ledger: Ledger, message_id: int) -> ClaimedMessage | None:
    return claim_message(ledger, message_id, ME, lambda _account: True)[0]


def test_a_paused_batch_keeps_what_is_in_flight_and_nothing_else_leaves(ledger: Ledger) -> None:
    batch = put(ledger, 250)
    claimed = claim_chunk(ledger, batch.chunk_ids[0], ME, 3).messages
    assert control.pause(ledger, Scope(batch.batch_id), WHO) == 247
    assert counts(ledger, batch.batch_id) == {"sending": 3, "held": 247}
    assert all(claim_chunk(ledger, chunk_id, ME, 10).exhausted for chunk_id in batch.chunk_ids)
    assert waiting(ledger) == ()
    kinds = (OutcomeKind.ACCEPTED, OutcomeKind.BUSY, OutcomeKind.UNKNOWN)
    ended = [end(ledger, one, kind) for one, kind in zip(claimed, kinds, strict=True)]
    assert ended == [State.SUBMITTED, State.HELD, State.UNKNOWN]
    assert row(ledger, claimed[1].message_id).reason == "operator.paused"
    assert counts(ledger, batch.batch_id) == {"submitted": 1, "held": 248, "unknown": 1}


def test_a_resumed_batch_goes_on_where_it_was(ledger: Ledger) -> None:
    batch = put(ledger, 250)
    control.pause(ledger, Scope(batch.batch_id), WHO)
    assert control.resume(ledger, Scope(batch.batch_id), WHO) == 250
    taken = waiting(ledger)
    assert taken == batch.chunk_ids
    assert sum(len(claim_chunk(ledger, chunk_id, ME, 100).messages) for chunk_id in taken) == 250
    assert decided(ledger) == [
        (WHO, "pause", None, batch.batch_id, 250),
        (WHO, "resume", None, batch.batch_id, 250),
    ]


def test_messages_are_paused_and_resumed_one_by_one(ledger: Ledger) -> None:
    first = put(ledger, 5).first_id
    alone = put(ledger).first_id
    chosen = Scope(message_ids=(first, first + 1, alone))
    assert control.pause(ledger, chosen, WHO) == 3
    assert single(ledger, alone) is None
    assert states(ledger) == ["held", "held", "queued", "queued", "queued", "held"]
    assert control.pause(ledger, Scope(message_ids=()), WHO) == 0
    assert control.resume(ledger, chosen, WHO) == 3
    assert single(ledger, alone) is not None
    assert [one[1:4] for one in decided(ledger)][:3] == [("pause", first, None), ("pause", first + 1, None),
                                                         ("pause", alone, None)]  # fmt: skip


def test_what_was_scheduled_waits_for_its_time_again(ledger: Ledger) -> None:
    batch = put(ledger, 2)
    later = now_ms() + HOUR_MS
    force(ledger, batch.first_id, State.SCHEDULED, due_ms=later)
    control.pause(ledger, Scope(batch.batch_id), WHO)
    control.resume(ledger, Scope(batch.batch_id), WHO)
    assert (row(ledger, batch.first_id).state, row(ledger, batch.first_id).due_ms) == ("scheduled", later)
    assert row(ledger, batch.first_id + 1).state == "queued"


def test_a_time_that_passes_while_held_does_not_release(ledger: Ledger) -> None:
    batch = put(ledger, 2)
    soon = now_ms() + 1_000
    force(ledger, batch.first_id, State.SCHEDULED, due_ms=soon)
    with ledger.reading() as connection:
        due = find_due(connection, soon)
    control.pause(ledger, Scope(batch.batch_id), WHO)
    with ledger.writing() as connection:
        release(connection, due.release, soon)  # found before the pause, released after it
        assert row(ledger, batch.first_id).state == "held"
        assert forget_due(connection, find_due(connection, soon).tell, soon) == []
        assert find_due(connection, soon).tell == []


def test_stop_holds_everything_and_all_that_is_sent_afterwards(ledger: Ledger) -> None:
    before, alone = put(ledger, 250), put(ledger).first_id
    (claimed,) = claim_chunk(ledger, before.chunk_ids[0], ME, 1).messages
    assert control.stop(ledger, WHO) == 250
    after, one = put(ledger, 5), put(ledger).first_id
    assert after.chunk_ids == ()
    assert counts(ledger, after.batch_id) == {"held": 5}
    assert row(ledger, one).reason == "operator.stopped"
    assert end(ledger, claimed, OutcomeKind.BUSY) is State.HELD
    force(ledger, alone, State.QUEUED)
    assert claim_message(ledger, alone, ME, lambda _account: True) == (None, "operator.stopped")
    force(ledger, before.first_id + 1, State.QUEUED)
    assert claim_chunk(ledger, before.chunk_ids[1], ME, 9).stopped == "operator.stopped"
    assert waiting(ledger) == ()
    control.start_again(ledger, WHO)
    assert set(states(ledger)) == {"queued"}
    # One was given back by the claim that met the stop; the tasks of the others are still on the broker.
    on_broker = {*before.chunk_ids, *waiting(ledger)}
    assert sum(len(claim_chunk(ledger, chunk_id, ME, 100).messages) for chunk_id in on_broker) == 255
    assert [one[1] for one in decided(ledger)] == ["stop", "start"]


def test_the_end_of_a_stop_leaves_what_is_paused_and_a_resume_leaves_what_is_stopped(ledger: Ledger) -> None:
    paused, other = put(ledger, 3), put(ledger, 3)
    control.stop(ledger, WHO)
    control.pause(ledger, Scope(paused.batch_id), WHO)
    assert control.start_again(ledger, WHO) == 3
    assert row(ledger, paused.first_id).reason == "operator.paused"
    assert counts(ledger, other.batch_id) == {"queued": 3}
    control.stop(ledger, WHO)
    assert control.resume(ledger, Scope(paused.batch_id), WHO) == 0
    assert row(ledger, paused.first_id).reason == "operator.stopped"
    assert control.start_again(ledger, WHO) == 6


def test_a_fault_of_the_account_is_resumed_by_itself_alone(ledger: Ledger) -> None:
    batch = put(ledger, 5)
    claimed = claim_chunk(ledger, batch.chunk_ids[0], ME, 2).messages
    end(ledger, claimed[0], OutcomeKind.ACCOUNT, "111109")
    control.pause(ledger, Scope(batch.batch_id), WHO)
    end(ledger, claimed[1], OutcomeKind.ACCOUNT, "111109")
    with ledger.writing() as connection:
        assert resume_account(connection, "simulator", now_ms()) == 2
        release_account(connection, "simulator")
    assert counts(ledger, batch.batch_id) == {"held": 5}
    assert control.resume(ledger, Scope(batch.batch_id), WHO) == 5
    again = claim_chunk(ledger, waiting(ledger)[0], ME, 1).messages[0]
    end(ledger, again, OutcomeKind.ACCOUNT, "111109")
    control.stop(ledger, WHO)
    control.start_again(ledger, WHO)
    assert row(ledger, again.message_id).reason == "111109"


def test_cancelled_messages_never_leave_and_what_is_in_flight_is_not_tried_again(ledger: Ledger) -> None:
    batch = put(ledger, 250)
    claimed = claim_chunk(ledger, batch.chunk_ids[0], ME, 3).messages
    force(ledger, batch.first_id + 100, State.RETRYING, due_ms=1)
    force(ledger, batch.first_id + 101, State.HELD, reason="111109")
    assert control.cancel_all(ledger, Scope(batch.batch_id), WHO) == 247
    kinds = (OutcomeKind.ACCEPTED, OutcomeKind.BUSY, OutcomeKind.ACCOUNT)
    ended = [end(ledger, one, kind) for one, kind in zip(claimed, kinds, strict=True)]
    assert ended == [State.SUBMITTED, State.CANCELLED, State.CANCELLED]
    assert counts(ledger, batch.batch_id) == {"submitted": 1, "cancelled": 249}
    assert all(claim_chunk(ledger, chunk_id, ME, 9).messages == () for chunk_id in batch.chunk_ids)
    assert control.resume(ledger, Scope(batch.batch_id), WHO) == 0
    assert decided(ledger)[0] == (WHO, "cancel", None, batch.batch_id, 247)


def test_single_messages_are_cancelled_and_a_batch_that_is_not_there_is_said(ledger: Ledger) -> None:
    first = put(ledger, 3).first_id
    assert control.cancel_all(ledger, Scope(message_ids=(first, first + 2, 99)), WHO) == 2
    assert control.cancel_all(ledger, Scope(message_ids=()), WHO) == 0
    assert states(ledger) == ["cancelled", "queued", "cancelled"]
    assert control.cancel_all(ledger, control.EVERYTHING, WHO) == 1
    with pytest.raises(RequestError, match=r"request\.no_batch"):
        control.pause(ledger, Scope(99), WHO)


def test_messages_cancelled_while_they_are_sending_are_not_tried_again(ledger: Ledger) -> None:
    batch, alone, other = put(ledger, 4), put(ledger).first_id, put(ledger).first_id
    out = [*claim_chunk(ledger, batch.chunk_ids[0], ME, 4).messages, single(ledger, alone), single(ledger, other)]
    chosen = (batch.first_id, batch.first_id + 1, batch.first_id + 2, alone)
    assert control.cancel_all(ledger, Scope(message_ids=chosen), WHO) == 0
    assert set(states(ledger)) == {"sending"}
    assert decided(ledger) == [(WHO, "cancel", one, None, 0) for one in chosen]
    kinds = (OutcomeKind.BUSY, OutcomeKind.ACCEPTED, OutcomeKind.ACCOUNT, OutcomeKind.BUSY, OutcomeKind.UNREACHED)
    ended = [end(ledger, one, kind) for one, kind in zip(out, kinds, strict=False) if one is not None]
    assert ended == [State.CANCELLED, State.SUBMITTED, State.CANCELLED, State.HELD, State.CANCELLED]
    assert out[5] is not None
    assert end(ledger, out[5], OutcomeKind.BUSY) is State.HELD  # with the account, for what the third was told
    assert row(ledger, alone).reason == "operator.cancelled"


def test_a_cancel_while_it_was_sending_does_not_hinder_a_later_decision_to_send_it_again(ledger: Ledger) -> None:
    alone = put(ledger).first_id
    first = single(ledger, alone)
    assert first is not None
    control.cancel_all(ledger, Scope(message_ids=(alone,)), WHO)
    assert end(ledger, first, OutcomeKind.UNKNOWN) is State.UNKNOWN
    assert unknowns.send_again(ledger, [alone], WHO).count == 1
    second = single(ledger, alone)
    assert second is not None
    assert end(ledger, second, OutcomeKind.BUSY) is State.RETRYING
    assert [one[1] for one in decided(ledger)] == ["cancel", "send_again"]


def test_another_clients_cancelled_message_is_told_by_maintenance(ledger: Ledger) -> None:
    theirs = put(ledger, source="celery", task_key="key-1", request_id="celery:key-1").first_id
    ours = put(ledger).first_id
    control.cancel_all(ledger, Scope(message_ids=(theirs, ours)), WHO)
    now = now_ms()
    with ledger.writing() as connection:
        assert forget_due(connection, find_due(connection, now).tell, now) == [theirs]
        assert find_due(connection, now).tell == []


def test_a_batch_can_be_undone_whole_before_it_is_released(ledger: Ledger) -> None:
    batch = put(ledger, 250, undo_ms=5_000)
    assert batch.undo_until_ms is not None
    assert batch.chunk_ids == waiting(ledger) == ()
    with ledger.reading() as connection:
        chunk_id = connection.execute(select(chunks.c.chunk_id).limit(1)).scalar_one()
        found = batches.find(connection, batch.batch_id)
        assert batches.undo_until(connection, found, now_ms()) == batch.undo_until_ms
    assert claim_chunk(ledger, chunk_id, ME, 9).stopped == "waiting.undo"
    assert control.undo(ledger, batch.batch_id, WHO) == 250
    assert {(one, row(ledger, batch.first_id).reason) for one in states(ledger)} == {("cancelled", "operator.undone")}
    assert waiting(ledger, batch.undo_until_ms) == ()


def test_a_batch_that_is_not_undone_is_released_on_time(ledger: Ledger) -> None:
    batch = put(ledger, 250, undo_ms=5_000)
    assert batch.undo_until_ms is not None
    assert waiting(ledger, batch.undo_until_ms - 1) == ()
    assert len(waiting(ledger, batch.undo_until_ms)) == 3
    # A clock set back by an hour keeps no batch waiting for an hour.
    later = put(ledger, 5, undo_ms=5_000)
    assert later.undo_until_ms is not None
    assert len(waiting(ledger, later.undo_until_ms - HOUR_MS)) == 1


def test_a_single_message_is_never_delayed(ledger: Ledger) -> None:
    alone = put(ledger, undo_ms=5_000)
    theirs = put(ledger, 2, task_key="key-2", source="celery", undo_ms=5_000)
    assert (alone.undo_until_ms, theirs.undo_until_ms) == (None, None)
    assert single(ledger, alone.first_id) is not None


def test_a_person_settles_unknown_messages(ledger: Ledger) -> None:
    batch, alone = put(ledger, 4), put(ledger).first_id
    ids = [batch.first_id, batch.first_id + 1, alone]
    for one in claim_chunk(ledger, batch.chunk_ids[0], ME, 2).messages:
        end(ledger, one, OutcomeKind.UNKNOWN)
    late = single(ledger, alone)
    assert late is not None
    end(ledger, late, OutcomeKind.UNKNOWN)
    assert unknowns.count_as_sent(ledger, [ids[0], batch.first_id + 3], WHO, HOUR_MS) == 1
    assert (row(ledger, ids[0]).state, row(ledger, ids[0]).reason) == ("submitted", "operator.counted_sent")
    again = unknowns.send_again(ledger, ids, WHO)
    assert (again.count, again.message_ids) == (2, (alone,))
    assert unknowns.send_again(ledger, ids, WHO).count == 0
    # The first try's late answer is its own business now.
    end(ledger, late, OutcomeKind.ACCEPTED)
    assert row(ledger, alone).state == "queued"
    second = single(ledger, alone)
    assert second is not None
    assert second.number == 2
    assert [one[1:3] for one in decided(ledger)] == [
        ("count_as_sent", ids[0]), ("send_again", ids[1]), ("send_again", alone),
    ]  # fmt: skip


def test_sent_again_in_a_chunk_that_was_done_it_is_published(ledger: Ledger) -> None:
    batch = put(ledger, 2)
    for one in claim_chunk(ledger, batch.chunk_ids[0], ME, 9).messages:
        end(ledger, one, OutcomeKind.UNKNOWN)
    control.cancel_all(ledger, Scope(batch.batch_id), WHO)
    again = unknowns.send_again(ledger, [batch.first_id], WHO)
    assert again.chunk_ids == batch.chunk_ids
    assert [one.number for one in claim_chunk(ledger, again.chunk_ids[0], ME, 9).messages] == [2]


def test_sent_again_after_its_batch_was_cancelled_no_later_answer_takes_that_back(ledger: Ledger) -> None:
    batch = put(ledger, 3)
    first = claim_chunk(ledger, batch.chunk_ids[0], ME, 1).messages[0]
    end(ledger, first, OutcomeKind.UNKNOWN)
    control.cancel_all(ledger, Scope(batch.batch_id), WHO)
    again = unknowns.send_again(ledger, [batch.first_id], WHO)
    # The first try's answer comes at last, and says that it may be tried later.
    end(ledger, first, OutcomeKind.BUSY)
    assert states(ledger) == ["queued", "cancelled", "cancelled"]
    second = claim_chunk(ledger, again.chunk_ids[0], ME, 9).messages
    assert [end(ledger, one, OutcomeKind.BUSY) for one in second] == [State.RETRYING]
    with ledger.writing() as connection:
        later = now_ms() + HOUR_MS
        release(connection, find_due(connection, later).release, later)
    third = claim_chunk(ledger, again.chunk_ids[0], ME, 9).messages
    assert [end(ledger, one, OutcomeKind.ACCOUNT) for one in third] == [State.HELD]
    with ledger.writing() as connection:
        resume_account(connection, "simulator", now_ms())
    assert states(ledger) == ["queued", "cancelled", "cancelled"]


@pytest.mark.parametrize("scope_of", [Scope, lambda _batch_id: control.EVERYTHING])
def test_cancelled_after_it_was_sent_again_it_is_not_tried_a_third_time(
    ledger: Ledger, scope_of: Callable[[int], Scope]
) -> None:
    batch = put(ledger, 2)
    for one in claim_chunk(ledger, batch.chunk_ids[0], ME, 9).messages:
        end(ledger, one, OutcomeKind.UNKNOWN)
    control.cancel_all(ledger, scope_of(batch.batch_id), WHO)
    again = unknowns.send_again(ledger, [batch.first_id, batch.first_id + 1], WHO)
    second = claim_chunk(ledger, again.chunk_ids[0], ME, 9).messages
    control.cancel_all(ledger, scope_of(batch.batch_id), WHO)
    assert [end(ledger, one, OutcomeKind.BUSY) for one in second] == [State.CANCELLED, State.CANCELLED]


def test_sent_again_while_it_is_paused_it_waits(ledger: Ledger) -> None:
    batch = put(ledger, 2)
    for one in claim_chunk(ledger, batch.chunk_ids[0], ME, 9).messages:
        end(ledger, one, OutcomeKind.UNKNOWN)
    control.pause(ledger, Scope(batch.batch_id), WHO)
    unknowns.send_again(ledger, [batch.first_id], WHO)
    assert states(ledger) == ["held", "unknown"]


def test_batches_under_way_are_found_newest_first(ledger: Ledger) -> None:
    done, paused, fresh = put(ledger, 2), put(ledger, 2), put(ledger, 2)
    put(ledger)
    for one in claim_chunk(ledger, done.chunk_ids[0], ME, 9).messages:
        end(ledger, one, OutcomeKind.ACCEPTED)
    control.pause(ledger, Scope(paused.batch_id), WHO)
    with ledger.reading() as connection:
        found = batches.running(connection)
        shown = batches.look(connection, found[1], now_ms())
    assert [one.batch_id for one in found] == [fresh.batch_id, paused.batch_id]
    assert shown == {
        "batch_id": paused.batch_id, "total": 2, "counts": {"held": 2}, "paused": True, "cancelled": False,
        "undo_until_ms": None, "undo_left_ms": None,
    }  # fmt: skip


def test_a_cancel_whose_giver_was_lost_in_the_middle_lets_nothing_leave_and_is_finished(ledger: Ledger) -> None:
    batch = put(ledger, 150)
    with ledger.writing() as connection:
        control.mark_batch(control.begin(connection, WHO), batch.batch_id, cancelled=True)
    assert [claim_chunk(ledger, chunk_id, ME, 9).messages for chunk_id in batch.chunk_ids] == [(), ()]
    assert control.finish_cancels(ledger, now_ms()) == 0
    assert control.finish_cancels(ledger, now_ms() + 31_000) == 150
    assert counts(ledger, batch.batch_id) == {"cancelled": 150}
    assert control.finish_cancels(ledger, now_ms() + 31_000) == 0


def test_a_pause_whose_giver_was_lost_in_the_middle_lets_nothing_leave_and_can_be_resumed(ledger: Ledger) -> None:
    batch = put(ledger, 150)
    with ledger.writing() as connection:
        control.mark_batch(control.begin(connection, WHO), batch.batch_id, cancelled=False)
    assert [claim_chunk(ledger, chunk_id, ME, 9).messages for chunk_id in batch.chunk_ids] == [(), ()]
    control.resume(ledger, Scope(batch.batch_id), WHO)
    assert sum(len(claim_chunk(ledger, chunk_id, ME, 100).messages) for chunk_id in waiting(ledger)) == 150

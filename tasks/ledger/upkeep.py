"""The ledger's housekeeping as statements: leases of leadership, what is due, what was lost."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, insert, not_, select, update

from tasks.ledger.chunks import put_all_back, reopen, reopen_of
from tasks.ledger.marks import THESE, let_go, not_held_by_operator, obey, pieces, share_command
from tasks.ledger.revision import next_revision
from tasks.ledger.schema import leases, messages, workers
from tasks.ledger.states import State, allowed_from
from tasks.ledger.submission import REPUBLISH_AFTER_MS
from tasks.ledger.upsert import insert_missing

DUE_AT_ONCE = 2_000
"""Rows looked at in one round."""

WAITED_MOST_MS = 30_000
"""Longer than any transaction waits for another one."""


@dataclass
class Due:
    """What has come due, by what is to be done with it."""

    release: list[Any] = field(default_factory=list)
    """Scheduled or Retrying whose time has come."""
    republish: list[Any] = field(default_factory=list)
    """Single messages still Queued: their task may be lost."""
    lost: list[Any] = field(default_factory=list)
    """Sending whose lease has run out."""
    receipts: list[Any] = field(default_factory=list)
    """Submitted, time to ask for the receipt."""
    unknown: list[Any] = field(default_factory=list)
    """Unknown, time to ask the gateway what it knows."""
    tell: list[Any] = field(default_factory=list)
    """Held or Cancelled by a command: another client may wait for that outcome."""


def take_leadership(connection: Connection, name: str, holder: str, now: int, ttl_ms: int) -> bool:
    """Take or renew a lease; False while another holder's is still valid."""
    if insert_missing(connection, leases, name=name, holder=holder, until_ms=now + ttl_ms):
        return True
    row = connection.execute(select(leases).where(leases.c.name == name).with_for_update()).one_or_none()
    if row is None:
        return False  # given up at this very moment: the next round takes it
    # Much longer than a lease lasts: the clock was set back, and the holder, if it lives, renews it by the new one. A
    # little longer: we have waited for the row since we looked at the clock.
    if row.holder != holder and now < row.until_ms <= now + ttl_ms + WAITED_MOST_MS:
        return False
    connection.execute(update(leases).where(leases.c.name == name).values(holder=holder, until_ms=now + ttl_ms))
    return True


def give_up_leadership(connection: Connection, name: str, holder: str) -> None:
    """Let another worker lead at once."""
    connection.execute(delete(leases).where(leases.c.name == name, leases.c.holder == holder))


def find_due(connection: Connection, now: int) -> Due:
    """What maintenance must look at now, oldest first."""
    rows = connection.execute(
        select(
            messages.c.message_id,
            messages.c.state,
            messages.c.chunk_id,
            messages.c.account,
            messages.c.recipient,
            messages.c.provider_id,
            messages.c.submitted_ms,
            messages.c.source,
            messages.c.updated_ms,
            messages.c.token,
            messages.c.tries,
        )
        .where(messages.c.due_ms <= now)
        .order_by(messages.c.due_ms)
        .limit(DUE_AT_ONCE)
    )
    due = Due()
    places = {
        State.SCHEDULED: due.release,
        State.RETRYING: due.release,
        State.QUEUED: due.republish,
        State.SENDING: due.lost,
        State.SUBMITTED: due.receipts,
        State.UNKNOWN: due.unknown,
        State.HELD: due.tell,
        State.CANCELLED: due.tell,
    }
    for row in rows:
        place = places.get(State(row.state))
        if place is not None:
            place.append(row)
    return due


def release(connection: Connection, rows: Sequence[Row[Any]], now: int) -> list[int]:
    """Scheduled or Retrying → Queued. Returns the single messages to publish; chunks wait for the window again."""
    singles = [row.message_id for row in rows if row.chunk_id is None]
    of_chunks = [row.message_id for row in rows if row.chunk_id is not None]
    reopen(connection, {row.chunk_id for row in rows if row.chunk_id is not None})
    change(connection, singles, State.QUEUED, now, due_ms=now + REPUBLISH_AFTER_MS, due_by=now)
    change(connection, of_chunks, State.QUEUED, now, due_ms=None, due_by=now)
    return singles


def postpone_republish(connection: Connection, rows: Sequence[Row[Any]], now: int) -> list[int]:
    """Queued messages whose task may be lost: give them another period. Returns those that travel alone."""
    singles = [row.message_id for row in rows if row.chunk_id is None]
    of_chunks = [row.message_id for row in rows if row.chunk_id is not None]
    reopen(connection, {row.chunk_id for row in rows if row.chunk_id is not None})
    set_due(connection, singles, now + REPUBLISH_AFTER_MS)
    set_due(connection, of_chunks, None)
    return singles


def settle_lost(connection: Connection, message_ids: Sequence[int], reason: str, now: int) -> None:
    """Sending → Unknown where the lease has run out: the worker is gone and its request may have left."""
    change(connection, message_ids, State.UNKNOWN, now, due_ms=now, reason=reason, due_by=now)


def move_leases(connection: Connection, jump_ms: int, but: tuple[int, int]) -> None:
    """The clock was set while these were out: their leases last as long as they did. `but`: not those claimed then."""
    connection.execute(
        update(messages)
        .where(messages.c.state == State.SENDING.value, messages.c.due_ms.is_not(None))
        .where(not_(messages.c.updated_ms.between(*but)))
        .values(due_ms=messages.c.due_ms + jump_ms)
    )


def settle_dead_workers(connection: Connection, dead: Collection[str], now: int) -> list[int]:
    """All that workers known to be dead had in Sending → Unknown, without waiting for the leases; returns which."""
    if not dead:
        return []
    lost = connection.execute(
        select(messages.c.message_id).where(messages.c.state == State.SENDING.value, messages.c.worker.in_(dead))
    ).scalars()
    message_ids = list(lost)
    change(connection, message_ids, State.UNKNOWN, now, due_ms=now, reason="worker.stopped")
    # Which chunks it had in hand is not known: all on the broker wait again, and the claim absorbs second copies.
    put_all_back(connection)
    return message_ids


def of_other_clients(connection: Connection, message_ids: Collection[int]) -> list[int]:
    """Those of some messages whose clients wait for an outcome: a task of theirs tells it."""
    return list(
        connection.execute(
            select(messages.c.message_id).where(messages.c.message_id.in_(message_ids), messages.c.source != "panel")
        ).scalars()
    )


def settle_without_receipt(connection: Connection, message_ids: Sequence[int], now: int) -> None:
    """Submitted → No receipt."""
    change(connection, message_ids, State.NO_RECEIPT, now, due_ms=None, reason="receipt.none")


def change(
    connection: Connection,
    message_ids: Sequence[int],
    target: State,
    now: int,
    due_ms: int | None,
    reason: str | None = None,
    due_by: int | None = None,
) -> None:
    """Move messages to a state, from where the table of transitions allows it.

    `due_by`: only those still due by then. They were found in an earlier transaction and may have gone on since.
    """
    if not message_ids:
        return
    values: dict[str, Any] = {"state": target.value, "reason": reason, "due_ms": due_ms, "updated_ms": now}
    if target is State.QUEUED:
        values["token"] = None
    # UNKNOWN leads on only by knowledge or by a person, never by housekeeping.
    # HELD likewise by what holds it: see `resume_account` and `tasks.ledger.control`.
    sources = [source.value for source in allowed_from(target) - {State.UNKNOWN, State.HELD}]
    still: list[ColumnElement[bool]] = [messages.c.message_id.in_(sorted(message_ids)), messages.c.state.in_(sources)]
    if due_by is not None:
        still.append(messages.c.due_ms <= due_by)
    revision = next_revision(connection)
    connection.execute(update(messages).where(*still).values(values | {"revision": revision}))


def set_due(connection: Connection, message_ids: Sequence[int], due_ms: int | None) -> None:
    """When to look at Queued messages again; not a change anyone sees. One claimed since keeps its lease."""
    if message_ids:
        is_queued = messages.c.state == State.QUEUED.value
        connection.execute(
            update(messages).where(messages.c.message_id.in_(sorted(message_ids)), is_queued).values(due_ms=due_ms)
        )


def forget_due(connection: Connection, rows: Sequence[Row[Any]], now: int) -> list[int]:
    """Held or Cancelled messages need no look any more; returns those of other clients, who are to be told."""
    some = [row.message_id for row in rows]
    ended = messages.c.state.in_((State.HELD.value, State.CANCELLED.value))
    connection.execute(
        update(messages).where(THESE, ended, messages.c.due_ms <= now).values(due_ms=None), {"these": some}
    )
    return [row.message_id for row in rows if row.source != "panel"]


SET_DUE_EACH = (
    update(messages)
    .where(messages.c.message_id == bindparam("of_message"), messages.c.state == State.SUBMITTED.value)
    .values(due_ms=bindparam("new_due_ms"))
)


SET_LOOK_UP = (
    update(messages)
    .where(messages.c.message_id == bindparam("of_message"), messages.c.state == State.UNKNOWN.value)
    .values(due_ms=bindparam("new_due_ms"))
)

NOT_FOUND = (
    update(messages)
    .where(THESE, messages.c.state == State.UNKNOWN.value)
    .values(reason="lookup.not_found", due_ms=None, revision=bindparam("the_revision"))
)


def set_look_ups(connection: Connection, looks: Sequence[tuple[int, int | None]]) -> None:
    """When to ask the gateway about each Unknown message again, None: never."""
    if looks:
        connection.execute(SET_LOOK_UP, [{"of_message": m, "new_due_ms": due} for m, due in looks])


def note_not_found(connection: Connection, message_ids: Sequence[int]) -> None:
    """The gateway says that it never got these. They stay Unknown: to send again is for a person to decide."""
    for some in pieces(message_ids):
        connection.execute(NOT_FOUND, {"these": some, "the_revision": next_revision(connection)})


def set_receipt_checks(connection: Connection, checks: Sequence[tuple[int, int]]) -> None:
    """When to ask for each receipt again: (message_id, due_ms)."""
    if checks:
        connection.execute(SET_DUE_EACH, [{"of_message": m, "new_due_ms": due} for m, due in checks])


def resume_account(connection: Connection, account: str, now: int) -> int:
    """Held by a fault of the account → Queued, all at once; their tasks follow from maintenance. Returns how many.

    What the operator has stopped, paused or cancelled meanwhile goes where that says.
    """
    resumed = resume_held(connection, account, now)
    connection.execute(
        update(messages)
        .where(messages.c.account == account, messages.c.state == State.QUEUED.value, messages.c.chunk_id.is_(None))
        .values(due_ms=now)
    )
    return resumed


def resume_held(connection: Connection, account: str, now: int, most: int | None = None) -> int:
    """What a fault of the account holds → Queued, the first `most` of them; returns how many."""
    stopped = share_command(connection)
    of_account = [messages.c.account == account, not_held_by_operator()]
    chosen = select(messages.c.message_id).where(*of_account).order_by(messages.c.message_id).limit(most)
    held = list(connection.execute(chosen).scalars())
    revision = next_revision(connection)
    values = {"the_now": now, "the_revision": revision}
    for some in pieces(held):
        reopen_of(connection, select(messages.c.chunk_id).where(messages.c.message_id.in_(some)))
        connection.execute(let_go([THESE, not_held_by_operator()]), values | {"these": some})
    obey(connection, held, now, revision, stopped=stopped)
    return len(held)


def note_worker(connection: Connection, values: dict[str, Any]) -> None:
    """Write a worker's row: that it is alive, and what it can do."""
    found = connection.execute(
        update(workers).where(workers.c.worker_id == values["worker_id"]).values(values)
    ).rowcount
    if not found:
        connection.execute(insert(workers).values(values))


def forget_workers(connection: Connection, before_ms: int) -> None:
    """Drop the rows of workers not seen for long."""
    connection.execute(delete(workers).where(workers.c.seen_ms < before_ms))

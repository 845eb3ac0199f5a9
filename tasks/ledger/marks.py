"""The operator's marks: all sending stopped, a batch paused or cancelled, a message cancelled while it was Sending; and
how new Queued rows obey them.

The rows themselves say what may leave: an operator's command changes all that could, in its own transaction, and a
claim takes only what is Queued. The marks are for what becomes Queued or Retrying afterwards: a try that ends with "try
later", a new submission, a resumed account. All these take the *command lock* shared before they look at the marks, and
a command takes it alone, so that either the command finds their rows or they find its mark.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, Connection, Update, and_, bindparam, case, exists, func, or_, select, update

from tasks.ledger.schema import batches, decisions, ledger_info, messages
from tasks.ledger.states import State, allowed_from

PAUSED = "operator.paused"
STOPPED = "operator.stopped"
CANCELLED = "operator.cancelled"
UNDONE = "operator.undone"
CANCEL = "cancel"
"""The decision about a message itself that marks it while it is Sending."""
UNDO = "undo"
SEND_AGAIN = "send_again"
BY_OPERATOR = (PAUSED, STOPPED)
"""Reasons of Held that only the operator takes back."""

STOP_MARK = select(ledger_info.c.value).where(ledger_info.c.name == "stopped_ms")
SHARE = STOP_MARK.with_for_update(read=True)
LOCK = STOP_MARK.with_for_update()
LOCK_ROWS = select(ledger_info.c.value).where(ledger_info.c.name == "uuid").with_for_update()

AT_ONCE = 500
"""Ids in one statement."""


def is_stopped(connection: Connection) -> bool:
    """Whether the operator has stopped all sending."""
    return bool(connection.execute(STOP_MARK).scalar())


def share_command(connection: Connection) -> bool:
    """Wait for a command under way and keep others from beginning until the commit; whether sending is stopped.

    Before any message is locked: a command locks in that order, too.
    """
    return bool(connection.execute(SHARE).scalar())


def lock_command(connection: Connection) -> bool:
    """Begin a command: one at a time, and after those who share the lock. Whether sending is stopped."""
    return bool(connection.execute(LOCK).scalar())


def lock_rows(connection: Connection) -> None:
    """Let no other command change rows meanwhile. Before the command lock, and instead of it once the mark is there.

    The command lock would keep those waiting who record answers, as long as PostgreSQL takes for 100,000 rows.
    """
    connection.execute(LOCK_ROWS)


def set_stopped(connection: Connection, stopped_ms: int | None) -> None:
    """Stop all sending, or take it back. Under the command lock."""
    value = "" if stopped_ms is None else str(stopped_ms)
    connection.execute(update(ledger_info).where(ledger_info.c.name == "stopped_ms").values(value=value))


def in_batch(mark: ColumnElement[int | None]) -> ColumnElement[bool]:
    """Whether a message's batch has a mark."""
    return exists().where(batches.c.batch_id == messages.c.batch_id, mark.is_not(None))


def cancelled_itself() -> ColumnElement[bool]:
    """Whether the last that a person decided about a message, and not about its batch, was to cancel it."""
    last = (
        select(decisions.c.action)
        .where(decisions.c.message_id == messages.c.message_id)
        .order_by(decisions.c.decision_id.desc())
        .limit(1)
    )
    return last.scalar_subquery() == CANCEL


def cancelled_with_batch() -> ColumnElement[bool]:
    """Whether a message's batch was cancelled, and no person has since said that this message be sent again.

    In the order of the decisions' ids: both are recorded under the lock of rows, one after the other.
    """
    of_batch, of_message = decisions.alias(), decisions.alias()
    cancelled = select(func.max(of_batch.c.decision_id)).where(
        of_batch.c.batch_id == messages.c.batch_id, of_batch.c.action.in_((CANCEL, UNDO))
    )
    sent_again = exists().where(
        of_message.c.message_id == messages.c.message_id,
        of_message.c.action == SEND_AGAIN,
        of_message.c.decision_id > func.coalesce(cancelled.correlate(messages).scalar_subquery(), 0),
    )
    return and_(in_batch(batches.c.cancelled_ms), ~sent_again)


MAY_BE_HELD = sorted(state.value for state in (State.QUEUED, State.RETRYING, State.SCHEDULED))
MAY_BE_CANCELLED = sorted(allowed_from(State.CANCELLED))


def told_when(now: ColumnElement[int]) -> ColumnElement[int | None]:
    """The time at which maintenance tells a client that its message has ended or is held; none for the panel's own."""
    return case((messages.c.source != "panel", now), else_=None)


def hold(where: Sequence[ColumnElement[bool]], reason: str) -> Update:
    """What of some messages could still leave → Held. Needs `the_now` and `the_revision`.

    A time for which it was released stays: resumed before it, the message waits for it again.
    """
    now = bindparam("the_now", type_=messages.c.due_ms.type)
    return (
        update(messages)
        .where(*where, messages.c.state.in_(MAY_BE_HELD))
        .values(
            state=State.HELD.value,
            reason=reason,
            due_ms=case((messages.c.state == State.SCHEDULED.value, messages.c.due_ms), else_=told_when(now)),
            updated_ms=now,
            revision=bindparam("the_revision"),
        )
    )


def cancel(where: Sequence[ColumnElement[bool]], reason: str) -> Update:
    """What of some messages could still leave → Cancelled. Needs `the_now` and `the_revision`."""
    now = bindparam("the_now", type_=messages.c.due_ms.type)
    return (
        update(messages)
        .where(*where, messages.c.state.in_(MAY_BE_CANCELLED))
        .values(
            state=State.CANCELLED.value,
            reason=reason,
            due_ms=told_when(now),
            updated_ms=now,
            revision=bindparam("the_revision"),
        )
    )


THESE = messages.c.message_id.in_(bindparam("these", expanding=True))
OBEY_CANCEL = cancel([THESE, or_(cancelled_with_batch(), cancelled_itself())], CANCELLED)
IN_FLIGHT = select(messages.c.message_id).where(THESE, messages.c.state == State.SENDING.value)
OBEY_STOP = hold([THESE], STOPPED)
OBEY_PAUSE = hold([THESE, in_batch(batches.c.paused_ms)], PAUSED)


def obey(
    connection: Connection,
    message_ids: Sequence[int],
    now: int,
    revision: int,
    *,
    stopped: bool,
    also_cancelled: bool = True,
) -> int:
    """Give messages that this transaction let go on what the marks say. Under the command lock, shared or alone.

    Answers how many of them were stopped from going on.

    `also_cancelled`: not where a person just decided about these very messages.
    """
    statements = [OBEY_CANCEL] if also_cancelled else []
    statements.append(OBEY_STOP if stopped else OBEY_PAUSE)
    changed = 0
    for some in pieces(message_ids):
        values = {"these": some, "the_now": now, "the_revision": revision}
        for statement in statements:
            changed += connection.execute(statement, values).rowcount
    return changed


def pieces(message_ids: Sequence[int]) -> Iterator[list[int]]:
    """Ids in their order, as many as one statement takes at a time."""
    in_order = sorted(set(message_ids))
    return (in_order[start : start + AT_ONCE] for start in range(0, len(in_order), AT_ONCE))


def let_go(where: Sequence[ColumnElement[bool]]) -> Update:
    """Held messages → Queued, or Scheduled where their time is still to come. Needs `the_now` and `the_revision`.

    The tasks follow from maintenance: at once, as what travels alone is due.
    """
    now = bindparam("the_now", type_=messages.c.due_ms.type)
    is_later = messages.c.due_ms > now
    return (
        update(messages)
        .where(*where, messages.c.state == State.HELD.value)
        .values(
            state=case((is_later, State.SCHEDULED.value), else_=State.QUEUED.value),
            reason=None,
            token=None,
            due_ms=case((is_later, messages.c.due_ms), (messages.c.chunk_id.is_(None), now), else_=None),
            updated_ms=now,
            revision=bindparam("the_revision"),
        )
    )


def held_for(reason: str) -> ColumnElement[bool]:
    """Messages that the operator holds, by a pause or by the stop of all."""
    return and_(messages.c.state == State.HELD.value, messages.c.reason == reason)


def not_held_by_operator() -> ColumnElement[bool]:
    """Messages that a fault of the account holds."""
    return and_(
        messages.c.state == State.HELD.value,
        or_(messages.c.reason.is_(None), messages.c.reason.not_in(BY_OPERATOR)),
    )

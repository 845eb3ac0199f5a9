"""The operator's command over sending: pause, resume, stop, cancel, undo.

Each works in two transactions, one command at a time (`tasks.ledger.marks`). The first sets a mark that every claim
reads: from its commit, a matter of milliseconds, nothing more leaves. The second changes every row that could still
leave by one statement, which PostgreSQL takes seconds for where the rows are 100,000. The mark stays for what is
Sending: a try of it that ends with "try later" does not go on. What is in flight settles by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Update, select, update

from tasks.clock import now_ms
from tasks.ledger import batches as batch_rows
from tasks.ledger.chunks import close_chunks, reopen_of
from tasks.ledger.decisions import note_decision
from tasks.ledger.engine import Ledger
from tasks.ledger.marks import (
    CANCEL,
    CANCELLED,
    IN_FLIGHT,
    MAY_BE_CANCELLED,
    MAY_BE_HELD,
    PAUSED,
    STOPPED,
    THESE,
    UNDO,
    UNDONE,
    cancel,
    held_for,
    hold,
    in_batch,
    is_stopped,
    let_go,
    lock_command,
    lock_rows,
    pieces,
    set_stopped,
)
from tasks.ledger.revision import next_revision
from tasks.ledger.schema import batches, messages
from tasks.ledger.states import State


@dataclass(frozen=True, slots=True)
class Scope:
    """What a command is about: one batch, or messages by their ids (none of them: nothing)."""

    batch_id: int | None = None
    message_ids: tuple[int, ...] | None = None
    """None: the batch, or everything."""


EVERYTHING = Scope()


@dataclass(frozen=True, slots=True)
class Command:
    """A command under way: its transaction holds the command lock."""

    connection: Connection
    who: str
    now: int
    revision: int
    stopped: bool

    def change(self, statement: Update, **values: object) -> int:
        """Run a statement over messages; returns how many it changed."""
        stamps = {"the_now": self.now, "the_revision": self.revision}
        return self.connection.execute(statement, stamps | values).rowcount

    def change_these(self, statement: Update, message_ids: Sequence[int]) -> list[int]:
        """The same over messages by their ids, of which it answers those that it changed."""
        changed: list[int] = []
        returning = statement.returning(messages.c.message_id)
        for some in pieces(message_ids):
            stamps = {"the_now": self.now, "the_revision": self.revision, "these": some}
            changed += self.connection.execute(returning, stamps).scalars()
        return changed

    def mark_in_flight(self, action: str, message_ids: Sequence[int]) -> None:
        """Record a decision about messages that are Sending: it changes nothing now, and is their mark.

        After the statement that changed the others: what was claimed meanwhile is Sending by now.
        """
        for some in pieces(message_ids):
            found = sorted(self.connection.execute(IN_FLIGHT, {"these": some}).scalars())
            if found:
                note_decision(self.connection, self.who, action, self.now, 0, message_ids=found)

    def decided(self, action: str, count: int, scope: Scope, changed: Sequence[int] = ()) -> int:
        """Record the decision; answers the count."""
        if changed or scope.message_ids is None:
            note_decision(
                self.connection, self.who, action, self.now, count, message_ids=changed, batch_id=scope.batch_id
            )
        return count


def begin(connection: Connection, who: str) -> Command:
    """Take all locks of commands. `who`: user@host, for the record."""
    lock_rows(connection)
    return begin_mark(connection, who)


def begin_mark(connection: Connection, who: str) -> Command:
    """Take the lock for a mark alone, which must not wait for another command's rows."""
    stopped = lock_command(connection)
    return Command(connection, who, now_ms(), next_revision(connection), stopped)


def begin_rows(connection: Connection, who: str) -> Command:
    """Take the lock for rows whose mark is there: whoever records answers sees it and need not wait."""
    lock_rows(connection)
    return Command(connection, who, now_ms(), next_revision(connection), is_stopped(connection))


def pause(ledger: Ledger, scope: Scope, who: str) -> int:
    """Scheduled, Queued and Retrying messages → Held; returns how many.

    Of a batch also what is Sending and then would be tried again; single messages have no such mark. All sending is
    paused by `stop`. Raises RequestError `request.no_batch`, LedgerError.
    """
    if scope.batch_id is not None:
        ledger.write(lambda connection: mark_batch(begin_mark(connection, who), scope.batch_id, cancelled=False))

    def work(connection: Connection) -> int:
        command = begin_rows(connection, who)
        if scope.message_ids is not None:
            changed = command.change_these(hold([THESE], PAUSED), scope.message_ids)
            return command.decided("pause", len(changed), scope, changed)
        batch = batch_rows.find(connection, of_batch(scope))
        if not batch.paused:
            return 0  # resumed by somebody else since
        return command.decided("pause", command.change(hold([batch.rows], PAUSED)), scope)

    return ledger.write(work)


def resume(ledger: Ledger, scope: Scope, who: str) -> int:
    """What was paused → Queued, Scheduled where its time is still to come; tasks follow from maintenance.

    Returns how many go on. While all is stopped, they wait for that alone: none goes on. Raises RequestError
    `request.no_batch`, LedgerError.
    """

    def work(connection: Connection) -> int:
        command = begin(connection, who)
        if scope.message_ids is not None:
            changed = [one for some in pieces(scope.message_ids) for one in go_on(command, some)]
            return command.decided("resume", len(changed), scope, changed)
        batch = batch_rows.find(connection, of_batch(scope))
        unpause(command, batch)
        left_queued = [batch.rows, messages.c.state == State.QUEUED.value, messages.c.chunk_id.is_not(None)]
        reopen_of(connection, select(messages.c.chunk_id).where(*left_queued))
        return command.decided("resume", go_on_where(command, [batch.rows, held_for(PAUSED)]), scope)

    return ledger.write(work)


def go_on(command: Command, message_ids: list[int]) -> list[int]:
    """Let some messages go on that were paused, unless their whole batch is; returns which."""
    chosen = [
        messages.c.message_id.in_(message_ids),
        held_for(PAUSED),
        ~in_batch(batches.c.paused_ms),
    ]
    ids = list(command.connection.execute(select(messages.c.message_id).where(*chosen)).scalars())
    return ids if go_on_where(command, [messages.c.message_id.in_(ids), held_for(PAUSED)]) else []


def go_on_where(command: Command, where: list[ColumnElement[bool]]) -> int:
    """Let held messages go on; while all is stopped they only wait for another reason."""
    if command.stopped:
        command.change(update(messages).where(*where).values(reason=STOPPED, revision=command.revision))
        return 0
    reopen_of(command.connection, select(messages.c.chunk_id).where(*where, messages.c.chunk_id.is_not(None)))
    return command.change(let_go(where))


def of_batch(scope: Scope) -> int:
    """The batch that a pause or resume is about: everything is a matter of `stop` and `start_again`."""
    if scope.batch_id is None:
        raise ValueError("neither batch nor messages")
    return scope.batch_id


def mark_batch(command: Command, batch_id: int | None, cancelled: bool) -> None:
    """From this commit on, nothing of a batch is claimed."""
    batch = batch_rows.find(command.connection, batch_id or 0)
    marks = {"paused_ms": command.now} | ({"cancelled_ms": command.now} if cancelled else {})
    command.connection.execute(update(batches).where(batches.c.batch_id == batch.batch_id).values(marks))
    close_chunks(command.connection, batch.chunks)


def unpause(command: Command, batch: batch_rows.Batch) -> None:
    """Take the mark back by which nothing of a batch is claimed."""
    command.connection.execute(update(batches).where(batches.c.batch_id == batch.batch_id).values(paused_ms=None))


def stop(ledger: Ledger, who: str) -> int:
    """Stop all sending of this ledger; returns how many messages are Held by it. New ones will be, too.

    Raises LedgerError.
    """

    def mark(connection: Connection) -> None:
        command = begin_mark(connection, who)
        if not command.stopped:
            set_stopped(connection, command.now)

    def work(connection: Connection) -> int:
        command = begin_rows(connection, who)
        if not command.stopped:
            return 0  # started again by somebody else since
        held = command.change(hold([messages.c.state.in_(MAY_BE_HELD)], STOPPED))
        return command.decided("stop", held, EVERYTHING)

    ledger.write(mark)
    return ledger.write(work)


def start_again(ledger: Ledger, who: str) -> int:
    """Take `stop` back; returns how many messages go on. What is paused, or held by a fault, stays held.

    Raises LedgerError.
    """

    def work(connection: Connection) -> int:
        before = begin(connection, who)
        set_stopped(connection, None)
        command = Command(connection, who, before.now, before.revision, stopped=False)
        command.change(
            update(messages)
            .where(held_for(STOPPED), in_batch(batches.c.paused_ms))
            .values(reason=PAUSED, revision=command.revision)
        )
        return command.decided("start", go_on_where(command, [held_for(STOPPED)]), EVERYTHING)

    return ledger.write(work)


def cancel_all(ledger: Ledger, scope: Scope, who: str) -> int:
    """What could still leave → Cancelled, for good; returns how many. What is Sending settles and is not tried again.

    Raises RequestError `request.no_batch`, LedgerError.
    """
    return cancel_as(ledger, scope, who, CANCEL, CANCELLED)


def undo(ledger: Ledger, batch_id: int, who: str) -> int:
    """Cancel a batch that was just sent; returns how many messages were caught: all of them before its release.

    Raises RequestError `request.no_batch`, LedgerError.
    """
    return cancel_as(ledger, Scope(batch_id), who, UNDO, UNDONE)


def cancel_as(ledger: Ledger, scope: Scope, who: str, action: str, reason: str) -> int:
    """Mark the batch, then cancel its rows."""
    if scope.batch_id is not None:
        ledger.write(lambda connection: mark_batch(begin_mark(connection, who), scope.batch_id, cancelled=True))
        return ledger.write(lambda connection: cancel_in(begin_rows(connection, who), scope, action, reason))
    return ledger.write(lambda connection: cancel_in(begin(connection, who), scope, action, reason))


UNFINISHED_AFTER_MS = 30_000

BY_THE_PROGRAM = "sms-desk"
"""In place of who: a command of a person that the program brings to its end."""


def finish_cancels(ledger: Ledger, now: int) -> int:
    """Cancel the rows of batches that were marked by somebody who was lost before that; returns how many.

    Raises LedgerError.
    """
    begun = batches.c.cancelled_ms.between(now - 7 * 24 * 3_600_000, now - UNFINISHED_AFTER_MS)
    with ledger.reading() as connection:
        left = select(batches.c.batch_id).where(batches.c.paused_ms.is_not(None), begun)
        batch_ids = list(connection.execute(left).scalars())
    return sum(finish_cancel(ledger, batch_id) for batch_id in batch_ids)


def finish_cancel(ledger: Ledger, batch_id: int) -> int:
    """Cancel the rows of one such batch."""
    return ledger.write(
        lambda connection: cancel_in(begin(connection, BY_THE_PROGRAM), Scope(batch_id), CANCEL, CANCELLED)
    )


def cancel_in(command: Command, scope: Scope, action: str, reason: str) -> int:
    """Cancel what a scope holds."""
    connection = command.connection
    if scope.message_ids is not None:
        changed = command.change_these(cancel([THESE], reason), scope.message_ids)
        command.mark_in_flight(action, scope.message_ids)
        return command.decided(action, len(changed), scope, changed)
    if scope.batch_id is not None:
        batch = batch_rows.find(connection, scope.batch_id)
        count = command.change(cancel([batch.rows], reason))
        unpause(command, batch)
        return command.decided(action, count, scope)
    mark_batches_in_flight(command, action)
    close_chunks(connection)
    return command.decided(action, command.change(cancel([messages.c.state.in_(MAY_BE_CANCELLED)], reason)), scope)


def mark_batches_in_flight(command: Command, action: str) -> None:
    """Mark the batches of which something is Sending while everything is cancelled, and record it about each."""
    connection = command.connection
    found = select(messages.c.batch_id).where(messages.c.state == State.SENDING.value).distinct()
    batch_ids = sorted(connection.execute(found).scalars())
    for some in pieces(batch_ids):
        connection.execute(update(batches).where(batches.c.batch_id.in_(some)).values(cancelled_ms=command.now))
    for batch_id in batch_ids:
        note_decision(connection, command.who, action, command.now, 0, batch_id=batch_id)

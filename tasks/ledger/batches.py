"""Batches as a whole: where their rows lie, how many stand in which state, which are under way.

The messages of a batch have neighbouring ids, and so have its chunks: both are taken in one step. Counts and commands
so go over a range of the primary key or of the index of states, and need no index of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, select

from tasks.errors import RequestError
from tasks.ledger.chunks import CHUNK_SIZE, still_undoable
from tasks.ledger.schema import batches, chunks, messages
from tasks.ledger.states import State

RUNNING_MOST = 20

UNDER_WAY = (State.SENDING, State.QUEUED, State.RETRYING, State.SCHEDULED, State.HELD)
"""A batch with a message in one of these is not ended, whatever receipts are still to come."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch and the ranges of its rows."""

    batch_id: int
    total: int
    account: str
    first_id: int
    first_chunk: int | None
    paused: bool
    cancelled: bool

    @property
    def last_id(self) -> int:
        return self.first_id + self.total - 1

    @property
    def rows(self) -> ColumnElement[bool]:
        """Its messages."""
        return messages.c.message_id.between(self.first_id, self.last_id)

    @property
    def chunks(self) -> ColumnElement[bool]:
        """Its chunks; none of a batch whose messages travel alone."""
        if self.first_chunk is None:
            return chunks.c.chunk_id.is_(None)
        pieces = -(-self.total // CHUNK_SIZE)
        return chunks.c.chunk_id.between(self.first_chunk, self.first_chunk + pieces - 1)


def find(connection: Connection, batch_id: int) -> Batch:
    """A batch of the ledger. Raises RequestError `request.no_batch`."""
    row = connection.execute(select(batches).where(batches.c.batch_id == batch_id)).one_or_none()
    if row is None:
        raise RequestError("request.no_batch", batch_id=batch_id)
    first = connection.execute(
        select(messages.c.message_id, messages.c.chunk_id)
        .where(messages.c.batch_id == batch_id)
        .order_by(messages.c.message_id)
        .limit(1)
    ).one()
    return Batch(
        batch_id,
        row.total,
        row.account,
        first.message_id,
        first.chunk_id,
        row.paused_ms is not None,
        row.cancelled_ms is not None,
    )


def counts(connection: Connection, batch: Batch) -> dict[str, int]:
    """How many of its messages stand in each state, from one snapshot: the index of states alone is read."""
    found = connection.execute(
        select(messages.c.state, func.count())
        .where(messages.c.state.in_([state.value for state in State]), batch.rows)
        .group_by(messages.c.state)
    )
    return {state: int(number) for state, number in found}


def undo_until(connection: Connection, batch: Batch, now: int) -> int | None:
    """Until when nothing of the batch leaves, so that it can be undone; None once that is over."""
    if batch.first_chunk is None or batch.cancelled:
        return None
    until = connection.execute(
        select(chunks.c.not_before_ms).where(chunks.c.chunk_id == batch.first_chunk, still_undoable(now))
    ).scalar()
    return None if until is None else int(until)


def look(connection: Connection, batch: Batch, now: int) -> Mapping[str, object]:
    """What a window shows of a batch. What is left of the time to undo is by the ledger's clock."""
    until = undo_until(connection, batch, now)
    return {
        "batch_id": batch.batch_id,
        "total": batch.total,
        "counts": counts(connection, batch),
        "paused": batch.paused,
        "cancelled": batch.cancelled,
        "undo_until_ms": until,
        "undo_left_ms": None if until is None else max(0, until - now),
    }


def running(connection: Connection) -> list[Batch]:
    """The batches of more than one message that have not ended, the newest first, at most `RUNNING_MOST`."""
    found: dict[int, Batch] = {}
    for state in UNDER_WAY:
        before: int | None = None
        for _ in range(RUNNING_MOST):
            batch_id = newest_in(connection, state, before)
            if batch_id is None:
                break
            batch = found.get(batch_id) or find(connection, batch_id)
            found[batch_id] = batch
            before = batch.first_id
    return sorted(found.values(), key=lambda batch: -batch.batch_id)[:RUNNING_MOST]


def newest_in(connection: Connection, state: State, before: int | None) -> int | None:
    """The batch of the newest message in a state that travels in a chunk and is older than the message `before`."""
    older = [] if before is None else [messages.c.message_id < before]
    return connection.execute(
        select(messages.c.batch_id)
        .where(messages.c.state == state.value, messages.c.chunk_id.is_not(None), *older)
        .order_by(messages.c.message_id.desc())
        .limit(1)
    ).scalar()

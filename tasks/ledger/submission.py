"""Writing what an operator or another client released: one transaction, on disk before anything is published."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, insert, select

from tasks.clock import now_ms
from tasks.lanes import BULK, SINGLE
from tasks.ledger.accounts import note_account
from tasks.ledger.bulk import insert_rows
from tasks.ledger.chunks import CHUNK_SIZE, take_waiting
from tasks.ledger.engine import Ledger
from tasks.ledger.marks import STOPPED, hold, share_command
from tasks.ledger.revision import lock_ids, next_revision, take_ids
from tasks.ledger.schema import batches, chunks, messages
from tasks.ledger.states import State

REPUBLISH_AFTER_MS = 30_000
"""A single message still Queued after this long is published again: its task may be lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One click: the same content to one or many recipients through one account."""

    request_id: str
    """Made once per click; the same one again is the same batch and writes nothing."""
    source: str
    account: str
    gateway: str
    recipients: Sequence[str]
    """E.164, without duplicates."""
    text: str
    refused: Sequence[tuple[str, str]] = ()
    """What another client gave and is no number: as written, and why. Noted as Rejected, so that it is seen."""
    task_key: str | None = None
    """Id of another client's task, whose message travels with it; a batch without it travels in tasks of ours."""
    template_id: str | None = None
    variables: tuple[str, ...] | None = None
    sender: str | None = None
    segments: Sequence[int] | None = None
    """Per recipient; None where unknown."""
    price_micros_per_segment: int | None = None
    currency: str | None = None
    expires_ms: int | None = None
    undo_ms: int = 0
    """How long a batch of several messages can be undone before any of it leaves."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """What is now on disk. `repeated`: this request was here before, and nothing was written."""

    batch_id: int
    first_id: int
    count: int
    repeated: bool = False
    message_ids: tuple[int, ...] = ()
    """What travels alone: a single message, or all of another client's task."""
    chunk_ids: tuple[int, ...] = field(default=())
    """To publish now; what does not fit into the broker's window follows from a worker."""
    undo_until_ms: int | None = None
    """Nothing of the batch leaves before; None: at once."""


def submit(ledger: Ledger, submission: Submission) -> Submitted:
    """Write a batch and its messages, state Queued. Raises LedgerError; then nothing is written."""
    return ledger.write(lambda connection: write_batch(connection, submission))


def write_batch(connection: Connection, submission: Submission) -> Submitted:
    """As `submit`, inside the caller's transaction."""
    revision = next_revision(connection)
    # First: its row is locked until the commit, so of two copies of a request the second finds the first one's batch.
    lock_ids(connection, "message")
    earlier = find_batch(connection, submission.request_id)
    if earlier is not None:
        return earlier
    count = len(submission.recipients) + len(submission.refused)
    now = now_ms()
    note_account(connection, submission.account, submission.gateway)
    batch_id = take_ids(connection, "batch", 1)
    first_id = take_ids(connection, "message", count)
    alone = count == 1 or submission.task_key is not None
    connection.execute(
        insert(batches).values(
            batch_id=batch_id,
            request_id=submission.request_id,
            source=submission.source,
            account=submission.account,
            lane=SINGLE if alone else BULK,
            total=count,
            created_ms=now,
        )
    )
    undo_until = None if alone or not submission.undo_ms else now + submission.undo_ms
    first_chunk = None if alone else write_chunks(connection, submission.account, batch_id, first_id, count, undo_until)
    insert_rows(connection, messages, message_rows(submission, batch_id, first_id, first_chunk, revision, now))
    if held_back(connection, first_id, count, now, revision):
        return Submitted(batch_id, first_id, count, undo_until_ms=undo_until)
    return Submitted(
        batch_id,
        first_id,
        count,
        message_ids=tuple(range(first_id, first_id + len(submission.recipients))) if alone else (),
        chunk_ids=() if alone else take_waiting(connection, now),
        undo_until_ms=undo_until,
    )


def held_back(connection: Connection, first_id: int, count: int, now: int, revision: int) -> bool:
    """Hold what was just written if the operator has stopped all sending; whether it is so.

    Asked last: a large batch is written for seconds, and a stop must not wait for that.
    """
    stopped = share_command(connection)
    if stopped:
        rows = messages.c.message_id.between(first_id, first_id + count - 1)
        connection.execute(hold([rows], STOPPED), {"the_now": now, "the_revision": revision})
    return stopped


def find_batch(connection: Connection, request_id: str) -> Submitted | None:
    """The batch that an earlier copy of this request wrote."""
    batch = connection.execute(
        select(batches.c.batch_id, batches.c.total).where(batches.c.request_id == request_id)
    ).one_or_none()
    if batch is None:
        return None
    first = connection.execute(
        select(messages.c.message_id)
        .where(messages.c.batch_id == batch.batch_id)
        .order_by(messages.c.message_id)
        .limit(1)
    ).scalar_one()
    return Submitted(batch.batch_id, first, batch.total, repeated=True)


def write_chunks(
    connection: Connection, account: str, batch_id: int, first_id: int, count: int, not_before_ms: int | None
) -> int:
    """Cut a batch into chunks of neighbouring messages; returns the first chunk's id."""
    pieces = -(-count // CHUNK_SIZE)
    first_chunk = take_ids(connection, "chunk", pieces)
    insert_rows(
        connection,
        chunks,
        [
            {
                "chunk_id": first_chunk + piece,
                "batch_id": batch_id,
                "account": account,
                "first_id": first_id + piece * CHUNK_SIZE,
                "last_id": min(first_id + (piece + 1) * CHUNK_SIZE, first_id + count) - 1,
                "uniform": True,
                "state": "waiting",
                "not_before_ms": not_before_ms,
            }
            for piece in range(pieces)
        ],
    )
    return first_chunk


def message_rows(
    submission: Submission, batch_id: int, first_id: int, first_chunk: int | None, revision: int, now: int
) -> list[dict[str, object]]:
    """The rows of a batch. Every row has the same keys: the driver prepares the statement once."""
    price = submission.price_micros_per_segment
    shared: dict[str, object] = {
        "batch_id": batch_id,
        "source": submission.source,
        "account": submission.account,
        "text": submission.text,
        "task_key": submission.task_key if len(submission.recipients) + len(submission.refused) == 1 else None,
        "reason": None,
        "template_id": submission.template_id,
        "variables": None if submission.variables is None else json.dumps(submission.variables, ensure_ascii=False),
        "sender": submission.sender,
        "currency": submission.currency,
        "state": State.QUEUED.value,
        "due_ms": now + REPUBLISH_AFTER_MS if first_chunk is None else None,
        "expires_ms": submission.expires_ms,
        "created_ms": now,
        "updated_ms": now,
        "revision": revision,
    }
    rows = []
    for index, recipient in enumerate(submission.recipients):
        segments = submission.segments[index] if submission.segments is not None else None
        rows.append(
            shared
            | {
                "message_id": first_id + index,
                "chunk_id": None if first_chunk is None else first_chunk + index // CHUNK_SIZE,
                "recipient": recipient,
                "segments": segments,
                "price_micros": None if price is None or segments is None else price * segments,
            }
        )
    return rows + refused_rows(submission, shared, first_id + len(rows))


def refused_rows(submission: Submission, shared: dict[str, object], first_id: int) -> list[dict[str, object]]:
    """What is no number, ended as Rejected from the start."""
    ended = {"state": State.REJECTED.value, "due_ms": None, "chunk_id": None, "segments": None, "price_micros": None}
    return [
        shared | ended | {"message_id": first_id + index, "recipient": written, "reason": code}
        for index, (written, code) in enumerate(submission.refused)
    ]

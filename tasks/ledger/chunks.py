"""Chunks: what of a batch is on the broker, and what waits for its turn.

Only what can leave in the next seconds is published, so that a pause, a cancel or a lost broker concerns few tasks.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, case, func, not_, or_, select, update

from tasks.ledger.claim_statements import FIND_CHUNK
from tasks.ledger.engine import Ledger
from tasks.ledger.marks import STOP_MARK
from tasks.ledger.schema import accounts, chunks

CHUNK_SIZE = 100
"""Messages in one chunk."""

WINDOW_CHUNKS = 10
"""Chunks of one account that may be on the broker at once: a thousand messages. An account that has no worker, or a low
rate, fills its own window and nobody else's."""

STALE_AFTER_MS = 20_000
"""A published chunk that no worker has touched for this long is published again: its task may be lost."""

UNDO_MOST_MS = 60_000
"""The longest time that a batch can be undone. A chunk held back for longer: the clock was set back."""


def is_held_back(not_before_ms: int | None, now: int) -> bool:
    """Whether nothing of a chunk may leave yet, because its batch can still be undone."""
    return not_before_ms is not None and now < not_before_ms <= now + UNDO_MOST_MS


def still_undoable(now: int | ColumnElement[int]) -> ColumnElement[bool]:
    """The same as a condition; NULL of a chunk that was never held back."""
    return chunks.c.not_before_ms.between(now + 1, now + UNDO_MOST_MS)


THE_NOW = bindparam("the_now", type_=chunks.c.not_before_ms.type)

COUNT_PUBLISHED = select(
    accounts.c.name,
    select(func.count()).where(chunks.c.state == "published", chunks.c.account == accounts.c.name).scalar_subquery(),
).where(accounts.c.held_reason.is_(None), STOP_MARK.scalar_subquery() == "")
"""How much of its window each account that may send has taken."""

NEXT_WAITING = (
    select(chunks.c.chunk_id)
    .where(
        chunks.c.state == "waiting",
        chunks.c.account == bindparam("the_account"),
        or_(chunks.c.not_before_ms.is_(None), not_(still_undoable(THE_NOW))),
    )
    .order_by(chunks.c.chunk_id)
    .limit(bindparam("the_room"))
    .with_for_update(skip_locked=True)
    # As a plain subquery it may be run once for each row, and each time skip what the update itself holds.
    .cte("next_waiting")
)

TAKE_WAITING = (
    update(chunks)
    .where(chunks.c.chunk_id.in_(select(NEXT_WAITING.c.chunk_id)))
    .values(state="published", published_ms=THE_NOW)
    .returning(chunks.c.chunk_id)
)

TOUCH = (
    update(chunks)
    .where(chunks.c.chunk_id == bindparam("the_chunk"))
    .values(state=bindparam("the_state"), published_ms=bindparam("the_now"))
)


def find_chunk(ledger: Ledger, chunk_id: int) -> Row[Any] | None:
    """A chunk of which something may be left to claim."""
    with ledger.reading() as connection:
        chunk = connection.execute(FIND_CHUNK, {"the_chunk": chunk_id}).one_or_none()
    return None if chunk is None or chunk.state == "done" else chunk


def take_waiting(connection: Connection, now: int, window: int = WINDOW_CHUNKS) -> tuple[int, ...]:
    """Mark as many waiting chunks published as the accounts' windows have room for; the caller publishes them."""
    taken: list[int] = []
    for account, published in connection.execute(COUNT_PUBLISHED).all():
        if published < window:
            values = {"the_account": account, "the_room": window - published, "the_now": now}
            taken += connection.execute(TAKE_WAITING, values).scalars()
    return tuple(sorted(taken))


def take_stale(connection: Connection, now: int) -> tuple[int, ...]:
    """Published chunks that nobody has touched for a while, marked as published just now."""
    # Far in the future means that the clock was set back.
    fresh = chunks.c.published_ms.between(now - STALE_AFTER_MS, now + STALE_AFTER_MS)
    stale = connection.execute(
        update(chunks)
        .where(chunks.c.state == "published", not_(fresh))
        .values(published_ms=now)
        .returning(chunks.c.chunk_id)
    ).scalars()
    return tuple(sorted(stale))


def put_back(connection: Connection, chunk_ids: Collection[int]) -> None:
    """Let published chunks wait again: their account is held, or their worker stops."""
    connection.execute(
        update(chunks)
        .where(chunks.c.chunk_id.in_(chunk_ids), chunks.c.state == "published")
        .values(state="waiting", published_ms=None)
    )


def put_all_back(connection: Connection) -> None:
    """Let every published chunk wait again, to be published anew at once."""
    connection.execute(update(chunks).where(chunks.c.state == "published").values(state="waiting", published_ms=None))


def reopen(connection: Connection, chunk_ids: Collection[int]) -> None:
    """Let chunks wait again because some of their messages are Queued again in this transaction.

    Before the messages: a claim locks the chunk first, too. One that is being called done at this moment is waited for,
    hence no condition on the state: a row that does not meet it is not waited for.
    """
    if chunk_ids:
        reopen_where(connection, chunks.c.chunk_id.in_(sorted(chunk_ids)))


def reopen_where(connection: Connection, *where: ColumnElement[bool]) -> None:
    """As `reopen`."""
    is_done = chunks.c.state == "done"
    connection.execute(
        update(chunks)
        .where(*where)
        .values(
            state=case((is_done, "waiting"), else_=chunks.c.state),
            published_ms=case((is_done, None), else_=chunks.c.published_ms),
        )
    )


def reopen_of(connection: Connection, message_chunks: Select[int]) -> None:
    """As `reopen`, for the chunks that a query of messages answers."""
    reopen_where(connection, chunks.c.chunk_id.in_(message_chunks))


def close_chunks(connection: Connection, *where: ColumnElement[bool]) -> None:
    """Nothing of these chunks is Queued after this transaction: no task of theirs is needed any more."""
    connection.execute(update(chunks).where(chunks.c.state != "done", *where).values(state="done"))


def touch(connection: Connection, chunk_id: int, now: int, done: bool) -> None:
    """Note that a worker has the chunk in hand, or that nothing of it is left to claim."""
    state = "done" if done else "published"
    connection.execute(TOUCH, {"the_chunk": chunk_id, "the_state": state, "the_now": now})

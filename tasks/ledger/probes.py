"""Which message may be the probe of an open breaker: of those that wait, the first; else one that the breaker holds."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from tasks.ledger.chunks import TAKE_WAITING
from tasks.ledger.marks import is_stopped
from tasks.ledger.schema import chunks, messages
from tasks.ledger.states import State
from tasks.ledger.upkeep import resume_held

ON_THE_BROKER = (
    select(chunks.c.chunk_id)
    .where(chunks.c.state == "published", chunks.c.account == bindparam("the_account"))
    .order_by(chunks.c.chunk_id)
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Candidates:
    """What to publish."""

    chunk_ids: tuple[int, ...] = ()
    message_ids: tuple[int, ...] = ()

    @property
    def published(self) -> bool:
        """Whether there is anything."""
        return bool(self.chunk_ids or self.message_ids)


def next_of(connection: Connection, account: str, now: int) -> Candidates:
    """A chunk or a single message of the account; none where all are Held: then one is let go, for the next round."""
    if is_stopped(connection):
        return Candidates()
    values = {"the_account": account, "the_room": 1, "the_now": now}
    # One on the broker is published again rather than another beside it: no worker may have the account.
    chunk_ids = tuple(connection.execute(ON_THE_BROKER, values).scalars())
    chunk_ids = chunk_ids or tuple(connection.execute(TAKE_WAITING, values).scalars())
    if chunk_ids:
        return Candidates(chunk_ids=chunk_ids)
    single = connection.execute(
        select(messages.c.message_id)
        .where(messages.c.state == State.QUEUED.value, messages.c.account == account, messages.c.chunk_id.is_(None))
        .order_by(messages.c.message_id)
        .limit(1)
    ).scalar()
    if single is not None:
        return Candidates(message_ids=(single,))
    resume_held(connection, account, now, most=1)
    return Candidates()

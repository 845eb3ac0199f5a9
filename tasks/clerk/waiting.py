"""Why a message that is Queued or Retrying does not go on: nobody has its account, nobody works, the account is held.

No row of the ledger says so: it is a matter of the workers that are there now, and ends by itself when one comes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, select

from tasks.clerk.rows import read_list
from tasks.clock import now_ms
from tasks.ledger.chunks import still_undoable
from tasks.ledger.schema import accounts, chunks, workers
from tasks.ledger.states import State

WORKER_AWAY_MS = 15_000
"""A worker that was not seen for longer is not counted on."""

WAITING_STATES = frozenset({State.QUEUED.value, State.RETRYING.value})

NO_WORKER = "waiting.no_worker"
NO_ACCOUNT = "waiting.no_account"
HELD = "waiting.held"
UNDO = "waiting.undo"


@dataclass(frozen=True, slots=True)
class Service:
    """Which accounts are served now, and which are held by a fault."""

    workers: int = 0
    accounts: frozenset[str] = frozenset()
    held: Mapping[str, str] = field(default_factory=dict)
    """Account → code of the answer that holds it."""
    undoable: Sequence[tuple[int, int]] = ()
    """First and last chunks that wait because their batch can still be undone."""

    @property
    def token(self) -> str:
        """Equal for two looks in which every message waits for the same reason."""
        told = json.dumps([self.workers > 0, sorted(self.accounts), sorted(self.held.items()), list(self.undoable)])
        return hashlib.blake2s(told.encode(), digest_size=8).hexdigest()

    def reason(self, state: str, account: str, chunk_id: int | None = None) -> tuple[str, str | None] | None:
        """Why a message in this state waits: (`waiting.…`, the gateway's code if it has one); None: it need not."""
        if state not in WAITING_STATES:
            return None
        if chunk_id is not None and any(first <= chunk_id <= last for first, last in self.undoable):
            return UNDO, None
        if account in self.held:
            return HELD, self.held[account]
        if account in self.accounts:
            return None
        return (NO_ACCOUNT if self.workers else NO_WORKER), None


def look_at_service(connection: Connection) -> Service:
    """Who works on this ledger now."""
    alive = connection.execute(
        select(workers.c.accounts).where(workers.c.stopped_ms.is_(None), workers.c.seen_ms > now_ms() - WORKER_AWAY_MS)
    ).scalars()
    lists = [read_list(stored) for stored in alive]
    held = connection.execute(
        select(accounts.c.name, accounts.c.held_reason).where(accounts.c.held_reason.is_not(None))
    )
    served = frozenset(name for names in lists for name in names)
    undoable = connection.execute(
        select(func.min(chunks.c.chunk_id), func.max(chunks.c.chunk_id))
        .where(still_undoable(now_ms()))
        .group_by(chunks.c.batch_id)
    )
    return Service(
        len(lists),
        served,
        {row.name: row.held_reason for row in held},
        sorted((first, last) for first, last in undoable),
    )

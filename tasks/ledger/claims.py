"""Claims: the only way from Queued to Sending.

A claim is a compare-and-set in a transaction that is on disk before the first byte goes to a gateway. It gives the
rows a token and a lease and starts their tries as records of their own. Whoever does not hold the token may not say
how a try ended.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Connection, select

from tasks.clock import now_ms
from tasks.errors import LedgerError
from tasks.gateways.protocol import OutgoingMessage
from tasks.ledger import chunks as chunk_rows
from tasks.ledger.accounts import Allowance, take_allowance, wait_for_allowance
from tasks.ledger.breaker import give_back
from tasks.ledger.claim_statements import CLAIM, EXPIRE, FIND_CLAIMED, LOCK_CHUNK, START_TRIES
from tasks.ledger.engine import Ledger
from tasks.ledger.faults import COMMIT_LOST, MAY_COME_BACK
from tasks.ledger.limits import note_claimed
from tasks.ledger.revision import next_revision
from tasks.ledger.schema import batches, messages
from tasks.ledger.states import State

TOUCH_MS = 5_000
"""A chunk in hand is marked this often, well before it would count as stale."""

ASK_AGAIN_S = 8.0
"""How long a claim is asked for whose commit was not answered. Well within the deadline of its call."""

ASK_PAUSE_S = 0.1

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Claimant:
    """Who claims: the worker, and how long its claims hold (three times a call's deadline)."""

    worker: str
    lease_ms: int


@dataclass(frozen=True, slots=True)
class ClaimedMessage:
    """A message this worker alone may send now, under this token."""

    outgoing: OutgoingMessage
    account: str
    number: int
    token: str
    claimed_ms: int

    @property
    def message_id(self) -> int:
        return self.outgoing.message_id


@dataclass(frozen=True, slots=True)
class ChunkClaim:
    """What a slice got. `exhausted`: nothing of the chunk is Queued any more; `stopped`: why no more may leave."""

    messages: tuple[ClaimedMessage, ...] = ()
    exhausted: bool = False
    stopped: str | None = None
    next_chunks: tuple[int, ...] = ()
    """Chunks that took the room in the broker's window, for the caller to publish."""


class Ticket:
    """One execution's claim. Its token is what the ledger knows it by, however often it has to be asked."""

    def __init__(self) -> None:
        self.token = uuid.uuid4().hex
        self.asked = False
        """A claim under this token may be on disk: its commit was not answered."""


def claiming(ledger: Ledger, claim: Callable[[Connection, Ticket], T]) -> T:
    """What `claim` answers from inside a transaction; asked again under the same token where a commit is not answered.

    What an unanswered commit took is so found and sent. Where the ledger stays away no call is made: the messages are
    Queued, or Sending until their lease says Unknown. Raises LedgerError.
    """
    ticket = Ticket()
    ends = time.monotonic() + ASK_AGAIN_S
    while True:
        try:
            return ledger.write(lambda connection: claim(connection, ticket))
        except LedgerError as error:
            ticket.asked = ticket.asked or error.code == COMMIT_LOST
            if not ticket.asked or error.code not in MAY_COME_BACK or time.monotonic() > ends:
                raise
        time.sleep(ASK_PAUSE_S)


def claim_message(
    ledger: Ledger, message_id: int, claimant: Claimant, serves: Callable[[str], bool]
) -> tuple[ClaimedMessage | None, str | None]:
    """Claim one message; (None, reason) where it is not Queued (`claim.lost`), held, or out of allowance."""
    claimed, reason = claiming(
        ledger,
        lambda connection, ticket: claim_between(
            connection, message_id, message_id, 1, claimant, serves, ticket=ticket
        ),
    )
    return (claimed[0] if claimed else None), reason


def claim_between(
    connection: Connection,
    first_id: int,
    last_id: int,
    limit: int,
    claimant: Claimant,
    serves: Callable[[str], bool],
    ticket: Ticket | None = None,
) -> tuple[tuple[ClaimedMessage, ...], str | None]:
    """Claim up to `limit` of neighbouring messages of one account, inside the caller's transaction."""
    ticket = ticket or Ticket()
    earlier = claimed_before(connection, ticket, first_id, last_id)
    if earlier:
        return earlier, None
    now = now_ms()
    account = connection.execute(
        select(messages.c.account)
        .where(messages.c.message_id.between(first_id, last_id), messages.c.state == State.QUEUED.value)
        .limit(1)
    ).scalar()
    if account is None:
        return (), "claim.lost"
    if not serves(account):
        return (), "not_served"
    allowed = take_allowance(connection, account, limit, now, (first_id, last_id))
    if not allowed.granted:
        if allowed.held is None:
            wait_for_allowance(connection, account, first_id, last_id, now)
        return (), allowed.held or "allowance.empty"
    revision = next_revision(connection)
    claimed = claim_range(connection, ticket, claimant, revision, now, first_id, last_id, allowed.granted)
    count_claimed(connection, account, allowed, claimed)
    if not claimed:
        expire(connection, revision, now, first_id, last_id)
        give_back(connection, account, now)
    return claimed, None if claimed else "claim.lost"


def claim_chunk(ledger: Ledger, chunk_id: int, claimant: Claimant, limit: int) -> ChunkClaim:
    """Claim up to `limit` messages of a chunk, in one transaction."""
    return claiming(ledger, lambda connection, ticket: claim_of_chunk(connection, ticket, chunk_id, claimant, limit))


def claim_of_chunk(connection: Connection, ticket: Ticket, chunk_id: int, claimant: Claimant, limit: int) -> ChunkClaim:
    """As `claim_chunk`, inside the caller's transaction."""
    chunk = connection.execute(LOCK_CHUNK, {"the_chunk": chunk_id}).one_or_none()
    if chunk is None:
        return ChunkClaim(exhausted=True)
    earlier = claimed_before(connection, ticket, chunk.first_id, chunk.last_id)
    if earlier or chunk.state == "done":
        return ChunkClaim(earlier, exhausted=chunk.state == "done")
    now = now_ms()
    if chunk.paused_ms is not None and is_paused(connection, chunk.batch_id):
        chunk_rows.touch(connection, chunk_id, now, done=True)
        return ChunkClaim(exhausted=True)
    if chunk_rows.is_held_back(chunk.not_before_ms, now):
        chunk_rows.put_back(connection, [chunk_id])
        return ChunkClaim(stopped="waiting.undo")
    span = (chunk.first_id, chunk.last_id)
    allowed = take_allowance(connection, chunk.account, limit, now, span)
    if not allowed.granted:
        if allowed.held:
            chunk_rows.put_back(connection, [chunk_id])
        return ChunkClaim(stopped=allowed.held or "allowance.empty")
    revision = next_revision(connection)
    claimed = claim_range(connection, ticket, claimant, revision, now, *span, allowed.granted)
    count_claimed(connection, chunk.account, allowed, claimed)
    if not claimed:
        give_back(connection, chunk.account, now)
    exhausted = len(claimed) < allowed.granted or claimed[-1].message_id == chunk.last_id
    if exhausted:
        expire(connection, revision, now, chunk.first_id, chunk.last_id)
        chunk_rows.touch(connection, chunk_id, now, done=True)
    elif chunk.published_ms is None or now - chunk.published_ms > TOUCH_MS:
        chunk_rows.touch(connection, chunk_id, now, done=False)
    following = chunk_rows.take_waiting(connection, now) if exhausted else ()
    return ChunkClaim(claimed, exhausted, None, following)


def is_paused(connection: Connection, batch_id: int) -> bool:
    """Whether a batch is paused, asked anew.

    A claim that waited for the chunk's lock has it as it is now, but the batch as it was when the statement began: one
    that was resumed meanwhile would be called done, and nobody would come for its messages again.
    """
    paused = select(batches.c.paused_ms).where(batches.c.batch_id == batch_id)
    return connection.execute(paused).scalar() is not None


def claim_range(
    connection: Connection,
    ticket: Ticket,
    claimant: Claimant,
    revision: int,
    now: int,
    first_id: int,
    last_id: int,
    limit: int,
) -> tuple[ClaimedMessage, ...]:
    """The compare-and-set itself, over neighbouring ids."""
    rows = connection.execute(
        CLAIM,
        {
            "the_first": first_id,
            "the_last": last_id,
            "the_limit": limit,
            "the_now": now,
            "the_token": ticket.token,
            "the_worker": claimant.worker,
            "the_lease_end": now + claimant.lease_ms,
            "the_revision": revision,
        },
    ).all()
    if not rows:
        return ()
    rows = sorted(rows)
    connection.execute(START_TRIES, {"the_first": rows[0][0], "the_last": rows[-1][0], "the_token": ticket.token})
    return tuple(claimed_message(row, ticket.token, now) for row in rows)


def count_claimed(connection: Connection, account: str, allowed: Allowance, claimed: Sequence[ClaimedMessage]) -> None:
    """Where the account has limits by days: what is about to leave counts from this commit on."""
    if allowed.day is not None and claimed:
        note_claimed(connection, account, allowed.day, [one.message_id for one in claimed])


def claimed_before(connection: Connection, ticket: Ticket, first_id: int, last_id: int) -> tuple[ClaimedMessage, ...]:
    """What an earlier run of this claim got, whose commit was not answered."""
    if not ticket.asked:
        return ()
    values = {"the_first": first_id, "the_last": last_id, "the_token": ticket.token}
    rows = sorted(connection.execute(FIND_CLAIMED, values).all())
    return tuple(claimed_message(row[:-1], ticket.token, row[-1]) for row in rows)


def claimed_message(row: Sequence[Any], token: str, now: int) -> ClaimedMessage:
    """A claimed row as delivery needs it. Unpacked, not asked by name: this runs for every message sent."""
    message_id, account, recipient, text, template_id, variables, sender, number = row
    return ClaimedMessage(
        OutgoingMessage(
            message_id,
            reference_of(message_id, number, token),
            recipient,
            text,
            template_id,
            variables_of(variables) if variables else (),
            sender,
        ),
        account,
        number,
        token,
        now,
    )


def reference_of(message_id: int, number: int, token: str) -> str:
    """Our own reference of a try, as its gateway gets it: unique, and to be made again from the row."""
    return f"{message_id}t{number}{token[:8]}"


@lru_cache(maxsize=64)
def variables_of(stored: str) -> tuple[str, ...]:
    """The variables as stored; a campaign has the same ones over and over."""
    return tuple(json.loads(stored))


def expire(connection: Connection, revision: int, now: int, first_id: int, last_id: int) -> None:
    """End what is too late to be useful; a claim passes it over."""
    connection.execute(EXPIRE, {"the_first": first_id, "the_last": last_id, "the_now": now, "the_revision": revision})

"""Unknown messages settled by a person: counted as sent, sent again, or asked about at the gateway.

The program itself never sends one again: its request may have left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, case, func, select, update

from tasks.clock import now_ms
from tasks.ledger.chunks import reopen, take_waiting
from tasks.ledger.decisions import note_decision
from tasks.ledger.engine import Ledger
from tasks.ledger.marks import SEND_AGAIN, THESE, lock_rows, obey, pieces, share_command
from tasks.ledger.revision import next_revision
from tasks.ledger.schema import messages
from tasks.ledger.states import State
from tasks.ledger.submission import REPUBLISH_AFTER_MS

COUNTED_SENT = "operator.counted_sent"

NOW = bindparam("the_now", type_=messages.c.due_ms.type)
UNKNOWN = messages.c.state == State.UNKNOWN.value

COUNT_AS_SENT = (
    update(messages)
    .where(THESE, UNKNOWN)
    .values(
        state=State.SUBMITTED.value,
        reason=COUNTED_SENT,
        submitted_ms=func.coalesce(messages.c.submitted_ms, messages.c.updated_ms),
        # Without the gateway's id nobody can be asked for a receipt: only the end of the wait is to come.
        due_ms=case((messages.c.provider_id.is_(None), bindparam("the_end", type_=NOW.type)), else_=NOW),
        updated_ms=NOW,
        revision=bindparam("the_revision"),
    )
    .returning(messages.c.message_id)
)

SENT_AGAIN = (
    update(messages)
    .where(THESE, UNKNOWN)
    .values(
        state=State.QUEUED.value,
        reason=None,
        token=None,
        provider_id=None,
        due_ms=case((messages.c.chunk_id.is_(None), bindparam("the_end", type_=NOW.type)), else_=None),
        updated_ms=NOW,
        revision=bindparam("the_revision"),
    )
    .returning(messages.c.message_id, messages.c.chunk_id)
)

ASK = update(messages).where(THESE, UNKNOWN).values(due_ms=NOW).returning(messages.c.message_id)


@dataclass(frozen=True, slots=True)
class Again:
    """What goes out once more: how many messages, and the tasks to publish."""

    count: int
    message_ids: tuple[int, ...] = ()
    chunk_ids: tuple[int, ...] = ()


def count_as_sent(ledger: Ledger, message_ids: Sequence[int], who: str, receipt_wait_ms: int) -> int:
    """Unknown → Submitted; returns how many still were Unknown. Their receipts may still come. Raises LedgerError."""

    def work(connection: Connection) -> int:
        now, revision = now_ms(), next_revision(connection)
        stamps = {"the_now": now, "the_end": now + receipt_wait_ms, "the_revision": revision}
        changed = [
            message_id
            for some in pieces(message_ids)
            for message_id in connection.execute(COUNT_AS_SENT, stamps | {"these": some}).scalars()
        ]
        if changed:
            note_decision(connection, who, "count_as_sent", now, len(changed), message_ids=changed)
        return len(changed)

    return ledger.write(work)


def send_again(ledger: Ledger, message_ids: Sequence[int], who: str) -> Again:
    """Unknown → Queued for a new try, by a person's decision. The caller publishes. Raises LedgerError.

    What the operator has paused or stopped is Held in place of that; a cancelled batch does not hinder what a person
    chose after it.
    """

    def work(connection: Connection) -> Again:
        lock_rows(connection)  # a cancel that has only marked its batch yet is over first
        stopped = share_command(connection)
        now, revision = now_ms(), next_revision(connection)
        stamps = {"the_now": now, "the_end": now + REPUBLISH_AFTER_MS, "the_revision": revision}
        reopen(connection, chunks_of(connection, message_ids))
        changed = [
            row
            for some in pieces(message_ids)
            for row in connection.execute(SENT_AGAIN, stamps | {"these": some}).all()
        ]
        if not changed:
            return Again(0)
        ids = [row.message_id for row in changed]
        obey(connection, ids, now, revision, stopped=stopped, also_cancelled=False)
        note_decision(connection, who, SEND_AGAIN, now, len(ids), message_ids=ids)
        alone = () if stopped else tuple(row.message_id for row in changed if row.chunk_id is None)
        return Again(len(ids), alone, take_waiting(connection, now))

    return ledger.write(work)


def chunks_of(connection: Connection, message_ids: Sequence[int]) -> set[int]:
    """The chunks that Unknown messages are of."""
    found = select(messages.c.chunk_id).where(THESE, UNKNOWN, messages.c.chunk_id.is_not(None)).distinct()
    return {chunk for some in pieces(message_ids) for chunk in connection.execute(found, {"these": some}).scalars()}


def ask(ledger: Ledger, message_ids: Sequence[int], who: str) -> int:
    """Have maintenance ask the gateways about Unknown messages at its next round; returns how many.

    Raises LedgerError.
    """

    def work(connection: Connection) -> int:
        now = now_ms()
        asked = [
            message_id
            for some in pieces(message_ids)
            for message_id in connection.execute(ASK, {"these": some, "the_now": now}).scalars()
        ]
        if asked:
            note_decision(connection, who, "ask", now, len(asked), message_ids=asked)
        return len(asked)

    return ledger.write(work)

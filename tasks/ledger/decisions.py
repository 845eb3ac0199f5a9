"""What operators decided: who, when, about what."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, or_, select

from tasks.ledger.bulk import insert_rows
from tasks.ledger.schema import decisions

SHOWN = 50


def note_decision(
    connection: Connection,
    who: str,
    action: str,
    now: int,
    count: int,
    *,
    message_ids: Sequence[int] = (),
    batch_id: int | None = None,
    account: str | None = None,
) -> None:
    """Record a decision, of messages one by one. `who`: user@host.

    `count`: how many messages it changed; none: those it names were Sending, and it says what they must not do then.
    """
    shared = {"at_ms": now, "who": who, "action": action, "account": account, "batch_id": batch_id}
    if message_ids:
        rows = [shared | {"message_id": message_id, "count": min(count, 1)} for message_id in message_ids]
    else:
        rows = [shared | {"message_id": None, "count": count}]
    insert_rows(connection, decisions, rows)


def decisions_about(connection: Connection, message_id: int, batch_id: int) -> list[RowMapping]:
    """What was decided about a message or its batch, the newest first, at most `SHOWN`."""
    found = (
        select(decisions)
        .where(or_(decisions.c.message_id == message_id, decisions.c.batch_id == batch_id))
        .order_by(decisions.c.decision_id.desc())
        .limit(SHOWN)
    )
    return list(connection.execute(found).mappings())

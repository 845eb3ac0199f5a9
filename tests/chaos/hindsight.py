"""Who had what in Sending when: read from the tries, which every claim begins and every record ends.

A killed worker's tries never end; a frozen one's end after it goes on. So the rows in Sending at a moment can be told
exactly afterwards, where a count at the moment itself would race with commits on their way.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from chaos.fleet import Fleet, Moment
from chaos.verdict import Attempt, Grip, Message
from sqlalchemy import select

from tasks.ledger.engine import Ledger
from tasks.ledger.schema import decisions, messages, tries, workers

CLOCKS_MS = 50
"""By how much the clocks of the harness and of a worker's ledger may differ."""


def ledger_rows(ledger: Ledger) -> list[Message]:
    """All messages as they stand."""
    with ledger.reading() as connection:
        found = connection.execute(select(messages.c.message_id, messages.c.recipient, messages.c.state))
        return [Message(*row) for row in found]


def attempts(ledger: Ledger) -> list[Attempt]:
    """All tries of all messages."""
    with ledger.reading() as connection:
        found = connection.execute(select(tries.c.message_id, tries.c.number, tries.c.outcome))
        return [Attempt(*row) for row in found]


def sent_again(ledger: Ledger) -> Counter[int]:
    """How often a person sent which messages once more."""
    with ledger.reading() as connection:
        found = connection.execute(select(decisions.c.message_id).where(decisions.c.action == "send_again"))
        return Counter(found.scalars())


def grips(fleet: Fleet) -> list[Grip]:
    """What each noted fault had in its grip."""
    by_pid = tries_by_pid(fleet.ledger)
    lease_ms = int(fleet.size.lease_s * 1000)
    most = fleet.size.in_flight * fleet.size.numbers_per_request
    return [grip(moment, by_pid.get(moment.pid, ()), most, lease_ms) for moment in fleet.moments]


def grip(moment: Moment, some: Sequence[Any], most: int, lease_ms: int) -> Grip:
    """The messages whose try had begun before the fault ended, and had not ended before it began.

    One that began longer ago than a lease and never ended was forgotten by its worker: no fault explains it.
    """
    first, last = moment.began_ms - CLOCKS_MS, moment.ended_ms + CLOCKS_MS
    held = [
        row
        for row in some
        if first - lease_ms <= row.started_ms <= last
        and (row.ended_ms is None or (not moment.killed and row.ended_ms >= first))
    ]
    return Grip(moment.name, frozenset(row.message_id for row in held), most if moment.killed else None)


def tries_by_pid(ledger: Ledger) -> dict[int, list[Any]]:
    """All tries by the main process of their worker, which is an ancestor of the one that sent."""
    with ledger.reading() as connection:
        mains = {
            family(row.worker_id): row.pid for row in connection.execute(select(workers.c.worker_id, workers.c.pid))
        }
        rows = connection.execute(select(tries.c.message_id, tries.c.worker, tries.c.started_ms, tries.c.ended_ms))
        found: dict[int, list[Any]] = defaultdict(list)
        for row in rows:
            found[mains.get(family(row.worker), int(row.worker.rsplit(":", 2)[1]))].append(row)
    return found


def family(worker_id: str) -> str:
    """What the ids of one worker's processes have in common."""
    return worker_id.rsplit(":", 1)[1]

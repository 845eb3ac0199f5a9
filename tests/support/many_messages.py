"""Many messages in a ledger, quickly: written past the program, as no test of delivery may."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import insert, update

from tasks.ledger.bulk import insert_rows
from tasks.ledger.engine import Ledger
from tasks.ledger.schema import accounts, counters, messages

STATES = ("delivered",) * 90 + ("failed",) * 6 + ("rejected",) * 3 + ("unknown",)

EPOCH_MS = 1_700_000_000_000

GROUP = 10_000


def fill(ledger: Ledger, count: int, account: str = "simulator", states: Sequence[str] = STATES) -> None:
    """`count` ended messages with ids from 1, nine in ten delivered, recipients in no order."""
    with ledger.writing() as connection:
        connection.execute(insert(accounts).values(name=account, gateway="simulator"))
        for group in _groups(count, account, states):
            insert_rows(connection, messages, group)
        for name in ("message", "revision"):
            connection.execute(update(counters).where(counters.c.name == name).values(value=count))


def _groups(count: int, account: str, states: Sequence[str]) -> Iterator[list[dict[str, Any]]]:
    dice = random.Random(count)
    for first in range(1, count + 1, GROUP):
        yield [
            {
                "message_id": number,
                "batch_id": (number - 1) // 1_000 + 1,
                "chunk_id": (number - 1) // 100 + 1,
                "source": "panel",
                "account": account,
                "recipient": f"+8613{dice.randrange(10**9):09d}",
                "text": f"Your parcel {number} waits at the desk, code {dice.randrange(10**6):06d}",
                "segments": 1,
                "price_micros": 45_000,
                "currency": "CNY",
                "state": dice.choice(states),
                "tries": 1,
                "created_ms": EPOCH_MS + number,
                "updated_ms": EPOCH_MS + number,
                "revision": number,
            }
            for number in range(first, min(first + GROUP, count + 1))
        ]

"""What 10,000 numbers got before, looked up before a send, in a ledger of a million messages on either database."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.report import Report
from sqlalchemy import insert, update
from support.ledgers import new_ledger, numbers
from support.postgres import Databases, started

from tasks.clock import now_ms
from tasks.gateways.caps import CAPS
from tasks.ledger.bulk import insert_rows
from tasks.ledger.earlier import Wanted, look_earlier
from tasks.ledger.engine import Ledger, open_ledger
from tasks.ledger.schema import accounts, counters, messages

COUNT = 10_000
ROWS = 1_000_000
TEXT = "您的验证码是 9527，请于 5 分钟内输入。"


def run() -> Report:
    """Every number got a message a day for a hundred days, the last one with the same text."""
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        ledger = new_ledger(Path(folder))
        measure(report, "SQLite", ledger)
        ledger.close()
    with started(autovacuum="on") as server:
        databases = Databases(server)
        name = databases.take()
        ledger = open_ledger(databases.server.url(name))
        measure(report, "PostgreSQL", ledger, after_fill=lambda: server.execute("VACUUM ANALYZE", database=name))
        ledger.close()
    return report


def measure(report: Report, database: str, ledger: Ledger, after_fill: Any = lambda: None) -> None:
    fill(ledger)
    after_fill()
    wanted = Wanted(recipients=numbers(COUNT), account="simulator", text=TEXT, caps=CAPS["simulator"])
    began = time.perf_counter()
    with ledger.reading() as connection:
        found = look_earlier(connection, wanted, now_ms())
    took = time.perf_counter() - began
    assert len(found.repeated) == COUNT
    report.add(f"{database}: 10,000 numbers", took, "s", most=1)


def fill(ledger: Ledger) -> None:
    """A hundred campaigns to the same numbers, a day apart."""
    day, now = 86_400_000, now_ms()
    with ledger.writing() as connection:
        connection.execute(insert(accounts).values(name="simulator", gateway="simulator"))
        for campaign in range(ROWS // COUNT):
            at_ms = now - (ROWS // COUNT - 1 - campaign) * day - 3_600_000
            insert_rows(connection, messages, list(rows(campaign, at_ms)))
        for name in ("message", "revision"):
            connection.execute(update(counters).where(counters.c.name == name).values(value=ROWS))


def rows(campaign: int, at_ms: int) -> Iterator[dict[str, Any]]:
    for place, number in enumerate(numbers(COUNT), start=1):
        yield {
            "message_id": campaign * COUNT + place,
            "batch_id": campaign + 1,
            "chunk_id": campaign * 100 + (place - 1) // 100 + 1,
            "source": "panel",
            "account": "simulator",
            "recipient": number,
            "text": TEXT if campaign == ROWS // COUNT - 1 else f"您的验证码是 {place}，请于 5 分钟内输入。",
            "state": "delivered",
            "created_ms": at_ms,
            "submitted_ms": at_ms,
            "updated_ms": at_ms,
            "revision": campaign * COUNT + place,
        }

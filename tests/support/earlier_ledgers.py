"""Ledgers as earlier versions of the program left them: that version's tables, and rows in every state.

The tables are made by the migrations up to that version, the rows by plain SQL: nothing here follows today's program.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, inspect, text

from tasks.ledger import migration
from tasks.ledger.postgresql import driver_url, is_postgresql
from tasks.ledger.states import State
from tasks.ledger.version import HEAD

EARLIER = tuple(f"{number:04}" for number in range(1, int(HEAD)))
"""Every version before this program's."""

HOUR_MS = 3_600_000
LOST_WORKER = "elsewhere:7:gone"

LEAVE = ("scheduled", "queued", "retrying", "chunk")
"""Rows that are still to leave."""


@dataclass(frozen=True)
class Earlier:
    """What such a ledger holds."""

    url: str
    version: str
    rows: dict[str, list[tuple[Any, ...]]]
    """Everything in it, by table."""

    def messages(self) -> dict[str, int]:
        """The ids of the messages by the name that stands in their text."""
        return {str(row[7]): int(row[0]) for row in self.rows["messages"]}


def make_earlier(url: str, version: str) -> Earlier:
    """Make the ledger at an address where nothing is yet."""
    engine = engine_of(url)
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(migration.SCRIPTS))
        config.attributes["connection"] = connection
        command.upgrade(config, version)
        fill(connection, version)
    with engine.connect() as connection:
        earlier = Earlier(url, version, everything(connection))
    engine.dispose()
    return earlier


def engine_of(url: str) -> Engine:
    return create_engine(driver_url(url) if is_postgresql(url) else url)


def everything(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, in an order of their own."""
    names = sorted(inspect(connection).get_table_names())
    return {name: sorted((tuple(row) for row in connection.execute(text(f"SELECT * FROM {name}"))), key=repr)
            for name in names}  # fmt: skip


def number_of(name: str) -> str:
    """The number that the message of this name goes to."""
    names = [*(state.value for state in State), *LEAVE]
    return f"+8613800{names.index(name):06d}"


def fill(connection: Connection, version: str) -> None:
    """One message in each state, one in a chunk, with tries, a worker that is gone, and a person's decisions."""
    now = int(time.time() * 1000)
    add(connection, "accounts", name="yuntongxun", gateway="yuntongxun", rate_per_s=50.0)
    add(connection, "templates", account="yuntongxun", template_id="1", name="code", text="Code {1}, {2} minutes",
        updated_ms=now)  # fmt: skip
    add(connection, "workers", worker_id=LOST_WORKER, host="elsewhere", pid=7, version="0.1", pool="threads",
        concurrency=8, accounts='["yuntongxun"]', started_ms=now - HOUR_MS, seen_ms=now - HOUR_MS)  # fmt: skip
    names = [state.value for state in State]
    for batch_id, lane, total in ((1, "single", len(names)), (2, "bulk", 1)):
        add(connection, "batches", batch_id=batch_id, request_id=f"click-{batch_id}", source="panel",
            account="yuntongxun", lane=lane, total=total, created_ms=now - HOUR_MS)  # fmt: skip
    add(connection, "chunks", chunk_id=1, batch_id=2, account="yuntongxun", first_id=len(names) + 1,
        last_id=len(names) + 1, uniform=True, state="published", published_ms=now - HOUR_MS)  # fmt: skip
    for message_id, name in enumerate([*names, "chunk"], 1):
        add_message(connection, message_id, name, now)
    for name, value in (("message", len(names) + 1), ("chunk", 1), ("batch", 2), ("revision", 2)):
        connection.execute(
            text("UPDATE counters SET value = :value WHERE name = :name"), {"name": name, "value": value}
        )
    if version >= "0003":
        add(connection, "decisions", decision_id=1, at_ms=now - HOUR_MS, who="ada@desk", action="cancel",
            message_id=names.index("cancelled") + 1, batch_id=1, account="yuntongxun", count=1)  # fmt: skip
    if version >= "0005":
        add(connection, "account_days", account="yuntongxun", day="2026-11-22", claimed=7, spent_micros=315_000)


def add_message(connection: Connection, message_id: int, name: str, now: int) -> None:
    """A message in the state of its name, and its tries."""
    state = "queued" if name == "chunk" else name
    waits = name in ("scheduled", "retrying", "queued", "sending")
    tried = name not in ("scheduled", "queued", "chunk", "rejected", "cancelled", "expired", "held")
    left = name in ("submitted", "delivered", "undelivered", "no_receipt")
    add(connection, "messages", message_id=message_id, batch_id=2 if name == "chunk" else 1,
        chunk_id=1 if name == "chunk" else None, source="panel", account="yuntongxun", recipient=number_of(name),
        text=name, template_id="1", variables='["9527", "5"]', segments=1, price_micros=45_000, currency="CNY",
        state=state, reason={"held": "operator.paused", "failed": "http.connect"}.get(name), tries=int(tried),
        token=f"token-{message_id}" if name == "sending" else None, worker=LOST_WORKER if tried else None,
        provider_id=f"p{message_id}" if left else None, due_ms=now - 1_000 if waits else None,
        created_ms=now - HOUR_MS, updated_ms=now - HOUR_MS, submitted_ms=now - HOUR_MS if left else None,
        revision=2)  # fmt: skip
    if tried:
        out = name == "sending"
        add(connection, "tries", message_id=message_id, number=1, token=f"token-{message_id}", worker=LOST_WORKER,
            account="yuntongxun", started_ms=now - HOUR_MS, ended_ms=None if out else now - HOUR_MS + 9,
            outcome=None if out else "unknown" if name == "unknown" else "accepted" if left else "failed",
            code=None, provider_id=f"p{message_id}" if left else None)  # fmt: skip


def add(connection: Connection, table: str, **values: Any) -> None:
    """Insert a row."""
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), values)

"""What has changed since the last look: the revision of a row, and marks that say whether to look at all.

**SQLite** has one writer at a time: a counter, raised by every transaction that writes messages, is the revision of the
rows it writes.

**PostgreSQL** has many. A counter would keep all of them waiting for the one that holds it, a campaign of 100,000
messages that is being written for seconds. A row's revision there is the number of the transaction that wrote it
(`pg_current_xact_id`), which is given out without waiting; but transactions do not end in the order of their numbers.
So a look has *seen up to* the oldest one that was still under way (`pg_snapshot_xmin`) less one: all up to there have
ended, and whatever ends later has a higher number, so that no change is missed however late its commit. What lies
between is told twice, which is harmless. Whether any message changed at all is counted: every writing transaction
raises one of the counters `MARKS` that nobody else holds at the moment.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select, text, update

from tasks.ledger.schema import MARKS, counters
from tasks.ledger.version import refuse_newer

RAISE_COUNTER = (
    update(counters)
    .where(counters.c.name == bindparam("the_name"))
    .values(value=counters.c.value + bindparam("the_count"))
    .returning(counters.c.value)
)

TRIED = 8
"""Marks that a transaction tries, chosen by lot: that all are held at once hardly happens, and then it waits."""

RAISE_FREE_MARK = text(
    "UPDATE counters SET value = value + 1 WHERE name = (SELECT name FROM counters WHERE name = ANY(:marks)"
    " LIMIT 1 FOR UPDATE SKIP LOCKED)"
    " RETURNING pg_current_xact_id()::text::bigint, (SELECT version_num FROM alembic_version)"
)
RAISE_MARK = text(
    "UPDATE counters SET value = value + 1 WHERE name = :mark"
    " RETURNING pg_current_xact_id()::text::bigint, (SELECT version_num FROM alembic_version)"
)
RAISE_REVISION = text(
    "UPDATE counters SET value = value + 1 WHERE name = 'revision'"
    " RETURNING value, (SELECT version_num FROM alembic_version)"
)
VERSION = text("SELECT version_num FROM alembic_version")
LOOK = text(
    "SELECT (SELECT sum(value) FROM counters WHERE name >= 'revision.' AND name < 'revision/')::bigint AS changes,"
    " pg_snapshot_xmin(now)::text::bigint - 1 AS revision, pg_snapshot_xmin(now) = pg_snapshot_xmax(now) AS settled"
    " FROM pg_current_snapshot() AS now"
)


@dataclass(frozen=True, slots=True)
class Mark:
    """How the ledger stood at one look."""

    changes: int
    """Equal in two looks: no message changed between them."""
    revision: int
    """Rows with a higher one have changed since."""
    settled: bool
    """No transaction was under way: looks with this revision have all seen the same."""


def next_revision(connection: Connection) -> int:
    """The revision of what this transaction writes: the first statement of each that writes messages.

    Raises LedgerError `ledger.newer` where a later program has changed the tables while this one had the ledger open.
    """
    if connection.dialect.name == "sqlite":
        revision, version = connection.execute(RAISE_REVISION).one()
    else:
        marks = random.sample(MARKS, TRIED)
        row = connection.execute(RAISE_FREE_MARK, {"marks": marks}).one_or_none()
        revision, version = row or connection.execute(RAISE_MARK, {"mark": marks[0]}).one()
    refuse_newer(version)
    return int(revision)


def refuse_outgrown(connection: Connection) -> None:
    """Raise LedgerError `ledger.newer` where the tables are by now those of a later program."""
    refuse_newer(connection.execute(VERSION).scalar())


def take_ids(connection: Connection, name: str, count: int) -> int:
    """Reserve `count` ids of a counter; returns the first. Its row is locked until the commit."""
    last = connection.execute(RAISE_COUNTER, {"the_name": name, "the_count": count}).scalar_one()
    return int(last) - count + 1


def lock_ids(connection: Connection, name: str) -> None:
    """Wait until nobody else takes ids of a counter: they so become visible in their order."""
    connection.execute(select(counters.c.value).where(counters.c.name == name).with_for_update())


def look(connection: Connection) -> Mark:
    """How the ledger stands now. Ask first, then read rows: what changes between is told the next time."""
    if connection.dialect.name == "sqlite":
        raised = int(connection.execute(select(counters.c.value).where(counters.c.name == "revision")).scalar_one())
        return Mark(raised, raised, settled=True)
    changes, revision, settled = connection.execute(LOOK).one()
    return Mark(int(changes), int(revision), bool(settled))


def current_revision(connection: Connection) -> int:
    """Up to which revision all changes can be seen."""
    return look(connection).revision

"""The workers of this ledger: those that run, and for a while those that have stopped or are not heard of any more."""

from __future__ import annotations

from typing import Any

from packaging.version import InvalidVersion, Version
from sqlalchemy import Connection, RowMapping, func, select

from tasks import __version__
from tasks.clerk.rows import read_list
from tasks.clock import now_ms
from tasks.ledger.schema import workers

ALIVE_MS = 30_000
"""A worker that was not seen for longer is not counted as one that runs. It says so every two seconds."""

STOPPED_SHOWN_MS = 10 * 60_000
LOST_SHOWN_MS = 60 * 60_000
"""One that never said it stops is worth knowing of for longer."""
GONE_MOST = 20

_PLAIN = ("worker_id", "host", "pid", "version", "pool", "concurrency", "in_hand", "started_ms", "seen_ms")


def live_workers(connection: Connection) -> list[dict[str, Any]]:
    """Workers that have not stopped and were seen lately."""
    now = now_ms()
    statement = (
        select(workers)
        .where(workers.c.stopped_ms.is_(None), workers.c.seen_ms > now - ALIVE_MS)
        .order_by(workers.c.worker_id)
    )
    return [shape_worker(row, now) for row in connection.execute(statement).mappings()]


def gone_workers(connection: Connection) -> list[dict[str, Any]]:
    """Workers that stopped or were lost a while ago, the latest first."""
    now = now_ms()
    end = func.coalesce(workers.c.stopped_ms, workers.c.seen_ms)
    stopped = workers.c.stopped_ms > now - STOPPED_SHOWN_MS
    lost = workers.c.stopped_ms.is_(None) & workers.c.seen_ms.between(now - LOST_SHOWN_MS, now - ALIVE_MS)
    statement = select(workers).where(stopped | lost).order_by(end.desc(), workers.c.worker_id).limit(GONE_MOST)
    return [shape_worker(row, now) for row in connection.execute(statement).mappings()]


def shape_worker(found: RowMapping, now: int) -> dict[str, Any]:
    """The wire's `Worker`. One that is in this ledger uses it. Ages are by the ledger's clock, not the window's."""
    stopped = found["stopped_ms"]
    return {name: found[name] for name in _PLAIN} | {
        "accounts": read_list(found["accounts"]),
        "notes": read_list(found["notes"]),
        "own_ledger": True,
        "seen_ago_ms": max(0, now - found["seen_ms"]),
        "stopped_ago_ms": None if stopped is None else max(0, now - stopped),
        "version_is": compared(found["version"]),
    }


def compared(version: str) -> str:
    """A worker's version against this program's: `same`, `older`, `newer`, or `other` where it cannot be read."""
    if version == __version__:
        return "same"
    try:
        theirs, ours = Version(version), Version(__version__)
    except InvalidVersion:
        return "other"
    return "same" if theirs == ours else "older" if theirs < ours else "newer"

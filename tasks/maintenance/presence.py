"""A worker's word that it is alive, and the workers of this machine that surely are not."""

from __future__ import annotations

import contextlib
import json
import os
import socket
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, select, update

from tasks import __version__
from tasks.ledger.schema import messages, workers
from tasks.ledger.states import State
from tasks.machine import machine_tag
from tasks.maintenance.worker_notes import notes

if TYPE_CHECKING:
    from tasks.delivery.runtime import Runtime


def worker_values(here: Runtime, messages_in_hand: int, started_ms: int, now: int) -> dict[str, Any]:
    """The row that says what this worker is. The process is its main one, also where another one writes the row."""
    host, pid, _ = here.worker_id.rsplit(":", 2)
    return {
        "worker_id": here.worker_id,
        "host": host,
        "pid": int(pid),
        "version": __version__,
        "pool": here.place.pool,
        "concurrency": here.place.concurrency,
        "accounts": json.dumps(sorted(here.settings.accounts)),
        "in_hand": messages_in_hand,
        "notes": json.dumps(notes()),
        "started_ms": started_ms,
        "seen_ms": now,
        "stopped_ms": None,
    }


def in_hand(connection: Connection, family: str) -> int:
    """Messages that all processes of a worker are sending now."""
    statement = select(func.count()).where(
        messages.c.state == State.SENDING.value, messages.c.worker.endswith(f":{family}", autoescape=True)
    )
    return int(connection.execute(statement).scalar_one())


def dead_here(connection: Connection) -> list[str]:
    """Workers of this machine whose process is gone although they never said they stopped.

    Also such as never came to write their row, or have none (a prefork pool's child): what they claimed names them.
    """
    known = connection.execute(
        select(workers.c.worker_id).where(workers.c.host == socket.gethostname(), workers.c.stopped_ms.is_(None))
    ).scalars()
    claiming = connection.execute(
        select(messages.c.worker).where(messages.c.state == State.SENDING.value).distinct()
    ).scalars()
    # The file of a ledger is on this machine, and so is whoever writes to it. On a server others of this machine's
    # name may come: there the tag must be ours, and after a restart of the machine the leases decide.
    tag = "" if connection.dialect.name == "sqlite" else machine_tag()
    return [worker for worker in {*known, *claiming} if worker is not None and has_died_here(worker, tag)]


def has_died_here(worker_id: str, tag: str = "") -> bool:
    """Whether a worker (host:pid:family) was a process of this machine and is none any more.

    `tag`: with what its family must begin.
    """
    host, pid, family = worker_id.rsplit(":", 2)
    return host == socket.gethostname() and family.startswith(tag) and not process_exists(int(pid))


def process_exists(pid: int) -> bool:
    """Whether a process with this number runs. A reused number only means that the lease decides instead."""
    if os.name == "nt":
        return True
    with contextlib.suppress(PermissionError):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
    return True


def note_stopped(connection: Connection, worker_ids: list[str], now: int) -> None:
    """Write that workers have ended."""
    if worker_ids:
        connection.execute(update(workers).where(workers.c.worker_id.in_(worker_ids)).values(stopped_ms=now))

"""The embedded Valkey: found through a file only its user reads, kept running by a supervisor process.

`python -m tasks server` is that supervisor. Standard library only: it must start fast, and importing this package must
cost clients nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tasks.server.record import read_record, url_of

if TYPE_CHECKING:
    from tasks.server.ensured import EnsuredServer as EnsuredServer
    from tasks.settings import Settings

ALIVE_TIMEOUT_S = 0.2


def address(home: Path) -> str | None:
    """Celery's URL of the embedded server of a home, None before its first start. It holds the password.

    The address stays the same over restarts, so clients reconnect by themselves. It says nothing about whether the
    server runs: see `alive`.
    """
    record = read_record(home)
    return None if record is None else url_of(record)


def alive(home: Path) -> bool:
    """Whether the embedded server answers a PING, within 200 ms."""
    from tasks.server.wire import Wire, WireError

    record = read_record(home)
    if record is None:
        return False
    try:
        with Wire(record.socket, record.password, ALIVE_TIMEOUT_S) as wire:
            return wire.ping()
    except (OSError, WireError):
        return False


def ensure(settings: Settings, timeout_s: float = 5.0) -> EnsuredServer:
    """A running embedded server for a process that nobody gave one (a bare `celery -A tasks worker`).

    Starts a supervisor that lives as long as this process: it serves, or stands by while another one serves and
    takes over when that one goes. Raises DeskError `server.no_binary`, `server.cannot_start` (cause),
    `server.not_ready` (seconds).
    """
    from tasks.server.ensured import ensure_server

    return ensure_server(settings.home, timeout_s)

"""What a worker says of itself to whoever shares its broker.

A worker with another ledger has no row in ours: only over the broker can a panel learn that it is there. The answer
holds no secret, no account and nothing of a message.
"""

from __future__ import annotations

import os
import socket
from typing import Any

from celery.worker.control import inspect_command

from tasks import __version__, lanes
from tasks.delivery.runtime import Place
from tasks.maintenance.worker_notes import notes

_known: dict[str, Any] = {}


def announce(ledger_uuid: str, place: Place) -> None:
    """From now on this worker tells which ledger it has. Called in its main process, which may not open the ledger."""
    _known.update(
        ledger=ledger_uuid, worker_id=place.worker_id(os.getpid()), pool=place.pool, concurrency=place.concurrency
    )


@inspect_command(name=lanes.ANNOUNCE)  # type: ignore[untyped-decorator]
def smsdesk_worker(_state: Any, **_: Any) -> dict[str, Any]:
    """`{ledger, worker_id, version, host, pid, pool, concurrency, notes}`: a command of Celery's remote control."""
    return _known | {"version": __version__, "host": socket.gethostname(), "pid": os.getpid(), "notes": notes()}

"""The one clock of the ledger: milliseconds since the epoch, UTC, as the ledger's host has them.

Leases, due times and "last seen" are compared by whoever looks at them, so all of them are told by one clock: the
database server's where there is one, this machine's where the ledger is a file. A process keeps how far its own clock
is from it (`tasks.ledger.server_clock`) and so need not ask for every time.
"""

from __future__ import annotations

import time

_offset_ms = 0


def machine_ms() -> int:
    """This machine's wall clock. It goes on while the machine sleeps."""
    return time.time_ns() // 1_000_000


def now_ms() -> int:
    """The ledger's clock."""
    return machine_ms() + _offset_ms


def set_offset(ms: int) -> None:
    """Note how far the ledger's clock is ahead of this machine's. A process has one ledger."""
    global _offset_ms
    _offset_ms = ms


def offset_ms() -> int:
    """How far the ledger's clock is ahead of this machine's."""
    return _offset_ms

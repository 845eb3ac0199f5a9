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


STEADY = getattr(time, "CLOCK_BOOTTIME", None) or getattr(time, "CLOCK_MONOTONIC", None)
"""Linux has CLOCK_BOOTTIME for it; on macOS CLOCK_MONOTONIC is such a clock (clock_gettime(3) there), though Python's
`time.monotonic` is not. Windows has neither, and its `time.monotonic` counts the time asleep."""


def steady_s() -> float:
    """Seconds from some moment on, by the clock that nobody can set and that goes on while the machine sleeps."""
    return time.monotonic() if STEADY is None else time.clock_gettime(STEADY)


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

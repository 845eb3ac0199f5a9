"""The one clock of the ledger: milliseconds since the epoch, UTC."""

from __future__ import annotations

import time


def now_ms() -> int:
    """The wall clock in milliseconds since the epoch."""
    return time.time_ns() // 1_000_000

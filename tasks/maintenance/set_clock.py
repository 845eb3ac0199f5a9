"""A machine's clock that was set must not end leases before their time.

On a ledger in a file all workers share this machine's clock, and so do the ends of leases. It is compared with the
clock that nobody can set and that goes on while the machine sleeps. The difference as last seen stands in the ledger:
of several workers the first to notice moves the leases, once. (On a server the ledger's clock is the server's:
`tasks.ledger.server_clock`.)
"""

from __future__ import annotations

import logging
from pathlib import Path

from sqlalchemy import Connection, select, update

from tasks.clock import machine_ms, steady_s
from tasks.ledger.engine import Ledger
from tasks.ledger.schema import ledger_info
from tasks.ledger.upkeep import move_leases
from tasks.ledger.upsert import insert_missing
from tasks.maintenance.worker_notes import CLOCK_SET, note

log = logging.getLogger(__name__)

NO_JUMP_MS = 2_000
"""Clocks that are kept right by small steps, and the time between two looks."""

ROW = "clock"
"""In `ledger_info`: since which start of the machine, and how far its clock is ahead of the steady one."""


def steady_ms() -> int:
    """Milliseconds by the clock that nobody can set."""
    return int(steady_s() * 1000)


def boot_id() -> str:
    """Which start of the machine this is; "" where the system does not say it."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def ahead_of_steady_ms() -> int:
    """How far the machine's clock is ahead of the steady one: it changes when the machine's is set."""
    return machine_ms() - steady_ms()


class SetClock:
    """Notices that the machine's clock was set, and moves the leases with it."""

    def __init__(self) -> None:
        self._boot = boot_id()
        self._seen_ms: int | None = None
        self._looked_ms = steady_ms()

    def look(self, ledger: Ledger) -> None:
        """Before leases are looked at. Costs nothing while nobody sets the clock. Raises LedgerError."""
        now_ms, ahead_ms = steady_ms(), ahead_of_steady_ms()
        if not self._is_seen(ahead_ms):
            if self._seen_ms is not None:
                note(CLOCK_SET)
            if ledger.is_file:
                ledger.write(lambda connection: self._compare(connection, ahead_ms))
            self._seen_ms = ahead_ms
        self._looked_ms = now_ms

    def holds(self) -> bool:
        """Whether nobody has set the clock since the last look: else leases are not moved yet, and must be left."""
        return self._is_seen(ahead_of_steady_ms())

    def _is_seen(self, ahead_ms: int) -> bool:
        return self._seen_ms is not None and abs(ahead_ms - self._seen_ms) < NO_JUMP_MS

    def _compare(self, connection: Connection, ahead_ms: int) -> None:
        """Whoever looks first moves the leases; the others find it done.

        Not those that were given by the clock as it is now: what was claimed since this process last looked.
        """
        noted = f"{self._boot} {ahead_ms}"
        if insert_missing(connection, ledger_info, name=ROW, value=noted):
            return
        stored = connection.execute(select(ledger_info.c.value).where(ledger_info.c.name == ROW)).scalar_one()
        boot, _, before_ms = stored.rpartition(" ")
        jump_ms = ahead_ms - int(before_ms)
        if boot == self._boot and self._boot and abs(jump_ms) >= NO_JUMP_MS:
            log.warning("this machine's clock was set by %.0f s: leases are moved with it", jump_ms / 1000)
            move_leases(connection, jump_ms, (self._looked_ms + ahead_ms, steady_ms() + ahead_ms))
        connection.execute(update(ledger_info).where(ledger_info.c.name == ROW).values(value=noted))

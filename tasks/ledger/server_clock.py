"""How far the clock of the ledger's server is from this machine's."""

from __future__ import annotations

import logging
import threading
import time

from sqlalchemy import Connection

from tasks import clock
from tasks.ledger.postgresql import server_ms

log = logging.getLogger(__name__)

LOOK_EVERY_S = 30.0
"""Clocks are set while programs run: by a person, by the network's time, after a sleep."""

LONGEST_ANSWER_MS = 1_000
"""An answer that took longer says too little; the former measure holds if there is one."""

WORTH_A_LINE_MS = 2_000

SET_MS = 2_000
"""So far from the monotonic clock, the machine's was set, or the machine slept. Corrections by the network are slow."""


class ServerClock:
    """Measures again from time to time, and where the clock was set, on a connection that is in use anyway."""

    def __init__(self) -> None:
        self._due = 0.0
        self._ahead_ms: float | None = None
        """How far the machine's clock was ahead of the monotonic one at the last measure; None before the first."""
        self._lock = threading.Lock()

    def look(self, connection: Connection) -> None:
        """Measure if it is time to. What the caller asks `clock.now_ms` afterwards is the server's time."""
        holds = self._holds()
        if holds and time.monotonic() < self._due:
            return
        # Where the former measure does not hold, nobody may go on by it while another thread measures.
        if not self._lock.acquire(blocking=not holds):
            return
        try:
            if holds or not self._holds():
                self._measure(connection)
        finally:
            self._lock.release()

    def _holds(self) -> bool:
        """Whether there is a measure, and nobody has set the machine's clock since."""
        return self._ahead_ms is not None and abs(ahead_of_monotonic_ms() - self._ahead_ms) < SET_MS

    def _measure(self, connection: Connection) -> None:
        ahead, asked = ahead_of_monotonic_ms(), time.monotonic()
        servers = server_ms(connection)
        answered = time.monotonic()
        took_ms = (answered - asked) * 1000
        if took_ms > LONGEST_ANSWER_MS and self._holds():
            return
        # A slow answer is half its time off at most, much less than a lease lasts: good until the next look.
        self._due = answered + LOOK_EVERY_S if took_ms <= LONGEST_ANSWER_MS else 0.0
        offset = round(servers - (ahead + (asked + answered) * 500))
        if abs(offset - clock.offset_ms()) > WORTH_A_LINE_MS:
            log.warning("this machine's clock is %.1f s off the ledger's; the ledger's holds", -offset / 1000)
        clock.set_offset(offset)
        self._ahead_ms = ahead


def ahead_of_monotonic_ms() -> float:
    """How far this machine's clock is ahead of the monotonic one, which nobody can set."""
    return clock.machine_ms() - time.monotonic() * 1000

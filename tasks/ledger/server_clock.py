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
"""An answer that took longer says too little; the former measure holds."""

WORTH_A_LINE_MS = 2_000


class ServerClock:
    """Measures again from time to time, on a connection that is in use anyway."""

    def __init__(self) -> None:
        self._due = 0.0
        self._lock = threading.Lock()

    def look(self, connection: Connection) -> None:
        """Measure if it is time to."""
        if time.monotonic() < self._due or not self._lock.acquire(blocking=False):
            return
        try:
            self._measure(connection)
        finally:
            self._lock.release()

    def _measure(self, connection: Connection) -> None:
        asked = clock.machine_ms()
        servers = server_ms(connection)
        answered = clock.machine_ms()
        self._due = time.monotonic() + LOOK_EVERY_S
        if not 0 <= answered - asked <= LONGEST_ANSWER_MS:
            self._due = 0.0
            return
        offset = servers - (asked + answered) // 2
        if abs(offset - clock.offset_ms()) > WORTH_A_LINE_MS:
            log.warning("this machine's clock is %.1f s off the ledger's; the ledger's holds", -offset / 1000)
        clock.set_offset(offset)

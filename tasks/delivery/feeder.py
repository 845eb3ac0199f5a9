"""Goes on with chunks whose slice ended before they were exhausted.

A slice, run in a Celery thread, never waits. What it leaves goes on here as calls come back, without another trip
through the broker: a campaign in hand does not stall when the broker does.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable

from tasks.delivery.slots import Slots
from tasks.errors import LedgerError

log = logging.getLogger(__name__)

GROUP = 16
"""Free calls worth a claim of their own: one commit to disk for as many messages."""

GATHER_S = 0.02
"""Longest wait for a group to come together."""

LATER_S = 0.25
"""Pause before a chunk is looked at again whose account has no allowance left."""


class Feeder:
    """One thread that holds the chunks in this process's hand. `run_slice(chunk_id)` answers why the slice ended."""

    def __init__(self, slots: Slots, run_slice: Callable[[int], str | None]) -> None:
        self._slots = slots
        self._run_slice = run_slice
        self._chunks: deque[int] = deque()
        self._later: deque[tuple[float, int]] = deque()
        self._wake = threading.Condition()
        self._stopping = False
        self._thread: threading.Thread | None = None

    def hold(self, chunk_id: int, later: bool = False) -> None:
        """Go on with a chunk as soon as calls are free, or in a moment."""
        with self._wake:
            if self._stopping or chunk_id in self._chunks or any(chunk == chunk_id for _, chunk in self._later):
                return
            if later:
                self._later.append((time.monotonic() + LATER_S, chunk_id))
            else:
                self._chunks.append(chunk_id)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="feeder", daemon=True)
                self._thread.start()
            self._wake.notify()

    def stop(self) -> None:
        """Claim nothing more."""
        with self._wake:
            self._stopping = True
            self._wake.notify()

    def join(self, timeout_s: float) -> None:
        """After `stop`: wait until its last slice has ended."""
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _run(self) -> None:
        while (chunk_id := self._next()) is not None:
            if not self._slots.wait_for_bulk(min(GROUP, self._slots.bulk_limit), GATHER_S):
                self._hold_first(chunk_id)
                continue
            try:
                ended = self._run_slice(chunk_id)
            except LedgerError as error:
                log.error("chunk %d waits for the ledger: %s", chunk_id, error.code)
                ended = "allowance.empty"
            except Exception:
                # This thread must live. The chunk is left: maintenance has it published again.
                log.exception("a slice of chunk %d failed", chunk_id)
                ended = None
            if ended in ("slots", "time"):
                self._hold_first(chunk_id)
            elif ended == "allowance.empty":
                self.hold(chunk_id, later=True)

    def _hold_first(self, chunk_id: int) -> None:
        with self._wake:
            if not self._stopping:
                self._chunks.appendleft(chunk_id)

    def _next(self) -> int | None:
        with self._wake:
            while not self._stopping:
                while self._later and self._later[0][0] <= time.monotonic():
                    self._chunks.append(self._later.popleft()[1])
                if self._chunks:
                    return self._chunks.popleft()
                self._wake.wait(LATER_S if self._later else None)
        return None

"""Calls in flight: how many requests of this worker may be out at once.

The number is also the most calls whose messages can become Unknown if the worker is killed.
"""

from __future__ import annotations

import threading


class Slots:
    """Counts the calls in flight. Some slots are kept free of bulk, so that a single message never waits for one."""

    def __init__(self, total: int, singles_at_once: int) -> None:
        self._single_limit = max(1, min(singles_at_once, total // 2))
        self._bulk_limit = max(1, total - self._single_limit)
        self._bulk = 0
        self._singles = 0
        self._changed = threading.Condition()

    @property
    def in_flight(self) -> int:
        """Calls that are out now."""
        return self._bulk + self._singles

    @property
    def bulk_limit(self) -> int:
        """Calls of bulk that may be out at once."""
        return self._bulk_limit

    def take_bulk(self, wanted: int) -> int:
        """Take up to `wanted` slots at once; 0 where none is free. Never waits."""
        with self._changed:
            taken = max(0, min(wanted, self._bulk_limit - self._bulk))
            self._bulk += taken
            return taken

    def give_bulk(self, count: int = 1) -> None:
        """Give slots back: the outcomes of their calls are on disk."""
        with self._changed:
            self._bulk -= count
            self._changed.notify_all()

    def take_single(self, timeout_s: float) -> bool:
        """Take the slot of a single message's call; False when none came free in time."""
        with self._changed:
            taken = self._changed.wait_for(lambda: self._singles < self._single_limit, timeout_s)
            self._singles += taken
            return taken

    def give_single(self) -> None:
        """A single message's call has ended."""
        with self._changed:
            self._singles -= 1
            self._changed.notify_all()

    def wait_for_bulk(self, wanted: int, timeout_s: float) -> bool:
        """Wait until `wanted` bulk slots are free, at most `timeout_s`; whether any is free now."""
        with self._changed:
            self._changed.wait_for(lambda: self._bulk_limit - self._bulk >= wanted, timeout_s)
            return self._bulk < self._bulk_limit

    def wait_until_idle(self, timeout_s: float) -> bool:
        """Wait until no call is out; False when time ran out first."""
        with self._changed:
            return self._changed.wait_for(lambda: self.in_flight == 0, timeout_s)

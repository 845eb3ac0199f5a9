"""Calls in flight: how many requests of this worker may be out at once.

The number is also the most calls whose messages can become Unknown if the worker is killed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from tasks.delivery.tokens import Tokens

LOOK_AGAIN_S = 0.02
"""How often a full worker of several processes is looked at: another process cannot wake this one."""

T = TypeVar("T")


class Slots:
    """Counts the calls in flight. Some slots are kept free of bulk, so that a single message never waits for one.

    Where a worker is several processes, `tokens` are what they share: a slot is only had together with a token. With a
    total of one the two kinds share it, and bulk makes way for a single message that waits.
    """

    def __init__(self, total: int, singles_at_once: int, tokens: Tokens | None = None) -> None:
        self._single_limit = max(1, min(singles_at_once, total // 2))
        self._bulk_limit = max(1, total - self._single_limit)
        self._shared = total < 2
        self._tokens = tokens
        self._single_tokens = range(self._single_limit)
        self._bulk_tokens = range(1) if self._shared else range(self._single_limit, total)
        self._bulk = 0
        self._singles = 0
        self._waiting = 0
        self._held: dict[str, list[int]] = {"bulk": [], "single": []}
        self._changed = threading.Condition()

    @property
    def in_flight(self) -> int:
        """Calls of this process that are out now."""
        return self._bulk + self._singles

    @property
    def bulk_limit(self) -> int:
        """Calls of bulk that may be out at once."""
        return self._bulk_limit

    def take_bulk(self, wanted: int) -> int:
        """Take up to `wanted` slots at once; 0 where none is free. Never waits."""
        with self._changed:
            taken = self._with_tokens("bulk", self._bulk_tokens, min(wanted, self._bulk_room()))
            self._bulk += taken
            return taken

    def give_bulk(self, count: int = 1) -> None:
        """Give slots back: the outcomes of their calls are on disk."""
        with self._changed:
            self._bulk -= count
            self._give_tokens("bulk", count)
            self._changed.notify_all()

    def take_single(self, timeout_s: float) -> bool:
        """Take the slot of a single message's call; False when none came free in time."""
        with self._changed:
            self._waiting += 1
            self._say_whether_one_waits()
            try:
                taken = bool(self._wait(self._try_single, timeout_s))
            finally:
                self._waiting -= 1
                self._say_whether_one_waits()
            self._singles += taken
            return taken

    def give_single(self) -> None:
        """A single message's call has ended."""
        with self._changed:
            self._singles -= 1
            self._give_tokens("single", 1)
            self._changed.notify_all()

    def wait_for_bulk(self, wanted: int, timeout_s: float) -> bool:
        """Wait until `wanted` bulk slots are free, at most `timeout_s`; whether any is free now."""
        with self._changed:
            self._wait(lambda: self._free_for_bulk(wanted) >= wanted, timeout_s)
            return self._free_for_bulk(1) > 0

    def wait_until_idle(self, timeout_s: float) -> bool:
        """Wait until no call of this process is out; False when time ran out first."""
        with self._changed:
            return self._changed.wait_for(lambda: self.in_flight == 0, timeout_s)

    def _bulk_room(self) -> int:
        if self._shared and (self._singles or self._waiting):
            return 0
        if self._shared and self._tokens is not None and self._tokens.somebody_waits():
            return 0
        return max(0, self._bulk_limit - self._bulk)

    def _free_for_bulk(self, wanted: int) -> int:
        """How many of `wanted` slots could be taken now."""
        free = self._with_tokens("bulk", self._bulk_tokens, min(wanted, self._bulk_room()))
        self._give_tokens("bulk", free)
        return free

    def _try_single(self) -> int:
        if self._singles >= self._single_limit or (self._shared and self._bulk):
            return 0
        return self._with_tokens("single", self._single_tokens, 1)

    def _with_tokens(self, kind: str, among: range, count: int) -> int:
        """How many of `count` slots have a token, which is held from now on."""
        if self._tokens is None or count <= 0:
            return max(0, count)
        got = self._tokens.take(among, count)
        self._held[kind] += got
        return len(got)

    def _give_tokens(self, kind: str, count: int) -> None:
        if self._tokens is not None:
            for _ in range(count):
                self._tokens.give(self._held[kind].pop())

    def _say_whether_one_waits(self) -> None:
        if self._shared and self._tokens is not None:
            self._tokens.wait_here(self._waiting > 0)

    def _wait(self, look: Callable[[], T], timeout_s: float) -> T:
        if self._tokens is None:
            return self._changed.wait_for(look, timeout_s)
        ends = time.monotonic() + timeout_s
        while not (found := look()) and (left := ends - time.monotonic()) > 0:
            self._changed.wait(min(left, LOOK_AGAIN_S))
        return found

"""Questions to the broker that nobody waits for longer than is bearable, whatever the broker does."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from tasks.clerk.rows import plain_error
from tasks.errors import BrokerError, DeskError


class BrokerPulse:
    """One question, asked in a thread of its own: a frozen broker must not hold up who asks."""

    def __init__(
        self,
        ask: Callable[[], Mapping[str, Any] | None],
        fresh_s: float = 2.0,
        answer_s: float = 3.0,
    ) -> None:
        """An answer is good for `fresh_s`; none is waited for longer than `answer_s`: the broker counts as silent."""
        self._ask_broker = ask
        self._fresh_s, self._answer_s = fresh_s, answer_s
        self._lock = threading.Condition()
        self._running = False
        self._known: dict[str, Any] | None = None
        self._known_at = 0.0

    def look(self) -> dict[str, Any]:
        """`{ok, code, params}`, and what was answered."""
        with self._lock:
            if self._known is not None and time.monotonic() - self._known_at < self._fresh_s:
                return dict(self._known)
            if not self._running:
                self._running = True
                threading.Thread(target=self._ask, name="broker-pulse", daemon=True).start()
            if not self._lock.wait_for(lambda: not self._running, self._answer_s) or self._known is None:
                return {"ok": False, "code": "broker.silent", "params": {}}
            return dict(self._known)

    def _ask(self) -> None:
        answer: dict[str, Any] = {"ok": True, "code": None, "params": {}}
        try:
            answer |= self._ask_broker() or {}
        except DeskError as error:
            answer = {"ok": False, **plain_error(error)}
        except Exception as error:  # whatever a transport raises, the lights of the window go on
            answer = {"ok": False, **plain_error(BrokerError("broker.failed", kind=type(error).__name__))}
        with self._lock:
            self._known, self._known_at, self._running = answer, time.monotonic(), False
            self._lock.notify_all()

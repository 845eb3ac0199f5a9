"""A value that is asked for in a thread of its own and kept for a while: whoever asks must not wait behind a hang."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from tasks.errors import DeskError

T = TypeVar("T")

SHARE = 0.05
"""At most this part of the time goes into asking: what takes long is kept longer."""


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """The last value there was, and what is wrong now."""

    value: T | None
    at: float
    """When it was asked for, by the monotonic clock."""
    code: str | None
    """Why there is no new one; None where all is well."""


class Lately(Generic[T]):
    """Safe to use from any thread. The asking itself never runs twice at a time."""

    def __init__(self, ask: Callable[[], T], fresh_s: float, wait_s: float, silent: str) -> None:
        """`silent`: the code of a question that is not answered in `wait_s`."""
        self._ask = ask
        self._fresh_s = fresh_s
        self._wait_s = wait_s
        self._silent = silent
        self._lock = threading.Condition()
        self._running = False
        self._keep_until = 0.0
        self._answer: Answer[T] = Answer(None, 0.0, silent)

    def look(self) -> Answer[T]:
        """An answer that is fresh, or the former one where a new one does not come in time."""
        with self._lock:
            if time.monotonic() < self._keep_until:
                return self._answer
            if not self._running:
                self._running = True
                threading.Thread(target=self._run, name="metrics-look", daemon=True).start()
            if self._lock.wait_for(lambda: not self._running, self._wait_s):
                return self._answer
            return Answer(self._answer.value, self._answer.at, self._silent)

    def _run(self) -> None:
        began = time.monotonic()
        value, code = self._answer.value, None
        try:
            value = self._ask()
        except DeskError as error:
            code = error.code
        except Exception as error:  # whatever a library raises, the next look must find this one ended
            code = type(error).__name__
        ended = time.monotonic()
        with self._lock:
            self._answer = Answer(value, began if code is None else self._answer.at, code)
            self._keep_until = ended + max(self._fresh_s, (ended - began) / SHARE)
            self._running = False
            self._lock.notify_all()

"""The one place where tests wait by looking again and again; everywhere else they wait for an event."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
LOOK_EVERY_S = 0.01
_never = threading.Event()


def wait_until(predicate: Callable[[], T], timeout_s: float = 5.0) -> T:
    """Look until `predicate()` is true and return what it said; TimeoutError when it is not by then."""
    until = time.monotonic() + timeout_s
    while not (found := predicate()):
        if time.monotonic() >= until:
            raise TimeoutError(f"{getattr(predicate, '__name__', predicate)} was not true within {timeout_s} s")
        _never.wait(LOOK_EVERY_S)
    return found

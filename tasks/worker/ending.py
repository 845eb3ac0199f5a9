"""The end of a worker that was told to stop and whose broker does not answer: Celery waits for it, without a bound."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable

from celery.worker import state

from tasks.delivery.runtime import open_runtime

log = logging.getLogger(__name__)

LOOK_S = 0.2

IDLE_S = 8.0
"""With nothing in hand, a stop takes a second or two. What lasts so much longer waits for a broker."""


def is_idle() -> bool:
    """Whether this process makes no call and runs no task."""
    here = open_runtime()
    return not state.active_requests and (here is None or here.slots.in_flight == 0)


class Ending:
    """Brings a stop to its end where Celery does not: finishes what is in flight, records it, ends the process."""

    def __init__(self, finish: Callable[[], None], longest_s: float) -> None:
        """`longest_s`: the time after which no call to a gateway can still be out."""
        self._finish = finish
        self._longest_s = longest_s
        self._thread = threading.Thread(target=self._watch, name="ending", daemon=True)

    def start(self) -> None:
        """From the request to stop on. The process ends under this thread if Celery ends it in time."""
        self._thread.start()

    def _watch(self) -> None:
        began = idle_since = time.monotonic()
        while (now := time.monotonic()) - idle_since < IDLE_S and now - began < self._longest_s:
            time.sleep(LOOK_S)
            if not is_idle():
                idle_since = time.monotonic()
        log.warning("the broker holds up this worker's stop: ending without it")
        try:
            self._finish()
        finally:
            os._exit(0)

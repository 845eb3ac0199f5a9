"""Puts the tasks of dead workers back on Redis, where Celery's own sweep never comes to it.

On Windows and in the gevent pool a worker waits for messages in `celery.worker.loops.synloop`. There kombu's poller on
Redis leaves its round before the sweep (`MultiChannelPoller.get`; celery issue 4976), so that what a killed worker had
taken would never come back. Maintenance finds messages of the ledger again; what other clients sent is nowhere else.
"""

from __future__ import annotations

import logging
import threading
from typing import Any

logger = logging.getLogger(__name__)

EVERY_S = 60.0

PREFETCH = 8
"""Tasks taken ahead for each of the pool's: an acknowledgement does not wake that loop, which so gets no more than what
it has taken ahead in 2 seconds (measured with 20 at once: 10 tasks a second with 1, 84 with 16)."""


def needs_restore(worker: Any) -> bool:
    """Whether a worker runs that loop on Redis."""
    return not worker.use_eventloop and bool(worker.app.connection_for_write().transport.driver_type == "redis")


class Restorer:
    """A thread that sweeps until it is stopped."""

    def __init__(self, app: Any, every_s: float = EVERY_S) -> None:
        self._app = app
        self._every_s = every_s
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="restore", daemon=True)

    def start(self) -> None:
        """Begin with a sweep."""
        self._thread.start()

    def stop(self) -> None:
        """End without waiting for a broker that may hang."""
        self._stopping.set()

    def _run(self) -> None:
        pause_s = 0.0
        while not self._stopping.wait(pause_s):
            pause_s = self._every_s
            try:
                restore(self._app)
            except Exception as error:
                # The broker is away, or anything else: the next sweep must come.
                logger.warning("tasks of dead workers are not put back now: %s", type(error).__name__)


def restore(app: Any) -> None:
    """Put back every task that has not been acknowledged within the visibility timeout."""
    with app.connection_for_write() as connection:
        connection.default_channel.qos.restore_visible(num=None, interval=1)

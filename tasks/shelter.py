"""A result that cannot be stored holds up no message.

Celery takes the error of a result backend for one of its own and does not acknowledge the task: with its prefetch used
up by such tasks a worker takes nothing more, for as long as the backend is away. What was sent is in the ledger; the
result is for a client that waits for it, and only that client misses it.
"""

from __future__ import annotations

import logging
import time
from typing import Any

log = logging.getLogger(__name__)

SLOW_S = 1.0
"""A failure that took longer was waited for: the backend is silent, not merely refusing."""

PAUSE_S = 5.0
"""For so long a silent backend is not asked again. Each asking holds up one of the pool's tasks for three seconds."""


class Silence:
    """Until when the backend is left alone (monotonic clock), for all threads of this process."""

    until = 0.0


def sheltered(backend: Any) -> Any:
    """The same backend, whose `store_result` never raises."""
    store = backend.store_result

    def store_result(task_id: str, *args: Any, **options: Any) -> Any:
        began = time.monotonic()
        if began < Silence.until:
            return None
        try:
            return store(task_id, *args, **options)
        except Exception as error:  # each library behind a backend raises its own
            log.warning("a result is not stored: %s", type(error).__name__)
            if time.monotonic() - began > SLOW_S:
                Silence.until = time.monotonic() + PAUSE_S
            return None

    backend.store_result = store_result
    return backend

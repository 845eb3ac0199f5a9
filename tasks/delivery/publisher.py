"""Publishes follow-up tasks from inside a worker, in a thread of its own: a hung broker holds up nothing else."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Sequence

from tasks.errors import BrokerError

log = logging.getLogger(__name__)


class Publisher:
    """A queue of chunks and messages to publish. What fails is left to maintenance, which repeats it."""

    def __init__(self, publish_chunks: Callable[[Sequence[int]], None], publish_message: Callable[[int], None]) -> None:
        self._publish_chunks = publish_chunks
        self._publish_message = publish_message
        self._work: queue.SimpleQueue[tuple[Sequence[int], Sequence[int]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)
        self._thread.start()

    def publish(self, chunk_ids: Sequence[int] = (), message_ids: Sequence[int] = ()) -> None:
        """Have tasks published soon."""
        if chunk_ids or message_ids:
            self._work.put((chunk_ids, message_ids))

    def stop(self, timeout_s: float) -> None:
        """Publish what is in hand, then end."""
        self._work.put(None)
        self._thread.join(timeout_s)

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            chunk_ids, message_ids = work
            try:
                self._publish_chunks(chunk_ids)
                for message_id in message_ids:
                    self._publish_message(message_id)
            except BrokerError as error:
                log.warning("%d tasks not published: %s", len(chunk_ids) + len(message_ids), error.code)
            except Exception as error:
                # Without this thread nothing would be published any more.
                log.error("%d tasks not published: %s", len(chunk_ids) + len(message_ids), type(error).__name__)

"""The threads that wait for gateways on behalf of bulk: one call each, so that no Celery thread ever waits."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Sequence

from tasks.delivery.calls import Caller
from tasks.delivery.recorder import Recorder
from tasks.delivery.slots import Slots
from tasks.ledger.claims import ClaimedMessage

log = logging.getLogger(__name__)


class Senders:
    """As many threads as calls may be in flight, started when first needed."""

    def __init__(self, caller: Caller, recorder: Recorder, slots: Slots) -> None:
        self._caller = caller
        self._recorder = recorder
        self._slots = slots
        self._requests: queue.SimpleQueue[Sequence[ClaimedMessage] | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._idle = 0
        self._lock = threading.Lock()

    def send(self, request: Sequence[ClaimedMessage]) -> None:
        """Send one request; its bulk slot is taken already and comes back once the outcome is on disk."""
        with self._lock:
            self._idle -= 1
            if self._idle < 0 and len(self._threads) < self._slots.bulk_limit:
                self._start_thread()
        self._requests.put(request)

    def _start_thread(self) -> None:
        thread = threading.Thread(target=self._run, name=f"sender-{len(self._threads)}", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            # The system gives no more threads. Those there are get to the request, or its deadline passes unsent.
            log.error("only %d sending threads could be started", len(self._threads))
            return
        self._threads.append(thread)
        self._idle += 1

    def stop(self) -> None:
        """End the threads once what they have in hand is done."""
        for _ in self._threads:
            self._requests.put(None)

    def _run(self) -> None:
        while (request := self._requests.get()) is not None:
            self._recorder.put(self._caller.call(request), self._slots.give_bulk)
            with self._lock:
                self._idle += 1

"""The threads that wait for gateways on behalf of bulk: one call each, so that no Celery thread ever waits."""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence

from tasks.delivery.calls import Caller
from tasks.delivery.recorder import Recorder
from tasks.delivery.slots import Slots
from tasks.ledger.claims import ClaimedMessage, give_back
from tasks.ledger.engine import Ledger


class Senders:
    """As many threads as calls may be in flight, started when first needed."""

    def __init__(self, ledger: Ledger, caller: Caller, recorder: Recorder, slots: Slots) -> None:
        self._ledger = ledger
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
                thread = threading.Thread(target=self._run, name=f"sender-{len(self._threads)}", daemon=True)
                self._threads.append(thread)
                self._idle += 1
                thread.start()
        self._requests.put(request)

    def stop(self) -> None:
        """End the threads once what they have in hand is done."""
        for _ in self._threads:
            self._requests.put(None)

    def _run(self) -> None:
        while (request := self._requests.get()) is not None:
            ends = self._caller.call(request)
            if ends is None:
                self._return(request)
            else:
                self._recorder.put(ends, self._slots.give_bulk)
            with self._lock:
                self._idle += 1

    def _return(self, request: Sequence[ClaimedMessage]) -> None:
        """The machine slept between claim and call: surely nothing left."""
        try:
            with self._ledger.writing() as connection:
                give_back(connection, [message.message_id for message in request], request[0].token)
        finally:
            self._slots.give_bulk()

"""What a sending process holds open: ledger, gateways, threads. One per process, made after a fork, never across it."""

from __future__ import annotations

import logging
import os
import socket
import threading
import uuid
from functools import partial

from tasks.delivery.calls import Caller
from tasks.delivery.feeder import Feeder
from tasks.delivery.publisher import Publisher
from tasks.delivery.recorder import Recorder
from tasks.delivery.senders import Senders
from tasks.delivery.slice import run_slice
from tasks.delivery.slots import Slots
from tasks.errors import LedgerError
from tasks.gateways.registry import GATEWAYS
from tasks.ledger.chunks import put_back
from tasks.ledger.claims import Claimant
from tasks.ledger.engine import Ledger, open_ledger
from tasks.ledger.outcomes import RecordPolicy
from tasks.settings import Settings, load

log = logging.getLogger(__name__)

LEASE_DEADLINES = 3
"""A lease is this many call deadlines long, so that it cannot run out under a call that is still on."""


class Runtime:
    """The parts of a sending process, wired."""

    def __init__(self, settings: Settings, processes: int = 1) -> None:
        """`processes`: how many like this one share the calls that may be in flight."""
        from tasks.client import Client

        self.settings = settings
        self.ledger: Ledger = open_ledger(settings.ledger_url)
        self.worker_id = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self.claimant = Claimant(self.worker_id, int(settings.call_deadline_s * LEASE_DEADLINES * 1000))
        policy = RecordPolicy(
            settings.max_tries, int(settings.receipt_wait_hours * 3_600_000), accounts_without_polling(settings)
        )
        self.slots = Slots(settings.max_in_flight // processes, settings.worker_concurrency)
        self.caller = Caller(settings.accounts, settings.call_deadline_s)
        self.recorder = Recorder(self.ledger, policy)
        self.senders = Senders(self.caller, self.recorder, self.slots)
        client = Client(settings, self.ledger.uuid)
        self.publisher = Publisher(client.publish_chunks, client.publish_message)
        self.feeder = Feeder(self.slots, partial(run_slice, self))
        self.stopping = threading.Event()
        self.in_hand: set[int] = set()
        """Chunks of which this process has begun a slice and that may not be exhausted."""

    def stop_claiming(self) -> None:
        """Claim nothing more of any chunk; what is out is finished."""
        self.stopping.set()
        self.feeder.stop()

    def close(self) -> None:
        """Finish what is in flight, record it, let the rest of the chunks in hand wait for another worker."""
        self.stop_claiming()
        # A claim it is about to make would otherwise come after the senders' end.
        self.feeder.join(self.settings.call_deadline_s)
        if not self.slots.wait_until_idle(self.settings.call_deadline_s + 5):
            log.error("%d calls had not come back; their leases will settle them", self.slots.in_flight)
        self.senders.stop()
        self.recorder.stop(timeout_s=5)
        self.publisher.stop(timeout_s=3)
        self._put_back()
        self.ledger.close()

    def _put_back(self) -> None:
        rest = list(self.in_hand)
        try:
            with self.ledger.writing() as connection:
                put_back(connection, rest)
        except LedgerError as error:
            log.error("%d chunks stay marked as published: %s", len(rest), error.code)


def accounts_without_polling(settings: Settings) -> frozenset[str]:
    """Accounts whose gateway gives no receipts when asked."""
    return frozenset(
        name
        for name, account in settings.accounts.items()
        if account.gateway not in GATEWAYS or not GATEWAYS[account.gateway].polls_receipts
    )


_runtime: Runtime | None = None
_processes = 1
_lock = threading.Lock()


def runtime() -> Runtime:
    """This process's runtime, opened when first asked for. Raises LedgerError."""
    global _runtime
    with _lock:
        if _runtime is None:
            _runtime = Runtime(load(), _processes)
        return _runtime


def open_runtime() -> Runtime | None:
    """This process's runtime if it has one."""
    return _runtime


def stop_claiming() -> None:
    """Have this process, if it sends, claim nothing more of any chunk. May be called from a signal's handler."""
    if _runtime is not None:
        _runtime.stop_claiming()


def share(processes: int) -> None:
    """Say, before the runtime is opened, that this process is one of so many of a pool."""
    global _processes
    _processes = processes


def _forget() -> None:
    """In a forked child: connections, threads and the lock are the parent's."""
    global _runtime, _lock
    _runtime, _lock = None, threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)

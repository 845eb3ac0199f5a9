"""What a sending process holds open: ledger, gateways, threads. One per process, made after a fork, never across it."""

from __future__ import annotations

import logging
import os
import socket
import threading
import uuid
from dataclasses import dataclass, field
from functools import partial

from tasks.delivery.calls import Caller
from tasks.delivery.feeder import Feeder
from tasks.delivery.publisher import Publisher
from tasks.delivery.recorder import Recorder
from tasks.delivery.senders import Senders
from tasks.delivery.slice import run_slice
from tasks.delivery.slots import Slots
from tasks.delivery.tokens import Tokens
from tasks.errors import LedgerError
from tasks.gateways.protocol import LooksUp
from tasks.gateways.registry import GATEWAYS
from tasks.ledger.chunks import put_back
from tasks.ledger.claims import Claimant
from tasks.ledger.engine import Ledger, open_ledger
from tasks.ledger.outcomes import RecordPolicy
from tasks.machine import machine_tag
from tasks.settings import Settings, load

log = logging.getLogger(__name__)

LOOK_S = 0.2
"""How often a child of a pool looks whether its worker is about to end."""

LEASE_DEADLINES = 3
"""A lease is this many call deadlines long, so that it cannot run out under a call that is still on."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a process has to know of the worker that it is, or is a child of."""

    pool: str
    concurrency: int
    """Celery tasks at once, over all children."""
    tokens: Tokens | None = None
    """What the children of a prefork pool share."""
    family: str = field(default_factory=lambda: machine_tag() + uuid.uuid4().hex[:8])
    """Ends the ids of all processes of one worker; begins with the tag of its machine."""

    def worker_id(self, pid: int) -> str:
        """The id of one process of this worker: host:pid:family."""
        return f"{socket.gethostname()}:{pid}:{self.family}"


class Runtime:
    """The parts of a sending process, wired."""

    def __init__(self, settings: Settings, place: Place | None = None, pid: int | None = None) -> None:
        """`pid`: of the process that this one speaks for, where it is not this one."""
        from tasks.client import Client

        self.settings = settings
        self.place = place or Place(settings.worker_pool, settings.worker_concurrency)
        self.ledger: Ledger = open_ledger(settings.ledger_url)
        self.worker_id = self.place.worker_id(pid or os.getpid())
        self.claimant = Claimant(self.worker_id, int(settings.call_deadline_s * LEASE_DEADLINES * 1000))
        self.policy = policy = RecordPolicy(
            settings.max_tries,
            int(settings.receipt_wait_hours * 3_600_000),
            accounts_without_polling(settings),
            accounts_that_look_up(settings),
        )
        self.slots = Slots(settings.max_in_flight, self.place.concurrency, self.place.tokens)
        self.caller = Caller(settings.accounts, settings.call_deadline_s)
        self.recorder = Recorder(self.ledger, policy)
        self.senders = Senders(self.caller, self.recorder, self.slots)
        client = Client(settings, self.ledger.uuid)
        self.publisher = Publisher(client.publish_chunks, client.publish_message)
        self.feeder = Feeder(self.slots, partial(run_slice, self))
        self.stopping = threading.Event()
        self.in_hand: set[int] = set()
        """Chunks of which this process has begun a slice and that may not be exhausted."""
        if self.place.tokens is not None:
            threading.Thread(target=self._watch, args=(self.place.tokens,), name="stop-watch", daemon=True).start()

    def _watch(self, tokens: Tokens) -> None:
        """In a child, which is told of the end only when its task has ended: stop claiming when the worker is to."""
        while not self.stopping.wait(LOOK_S):
            if tokens.told_to_stop():
                self.stop_claiming()

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


def accounts_that_look_up(settings: Settings) -> frozenset[str]:
    """Accounts whose gateway can say what became of a message whose answer was lost."""
    looks_up = {name for name, gateway in GATEWAYS.items() if issubclass(gateway, LooksUp)}
    return frozenset(name for name, account in settings.accounts.items() if account.gateway in looks_up)


_runtime: Runtime | None = None
_place: Place | None = None
_lock = threading.Lock()
_inherited: Runtime | None = None
"""A parent's, in a forked child: never used, and never closed either, which would spoil it for the parent."""


def runtime() -> Runtime:
    """This process's runtime, opened when first asked for. Raises LedgerError."""
    global _runtime
    with _lock:
        if _runtime is None:
            _runtime = Runtime(load(), _place)
        return _runtime


def open_runtime() -> Runtime | None:
    """This process's runtime if it has one."""
    return _runtime


def stop_claiming() -> None:
    """Have this process and its children claim nothing more of any chunk. May be called from a signal's handler."""
    if _place is not None and _place.tokens is not None:
        _place.tokens.say_stop()
    if _runtime is not None:
        _runtime.stop_claiming()


def take_place(place: Place) -> None:
    """Say, before the runtime is opened, what this process and its children are."""
    global _place
    _place = place


def _forget() -> None:
    """In a forked child: connections, threads and the lock are the parent's."""
    global _runtime, _lock, _inherited
    _runtime, _lock, _inherited = None, threading.Lock(), _runtime


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)

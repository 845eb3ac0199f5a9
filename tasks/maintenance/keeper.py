"""The maintenance thread of a worker: presence always; the housekeeping of the ledger where this worker leads."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable

from sqlalchemy import Connection

from tasks.clock import now_ms
from tasks.delivery.runtime import Runtime
from tasks.errors import LedgerError
from tasks.ledger.chunks import take_stale, take_waiting
from tasks.ledger.control import finish_cancels
from tasks.ledger.revision import refuse_outgrown
from tasks.ledger.upkeep import (
    find_due,
    forget_due,
    forget_workers,
    give_up_leadership,
    note_worker,
    of_other_clients,
    postpone_republish,
    release,
    settle_dead_workers,
    settle_lost,
    take_leadership,
)
from tasks.maintenance.breakers import Breakers
from tasks.maintenance.look_up import look_up
from tasks.maintenance.presence import dead_here, in_hand, note_stopped, worker_values
from tasks.maintenance.receipts import collect
from tasks.maintenance.set_clock import SetClock

log = logging.getLogger(__name__)

ROUND_S = 0.5
PRESENCE_MS = 2_000
LEAD_MS = 6_000
FINISH_MS = 10_000
"""How often it is looked for commands whose giver was lost in the middle."""

FORGET_MS = 7 * 24 * 3_600_000


class Keeper:
    """Runs until stopped, in a thread of its own. A ledger that is away is tried again, with growing pauses."""

    def __init__(self, runtime: Runtime, outgrown: Callable[[], None] = lambda: None) -> None:
        """`outgrown` is called when a later program has changed the ledger's tables: this one must end."""
        self._runtime = runtime
        self._outgrown = outgrown
        self._started_ms = now_ms()
        self._seen_ms = 0
        self._leads_until = 0
        self._finished_ms = 0
        self._clock = SetClock()
        self._breakers = Breakers(runtime.ledger, runtime.publisher)
        self.last_round = time.monotonic()
        """When a round last came to its end, by the monotonic clock."""
        self.troubles: Counter[str] = Counter()
        """Rounds that ended on a trouble of the ledger, by its code."""
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="maintenance", daemon=True)

    def start(self) -> None:
        """Begin; the first round settles what an earlier run on this machine left behind."""
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        """End the rounds and say in the ledger that this worker has stopped."""
        self._stopping.set()
        self._thread.join(timeout_s)
        try:
            with self._runtime.ledger.writing() as connection:
                give_up_leadership(connection, "maintenance", self._runtime.worker_id)
                note_stopped(connection, [self._runtime.worker_id], now_ms())
        except LedgerError as error:
            log.warning("could not note the stop: %s", error.code)

    def _run(self) -> None:
        pause_s = ROUND_S
        while not self._stopping.wait(pause_s):
            try:
                self.round()
                self.last_round = time.monotonic()
                pause_s = ROUND_S
            except LedgerError as error:
                self.troubles[error.code] += 1
                if error.code == "ledger.newer":
                    log.error("maintenance ends: %s", error)
                    self._outgrown()
                    return
                pause_s = min(pause_s * 2, 30.0)
                log.error("maintenance waits %.0f s for the ledger: %s", pause_s, error.code)
            except Exception:
                # Whatever it is, the next round must come: without it nothing lost is ever found again.
                log.exception("a round of maintenance failed")

    def round(self) -> None:
        """One round."""
        self._clock.look(self._runtime.ledger)
        now = now_ms()
        if now - self._seen_ms >= PRESENCE_MS or now < self._seen_ms:
            self._note_presence()
        if now_ms() < self._leads_until:
            self._keep_house()

    def _note_presence(self) -> None:
        here = self._runtime

        def note(connection: Connection) -> tuple[int, list[int], list[int], bool]:
            refuse_outgrown(connection)
            now = now_ms()  # in here and not before: if the machine's clock was set, the transaction's begin noticed
            in_hand_now = in_hand(connection, here.place.family)
            note_worker(connection, worker_values(here, in_hand_now, self._started_ms, now))
            dead = dead_here(connection)
            lost = settle_dead_workers(connection, dead, now)
            untold = of_other_clients(connection, lost) if lost else []
            note_stopped(connection, dead, now)
            leads = take_leadership(connection, "maintenance", here.worker_id, now, LEAD_MS)
            forget_workers(connection, now - FORGET_MS)
            return now, lost, untold, leads

        now, lost, untold, leads = here.ledger.write(note)
        if lost:
            log.warning("%d messages of a dead worker are Unknown now", len(lost))
            here.publisher.publish(message_ids=untold)
        self._seen_ms = now
        self._leads_until = now + LEAD_MS // 2 if leads else 0

    def _keep_house(self) -> None:
        here = self._runtime
        with here.ledger.reading() as connection:
            now = now_ms()
            if not self._clock.holds():
                return
            due = find_due(connection, now)

        def keep(connection: Connection) -> tuple[list[int], list[int]]:
            singles = release(connection, due.release, now) if due.release else []
            if due.republish:
                singles += postpone_republish(connection, due.republish, now)
            if due.lost:
                lost = [row.message_id for row in due.lost]
                settle_lost(connection, lost, "lease.expired", now)
                singles += of_other_clients(connection, lost)
            if due.tell:
                singles += forget_due(connection, due.tell, now)
            return [*take_stale(connection, now), *take_waiting(connection, now)], singles

        chunk_ids, singles = here.ledger.write(keep)
        here.publisher.publish(chunk_ids, singles)
        self._breakers.tend(now)
        if now - self._finished_ms >= FINISH_MS:
            self._finished_ms = now
            finish_cancels(here.ledger, now)
        if due.receipts:
            collect(here.ledger, here.caller, due.receipts, now, int(here.settings.receipt_wait_hours * 3_600_000))
        if due.unknown:
            look_up(here.ledger, here.caller, due.unknown, now, here.policy)

"""Writes the ends of tries in groups: what came in while one commit was under way goes into the next."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from itertools import islice

from tasks.errors import LedgerError
from tasks.gateways.protocol import Outcome
from tasks.ledger.engine import Ledger
from tasks.ledger.faults import BAD_VALUE
from tasks.ledger.outcomes import RecordPolicy, TryEnd, Verdict, record

log = logging.getLogger(__name__)

GROUP = 1_000
"""Ends in one commit at most."""

AGAIN_AFTER_S = 0.5
"""Pause before a commit that failed is repeated: an answer in hand must not be lost to a full disk."""


@dataclass(frozen=True, slots=True)
class Entry:
    """The ends of one call, and who waits for them to be on disk."""

    ends: Sequence[TryEnd]
    then: Callable[[], None]
    verdicts: Future[list[Verdict]] = field(default_factory=Future)


class Recorder:
    """One thread that records for all sending threads of a process."""

    def __init__(self, ledger: Ledger, policy: RecordPolicy) -> None:
        self._ledger = ledger
        self._policy = policy
        self._entries: queue.SimpleQueue[Entry | None] = queue.SimpleQueue()
        self._give_up_at: float | None = None
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    def put(self, ends: Sequence[TryEnd], then: Callable[[], None]) -> Future[list[Verdict]]:
        """Have ends recorded; `then` is called once they are on disk, the future gets what the ledger decided."""
        entry = Entry(ends, then)
        self._entries.put(entry)
        return entry.verdicts

    def stop(self, timeout_s: float) -> None:
        """Record what is in hand, trying no longer than that, then end."""
        self._give_up_at = time.monotonic() + timeout_s - AGAIN_AFTER_S
        self._entries.put(None)
        self._thread.join(timeout_s)

    def _run(self) -> None:
        while (entry := self._entries.get()) is not None:
            group, last = self._gather(entry)
            self._record(group)
            if last:
                return

    def _gather(self, first: Entry) -> tuple[list[Entry], bool]:
        """All that waits now, up to one group; and whether the end was among it."""
        group = [first]
        size = len(first.ends)
        while size < GROUP:
            try:
                entry = self._entries.get_nowait()
            except queue.Empty:
                return group, False
            if entry is None:
                return group, True
            group.append(entry)
            size += len(entry.ends)
        return group, False

    def _record(self, group: list[Entry]) -> None:
        try:
            verdicts = iter(self._write([end for entry in group for end in entry.ends]))
        except LedgerError as error:
            # The worker ends and the ledger is still away: the leases will say Unknown.
            for entry in group:
                entry.then()
                entry.verdicts.set_exception(error)
        except Exception as error:
            log.error("an outcome among %d cannot be written: %s", len(group), type(error).__name__)
            for entry in group:
                self._record_readable(entry)
        else:
            for entry in group:
                entry.then()
                entry.verdicts.set_result(list(islice(verdicts, len(entry.ends))))

    def _record_readable(self, entry: Entry) -> None:
        """Record alone what could not be written with others: if it is this one, without what its gateway said."""
        for ends in (entry.ends, [without_words(end) for end in entry.ends]):
            try:
                verdicts = self._write(ends)
            except Exception as error:
                kind = type(error).__name__
            else:
                entry.then()
                entry.verdicts.set_result(verdicts)
                return
        entry.then()
        entry.verdicts.set_exception(LedgerError("ledger.failed", kind=kind))

    def _write(self, ends: Sequence[TryEnd]) -> list[Verdict]:
        """Write until it is on disk. LedgerError: the time to stop has come first; ValueError: it never will be."""
        while True:
            try:
                return record(self._ledger, ends, self._policy)
            except LedgerError as error:
                if error.code == BAD_VALUE:
                    raise ValueError(error.code) from None
                if error.code == "ledger.newer":  # for this program it never comes back: the leases will say Unknown
                    log.error("outcomes of %d messages are not written: %s", len(ends), error)
                    raise
                log.error("outcomes of %d messages wait for the ledger: %s", len(ends), error.code)
                if self._give_up_at is not None and time.monotonic() >= self._give_up_at:
                    raise
                time.sleep(AGAIN_AFTER_S)


def without_words(end: TryEnd) -> TryEnd:
    """The end of a try by what it proves alone."""
    return replace(end, outcome=Outcome(end.outcome.message_id, end.outcome.kind, "gateway.bug"))

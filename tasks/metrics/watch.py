"""What health and metrics look at: ledger, broker and maintenance of this worker."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from tasks.ledger.engine import ping
from tasks.metrics.lately import Lately
from tasks.metrics.ledger_numbers import LedgerNumbers, read_numbers

if TYPE_CHECKING:
    from tasks.delivery.runtime import Runtime
    from tasks.maintenance.keeper import Keeper

NUMBERS_FRESH_S = 4.0
"""Below the usual distance of two scrapes (15 s), above that of two people with a browser."""
NUMBERS_WAIT_S = 4.0
"""Below Prometheus' time-out of 10 s, together with the broker's."""
ANSWER_FRESH_S = 2.0
ANSWER_WAIT_S = 3.0
ROUND_WITHIN_S = 15.0
"""Maintenance has a round twice a second; without one for so long, nothing lost is found again."""


class Watch:
    """Every look is bounded and kept for a while, so that scraping costs a busy worker little."""

    def __init__(self, runtime: Runtime, keeper: Keeper) -> None:
        from tasks.client import Client

        self._ledger = runtime.ledger
        self._keeper = keeper
        self._client = Client(runtime.settings, runtime.ledger.uuid)
        self.numbers = Lately(self._numbers, NUMBERS_FRESH_S, NUMBERS_WAIT_S, "ledger.slow")
        self.ledger = Lately(lambda: ping(self._ledger), ANSWER_FRESH_S, ANSWER_WAIT_S, "ledger.slow")
        self.queues = Lately(self._client.queue_lengths, ANSWER_FRESH_S, ANSWER_WAIT_S, "broker.silent")

    def ledger_errors(self) -> Mapping[str, int]:
        """Troubles that maintenance met since the worker's start, by code."""
        return dict(self._keeper.troubles)

    def problem(self) -> str | None:
        """What keeps this worker from working, in one line of codes; None where nothing does."""
        problems = []
        for name, answer in (("ledger", self.ledger.look()), ("broker", self.queues.look())):
            if answer.code is not None:
                problems.append(f"{name}: {answer.code}")
        since = time.monotonic() - self._keeper.last_round
        if since > ROUND_WITHIN_S:
            problems.append(f"maintenance: no round for {since:.0f} s")
        return "; ".join(problems) or None

    def close(self) -> None:
        """Give back the broker's connections."""
        self._client.close()

    def _numbers(self) -> LedgerNumbers:
        with self._ledger.reading() as connection:
            return read_numbers(connection)

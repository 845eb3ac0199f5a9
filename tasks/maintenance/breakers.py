"""What open and closing breakers need of maintenance: a message to be the probe, and the held ones let go."""

from __future__ import annotations

import logging
import time

from sqlalchemy import Connection

from tasks.delivery.publisher import Publisher
from tasks.ledger import breaker, probes
from tasks.ledger.engine import Ledger
from tasks.ledger.upkeep import resume_account

log = logging.getLogger(__name__)

AGAIN_S = 5.0
"""A message that was published to be the probe, and was not claimed, is followed by another after this time."""


class Breakers:
    """The breakers of a ledger's accounts, as the leading worker tends them."""

    def __init__(self, ledger: Ledger, publisher: Publisher) -> None:
        self._ledger = ledger
        self._publisher = publisher
        self._offered: dict[str, float] = {}

    def tend(self, now: int) -> None:
        """Once a round. Raises LedgerError."""
        with self._ledger.reading() as connection:
            due = breaker.due_for_a_probe(connection, now)
            recovered = breaker.recovered(connection)
        for account in recovered:
            self._let_go(account, now)
            log.warning("the gateway of account %s answers again: its messages go on", account)
        for account in due:
            if time.monotonic() - self._offered.get(account, -AGAIN_S) >= AGAIN_S:
                self._offer(account, now)

    def _let_go(self, account: str, now: int) -> None:
        """What the breaker held goes on; other accounts' and the operator's reasons stay."""

        def work(connection: Connection) -> None:
            resume_account(connection, account, now)
            breaker.note_let_go(connection, account)

        self._ledger.write(work)

    def _offer(self, account: str, now: int) -> None:
        """Publish a message of the account; its claim decides whether it is the probe."""
        found = self._ledger.write(lambda connection: probes.next_of(connection, account, now))
        if found.published:
            self._offered[account] = time.monotonic()
            self._publisher.publish(found.chunk_ids, found.message_ids)

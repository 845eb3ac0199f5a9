"""A gateway account with a circuit breaker, and what happens to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update
from support.ledgers import force, put

from tasks.clock import now_ms
from tasks.gateways.protocol import Outcome, OutcomeKind
from tasks.ledger.breaker import SILENT_CALLS
from tasks.ledger.claims import Claimant, ClaimedMessage, claim_message
from tasks.ledger.engine import Ledger
from tasks.ledger.outcomes import RecordPolicy, TryEnd, record
from tasks.ledger.schema import accounts
from tasks.ledger.states import State
from tasks.maintenance.breakers import Breakers

ME = Claimant("host:1:me", 60_000)


OTHER = Claimant("host:2:other", 60_000)


POLICY = RecordPolicy(max_tries=2)


AWAY, LOST, BUSY, TAKEN = OutcomeKind.UNREACHED, OutcomeKind.UNKNOWN, OutcomeKind.BUSY, OutcomeKind.ACCEPTED


class Published:
    """Stands for the broker."""

    def __init__(self) -> None:
        self.chunk_ids: list[int] = []
        self.message_ids: list[int] = []

    def publish(self, chunk_ids: Sequence[int] = (), message_ids: Sequence[int] = ()) -> None:
        self.chunk_ids += chunk_ids
        self.message_ids += message_ids


def account(ledger: Ledger) -> Any:
    with ledger.reading() as connection:
        return connection.execute(select(accounts).where(accounts.c.name == "simulator")).one()


def pause_is_over(ledger: Ledger) -> None:
    with ledger.writing() as connection:
        connection.execute(update(accounts).where(accounts.c.retry_ms.is_not(None)).values(retry_ms=now_ms()))


def claim(ledger: Ledger, message_id: int, who: Claimant = ME) -> ClaimedMessage | None:
    return claim_message(ledger, message_id, who, lambda _account: True)[0]


def sent(ledger: Ledger) -> ClaimedMessage:
    claimed = claim(ledger, put(ledger).first_id)
    assert claimed is not None
    return claimed


def end(ledger: Ledger, claimed: ClaimedMessage | None, kind: OutcomeKind, code: str = "", **more: Any) -> State:
    assert claimed is not None
    outcome = Outcome(claimed.message_id, kind, code or f"the.{kind}", **more)
    return record(ledger, [TryEnd(claimed, outcome)], POLICY)[0].state


def opened(ledger: Ledger) -> ClaimedMessage:
    """An open breaker; the message that it holds."""
    held = sent(ledger)
    assert end(ledger, held, AWAY, "http.connect_refused") is State.HELD
    return held


def tend(ledger: Ledger) -> Published:
    broker = Published()
    Breakers(ledger, broker).tend(now_ms())  # type: ignore[arg-type]
    return broker


def silence(ledger: Ledger, first: int = SILENT_CALLS) -> None:
    for _ in range(first):
        end(ledger, sent(ledger), LOST)


def claim_again(ledger: Ledger, tries: int) -> ClaimedMessage:
    """A message whose tries are all but used up, in flight."""
    message_id = put(ledger).first_id
    force(ledger, message_id, State.QUEUED, tries=tries - 1)
    claimed = claim(ledger, message_id)
    assert claimed is not None
    return claimed

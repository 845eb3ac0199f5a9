"""What the ledger says for metrics: one snapshot of messages, tries and workers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, case, func, select

from tasks.clock import now_ms
from tasks.ledger.schema import accounts, messages, tries, workers
from tasks.ledger.states import State

BOUNDS_MS = (25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 20_000, 60_000)
"""Upper ends of the classes of a call's duration; the last class has none."""

ALIVE_MS = 30_000
"""A worker that has not been seen for longer is not counted."""


@dataclass(frozen=True, slots=True)
class Durations:
    """How long calls took: their number in each class of `BOUNDS_MS` and above all, and the sum in milliseconds."""

    classes: tuple[int, ...]
    sum_ms: int


@dataclass(frozen=True, slots=True)
class LedgerNumbers:
    """One snapshot."""

    messages: Mapping[tuple[str, str], int]
    """By state and account."""
    calls: Mapping[tuple[str, str], int]
    """Tries that have ended, by account and outcome."""
    durations: Mapping[str, Durations]
    """By account."""
    open_tries: Mapping[str, int]
    """Tries without an end, by account: those in flight, and those whose worker was lost."""
    workers: Mapping[str, int]
    """Workers seen lately, by version."""
    oldest_queued_s: float
    """Age of the message that has been Queued longest; 0 where none is."""
    held: Mapping[tuple[str, str], int]
    """1 for each account that sends nothing now, with the code that says why."""

    def in_flight(self, account: str) -> int:
        """Messages of an account whose call is out."""
        return self.messages.get((State.SENDING.value, account), 0)


def read_numbers(connection: Connection) -> LedgerNumbers:
    """Read them all; of a million messages in SQLite that takes three seconds."""
    calls, durations, open_tries = read_tries(connection)
    return LedgerNumbers(
        read_messages(connection),
        calls,
        durations,
        open_tries,
        read_workers(connection),
        oldest_queued_s(connection),
        read_held(connection),
    )


def read_messages(connection: Connection) -> Mapping[tuple[str, str], int]:
    """How many messages by state and account."""
    statement = select(messages.c.state, messages.c.account, func.count()).group_by(
        messages.c.state, messages.c.account
    )
    return {(state, account): int(number) for state, account, number in connection.execute(statement)}


def read_tries(
    connection: Connection,
) -> tuple[Mapping[tuple[str, str], int], Mapping[str, Durations], Mapping[str, int]]:
    """Ended tries by account and outcome, how long they took, and those without an end."""
    took = tries.c.ended_ms - tries.c.started_ms
    bucket = case(*((took <= bound, place) for place, bound in enumerate(BOUNDS_MS)), else_=len(BOUNDS_MS))
    statement = select(tries.c.account, tries.c.outcome, bucket, func.count(), func.sum(took)).group_by(
        tries.c.account, tries.c.outcome, bucket
    )
    calls: Counter[tuple[str, str]] = Counter()
    open_tries: Counter[str] = Counter()
    classes: dict[str, list[int]] = {}
    sums: Counter[str] = Counter()
    for account, outcome, place, number, total_ms in connection.execute(statement):
        if outcome is None:
            open_tries[account] += int(number)
            continue
        calls[account, outcome] += int(number)
        classes.setdefault(account, [0] * (len(BOUNDS_MS) + 1))[place] += int(number)
        sums[account] += max(0, int(total_ms or 0))
    durations = {account: Durations(tuple(found), sums[account]) for account, found in classes.items()}
    return calls, durations, open_tries


def read_workers(connection: Connection) -> Mapping[str, int]:
    """Workers seen lately, by version."""
    statement = (
        select(workers.c.version, func.count())
        .where(workers.c.stopped_ms.is_(None), workers.c.seen_ms > now_ms() - ALIVE_MS)
        .group_by(workers.c.version)
    )
    return {version: int(number) for version, number in connection.execute(statement)}


def read_held(connection: Connection) -> Mapping[tuple[str, str], int]:
    """Accounts that a fault, an open breaker or a limit holds."""
    held = select(accounts.c.name, accounts.c.held_reason).where(accounts.c.held_reason.is_not(None))
    return {(row.name, row.held_reason): 1 for row in connection.execute(held)}


def oldest_queued_s(connection: Connection) -> float:
    """Since when the first of the Queued messages waits, in seconds."""
    statement = (
        select(messages.c.created_ms)
        .where(messages.c.state == State.QUEUED.value)
        .order_by(messages.c.message_id)
        .limit(1)
    )
    created_ms = connection.execute(statement).scalar()
    return 0.0 if created_ms is None else max(0, now_ms() - created_ms) / 1000

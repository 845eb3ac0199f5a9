"""Gateway accounts as the ledger knows them: held or not, and their allowance. Never a secret."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from tasks.clock import now_ms
from tasks.ledger import breaker, limits
from tasks.ledger.claim_statements import FIND_ACCOUNT, LOCK_ACCOUNT
from tasks.ledger.engine import Ledger
from tasks.ledger.limits import AccountLimits, set_limits
from tasks.ledger.marks import STOPPED, not_held_by_operator
from tasks.ledger.schema import accounts, messages
from tasks.ledger.states import State
from tasks.ledger.upsert import insert_missing


def note_account(connection: Connection, name: str, gateway: str) -> None:
    """Make the account's row, or bring its gateway up to date."""
    row = connection.execute(select(accounts.c.gateway).where(accounts.c.name == name)).one_or_none()
    made = row is None and insert_missing(connection, accounts, name=name, gateway=gateway)
    if not made and (row is None or row.gateway != gateway):
        connection.execute(update(accounts).where(accounts.c.name == name).values(gateway=gateway))


def set_rate(connection: Connection, name: str, rate_per_s: float | None) -> None:
    """Set the account's rate over all workers, in messages a second; None takes the limit away."""
    connection.execute(update(accounts).where(accounts.c.name == name).values(rate_per_s=rate_per_s))


def note_limits(ledger: Ledger, by_name: Mapping[str, tuple[str, AccountLimits]]) -> None:
    """Write (gateway, limits) of accounts by name to where every claim of any worker finds them. Raises LedgerError."""

    def note(connection: Connection) -> None:
        now = now_ms()
        for name, (gateway, of_account) in sorted(by_name.items()):
            note_account(connection, name, gateway)
            set_limits(connection, name, of_account, now)

    ledger.write(note)


def hold_account(connection: Connection, name: str, reason: str, now: int) -> None:
    """Stop all claims of an account. `reason` is the code of the answer that would hit every message.

    What only a person can mend takes the place of an open breaker, whose messages then wait for that person, too: other
    clients are to be told.
    """
    held = breaker.CLOSED | {"held_reason": reason, "held_ms": now}
    is_account = accounts.c.name == name
    connection.execute(update(accounts).where(is_account, accounts.c.held_reason.is_(None)).values(held))
    if connection.execute(update(accounts).where(is_account, accounts.c.retry_ms.is_not(None)).values(held)).rowcount:
        waiting = [messages.c.account == name, messages.c.source != "panel", not_held_by_operator()]
        connection.execute(update(messages).where(*waiting).values(due_ms=now))


def release_account(connection: Connection, name: str) -> None:
    """Let the account send again, also where its breaker is open.

    Maintenance looks once more for what it held: an answer may be on its way into the ledger at this moment.
    """
    sends_again = breaker.CLOSED | {"held_reason": None, "held_ms": None, "closed_ms": now_ms(), "recovering": True}
    connection.execute(
        update(accounts).where(accounts.c.name == name, accounts.c.held_reason.is_not(None)).values(sends_again)
    )


def account_row(connection: Connection, name: str) -> Row[Any] | None:
    """The account's row, locked for this transaction where claims share something: a rate, a limit, a probe."""
    row = connection.execute(FIND_ACCOUNT, {"the_account": name}).one_or_none()
    if row is None or row.stopped or not is_shared(row):
        return row
    return connection.execute(LOCK_ACCOUNT, {"the_account": name}).one_or_none()


def is_shared(row: Row[Any]) -> bool:
    """Whether two claims at once could take more than there is."""
    if row.held_reason is not None:
        return row.retry_ms is not None
    return any(limit is not None for limit in (row.rate_per_s, row.most_in_flight, row.per_day, row.budget_micros))


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many messages may be claimed now, and why none may if that lasts: the account is held, all is stopped."""

    granted: int
    held: str | None = None
    day: str | None = None
    """The day by which they are counted; None: nobody counts."""


def take_allowance(connection: Connection, name: str, wanted: int, now: int, span: tuple[int, int]) -> Allowance:
    """How many of the Queued messages in a span of ids may be claimed now.

    Taken in the claim's own transaction, so that rate and limits hold over all workers whatever the broker is.
    """
    row = account_row(connection, name)
    if row is None:
        return Allowance(wanted)
    if row.stopped:
        return Allowance(0, STOPPED)
    day = limits.day_of(now, row.zone) if limits.counts(row) else None
    if limits.is_limit(row.held_reason):
        if not limits.is_over(row, now):
            return Allowance(0, row.held_reason)
        limits.lift(connection, name)
    elif row.held_reason is not None:
        if not breaker.is_due(row, now) or not breaker.take_probe(connection, name, now):
            return Allowance(0, row.held_reason)
        wanted = 1
    wanted, reached = limits.room(connection, row, wanted, span, now)
    if reached is not None:
        limits.hold_until_room(connection, row, reached, now)
        return Allowance(0, reached)
    granted = take_of_rate(connection, row, wanted, now)
    if not granted:
        breaker.give_back(connection, name, now)
    return Allowance(granted, None, day)


def take_of_rate(connection: Connection, row: Row[Any], wanted: int, now: int) -> int:
    """What the rate allows of it: a token bucket of one second's rate, refilled by the ledger's clock."""
    if row.rate_per_s is None or breaker.is_open(row):  # one probe
        return wanted
    size = max(1.0, row.rate_per_s)
    filled = min(size, row.allowance + max(0, now - row.allowance_ms) * row.rate_per_s / 1000)
    granted = min(wanted, int(filled))
    # A clock set back would stop the refilling until it has caught up.
    if granted or now < row.allowance_ms:
        connection.execute(
            update(accounts).where(accounts.c.name == row.name).values(allowance=filled - granted, allowance_ms=now)
        )
    return granted


MOST_COUNTED = 1_000
"""Messages in front that are counted for a place in the queue of a rate."""


def wait_for_allowance(connection: Connection, name: str, first_id: int, last_id: int, now: int) -> None:
    """Give messages that travel alone a time when their account's rate may have room for them.

    Behind those that wait already: if all came back at once, most would only be sent away again.
    """
    waiting = (
        select(messages.c.message_id)
        .where(messages.c.due_ms > now, messages.c.state == State.QUEUED.value, messages.c.account == name)
        .where(messages.c.message_id < first_id)
        .limit(MOST_COUNTED)
        .subquery()
    )
    in_front = connection.execute(select(func.count()).select_from(waiting)).scalar_one()
    rate = connection.execute(select(accounts.c.rate_per_s).where(accounts.c.name == name)).scalar() or 1.0
    connection.execute(
        update(messages)
        .where(
            messages.c.message_id.between(first_id, last_id),
            messages.c.state == State.QUEUED.value,
            messages.c.chunk_id.is_(None),
        )
        .values(due_ms=now + int((in_front + 1) * 1000 / rate))
    )

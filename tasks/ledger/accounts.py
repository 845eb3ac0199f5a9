"""Gateway accounts as the ledger knows them: held or not, and their allowance. Never a secret."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, Row, func, or_, select, update

from tasks.clock import now_ms
from tasks.ledger import breaker
from tasks.ledger.claim_statements import FIND_ACCOUNT, LOCK_ACCOUNT
from tasks.ledger.engine import Ledger
from tasks.ledger.marks import STOPPED
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


def note_rates(ledger: Ledger, rates: Mapping[str, tuple[str, float | None]]) -> None:
    """Write (gateway, rate) of accounts by name to where every claim of any worker finds them. Raises LedgerError."""

    def note(connection: Connection) -> None:
        for name, (gateway, rate_per_s) in sorted(rates.items()):
            note_account(connection, name, gateway)
            set_rate(connection, name, rate_per_s)

    ledger.write(note)


def hold_account(connection: Connection, name: str, reason: str, now: int) -> None:
    """Stop all claims of an account. `reason` is the code of the answer that would hit every message.

    What only a person can mend takes the place of an open breaker.
    """
    connection.execute(
        update(accounts)
        .where(accounts.c.name == name, or_(accounts.c.held_reason.is_(None), accounts.c.retry_ms.is_not(None)))
        .values(breaker.CLOSED | {"held_reason": reason, "held_ms": now})
    )


def release_account(connection: Connection, name: str) -> None:
    """Let the account send again, also where its breaker is open."""
    sends_again = breaker.CLOSED | {"held_reason": None, "held_ms": None, "closed_ms": now_ms()}
    connection.execute(update(accounts).where(accounts.c.name == name).values(sends_again))


def account_row(connection: Connection, name: str) -> Row[tuple[object, ...]] | None:
    """The account's row, locked for this transaction if it has a rate, which all claims share."""
    row = connection.execute(FIND_ACCOUNT, {"the_account": name}).one_or_none()
    if row is None or row.rate_per_s is None or row.held_reason is not None or row.stopped:
        return row
    return connection.execute(LOCK_ACCOUNT, {"the_account": name}).one_or_none()


def take_allowance(connection: Connection, name: str, wanted: int, now: int) -> tuple[int, str | None]:
    """How many messages may be claimed now, and the reason if the account is held or all sending is stopped.

    A token bucket of one second's rate, refilled by the ledger's clock; taken in the claim's own transaction, so
    that the rate holds over all workers whatever the broker is.
    """
    row = account_row(connection, name)
    if row is None:
        return wanted, None
    if row.stopped:
        return 0, STOPPED
    if row.held_reason is not None:
        if not breaker.is_due(row, now) or not breaker.take_probe(connection, name, now):
            return 0, str(row.held_reason)
        return 1, None
    if row.rate_per_s is None:
        return wanted, None
    size = max(1.0, row.rate_per_s)
    filled = min(size, row.allowance + max(0, now - row.allowance_ms) * row.rate_per_s / 1000)
    granted = min(wanted, int(filled))
    # A clock set back would stop the refilling until it has caught up.
    if granted or now < row.allowance_ms:
        connection.execute(
            update(accounts).where(accounts.c.name == name).values(allowance=filled - granted, allowance_ms=now)
        )
    return granted, None


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

"""The circuit breaker of a gateway account: what goes on when the gateway itself is away.

Closed, messages leave. It opens at the first call that could not reach the gateway, and after some calls in a row that
brought no usable answer: nothing more is claimed, so a campaign does not become a list of failures. Open, one message
at a time is let through as a probe, after growing pauses. The first real answer closes it, and what it held goes on by
itself. A fault that only a person can mend (a refused login) holds the account without a time: `accounts.retry_ms`.

All of it is in the account's row and decided in the transactions of claims and answers, so it holds over all workers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Connection, Row, bindparam, or_, select, update

from tasks.gateways.protocol import Outcome, OutcomeKind
from tasks.ledger.limits import is_limit, is_over
from tasks.ledger.schema import accounts

SILENT_CALLS = 5
"""Calls in a row without a usable answer, or with nothing but "try later", that open the breaker."""

BACKOFF_S = (5, 15, 60, 300)
"""Pause before a probe, by probes that have failed."""

PROBE_MS = 60_000
"""How long a probe's answer is waited for; its worker may be dead. Longer than a call takes by default."""

LONGEST_MS = 3_600_000
"""No pause is longer, whatever a gateway asks for."""

ANSWERS = frozenset({OutcomeKind.ACCEPTED, OutcomeKind.REFUSED})
TROUBLES = frozenset({OutcomeKind.UNREACHED, OutcomeKind.UNKNOWN, OutcomeKind.BUSY})
OF_THIS_MACHINE = frozenset({"deadline.passed"})
"""Never reached, but not for the gateway's sake: this machine slept."""


class Ended(Protocol):
    """The end of a try, as far as the breaker looks at it."""

    @property
    def outcome(self) -> Outcome: ...
    @property
    def account(self) -> str: ...
    @property
    def claimed_ms(self) -> int: ...
    @property
    def call(self) -> int:
        """Equal for messages that shared one call."""
        ...


@dataclass(frozen=True, slots=True)
class Broken:
    """An account whose breaker is open, or was when these calls left."""

    reason: str
    closed_ms: int

    def holds(self, end: Ended) -> bool:
        """Whether a message that surely did not leave waits for the breaker, and not for a try of its own."""
        return end.claimed_ms >= self.closed_ms


CLOSED: dict[str, Any] = {"retry_ms": None, "probe_ms": None, "strikes": 0, "silent": 0}

NOTE_ANSWER = (
    update(accounts)
    .where(
        accounts.c.name == bindparam("the_account"),
        or_(accounts.c.silent > 0, accounts.c.retry_ms.is_not(None)),
    )
    .values(silent=0)
    .returning(accounts.c.retry_ms, accounts.c.held_reason)
)
"""Costs nothing where nothing was wrong: no row is found."""

LOCK_ROW = select(accounts).where(accounts.c.name == bindparam("the_account")).with_for_update()


def note(connection: Connection, ends: Iterable[Ended], now: int) -> Mapping[str, Broken]:
    """Open and close breakers by how calls ended; answers the accounts whose breaker is open after that.

    Before any message is locked: a claim locks the account first, too.
    """
    by_account: dict[str, list[Ended]] = {}
    for end in ends:
        by_account.setdefault(end.account, []).append(end)
    broken: dict[str, Broken] = {}
    for account, of_account in sorted(by_account.items()):
        if any(end.outcome.kind in ANSWERS for end in of_account):
            note_answer(connection, account, now)
        elif any(end.outcome.kind in TROUBLES for end in of_account):
            found = note_trouble(connection, account, of_account, now)
            if found is not None:
                broken[account] = found
    return broken


def note_answer(connection: Connection, account: str, now: int) -> None:
    """The gateway is there: an open breaker closes. What it held is let go by maintenance (`recovered`)."""
    row = connection.execute(NOTE_ANSWER, {"the_account": account}).one_or_none()
    if row is not None and row.retry_ms is not None and not is_limit(row.held_reason):
        connection.execute(
            update(accounts)
            .where(accounts.c.name == account, accounts.c.retry_ms.is_not(None))
            .values(CLOSED | {"held_reason": None, "held_ms": None, "closed_ms": now, "recovering": True})
        )


def note_trouble(connection: Connection, account: str, ends: list[Ended], now: int) -> Broken | None:
    """Calls that brought nothing: count them, and open the breaker where that is enough."""
    row = connection.execute(LOCK_ROW, {"the_account": account}).one_or_none()
    if row is None or (row.held_reason is not None and (row.retry_ms is None or is_limit(row.held_reason))):
        return None  # nothing more is claimed already, for another reason
    fresh = [end for end in ends if end.claimed_ms >= row.closed_ms and end.outcome.code not in OF_THIS_MACHINE]
    if not fresh:
        return None if row.retry_ms is None else Broken(row.held_reason, row.closed_ms)
    worst = min(fresh, key=lambda end: end.outcome.kind is not OutcomeKind.UNREACHED)
    silent = row.silent + len({end.call for end in fresh})
    values: dict[str, Any] = {"silent": silent}
    if row.retry_ms is not None:
        # Late answers of calls that left before it opened say nothing new; the probe's answer does.
        if row.probe_ms is not None and any(end.claimed_ms >= row.probe_ms for end in fresh):
            values |= {"retry_ms": now + pause_ms(row.strikes, fresh), "probe_ms": None, "held_reason": reason(worst)}
    elif worst.outcome.kind is OutcomeKind.UNREACHED or silent >= SILENT_CALLS:
        values |= {"held_reason": reason(worst), "held_ms": now, "retry_ms": now + pause_ms(0, fresh), "strikes": 0}
    connection.execute(update(accounts).where(accounts.c.name == account).values(values))
    is_open = row.retry_ms is not None or "retry_ms" in values
    return Broken(values.get("held_reason") or row.held_reason, row.closed_ms) if is_open else None


def reason(end: Ended) -> str:
    """The code that the window explains."""
    return end.outcome.code or "gateway.no_answer"


def pause_ms(strikes: int, ends: Iterable[Ended]) -> int:
    """Until the next probe: our own back-off, or longer where the gateway asks for it."""
    asked = max((end.outcome.retry_after_s or 0 for end in ends), default=0)
    return min(int(max(BACKOFF_S[min(strikes, len(BACKOFF_S) - 1)], asked) * 1000), LONGEST_MS)


def is_due(row: Row[Any], now: int) -> bool:
    """Whether an open breaker lets a probe through now. A time far ahead means that the clock was set back."""
    if is_limit(row.held_reason):
        return is_over(row, now)
    return row.retry_ms is not None and (row.retry_ms <= now or row.retry_ms > now + LONGEST_MS)


def take_probe(connection: Connection, account: str, now: int) -> bool:
    """Let one message through; False where another worker's has just been. The account's row is locked."""
    row = connection.execute(LOCK_ROW, {"the_account": account}).one()
    if row.held_reason is None:
        return True
    if not is_due(row, now):
        return False
    values = {"probe_ms": now, "retry_ms": now + PROBE_MS, "strikes": row.strikes + 1}
    connection.execute(update(accounts).where(accounts.c.name == account).values(values))
    return True


def give_back(connection: Connection, account: str, now: int) -> None:
    """The probe that was let through at this moment found nothing to send: the next one may."""
    connection.execute(
        update(accounts)
        .where(accounts.c.name == account, accounts.c.probe_ms == now, accounts.c.retry_ms == now + PROBE_MS)
        .values(probe_ms=None, retry_ms=now, strikes=accounts.c.strikes - 1)
    )


def due_for_a_probe(connection: Connection, now: int) -> list[str]:
    """Accounts of which a message should be published, to be the probe."""
    rows = connection.execute(select(accounts).where(accounts.c.retry_ms.is_not(None))).all()
    return [row.name for row in rows if is_due(row, now)]


def recovered(connection: Connection) -> list[str]:
    """Accounts whose breaker has closed and whose held messages have not been let go yet."""
    return list(connection.execute(select(accounts.c.name).where(accounts.c.recovering)).scalars())


def note_let_go(connection: Connection, account: str) -> None:
    """They have."""
    connection.execute(update(accounts).where(accounts.c.name == account).values(recovering=False))

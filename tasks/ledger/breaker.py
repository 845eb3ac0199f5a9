"""The circuit breaker of a gateway account: what goes on when the gateway itself is away.

Closed, messages leave. It opens at the first call that could not reach the gateway, and after some calls in a row that
brought no usable answer: nothing more is claimed, so a campaign does not become a list of failures. Open, one message
at a time is let through as a probe, after growing pauses. A real answer to the probe closes it, and what it held goes
on by itself; an answer to a call that left before it opened does not. A fault that only a person can mend (a refused
login) holds the account without a time: `accounts.retry_ms`.

All of it is in the account's row and decided in the transactions of claims and answers, so it holds over all workers.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from sqlalchemy import Connection, Row, bindparam, or_, select, update

from tasks.gateways.codes import OF_ONE_NUMBER, classify
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

EARLY_MS = 1_000
"""Pause before the first probe where another call was answered at the same time: one connection may have failed."""

AGAIN_SOON_MS = 120_000
"""A gateway that falls silent again so soon after it came back is given the longer pauses at once: it may take one call
at a time and swallow many."""

ANSWERS = frozenset({OutcomeKind.ACCEPTED, OutcomeKind.REFUSED})
TROUBLES = frozenset({OutcomeKind.UNREACHED, OutcomeKind.UNKNOWN, OutcomeKind.BUSY})
NOTHING_LEFT = frozenset({OutcomeKind.UNREACHED, OutcomeKind.BUSY})
"""What leaves a message to be sent: Held while its account sends nothing."""

SILENT = "gateway.silent"
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


CLOSED: dict[str, Any] = {"retry_ms": None, "probe_ms": None, "strikes": 0, "silent": 0}

NOTE_ANSWER = (
    update(accounts)
    .where(
        accounts.c.name == bindparam("the_account"),
        or_(accounts.c.silent > 0, accounts.c.retry_ms.is_not(None)),
    )
    .values(silent=0)
    .returning(*accounts.c)
)
"""Costs nothing where nothing was wrong: no row is found."""

LOCK_ROW = select(accounts).where(accounts.c.name == bindparam("the_account")).with_for_update()


def note(connection: Connection, ends: Iterable[Ended], now: int) -> frozenset[str]:
    """Open and close breakers by how calls ended; answers the accounts that send nothing after that.

    Their row stays locked, so that whoever lets the held messages go finds those of this transaction, too. Before any
    message is locked: a claim locks the account first, too.
    """
    by_account: dict[str, list[Ended]] = {}
    for end in ends:
        by_account.setdefault(end.account, []).append(end)
    held: set[str] = set()
    for account, of_account in sorted(by_account.items()):
        answers = [end for end in of_account if is_answer(end)]
        troubles = [end for end in of_account if end.outcome.kind in TROUBLES and not is_answer(end)]
        if answers:
            note_answers(connection, account, answers, now)
        if any(end.outcome.kind is OutcomeKind.UNREACHED for end in troubles) or (troubles and not answers):
            note_trouble(connection, account, troubles, bool(answers), now)
        if any(end.outcome.kind in NOTHING_LEFT for end in of_account) and is_held(connection, account):
            held.add(account)
    return frozenset(held)


def is_answer(end: Ended) -> bool:
    """Whether the gateway is there and deals with messages."""
    kind, code = end.outcome.kind, end.outcome.code
    return kind in ANSWERS or (kind is OutcomeKind.BUSY and code in OF_ONE_NUMBER)


def is_held(connection: Connection, account: str) -> bool:
    """Whether an account sends nothing, by its breaker or until a person resumes it. Locks its row.

    At a limit of its own it is not held for the gateway's sake: what is busy there waits for its own next try.
    """
    row = connection.execute(LOCK_ROW, {"the_account": account}).one_or_none()
    return row is not None and row.held_reason is not None and not is_limit(row.held_reason)


def note_answers(connection: Connection, account: str, ends: list[Ended], now: int) -> None:
    """The gateway is there: its answer to the probe closes the breaker. Maintenance lets go what it held."""
    row = connection.execute(NOTE_ANSWER, {"the_account": account}).one_or_none()
    if row is None or not is_open(row):
        return
    values: dict[str, Any] = {}
    if any(is_of_a_probe(end, row) for end in ends):
        values = {**CLOSED, "strikes": row.strikes, "held_reason": None, "held_ms": None}
        values |= {"closed_ms": now, "recovering": True}
    elif row.strikes == 0 and classify(row.gateway, row.held_reason) is OutcomeKind.UNREACHED:
        values = {"retry_ms": min(row.retry_ms, max(now, row.held_ms + EARLY_MS))}
    if values:
        connection.execute(update(accounts).where(accounts.c.name == account).values(values))


def is_open(row: Row[Any]) -> bool:
    """Whether the account's breaker is open. A limit has a time, too, and an opening breaker takes its place."""
    return row.retry_ms is not None and not is_limit(row.held_reason)


def is_of_a_probe(end: Ended, row: Row[Any]) -> bool:
    """Whether a call left after the breaker opened; also one so slow that another probe has followed it.

    The clocks of two machines differ by less than half the shortest pause.
    """
    return bool(end.claimed_ms == row.probe_ms or end.claimed_ms >= row.held_ms + EARLY_MS // 2)


def note_trouble(connection: Connection, account: str, ends: list[Ended], answered: bool, now: int) -> None:
    """Calls that brought nothing: count them, and open the breaker where that is enough.

    `answered`: others that ended at the same time brought an answer.
    """
    row = connection.execute(LOCK_ROW, {"the_account": account}).one_or_none()
    if row is None or (row.held_reason is not None and row.retry_ms is None):
        return  # a person's fault holds it already: nothing more is claimed
    of_probe = [end for end in ends if end.claimed_ms == row.probe_ms]
    fresh = [end for end in ends if end.claimed_ms >= row.closed_ms and end.outcome.code not in OF_THIS_MACHINE]
    silent = 0 if answered else row.silent + len({end.call for end in fresh})
    values: dict[str, Any] = {"silent": silent}
    if is_open(row):
        # Late answers of calls that left before it opened say nothing new; the probe's answer does.
        if of_probe:
            values |= after_probe(row, of_probe, now)
    elif fresh:
        worst = min(fresh, key=lambda end: end.outcome.kind is not OutcomeKind.UNREACHED)
        if worst.outcome.kind is OutcomeKind.UNREACHED or silent >= SILENT_CALLS:
            values |= opened(row, worst, fresh, answered, now)
    connection.execute(update(accounts).where(accounts.c.name == account).values(values))


def after_probe(row: Row[Any], ends: list[Ended], now: int) -> dict[str, Any]:
    """The probe brought nothing: the next one after a longer pause; at once if it never left this machine."""
    if all(end.outcome.code in OF_THIS_MACHINE for end in ends):
        return {"retry_ms": now, "probe_ms": None, "strikes": max(0, row.strikes - 1)}
    return {"retry_ms": now + pause_ms(row.strikes, ends), "probe_ms": None, "held_reason": reason(ends[0])}


def opened(row: Row[Any], worst: Ended, ends: list[Ended], answered: bool, now: int) -> dict[str, Any]:
    """What an opening breaker writes into the account's row."""
    again = worst.outcome.kind is OutcomeKind.UNKNOWN and 0 <= now - row.closed_ms < AGAIN_SOON_MS
    strikes = row.strikes if again else 0
    pause = EARLY_MS if answered else pause_ms(strikes, ends)
    return {
        "held_reason": reason(worst),
        "held_ms": now,
        "retry_ms": now + pause,
        "probe_ms": None,
        "strikes": strikes,
    }


def reason(end: Ended) -> str:
    """The code that the window explains. Of a lost answer it is the message's own, not what the account waits for."""
    if end.outcome.kind is OutcomeKind.UNKNOWN:
        return SILENT
    return end.outcome.code or "gateway.unreachable"


def pause_ms(strikes: int, ends: Iterable[Ended]) -> int:
    """Until the next probe: our own back-off, or longer where the gateway asks for it."""
    asked = max((end.outcome.retry_after_s or 0 for end in ends), default=0)
    return min(int(max(BACKOFF_S[min(strikes, len(BACKOFF_S) - 1)], asked) * 1000), LONGEST_MS)


def try_now(connection: Connection, account: str, now: int) -> bool:
    """A person does not want to wait for the next probe; whether a breaker is open at all.

    Not all at once: a gateway that is still away would get as many calls as the workers can make.
    """
    row = connection.execute(LOCK_ROW, {"the_account": account}).one_or_none()
    if row is None or not is_open(row):
        return False
    if row.probe_ms is None:
        connection.execute(update(accounts).where(accounts.c.name == account).values(retry_ms=now, strikes=0))
    return True


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

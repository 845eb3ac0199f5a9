"""Waiting, after everything was healed, until every message says how it ended."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

from chaos.fleet import Fleet
from chaos.verdict import SETTLED
from sqlalchemy import func, select, update
from support.desk import wait_until

from tasks.clock import now_ms
from tasks.ledger import breaker
from tasks.ledger.schema import accounts, chunks, messages

TELL_EVERY_S = 5.0


def wait_until_settled(fleet: Fleet, timeout_s: float, say: Callable[[str], None]) -> None:
    """Wait; when the time is over, return all the same: the verdict tells what is open.

    A gateway that was cut off again and again is given long pauses: the operator, who sees that all is well again,
    does not wait for their end.
    """
    told = time.monotonic()

    def settled() -> bool:
        nonlocal told
        counts = states(fleet)
        if time.monotonic() - told > TELL_EVERY_S:
            told = time.monotonic()
            say(f"           {dict(counts)}")
            for account in try_now(fleet):
                say(f"           operator tries {account} now")
        if fleet.size.hurry:
            hurry(fleet)
        return not set(counts) - {state.value for state in SETTLED}

    try:
        wait_until(settled, timeout_s, 0.5)
    except TimeoutError:
        say("not all messages are settled in time")


def states(fleet: Fleet) -> Counter[str]:
    """How many messages are in which state."""
    with fleet.ledger.reading() as connection:
        found = connection.execute(select(messages.c.state, func.count()).group_by(messages.c.state))
        return Counter({row[0]: row[1] for row in found})


def try_now(fleet: Fleet) -> list[str]:
    """Press *Try now* wherever a gateway is waited for; returns the accounts."""
    with fleet.ledger.writing() as connection:
        waits = accounts.c.retry_ms > now_ms()
        names = connection.execute(select(accounts.c.name).where(waits)).scalars().all()
        return [name for name in names if breaker.try_now(connection, name, now_ms())]


def hurry(fleet: Fleet) -> None:
    """Make the times come at which maintenance looks by itself: what it does then is its own."""
    now = now_ms()
    waits = messages.c.state.in_(("retrying", "queued")) & (messages.c.due_ms > now)

    with fleet.ledger.writing() as connection:
        connection.execute(update(messages).where(waits).values(due_ms=now))
        connection.execute(update(accounts).where(accounts.c.retry_ms > now).values(retry_ms=now))
        connection.execute(
            update(chunks)
            .where(chunks.c.state == "published", chunks.c.published_ms < now - 5_000)
            .values(published_ms=now - 60_000)
        )

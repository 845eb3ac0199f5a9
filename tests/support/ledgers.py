"""A throwaway ledger and short ways to put messages into it.

The fixture `ledger` is an empty one: a test that uses it runs on SQLite, and on PostgreSQL with the marker `server`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from tasks.ledger.engine import Ledger, open_ledger
from tasks.ledger.schema import messages, tries
from tasks.ledger.states import State
from tasks.ledger.submission import Submission, Submitted, submit

_requests = itertools.count(1)


BOTH = ("sqlite", pytest.param("postgresql", marks=pytest.mark.server))
"""Parameters of a fixture or a test that runs on both databases."""


def ledger_url(database: str, request: pytest.FixtureRequest, folder: Path) -> str:
    """The address of an empty ledger of that kind, of the test's own."""
    if database == "sqlite":
        return f"sqlite:///{folder / 'ledger.sqlite'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(params=BOTH)
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger, on either database."""
    opened = open_ledger(ledger_url(request.param, request, tmp_path))
    yield opened
    opened.close()


def new_ledger(folder: Path) -> Ledger:
    """An empty SQLite ledger in a folder."""
    return open_ledger(f"sqlite:///{folder / 'ledger.sqlite'}")


def numbers(count: int) -> list[str]:
    """That many different mobile numbers of mainland China."""
    return [f"+86138{index:08d}" for index in range(count)]


def put(ledger: Ledger, recipients: int | Sequence[str] = 1, **changes: Any) -> Submitted:
    """Submit a batch through the Simulator's account."""
    to = numbers(recipients) if isinstance(recipients, int) else list(recipients)
    values: dict[str, Any] = {
        "request_id": f"request-{next(_requests)}",
        "source": "panel",
        "account": "simulator",
        "gateway": "simulator",
        "recipients": to,
        "text": "Your parcel is here.",
    }
    return submit(ledger, Submission(**(values | changes)))


def row(ledger: Ledger, message_id: int) -> Any:
    """A message's row."""
    with ledger.reading() as connection:
        return connection.execute(select(messages).where(messages.c.message_id == message_id)).one()


def states(ledger: Ledger) -> list[str]:
    """All messages' states in the order of their ids."""
    with ledger.reading() as connection:
        return list(connection.execute(select(messages.c.state).order_by(messages.c.message_id)).scalars())


def tries_of(ledger: Ledger, message_id: int) -> list[Any]:
    """A message's tries, first to last."""
    with ledger.reading() as connection:
        return list(connection.execute(select(tries).where(tries.c.message_id == message_id).order_by(tries.c.number)))


def force(ledger: Ledger, message_id: int, state: State, **values: Any) -> None:
    """Put a message into a state by hand, as only a test may."""
    with ledger.writing() as connection:
        connection.execute(
            update(messages).where(messages.c.message_id == message_id).values(state=state.value, **values)
        )

"""A worker whose clock is wrong, or is set while it runs, breaks no lease of another one on the same server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text
from support.ledgers import put, row, states

from tasks import clock
from tasks.delivery.runtime import Runtime
from tasks.ledger import server_clock
from tasks.ledger.claims import Claimant, claim_message
from tasks.ledger.engine import Ledger, open_ledger
from tasks.maintenance.keeper import Keeper
from tasks.settings import load

pytestmark = pytest.mark.server

HOUR_MS = 3_600_000
LEASE_MS = 60_000
TRUE_MS = clock.machine_ms


class Machine:
    """This machine's clock, as a person may set it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ahead_ms = 0
        monkeypatch.setattr(clock, "machine_ms", lambda: TRUE_MS() + self.ahead_ms)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    yield Machine(monkeypatch)
    clock.set_offset(0)


@pytest.fixture
def other(postgres_url: str, machine: Machine) -> Iterator[Ledger]:
    """Another worker's ledger, with one message in its hands."""
    opened = open_ledger(postgres_url)
    claim_message(opened, put(opened).first_id, Claimant("elsewhere:1:other", LEASE_MS), lambda _account: True)
    yield opened
    opened.close()


@pytest.mark.parametrize("ahead_ms", [HOUR_MS, -HOUR_MS])
@pytest.mark.parametrize("when", ["from the start", "while it runs"])
def test_a_worker_an_hour_off_settles_nobodys_claims(
    postgres_url: str, other: Ledger, machine: Machine, monkeypatch: pytest.MonkeyPatch, ahead_ms: int, when: str
) -> None:
    monkeypatch.setenv("SMSDESK_LEDGER_URL", postgres_url)
    if when == "from the start":
        machine.ahead_ms = ahead_ms
    here = Runtime(load())
    try:
        keeper = Keeper(here)
        keeper.round()
        machine.ahead_ms = ahead_ms
        keeper.round()
        keeper.round()
        assert states(other) == ["sending"]
        assert abs(row(other, 1).due_ms - TRUE_MS() - LEASE_MS) < 10_000
        claim_message(here.ledger, put(here.ledger).first_id, here.claimant, lambda _account: True)
        assert abs(row(other, 2).due_ms - TRUE_MS() - here.claimant.lease_ms) < 10_000
    finally:
        here.close()


def test_a_server_that_answers_slowly_is_believed_all_the_same(
    postgres_url: str, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rough measure is better than none: leases last much longer than an answer may take."""
    measure = server_clock.server_ms

    def late_ms(connection: Connection) -> int:
        connection.execute(text("SELECT pg_sleep(1.1)"))
        return measure(connection)

    monkeypatch.setattr(server_clock, "server_ms", late_ms)
    machine.ahead_ms = HOUR_MS
    opened = open_ledger(postgres_url)
    try:
        assert abs(clock.now_ms() - TRUE_MS()) < 10_000
    finally:
        opened.close()

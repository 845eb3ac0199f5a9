"""The clock of the machine is set while messages are out, on a ledger that is a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from sqlalchemy import Connection, select
from support.ledgers import new_ledger, put, row, states

from tasks import clock
from tasks.delivery.runtime import Runtime
from tasks.ledger.claims import Claimant, claim_message
from tasks.ledger.engine import Ledger
from tasks.ledger.schema import workers
from tasks.maintenance import set_clock, worker_notes
from tasks.maintenance.keeper import Keeper
from tasks.maintenance.set_clock import SetClock
from tasks.maintenance.worker_notes import CLOCK_SET
from tasks.settings import load

HOUR_MS = 3_600_000
LEASE_MS = 60_000


class Machine:
    """Two clocks: the one that a person may set, and the steady one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.wall_ms = clock.machine_ms()
        self.steady_ms = 1_000_000
        self.boot = "this-start"
        for module in (clock, set_clock):
            monkeypatch.setattr(module, "machine_ms", lambda: self.wall_ms)
        monkeypatch.setattr(set_clock, "steady_ms", lambda: self.steady_ms)
        monkeypatch.setattr(set_clock, "boot_id", lambda: self.boot)
        monkeypatch.setattr(worker_notes, "_notes", set())

    def passes(self, ms: int) -> None:
        """Time, awake or asleep."""
        self.wall_ms += ms
        self.steady_ms += ms


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(monkeypatch)


@pytest.fixture
def ledger(isolated: Path, machine: Machine) -> Iterator[Ledger]:
    """A ledger with one message in the hands of a worker that lives."""
    isolated.mkdir(mode=0o700)
    opened = new_ledger(isolated)
    claim_message(opened, put(opened).first_id, Claimant("elsewhere:1:other", LEASE_MS), lambda _account: True)
    yield opened
    opened.close()


@pytest.fixture
def keepers(ledger: Ledger) -> Iterator[list[Keeper]]:
    """The maintenance of two workers."""
    runtimes = [Runtime(load()), Runtime(load())]
    made = [Keeper(runtime) for runtime in runtimes]
    for keeper in made:
        keeper.round()
    yield made
    for runtime in runtimes:
        runtime.close()


@pytest.mark.parametrize("ahead_ms", [HOUR_MS, -HOUR_MS])
def test_a_lease_lasts_as_long_as_it_did(
    ledger: Ledger, machine: Machine, keepers: list[Keeper], ahead_ms: int
) -> None:
    machine.wall_ms += ahead_ms
    for keeper in (*keepers, *keepers):
        keeper.round()
    assert states(ledger) == ["sending"]
    assert row(ledger, 1).due_ms - machine.wall_ms == LEASE_MS
    machine.passes(LEASE_MS + 1)
    for _ in range(2):
        for keeper in keepers:
            keeper.round()
    assert states(ledger) == ["unknown"]


@pytest.mark.parametrize("ahead_ms", [HOUR_MS, -HOUR_MS])
def test_a_clock_that_is_set_in_the_middle_of_a_round_ends_no_lease(
    ledger: Ledger, machine: Machine, keepers: list[Keeper], ahead_ms: int
) -> None:
    def reading() -> AbstractContextManager[Connection]:
        machine.wall_ms += ahead_ms
        patch.undo()
        return ledger.reading()

    with pytest.MonkeyPatch.context() as patch:
        for keeper in keepers:
            patch.setattr(keeper._runtime.ledger, "reading", reading)
        keepers[0].round()
    for keeper in (*keepers, *keepers):
        keeper.round()
    assert states(ledger) == ["sending"]
    assert row(ledger, 1).due_ms - machine.wall_ms == LEASE_MS


@pytest.mark.parametrize("ahead_ms", [HOUR_MS, -HOUR_MS])
def test_a_lease_that_was_given_by_the_clock_as_it_is_now_is_not_moved(
    ledger: Ledger, machine: Machine, keepers: list[Keeper], ahead_ms: int
) -> None:
    machine.passes(100)
    machine.wall_ms += ahead_ms
    machine.passes(100)
    claim_message(ledger, put(ledger).first_id, Claimant("elsewhere:1:other", LEASE_MS), lambda _account: True)
    machine.passes(100)
    for keeper in (*keepers, *keepers):
        keeper.round()
    assert states(ledger) == ["sending", "sending"]
    assert row(ledger, 1).due_ms - machine.wall_ms == LEASE_MS - 300
    assert row(ledger, 2).due_ms - machine.wall_ms == LEASE_MS - 100


def test_a_machine_that_slept_ends_the_leases_of_the_dead(
    ledger: Ledger, machine: Machine, keepers: list[Keeper]
) -> None:
    machine.passes(HOUR_MS)
    for _ in range(2):
        for keeper in keepers:
            keeper.round()
    assert states(ledger) == ["unknown"]


def test_a_clock_set_while_no_worker_ran_is_noticed_by_the_next(ledger: Ledger, machine: Machine) -> None:
    SetClock().look(ledger)
    machine.wall_ms += HOUR_MS
    SetClock().look(ledger)
    assert row(ledger, 1).due_ms - machine.wall_ms == LEASE_MS


def test_after_a_new_start_of_the_machine_nothing_is_moved(ledger: Ledger, machine: Machine) -> None:
    SetClock().look(ledger)
    due_ms = row(ledger, 1).due_ms
    machine.boot, machine.steady_ms = "the-next-start", 5_000
    SetClock().look(ledger)
    assert row(ledger, 1).due_ms == due_ms


def test_the_worker_tells_that_the_clock_was_set(ledger: Ledger, machine: Machine, keepers: list[Keeper]) -> None:
    machine.wall_ms += HOUR_MS
    for keeper in keepers:
        keeper.round()
    with ledger.reading() as connection:
        assert connection.execute(select(workers.c.notes)).scalars().all() == [f'["{CLOCK_SET}"]'] * 2


def test_small_steps_are_no_jump(ledger: Ledger, machine: Machine) -> None:
    watch = SetClock()
    watch.look(ledger)
    due_ms = row(ledger, 1).due_ms
    machine.wall_ms += 500
    watch.look(ledger)
    assert row(ledger, 1).due_ms == due_ms

"""Every transaction that writes to an SQLite ledger begins IMMEDIATE, in its turn, and none blocks other greenlets."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine
from support.ledgers import put, states
from support.waiting import wait_until

from tasks.delivery.runtime import Runtime
from tasks.delivery.single import send_one
from tasks.delivery.slice import run_slice
from tasks.errors import LedgerError
from tasks.ledger.accounts import hold_account
from tasks.ledger.engine import open_ledger
from tasks.ledger.upkeep import resume_account
from tasks.maintenance.keeper import Keeper
from tasks.settings import load

WRITES = ("insert", "update", "delete", "replace", "create", "alter", "drop")


@pytest.fixture
def transactions() -> Iterator[list[list[str]]]:
    """The statements of every transaction on every SQLite connection, as SQLite itself sees them."""
    seen: list[list[str]] = []

    def trace(dbapi_connection: Any, _record: object) -> None:
        current: list[str] = []

        def note(statement: str) -> None:
            nonlocal current
            if statement.lower().startswith("begin"):
                current = []
                seen.append(current)
            current.append(statement)

        dbapi_connection.set_trace_callback(note)

    event.listen(Engine, "connect", trace)
    yield seen
    event.remove(Engine, "connect", trace)


def writes(statements: list[str]) -> bool:
    return any(statement.lower().lstrip().startswith(WRITES) for statement in statements)


def test_all_that_a_worker_writes_begins_immediate(transactions: list[list[str]]) -> None:
    here = Runtime(load())
    keeper = Keeper(here)
    try:
        single = put(here.ledger).first_id
        batch = put(here.ledger, 130)
        send_one(here, single)
        for chunk_id in batch.chunk_ids:
            run_slice(here, chunk_id)
        wait_until(lambda: "sending" not in states(here.ledger), 10)
        with here.ledger.writing() as connection:
            hold_account(connection, "simulator", "sim.account_refused", 1)
            resume_account(connection, "simulator", 1)
        keeper.round()
        keeper.round()
    finally:
        here.close()
    writing = [statements for statements in transactions if writes(statements)]
    assert len(writing) > 8
    assert {statements[0] for statements in writing} == {"BEGIN IMMEDIATE"}


def test_what_reads_cannot_write(tmp_path: Path) -> None:
    """So nothing can write in a transaction that began otherwise."""
    ledger = open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    try:
        with pytest.raises(LedgerError, match=r"ledger\.read_only"), ledger.reading() as connection:
            connection.exec_driver_sql("DELETE FROM messages")
    finally:
        ledger.close()


LONG_S = 0.345
"""SQLite's own waiting asks after 0, 1, 3, 8, 18, 33, 53, 78, 103, 128, 178, 228 ms, then every 100 ms: next at 428."""


def test_who_has_waited_long_for_the_write_lock_asks_as_often_as_who_just_came(tmp_path: Path) -> None:
    """Otherwise one of many writers waits and waits, and a single message comes late during a campaign."""
    ledger = open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    late_s = []

    def write(asked: threading.Event, begun: threading.Event) -> None:
        asked.set()
        with ledger.writing():
            begun_s.append(time.monotonic())
            begun.set()

    try:
        for _ in range(5):
            asked, begun, begun_s = threading.Event(), threading.Event(), list[float]()
            waiting = threading.Thread(target=write, args=(asked, begun))
            with ledger.writing():
                waiting.start()
                asked.wait()
                assert not begun.wait(LONG_S)
                released_s = time.monotonic()
            waiting.join()
            late_s.append(begun_s[0] - released_s)
    finally:
        ledger.close()
    assert min(late_s) < 0.05


GREENLETS = """
import sys, time
from gevent import monkey
monkey.patch_all()
import threading
from tasks.ledger.engine import open_ledger
ledger = open_ledger(f"sqlite:///{sys.argv[1]}")
ticks, order = [], []
stopping = threading.Event()
def tick():
    while not stopping.wait(0.01):
        ticks.append(time.monotonic())
def hold():
    with ledger.writing():
        held.set()
        time.sleep(0.5)  # another greenlet runs in the middle of a transaction
        order.append("first")
held = threading.Event()
threads = [threading.Thread(target=tick), threading.Thread(target=hold)]
for thread in threads:
    thread.start()
held.wait()
with ledger.writing():
    order.append("second")
stopping.set()
for thread in threads:
    thread.join()
ledger.close()
print(order, max(later - earlier for earlier, later in zip(ticks, ticks[1:])) < 0.2)
"""


def test_a_greenlet_that_waits_for_the_ledger_lets_the_others_go_on(tmp_path: Path) -> None:
    pytest.importorskip("gevent", exc_type=ImportError)
    done = subprocess.run(
        [sys.executable, "-c", GREENLETS, tmp_path / "ledger.sqlite"], capture_output=True, text=True, timeout=30
    )
    assert done.stdout.strip() == "['first', 'second'] True", done.stderr[-2_000:]

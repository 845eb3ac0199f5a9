"""One behaviour on every pool: sent once, nothing lost, within the calls allowed, and an end that finishes things."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from celery import Celery
from support.celery_worker import CeleryWorker, celery_worker
from support.counting_gateway import CountingGateway
from support.desk import Desk, wait_until
from support.ledgers import put, row, states, tries_of
from support.sending import TEMPLATE, Sending

from tasks.connection import broker_address, result_address

pytestmark = [pytest.mark.server, pytest.mark.slow]

POOLS = ("threads", "prefork", "solo", "gevent")
CONCURRENCY = 3
MAX_IN_FLIGHT = 8
DEADLINE_S = 12


@pytest.fixture
def gateway() -> Iterator[CountingGateway]:
    with CountingGateway(delay_ms=30) as counting:
        yield counting


@pytest.fixture
def sending(tmp_path: Path, gateway: CountingGateway, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sending]:
    limits = {"worker_concurrency": CONCURRENCY, "max_in_flight": MAX_IN_FLIGHT, "call_deadline_s": DEADLINE_S}
    opened = Sending(tmp_path / "home", gateway, monkeypatch, **limits)
    yield opened
    opened.close()


@pytest.fixture
def site(sending: Sending) -> Iterator[Celery]:
    """Another Celery client of the same broker."""
    broker = broker_address(sending.settings)
    app = Celery("site", broker=broker, backend=result_address(sending.settings, broker), set_as_current=False)
    yield app
    app.pool.force_close_all()
    app.backend.client.connection_pool.disconnect()
    app.close()


_numbers = itertools.count()


def send(sending: Sending, count: int, copies: int = 1, **changes: Any) -> list[int]:
    """Submit to numbers that nothing was sent to before, and publish each task so many times."""
    to = [f"+86138{next(_numbers):08d}" for _ in range(count)]
    submitted = put(sending.ledger, to, **(TEMPLATE | changes))
    for _ in range(copies):
        for message_id in submitted.message_ids:
            sending.client.publish_message(message_id)
        sending.client.publish_chunks(submitted.chunk_ids)
    return list(range(submitted.first_id, submitted.first_id + count))


def worker_row(sending: Sending) -> Any:
    with sending.ledger.reading() as connection:
        return connection.exec_driver_sql("SELECT * FROM workers ORDER BY started_ms DESC LIMIT 1").one_or_none()


@pytest.mark.parametrize("pool", POOLS)
def test_all_is_sent_once_and_told_and_a_stop_finishes_what_is_out(sending: Sending, site: Celery, pool: str) -> None:
    worker = celery_worker(sending.desk, "-P", pool)
    single = send(sending, 1, copies=3)[0]
    foreign = site.send_task("tasks.sms.send_sms", args=["13900139000", ["9527", "5"], "1"])
    send(sending, 300, copies=2)
    assert sending.wait_for("submitted") == {"submitted": 302}
    state = sending.gateway.state()
    assert (state["numbers"], state["duplicates"], len(tries_of(sending.ledger, single))) == (302, 0, 1)
    assert state["in_flight_max"] <= MAX_IN_FLIGHT
    assert foreign.get(timeout=10)["state"] == "submitted"
    task_id = f"{sending.ledger.uuid}.m{single}"
    wait_until(lambda: sending.client.states([task_id])[task_id] == "SUCCESS", 5)
    here = wait_until(lambda: worker_row(sending), 5)
    assert (here.pool, here.concurrency) == (pool, 1 if pool == "solo" else CONCURRENCY)
    assert here.pid == worker.process.pid
    sending.gateway.set(delay_ms=200)
    send(sending, 200)
    wait_until(lambda: sending.gateway.state()["numbers"] > 320, 20)
    assert worker.stop() == 0
    counts = Counter(states(sending.ledger))
    assert set(counts) <= {"submitted", "queued"}
    assert sending.gateway.state()["numbers"] == counts["submitted"]
    assert worker_row(sending).stopped_ms is not None


@pytest.mark.parametrize("pool", POOLS)
def test_a_hung_gateway_holds_up_no_other_and_a_kill_loses_nothing_and_sends_nothing_twice(
    sending: Sending, pool: str
) -> None:
    sending.gateway.set(mode="hang")
    worker = sending.desk.worker("-P", pool)
    send(sending, 100)
    wait_until(lambda: states(sending.ledger).count("sending") >= 4, 20)
    free = send(sending, 1, account="simulator", gateway="simulator", template_id=None, variables=(), text="Hello")[0]
    wait_until(lambda: row(sending.ledger, free).state in ("submitted", "delivered"), DEADLINE_S / 2)
    wait_until(lambda: (here := worker_row(sending)) and 0 < here.in_hand <= MAX_IN_FLIGHT, 5)
    worker.kill()
    sending.desk.children.remove(worker)
    sending.gateway.set(mode="answer")
    worker = sending.desk.worker("-P", pool)
    counts = sending.wait_for("submitted", "delivered", "unknown", timeout_s=40)
    assert counts.total() == 101
    assert 0 < counts["unknown"] <= MAX_IN_FLIGHT
    assert sending.gateway.state()["duplicates"] == 0
    sending.gateway.set(delay_ms=100)
    send(sending, 100)
    wait_until(lambda: sending.gateway.state()["numbers"] > 110, 20)
    assert worker.stop() == 0
    assert "sending" not in states(sending.ledger)
    assert states(sending.ledger).count("unknown") == counts["unknown"]


def test_a_stop_cuts_a_long_order_short_and_a_new_worker_ends_it(sending: Sending, site: Celery) -> None:
    """A child of the prefork pool hears of the stop in the middle of its task."""
    sending.gateway.set(delay_ms=300)
    worker = celery_worker(sending.desk, "-P", "prefork", "-c", "1")
    site.send_task("tasks.sms.send_sms", args=[[f"1370013{n:04d}" for n in range(100)], ["9527", "5"], "1"])
    wait_until(lambda: sending.gateway.state()["numbers"] > 2, 10)
    assert worker.stop(timeout_s=10) == 0
    assert set(states(sending.ledger)) == {"submitted", "queued"}
    sending.gateway.set(delay_ms=0)
    with sending.ledger.writing() as connection:
        connection.exec_driver_sql("UPDATE messages SET due_ms = 1 WHERE state = 'queued'")
    celery_worker(sending.desk, "-P", "prefork")
    assert sending.wait_for("submitted", timeout_s=40) == {"submitted": 100}
    state = sending.gateway.state()
    assert (state["numbers"], state["duplicates"]) == (100, 0)


def test_no_fork_carries_a_ledger_or_a_connection_and_children_are_replaced_all_the_time(sending: Sending) -> None:
    worker = celery_worker(sending.desk, "-P", "prefork", "--max-tasks-per-child", "2", "-c", "2")
    parent = psutil.Process(worker.process.pid)
    seen: set[int] = set()
    port = int(sending.gateway.url.rsplit(":", 1)[1])
    for _ in range(30):
        send(sending, 1)
    send(sending, 150)

    def done() -> bool:
        # The process that forks: whatever it holds, its children would inherit.
        held = [file.path for file in parent.open_files() if "ledger.sqlite" in file.path]
        held += [str(one) for one in parent.net_connections("tcp") if one.raddr and one.raddr.port == port]
        assert held == []
        seen.update(child.pid for child in parent.children())
        return set(states(sending.ledger)) == {"submitted"}

    wait_until(done, 60)
    assert len(seen) > 8
    state = sending.gateway.state()
    assert (state["numbers"], state["duplicates"]) == (180, 0)
    assert state["in_flight_max"] <= MAX_IN_FLIGHT
    assert worker.stop() == 0


def test_a_pool_may_be_named_by_the_settings_alone(sending: Sending) -> None:
    sending.desk.environment["SMSDESK_WORKER_POOL"] = "prefork"
    worker = celery_worker(sending.desk, "-c", "2")
    here = wait_until(lambda: worker_row(sending), 10)
    assert (here.pool, here.concurrency, here.pid) == ("prefork", 2, worker.process.pid)
    assert len(psutil.Process(here.pid).children()) >= 2
    send(sending, 1)
    assert sending.wait_for("submitted") == {"submitted": 1}


@pytest.mark.parametrize(
    ("setting", "options", "said"),
    [
        ("gevent", (), "The pool gevent cannot be chosen by a setting"),
        ("threads", ("-Pgevent",), "gevent's patches are missing"),
        ("threads", ("-P", "prefork", "--pool-start-method", "spawn"), "children of the prefork pool"),
    ],
)
def test_what_cannot_work_is_refused_with_a_sentence(
    tmp_path: Path, setting: str, options: tuple[str, ...], said: str
) -> None:
    with Desk(tmp_path / "home", worker_pool=setting) as desk:
        worker = CeleryWorker(desk.environment, *options)
        desk.children.append(worker)
        assert worker.process.wait(30) == 1
        worker.stop()
        desk.children.clear()
        assert f"The worker cannot start: {said}" in "".join(worker.errors)

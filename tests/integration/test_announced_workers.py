"""Workers of other ledgers and other applications on one broker, as the clerk tells of them to the Workers page."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from celery import Celery
from support.desk import Child, Clerk, Desk, wait_until

from tasks import __version__, server
from tasks.clerk.announced import ANSWER_S, roll_call
from tasks.clock import now_ms
from tasks.ledger.engine import open_ledger
from tasks.ledger.upkeep import note_worker
from tasks.server.record import read_record

pytestmark = [pytest.mark.server, pytest.mark.slow]

SHOP = "import sys, celery; app = celery.Celery('shop', broker=sys.argv.pop(1)); app.worker_main(sys.argv[1:])"
SHOP_WORKER = ("worker", "-l", "info", "-P", "solo", "-n", "shop@warehouse", "--without-mingle", "--without-gossip")


class Scene(NamedTuple):
    """Two ledgers and a shop on the broker that the first one brought along."""

    broker: str
    clerk: Clerk
    own: Child
    foreign: Child
    home: Path


class Shop(Child):
    """A worker that knows nothing of SMS Desk."""

    program = (sys.executable, "-c", SHOP)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    home, other = tmp_path_factory.mktemp("own"), tmp_path_factory.mktemp("other")
    with Desk(home, worker_concurrency=3) as desk:
        desk.server()
        broker = str(server.address(home))
        with Desk(other, broker_url=broker, worker_pool="prefork", worker_concurrency=1) as stranger:
            clerk, own = desk.clerk(), desk.worker(wait=False)
            foreign = stranger.worker("-n", "bundled@elsewhere", wait=False)
            shop = Shop(desk.environment, broker, *SHOP_WORKER)
            stranger.children.append(shop)
            for worker in (own, foreign, shop):
                wait_until(lambda worker=worker: any(" ready" in line for line in list(worker.errors)), 30)  # type: ignore[misc]
            yield Scene(broker, clerk, own, foreign, home)
            shop.process.send_signal(signal.SIGTERM)


def announced(clerk: Clerk, kinds: int) -> dict[str, list[dict[str, Any]]]:
    """The workers by their kind, once there are so many kinds."""

    def look() -> dict[str, list[dict[str, Any]]]:
        answer = clerk.ask("workers.announced")  # of which nothing is there while the broker is silent
        found: dict[str, list[dict[str, Any]]] = {}
        for worker in answer["workers"]:
            found.setdefault(worker["kind"], []).append(worker)
        return found if len(found) >= kinds else {}

    return wait_until(look, 20, every_s=0.5)  # type: ignore[no-any-return]


def test_every_worker_on_the_broker_is_told_with_what_it_is(scene: Scene) -> None:
    found = announced(scene.clerk, kinds=3)
    (own,), (foreign,), (shop,) = found["own_ledger"], found["other_ledger"], found["other_application"]
    assert (own["pid"], own["version"], own["concurrency"], own["notes"]) == (
        scene.own.process.pid, __version__, 3, [],
    )  # fmt: skip
    assert (foreign["pid"], foreign["pool"], foreign["version_is"]) == (scene.foreign.process.pid, "prefork", "same")
    assert (shop["node"], shop["host"], shop["version"]) == ("shop@warehouse", "warehouse", None)
    (listed,) = scene.clerk.ask("status.look")["workers"]
    assert listed["worker_id"] == own["worker_id"], "both name the worker alike"


def test_no_worker_complains_of_being_asked(scene: Scene) -> None:
    announced(scene.clerk, kinds=3)
    assert not any("pidbox" in line for child in (scene.own, scene.foreign) for line in list(child.errors))


def test_asking_leaves_nothing_on_the_broker(scene: Scene) -> None:
    app = Celery("look", broker=scene.broker, set_as_current=False)
    with app.connection_for_read() as connection:
        client = connection.default_channel.client
        before = sorted(client.keys("*"))
        roll_call(app, "no-such-ledger")
        assert [key for key in sorted(client.keys("*")) if key not in before and b"reply" in key] == []
    app.close()


def test_older_and_gone_workers_of_the_ledger_are_told(scene: Scene) -> None:
    whole = {"host": "attic", "pid": 7, "version": "0.0.1", "pool": "threads", "concurrency": 2, "accounts": "[]",
             "in_hand": 0, "started_ms": 1}  # fmt: skip
    now = now_ms()
    ledger = open_ledger(f"sqlite:///{scene.home / 'ledger.sqlite'}")
    with ledger.writing() as connection:
        for name, seen_ms, stopped_ms in (
            ("old", now, None),
            ("stopped", now - 60_000, now - 59_000),
            ("lost", now - 120_000, None),
            ("long-gone", now - 5 * 3_600_000, now - 5 * 3_600_000),
        ):
            note_worker(connection, whole | {"worker_id": name, "seen_ms": seen_ms, "stopped_ms": stopped_ms})
    ledger.close()
    status = scene.clerk.ask("status.look")
    assert {one["worker_id"]: one["version_is"] for one in status["workers"] if one["host"] == "attic"} == {
        "old": "older"
    }
    stopped, lost = (one for one in status["gone_workers"] if one["host"] == "attic")
    assert (stopped["worker_id"], lost["worker_id"], lost["stopped_ago_ms"]) == ("stopped", "lost", None)
    assert 59_000 <= stopped["stopped_ago_ms"] < 90_000
    assert 120_000 <= lost["seen_ago_ms"] < 150_000


def test_a_frozen_broker_is_waited_for_no_longer_than_said(scene: Scene) -> None:
    announced(scene.clerk, kinds=3)
    record = read_record(scene.home)
    assert record is not None
    assert record.pid is not None
    os.kill(record.pid, signal.SIGSTOP)
    try:
        wait_until(lambda: not ask_bounded(scene.clerk)["ok"], 20)  # what was heard just before is told again at first
        assert ask_bounded(scene.clerk)["workers"] == []
    finally:
        with contextlib.suppress(ProcessLookupError):  # its supervisor may have replaced it
            os.kill(record.pid, signal.SIGCONT)
    announced(scene.clerk, kinds=3)


def ask_bounded(clerk: Clerk) -> dict[str, Any]:
    began = time.monotonic()
    answer = clerk.ask("workers.announced")
    assert time.monotonic() - began < ANSWER_S + 2
    return answer


def test_a_broker_that_cannot_ask_all_at_once_says_so(tmp_path: Path) -> None:
    app = Celery("look", broker=f"sqla+sqlite:///{tmp_path / 'broker.db'}", set_as_current=False)
    assert roll_call(app, "some-ledger") is None
    app.close()

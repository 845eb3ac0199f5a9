"""A broker that is another application's too: its tasks stay its own, ours go on, and the operator is told."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis
from celery import Celery
from support.counting_gateway import CountingGateway
from support.desk import Child, wait_until
from support.ledgers import new_ledger, put, states
from support.redis_servers import RedisServer, redis_server
from support.sending import TEMPLATE, Sending

from tasks import lanes
from tasks.client import Client
from tasks.maintenance.worker_notes import QUEUE_SHARED

pytestmark = [pytest.mark.server, pytest.mark.slow]

SECRET = "13912345678"
"""What a body of the other application holds; it must not show up in our log."""

_databases = itertools.count()

SHOP = """
import pathlib
from celery import Celery

app = Celery("shop", broker={broker!r}, backend={broker!r}, set_as_current=False)
app.conf.worker_hijack_root_logger = False

@app.task(name="shop.invoice")
def invoice(buyer):
    with pathlib.Path({written!r}).open("a") as file:
        file.write(buyer + "\\n")
    return buyer

@app.task(name="shop.part")
def part(number):
    return number
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis")) as started:
        yield started


@pytest.fixture
def database() -> int:
    """A number that no test had before: kombu keeps the connections to an address for the whole process."""
    return next(_databases)


@pytest.fixture
def broker(server: RedisServer, database: int) -> str:
    """The address of an empty database of the server."""
    return server.url(database=database)


@pytest.fixture
def store(server: RedisServer, database: int) -> Iterator[redis.Redis]:
    """The same database, to look into."""
    with server.client(db=database) as client:
        yield client


@pytest.fixture
def gateway() -> Iterator[CountingGateway]:
    with CountingGateway(delay_ms=5) as counting:
        yield counting


@pytest.fixture
def sending(
    tmp_path: Path, gateway: CountingGateway, monkeypatch: pytest.MonkeyPatch, broker: str
) -> Iterator[Sending]:
    opened = Sending(tmp_path / "home", gateway, monkeypatch, broker_url=broker)
    yield opened
    opened.close()


@pytest.fixture
def shop(broker: str) -> Iterator[Celery]:
    """The other application's client."""
    with client_app(broker) as app:
        yield app


@contextmanager
def client_app(broker: str) -> Iterator[Celery]:
    app = Celery("shop", broker=broker, backend=broker, set_as_current=False)
    try:
        yield app
    finally:
        app.pool.force_close_all()
        app.backend.result_consumer.stop()
        app.backend.client.connection_pool.disconnect()
        app.backend.remove_pending_result = lambda _: None
        app.close()


@contextmanager
def shop_worker(folder: Path, broker: str, written: Path) -> Iterator[None]:
    """The other application's own worker."""
    (folder / "shop.py").write_text(SHOP.format(broker=broker, written=str(written)))
    command = [sys.executable, "-m", "celery", "-A", "shop", "worker", "-P", "solo", "--without-gossip"]
    with subprocess.Popen(
        [*command, "--without-mingle"], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield
        finally:
            process.terminate()


def said(worker: Child) -> str:
    return "".join(list(worker.errors))


def wait_for_word(worker: Child) -> str:
    wait_until(lambda: "another application" in said(worker), 15)
    return said(worker)


def test_another_applications_task_stays_for_its_own_worker_and_ours_go_on(
    sending: Sending, shop: Celery, broker: str, store: redis.Redis, tmp_path: Path
) -> None:
    worker = sending.desk.worker()
    result = shop.send_task("shop.invoice", [SECRET])
    log = wait_for_word(worker)
    sending.send(1)
    sending.send(150)
    assert sending.wait_for("submitted") == {"submitted": 151}
    second = shop.send_task("shop.invoice", ["second"])
    sending.send(1)
    sending.wait_for("submitted")
    assert store.llen(lanes.DEFAULT_QUEUE) == 2
    wait_until(lambda: store.hlen("unacked") == 0, 10)
    assert result.state == second.state == "PENDING"
    clerk = sending.desk.clerk()
    wait_until(lambda: [one["notes"] for one in clerk.ask("status.look")["workers"]] == [[QUEUE_SHARED]], 10)
    with shop_worker(tmp_path, broker, tmp_path / "invoices"):
        assert result.get(timeout=20) == SECRET
        assert second.get(timeout=20) == "second"
    assert sorted((tmp_path / "invoices").read_text().split()) == sorted([SECRET, "second"])
    assert "'celery' holds a task of another application (shop.invoice)" in log
    assert said(worker).count("another application") == 1
    assert SECRET not in said(worker) + sending.desk.home.joinpath("logs", "worker.log").read_text()


def test_tasks_that_every_celery_has_are_not_run_for_another_application(
    sending: Sending, shop: Celery, broker: str, tmp_path: Path
) -> None:
    """`celery.starmap` of a task we do not have would fail here, and its sender would get that as the outcome."""
    worker = sending.desk.worker()
    result = shop.send_task("celery.starmap", kwargs={"task": shop.signature("shop.part"), "it": [[1], [2]]})
    assert "(celery.starmap)" in wait_for_word(worker)
    with shop_worker(tmp_path, broker, tmp_path / "invoices"):
        assert result.get(timeout=20) == [1, 2]


@pytest.mark.parametrize("kind", ["pickled task", "no task"])
def test_what_we_cannot_read_of_another_application_is_put_back_too(
    kind: str, sending: Sending, shop: Celery, store: redis.Redis
) -> None:
    with shop.connection_for_write() as connection:
        if kind == "pickled task":
            shop.send_task("shop.invoice", [SECRET], serializer="pickle", connection=connection)
        else:
            connection.SimpleQueue(lanes.DEFAULT_QUEUE).put({"buyer": SECRET})
    worker = sending.desk.worker()
    assert SECRET not in wait_for_word(worker)
    sending.send(1)
    sending.wait_for("submitted")
    assert store.llen(lanes.DEFAULT_QUEUE) == 1


def test_a_message_for_our_own_task_that_cannot_be_read_gets_an_outcome(
    sending: Sending, shop: Celery, store: redis.Redis
) -> None:
    """Put back it would come for ever; and other clients of the queue still need this worker."""
    worker = sending.desk.worker()
    result = shop.send_task(lanes.SEND_SMS, [SECRET, ["9527"], "1"], serializer="pickle")
    with pytest.raises(Exception, match="ContentDisallowed"):
        result.get(timeout=10)
    readable = shop.send_task(lanes.SEND_SMS, ["13800138000", ["9527", "5"], "1"])
    assert readable.get(timeout=10)["state"] == "submitted"
    assert SECRET not in said(worker)
    assert "another application" not in said(worker)
    wait_until(lambda: store.llen(lanes.DEFAULT_QUEUE) == 0 == store.hlen("unacked"), 5)


def test_lanes_of_another_ledger_are_never_taken(sending: Sending, tmp_path: Path) -> None:
    other = new_ledger(tmp_path)
    theirs = Client(sending.settings, other.uuid)
    try:
        theirs.publish_message(put(other, **TEMPLATE).first_id)
        theirs.publish_chunks(put(other, 120, **TEMPLATE).chunk_ids)
        waiting = theirs.queue_lengths()
        sending.desk.worker()
        sending.send(120)
        assert sending.wait_for("submitted") == {"submitted": 120}
        assert theirs.queue_lengths() == waiting
        assert set(states(other)) == {"queued"}
    finally:
        theirs.close()
        other.close()
    assert sending.gateway.state()["numbers"] == 120

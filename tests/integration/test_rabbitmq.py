"""RabbitMQ, a real node: sent once, nothing lost, every wait bounded, and tasks that kill their workers put aside."""

from __future__ import annotations

import itertools
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from celery import Celery
from kombu import Connection, Queue
from support.celery_worker import CeleryWorker, celery_worker
from support.counting_gateway import CountingGateway
from support.desk import Child, wait_until
from support.ledgers import put, row, states
from support.rabbitmq import LIMITED, RabbitNode, lengths
from support.sending import TEMPLATE, Sending

from tasks import lanes
from tasks.brokers.rabbitmq import DELIVERY_LIMIT
from tasks.client import check_broker
from tasks.clock import now_ms
from tasks.doctor.broker import check_default_queue
from tasks.doctor.patient import Patient
from tasks.errors import BrokerError
from tasks.ledger.upkeep import set_due

pytestmark = [pytest.mark.server, pytest.mark.slow]

BOUND_S = 3.0
"""What nobody waits longer for."""

_numbers = itertools.count()


@pytest.fixture
def gateway() -> Iterator[CountingGateway]:
    with CountingGateway(delay_ms=5) as counting:
        yield counting


@contextmanager
def desk_on(home: Path, gateway: CountingGateway, url: str, **settings: object) -> Iterator[Sending]:
    with pytest.MonkeyPatch.context() as patch:
        opened = Sending(home, gateway, patch, broker_url=url, **settings)
        try:
            yield opened
        finally:
            opened.close()


@pytest.fixture
def sending(tmp_path: Path, gateway: CountingGateway, rabbitmq: RabbitNode, vhost: str) -> Iterator[Sending]:
    with desk_on(tmp_path / "home", gateway, rabbitmq.url(vhost)) as opened:
        yield opened


def send(sending: Sending, count: int) -> list[int]:
    """Submit to numbers that nothing was sent to before, and publish."""
    to = [f"+86138{next(_numbers):08d}" for _ in range(count)]
    submitted = put(sending.ledger, to, **TEMPLATE)
    for message_id in submitted.message_ids:
        sending.client.publish_message(message_id)
    sending.client.publish_chunks(submitted.chunk_ids)
    return list(range(submitted.first_id, submitted.first_id + count))


def queue_of(sending: Sending, lane: str) -> str:
    return lanes.queue_name(sending.ledger.uuid, lane)


def said(worker: Child) -> str:
    return "".join(list(worker.errors))


def sent_once(sending: Sending, count: int) -> None:
    state = sending.gateway.state()
    assert (state["numbers"], state["duplicates"]) == (count, 0)


@contextmanager
def client(broker: str, backend: str) -> Iterator[Celery]:
    """A web site's Celery app, which knows nothing of this program but addresses and a task's name."""
    app = Celery("site", broker=broker, backend=backend, set_as_current=False)
    try:
        yield app
    finally:
        app.pool.force_close_all()
        app.close()


def test_singles_a_batch_and_other_clients_with_the_documented_rights(
    tmp_path: Path, gateway: CountingGateway, rabbitmq: RabbitNode
) -> None:
    url = rabbitmq.url("limited", LIMITED)
    with desk_on(tmp_path / "home", gateway, url) as sending, client(url, f"db+{sending.settings.ledger_url}") as site:
        singles = [send(sending, 1)[0] for _ in range(3)]
        worker = celery_worker(sending.desk, "-n", "any@%h")
        foreign = site.send_task(lanes.SEND_SMS, args=["13900139000", ["9527", "5"], "1"])
        send(sending, 500)
        assert sending.wait_for("submitted") == {"submitted": 504}
        sent_once(sending, 504)
        assert foreign.get(timeout=10)["state"] == "submitted"
        check_panel(sending, singles[0])
        for name in ("shop.invoice", "celery.starmap"):
            site.send_task(name, args=["its own secret"])
        wait_until(lambda: "another application" in said(worker), 10)
        wait_until(lambda: lengths(rabbitmq.url("limited"), lanes.DEFAULT_QUEUE) == [2], 10)
        assert "its own secret" not in said(worker)
        send(sending, 1)
        assert sending.wait_for("submitted") == {"submitted": 505}
    assert rabbitmq.refused(LIMITED) == []


def check_panel(sending: Sending, message_id: int) -> None:
    clerk = sending.desk.clerk()
    wait_until(lambda: clerk.ask("status.look")["broker"]["ok"], 10)
    queues = {lanes.DEFAULT_QUEUE, *(queue_of(sending, lane) for lane in (lanes.SINGLE, lanes.BULK, lanes.DEAD))}
    assert clerk.ask("queues.lengths")["lanes"] == dict.fromkeys(queues, 0)
    task_id = lanes.message_task_id(sending.ledger.uuid, message_id)
    wait_until(lambda: clerk.ask("celery.states", task_ids=[task_id])["states"] == {task_id: "SUCCESS"}, 10)
    (found,) = clerk.ask("workers.announced")["workers"]
    assert found["kind"] == "own_ledger"


def test_a_worker_killed_in_the_midst_loses_nothing_and_sends_nothing_twice_over_tls(
    tmp_path: Path, gateway: CountingGateway, rabbitmq: RabbitNode, vhost: str
) -> None:
    gateway.set(delay_ms=100)
    with desk_on(tmp_path / "home", gateway, rabbitmq.tls_url(vhost), max_in_flight=8) as sending:
        worker = celery_worker(sending.desk, "-P", "prefork", "-c", "2")
        send(sending, 200)
        wait_until(lambda: gateway.state()["numbers"] > 20, 20)
        for process in [*psutil.Process(worker.process.pid).children(recursive=True)]:
            process.kill()
        sending.desk.children.remove(worker)
        worker.kill()
        send(sending, 1)
        gateway.set(delay_ms=5)
        celery_worker(sending.desk, "-P", "gevent", "-c", "8")
        counts = sending.wait_for("submitted", "unknown", timeout_s=40)
        assert (sum(counts.values()), counts["unknown"] <= 8) == (201, True)
        assert gateway.state()["duplicates"] == 0
        assert gateway.state()["numbers"] >= counts["submitted"]


def test_a_node_that_dies_and_comes_back_with_its_data(sending: Sending, rabbitmq: RabbitNode) -> None:
    worker = celery_worker(sending.desk)
    for lane in (lanes.SINGLE, lanes.BULK):
        wait_until(lambda lane=lane: rabbitmq.knows_after_a_crash(queue_of(sending, lane)), 10)
    sending.gateway.set(delay_ms=100)
    send(sending, 400)
    wait_until(lambda: sending.gateway.state()["numbers"] > 20, 20)
    rabbitmq.kill()
    assert took(lambda: send(sending, 1)) == "broker.refused"
    rabbitmq.start()
    send(sending, 1)
    sending.gateway.set(delay_ms=5)
    wait_until(lambda: Counter(states(sending.ledger))["submitted"] >= 401, 40)
    with sending.ledger.writing() as connection:  # maintenance would come to it within half a minute
        set_due(connection, [401], now_ms())
    assert sending.wait_for("submitted") == {"submitted": 402}
    sent_once(sending, 402)
    assert worker.process.poll() is None


def took(act: Callable[[], object]) -> str:
    """The code of what fails, within the bound."""
    began = time.monotonic()
    with pytest.raises(BrokerError) as error:
        act()
    assert time.monotonic() - began < BOUND_S
    return error.value.code


def test_no_wait_for_a_node_is_long(sending: Sending, rabbitmq: RabbitNode, vhost: str) -> None:
    ledgers = sending.client

    def check() -> None:
        check_broker(rabbitmq.url(vhost))

    ledgers.publish_message(1)
    with rabbitmq.frozen():
        asked = (lambda: ledgers.publish_message(2), ledgers.queue_lengths, check)
        assert [took(act) for act in asked] == ["broker.silent"] * len(asked)
        began = time.monotonic()
        ledgers.close()
        assert time.monotonic() - began < BOUND_S
    ledgers.publish_message(3)
    with rabbitmq.alarmed():
        assert took(lambda: ledgers.publish_message(4)) == "broker.blocked"
        assert took(lambda: ledgers.publish_chunks([1])) == "broker.blocked"
        ledgers.queue_lengths()
    ledgers.publish_message(5)


def test_what_the_node_refuses_is_told_in_words(rabbitmq: RabbitNode, vhost: str, tmp_path: Path) -> None:
    good, by_tls = rabbitmq.url(vhost), rabbitmq.tls_url(vhost)
    check_broker(good)
    check_broker(by_tls)
    told = {
        good.replace(":geheim@", ":falsch@"): "broker.login",
        rabbitmq.url("away"): "broker.no_vhost",
        rabbitmq.url(vhost, "nobody"): "broker.rights",
        rabbitmq.tls_url(vhost, "localhost"): "broker.tls",
        by_tls.replace(str(rabbitmq.tls_port), str(rabbitmq.port)): "broker.tls",
        by_tls.replace("ca.pem", "away.pem"): "broker.tls_file",
    }
    assert {url: took(lambda url=url: check_broker(url)) for url in told} == told


def test_queues_of_another_kind_and_a_missing_virtual_host_end_a_worker_with_a_sentence(
    sending: Sending, tmp_path: Path, gateway: CountingGateway, rabbitmq: RabbitNode
) -> None:
    with Connection(sending.settings.broker_url) as connection:
        Queue(queue_of(sending, lanes.BULK))(connection.default_channel).declare()
    assert took(lambda: sending.client.publish_chunks([1])) == "broker.queue_mismatch"
    with desk_on(tmp_path / "other", gateway, rabbitmq.url("away")) as elsewhere:
        workers = [CeleryWorker(one.desk.environment) for one in (sending, elsewhere)]
        sending.desk.children += workers
        assert [worker.process.wait(20) for worker in workers] == [1, 1]
    for worker, code in zip(workers, ("broker.queue_mismatch", "broker.no_vhost"), strict=True):
        wait_until(lambda worker=worker, code=code: f"({code})" in said(worker), 5)
        assert "Traceback" not in said(worker)


POISONED = f"""
import os, signal
import tasks.sms
from tasks.celery import app

tasks.sms.runtime = lambda: os.kill(os.getpid(), signal.SIGKILL)
for _ in range({DELIVERY_LIMIT + 1}):
    worker = os.fork()
    if worker == 0:
        app.worker_main(["worker", "-P", "solo", "--without-gossip", "--without-mingle"])
    os.waitpid(worker, 0)
"""


class PoisonedWorkers(CeleryWorker):
    """One after the other, each killed as soon as it has a task."""

    program = (sys.executable, "-c", POISONED)


def test_a_task_that_kills_every_worker_is_put_aside_and_its_message_is_sent_once(sending: Sending) -> None:
    dead = queue_of(sending, lanes.DEAD)
    message_id = send(sending, 1)[0]
    poisoned = PoisonedWorkers(sending.desk.environment)
    sending.desk.children.append(poisoned)
    assert poisoned.process.wait(40) == 0
    wait_until(lambda: sending.client.queue_lengths()[dead] == 1, 10, 0.2)
    assert sending.client.queue_lengths() == dict.fromkeys(sending.client.queue_lengths(), 0) | {dead: 1}
    warned = check_default_queue(Patient.here(os.environ | sending.desk.environment))
    assert [finding.code for finding in warned] == ["doctor.queue.closed", "doctor.queue.dead"]
    assert (warned[1].params["dead"], row(sending.ledger, message_id).state) == (1, "queued")
    celery_worker(sending.desk)
    with sending.ledger.writing() as connection:
        set_due(connection, [message_id], now_ms())
    assert sending.wait_for("submitted") == {"submitted": 1}
    sent_once(sending, 1)

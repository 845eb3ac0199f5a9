"""Redis behind Sentinels: when another server becomes master all is sent, once, and the panel sees the broker."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest
from support.certificates import make_certificates
from support.counting_gateway import CountingGateway
from support.desk import wait_until
from support.ledgers import states, tries_of
from support.redis_servers import HOST, SentinelSet, sentinel_set
from support.sending import Sending

from tasks import lanes
from tasks.client import check_broker
from tasks.errors import BrokerError

pytestmark = [pytest.mark.server, pytest.mark.slow]

PASSWORD, OWN = "geheim", "wache"


class SupervisedWorker:
    """A worker that is started again when it ends, as by the window or a service manager."""

    def __init__(self, sending: Sending) -> None:
        self._sending = sending
        self._worker = sending.desk.worker()

    def look(self) -> None:
        if self._worker.process.poll() is not None:
            self._sending.desk.children.remove(self._worker)
            self._worker.stop()
            self._worker = self._sending.desk.worker(wait=False)

    def wait_until(self, predicate: Callable[[], bool], timeout_s: float) -> None:
        def looked() -> bool:
            self.look()
            return predicate()

        wait_until(looked, timeout_s, 0.1)


def test_a_failover_during_a_batch_loses_nothing_and_sends_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        sentinel_set(tmp_path / "redis", password=PASSWORD, sentinel_password=OWN) as redis,
        CountingGateway(delay_ms=100) as gateway,
    ):
        address = redis.url("default", PASSWORD, OWN)
        sending = Sending(tmp_path / "home", gateway, monkeypatch, broker_url=address, max_in_flight=16)
        try:
            fail_over_while_sending(sending, redis)
            check_panel(sending, address)
        finally:
            sending.close()


def fail_over_while_sending(sending: Sending, redis: SentinelSet) -> None:
    worker = SupervisedWorker(sending)
    sending.send(400)
    worker.wait_until(lambda: sending.gateway.state()["numbers"] > 50, 20)
    redis.master.kill()
    with contextlib.suppress(BrokerError):  # the panel clicks on; the ledger has it
        sending.send(1)
    worker.wait_until(lambda: redis.master_port(password=OWN) == redis.replica.port, 20)
    with contextlib.suppress(BrokerError):
        sending.send(150)
    worker.wait_until(lambda: set(states(sending.ledger)) == {"submitted"}, 60)
    assert sending.gateway.state()["numbers"] == 551
    assert {len(tries_of(sending.ledger, message_id)) for message_id in range(1, 552)} == {1}


def check_panel(sending: Sending, address: str) -> None:
    clerk = sending.desk.clerk()
    wait_until(lambda: clerk.ask("status.look")["broker"]["ok"], 10)
    assert set(clerk.ask("queues.lengths")["lanes"]) == set(lanes.queue_names(sending.ledger.uuid))
    first = lanes.message_task_id(sending.ledger.uuid, 401)
    wait_until(lambda: clerk.ask("celery.states", task_ids=[first])["states"] == {first: "SUCCESS"}, 15)
    clerk.ask("settings.test", what="broker", values={"broker_url": address})


def told(url: str) -> str:
    with pytest.raises(BrokerError) as error:
        check_broker(url)
    return error.value.code


def test_sentinels_and_servers_by_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tls = make_certificates(tmp_path / "tls", HOST)
    other = make_certificates(tmp_path / "other", HOST).authority
    with (
        sentinel_set(tmp_path / "redis", password=PASSWORD, sentinel_password=OWN, tls=tls) as redis,
        CountingGateway(delay_ms=5) as gateway,
    ):
        address = redis.url("default", PASSWORD, OWN, tls.authority)
        assert told(redis.url("default", PASSWORD, OWN, other)) == "broker.tls"
        assert told(redis.url("default", "falsch", OWN, tls.authority)) == "broker.login"
        assert told(redis.url("default", PASSWORD, "falsch", tls.authority)) == "broker.login"
        assert told(address.replace("master_name=desk", "master_name=nobody")) == "broker.no_master"
        sending = Sending(tmp_path / "home", gateway, monkeypatch, broker_url=address, result_backend=address)
        try:
            sending.desk.worker()
            sending.send(1)
            assert sending.wait_for("submitted") == {"submitted": 1}
            assert PASSWORD not in (log := (sending.desk.home / "logs" / "worker.log").read_text("utf-8"))
            assert OWN not in log
        finally:
            sending.close()

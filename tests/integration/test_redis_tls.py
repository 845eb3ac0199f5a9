"""Redis by TLS: worker and panel send over it, and a server that does not prove itself is refused in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.certificates import Certificates, make_certificates
from support.counting_gateway import CountingGateway
from support.desk import wait_until
from support.redis_servers import HOST, RedisServer, redis_server
from support.sending import Sending

from tasks import lanes
from tasks.client import check_broker
from tasks.errors import BrokerError

pytestmark = [pytest.mark.server, pytest.mark.slow]


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """For the address, not for the name `localhost`."""
    return make_certificates(tmp_path_factory.mktemp("tls"), HOST)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, certificates: Certificates) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis"), "--requirepass", "geheim", tls=certificates) as started:
        yield started


def test_worker_and_panel_send_over_tls(tmp_path: Path, server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    address = server.url("default", "geheim")
    with CountingGateway(delay_ms=5) as gateway:
        sending = Sending(tmp_path / "home", gateway, monkeypatch, broker_url=address, result_backend=address)
        try:
            sending.desk.worker()
            first = sending.send(1)[0]
            sending.send(150)
            assert sending.wait_for("submitted") == {"submitted": 151}
            clerk = sending.desk.clerk()
            task_id = lanes.message_task_id(sending.ledger.uuid, first)
            assert clerk.ask("celery.states", task_ids=[task_id])["states"] == {task_id: "SUCCESS"}
            wait_until(lambda: clerk.ask("status.look")["broker"]["ok"], 10)
            assert set(clerk.ask("queues.lengths")["lanes"].values()) == {0}
            clerk.ask("settings.test", what="broker", values={"broker_url": address})
        finally:
            sending.close()


def told(url: str) -> str:
    with pytest.raises(BrokerError) as error:
        check_broker(url)
    return error.value.code


def test_a_server_that_does_not_prove_itself_is_refused(server: RedisServer, tmp_path: Path) -> None:
    other = make_certificates(tmp_path / "other", HOST).authority
    good = server.url("default", "geheim")
    check_broker(good)
    assert server.tls is not None
    assert told(good.replace(str(server.tls.authority), str(other))) == "broker.tls"
    assert told(server.url("default", "geheim", host="localhost")) == "broker.tls"
    assert told(good.replace(str(server.tls.authority), str(tmp_path / "away.pem"))) == "broker.tls_file"
    assert told(good.replace("geheim", "falsch")) == "broker.login"


def test_a_worker_hands_nothing_to_a_server_that_does_not_prove_itself(
    tmp_path: Path, server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = server.url("default", "geheim", host="localhost")
    with CountingGateway(delay_ms=5) as gateway:
        sending = Sending(tmp_path / "home", gateway, monkeypatch, broker_url=address)
        try:
            worker = sending.desk.worker(wait=False)
            wait_until(lambda: any("certificate verify failed" in line for line in list(worker.errors)), 20)
            clerk = sending.desk.clerk()
            wait_until(lambda: clerk.ask("status.look")["broker"]["code"] == "broker.tls", 10)
            assert "geheim" not in "".join(list(worker.errors))
        finally:
            sending.close()


def test_a_worker_without_its_certificates_ends_at_once(
    tmp_path: Path, server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert server.tls is not None
    address = server.url("default", "geheim").replace(str(server.tls.authority), str(tmp_path / "away.pem"))
    with CountingGateway() as gateway:
        sending = Sending(tmp_path / "home", gateway, monkeypatch, broker_url=address)
        try:
            worker = sending.desk.worker(wait=False)
            assert worker.process.wait(20) == 1
            sending.desk.children.remove(worker)
            worker.stop()
            assert "a file that its broker's address names is not there" in "".join(worker.errors)
        finally:
            sending.close()

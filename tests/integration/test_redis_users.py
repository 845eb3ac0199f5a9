"""Redis with users: the rights that docs/redis.md names are enough for worker, panel and other clients, and needed."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from support.counting_gateway import CountingGateway
from support.desk import ROOT, wait_until
from support.redis_servers import RedisServer, redis_server
from support.sending import Sending

from tasks import lanes
from tasks.client import check_broker
from tasks.errors import BrokerError

pytestmark = [pytest.mark.server, pytest.mark.slow]

USER, PASSWORD = "smsdesk", "geheim7"
ADMINISTRATOR = "user default on >chef ~* &* +@all"


def documented_user() -> str:
    """The line of the administrator's page."""
    found = re.search(r"```acl\n(.*)\n```", (ROOT / "docs" / "redis.md").read_text("utf-8"))
    assert found is not None
    return found.group(1).replace("PASSWORD", PASSWORD)


@pytest.fixture(scope="module")
def common(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A server for questions only."""
    with redis_server(tmp_path_factory.mktemp("redis"), users=[ADMINISTRATOR, documented_user()]) as started:
        yield started


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    with redis_server(tmp_path / "redis", users=[ADMINISTRATOR, documented_user()]) as started:
        yield started


@pytest.fixture
def sending(tmp_path: Path, server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sending]:
    with CountingGateway(delay_ms=5) as gateway:
        opened = Sending(tmp_path / "home", gateway, monkeypatch, broker_url=server.url(USER, PASSWORD))
        yield opened
        opened.close()


def refused(server: RedisServer) -> list[Any]:
    """What the server refused its users so far."""
    with server.client(password="chef") as client:
        return [(entry["reason"], entry["object"]) for entry in client.acl_log()]


def test_the_documented_rights_are_enough(sending: Sending, server: RedisServer) -> None:
    worker = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "tasks", "worker", "-l", "info"],
        env=sending.desk.environment,
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        sending.send(1)
        sending.send(150)
        assert sending.wait_for("submitted") == {"submitted": 151}
        check_other_client(server)
        check_panel(sending, server)
        with sending.client._connected_app().connection_for_write() as connection:  # a task of another application
            connection.Producer().publish("", routing_key=lanes.DEFAULT_QUEUE, headers={"task": "shop.invoice"})
        wait_until(lambda: "another application" in log_of(sending), 10)
    finally:
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(30) == 0
    assert refused(server) == []


def log_of(sending: Sending) -> str:
    return (sending.desk.home / "logs" / "worker.log").read_text("utf-8")


def check_other_client(server: RedisServer) -> None:
    app = Celery("site", broker=server.url(USER, PASSWORD), backend=server.url(USER, PASSWORD), set_as_current=False)
    try:
        result = app.send_task(lanes.SEND_SMS, ["13800138000", ["9527", "5"], "1"])
        assert result.get(timeout=15)["state"] == "submitted"
        assert wait_until(lambda: app.control.inspect(timeout=1).ping(), 10)
    finally:
        app.backend.result_consumer.stop()
        app.backend.client.connection_pool.disconnect()
        app.backend.remove_pending_result = lambda _: None
        app.close()


def check_panel(sending: Sending, server: RedisServer) -> None:
    clerk = sending.desk.clerk()
    wait_until(lambda: clerk.ask("status.look")["broker"]["ok"], 10)
    assert set(clerk.ask("queues.lengths")["lanes"]) == set(lanes.queue_names(sending.ledger.uuid))
    first = f"{sending.ledger.uuid}.m1"
    assert clerk.ask("celery.states", task_ids=[first])["states"] == {first: "SUCCESS"}
    clerk.ask("settings.test", what="broker", values={"broker_url": server.url(USER, PASSWORD)})


@pytest.mark.parametrize(
    ("allowed", "command"),
    [
        # Only faults lead to these: a lost connection, a worker that died.
        (True, "RPUSH smsdesk.1.single x"),
        (True, "RPUSH celery\x06\x169 x"),
        (True, "WATCH unacked"),
        (True, "SET unacked_mutex x NX PX 1000"),
        (True, "DEL celery-task-meta-1"),
        (False, "GET session:1"),
        (False, "LPUSH orders x"),
        (False, "KEYS *"),
        (False, "FLUSHALL"),
        (False, "CONFIG GET *"),
        (False, "EVAL return 0"),
        (False, "SUBSCRIBE news"),
    ],
)
def test_what_the_documented_rights_are(allowed: bool, command: str, common: RedisServer) -> None:
    with common.client(password="chef") as client:
        assert (client.execute_command("ACL DRYRUN", USER, *command.split(" ")) == b"OK") == allowed


@pytest.mark.parametrize(
    ("user", "password", "code"),
    [("narrow", "eng", "broker.rights"), (USER, "falsch", "broker.login"), ("nobody", "x", "broker.login")],
)
def test_a_login_that_does_not_do_is_told(user: str, password: str, code: str, common: RedisServer) -> None:
    with common.client(password="chef") as client:
        client.acl_setuser("narrow", enabled=True, passwords=["+eng"], commands=["+ping", "+hello"])
    with pytest.raises(BrokerError) as told:
        check_broker(common.url(user, password))
    assert told.value.code == code

"""Tasks that a killed worker had taken from Redis come back where Celery's own loop never puts them back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery
from support.celery_worker import celery_worker
from support.counting_gateway import CountingGateway
from support.redis_servers import RedisServer, redis_server
from support.sending import Sending
from support.waiting import wait_until

from tasks.connection import result_address

pytestmark = [pytest.mark.server, pytest.mark.slow]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    (tmp_path / "redis").mkdir()
    with redis_server(tmp_path / "redis") as running:
        yield running


def test_another_client_s_task_comes_back_to_a_gevent_worker(
    tmp_path: Path, server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = server.url()
    with CountingGateway() as gateway:
        sending = Sending(tmp_path / "home", gateway, monkeypatch, broker_url=url)
        site = Celery("site", broker=url, backend=result_address(sending.settings, url), set_as_current=False)
        try:
            result = site.send_task("tasks.sms.send_sms", args=["13800138000", ["9527", "5"], "1"])
            take_and_die(site)
            with server.client() as client:
                assert (client.llen("celery"), client.zcard("unacked_index")) == (0, 1)
                long_ago = dict.fromkeys(client.zrange("unacked_index", 0, -1), 1.0)
                client.zadd("unacked_index", long_ago)
            celery_worker(sending.desk, "-P", "gevent")
            assert result.get(timeout=15)["state"] == "submitted"
            wait_until(lambda: gateway.state()["numbers"] == 1)
        finally:
            site.pool.force_close_all()
            site.backend.client.connection_pool.disconnect()
            site.close()
            sending.close()


def take_and_die(site: Celery) -> None:
    """What a worker leaves behind that is killed with a task in hand."""
    with site.connection_for_read() as connection:
        channel = connection.default_channel
        assert channel.basic_get("celery") is not None
        channel.qos.restore_at_shutdown = False
        channel.do_restore = False

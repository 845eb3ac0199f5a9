"""A result backend that is away: messages go out once all the same, the ledger is right, and nobody waits long."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from celery import Celery
from support.celery_worker import celery_worker
from support.counting_gateway import CountingGateway
from support.desk import wait_until
from support.ledgers import put, states
from support.redis_servers import RedisServer, redis_server
from support.sending import TEMPLATE, Sending

from tasks import lanes
from tasks.errors import BrokerError

pytestmark = [pytest.mark.server, pytest.mark.slow]

BOUND_S = 3.0

_numbers = itertools.count()


def freeze(results: RedisServer) -> str:
    results.freeze()
    return "broker.silent"


def kill(results: RedisServer) -> str:
    results.kill()
    return "broker.refused"


def send(sending: Sending, count: int) -> int:
    """Submit to numbers that nothing was sent to before, and publish; the first message's id."""
    submitted = put(sending.ledger, [f"+86138{next(_numbers):08d}" for _ in range(count)], **TEMPLATE)
    for message_id in submitted.message_ids:
        sending.client.publish_message(message_id)
    sending.client.publish_chunks(submitted.chunk_ids)
    return submitted.first_id


def foreign(broker: RedisServer) -> None:
    """Another client's message, whose outcome nobody can be told."""
    with Celery("site", broker=broker.url(), set_as_current=False) as site:
        site.send_task(lanes.SEND_SMS, args=["13900139000", ["9527", "5"], "1"])
        site.pool.force_close_all()


def nothing_in_hand(sending: Sending, broker: RedisServer) -> bool:
    """Whether every task was taken and acknowledged: one that is not would be delivered again."""
    with broker.client() as client:
        return not any(sending.client.queue_lengths().values()) and client.hlen("unacked") == 0


@pytest.mark.parametrize("away", [kill, freeze])
def test_sending_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, away: Callable[[RedisServer], str]) -> None:
    with (
        redis_server(tmp_path / "broker") as broker,
        redis_server(tmp_path / "results") as results,
        CountingGateway(delay_ms=5) as gateway,
    ):
        urls = {"broker_url": broker.url(), "result_backend": results.url()}
        sending = Sending(tmp_path / "home", gateway, monkeypatch, worker_concurrency=4, **urls)
        try:
            worker = celery_worker(sending.desk)
            first = send(sending, 1)
            task_id = lanes.message_task_id(sending.ledger.uuid, first)
            wait_until(lambda: sending.client.states([task_id])[task_id] == "SUCCESS", 10)
            code = away(results)
            began = time.monotonic()
            for _ in range(24):
                send(sending, 1)
            send(sending, 150)
            foreign(broker)
            assert time.monotonic() - began < BOUND_S
            wait_until(lambda: states(sending.ledger) == ["submitted"] * 176, 20)
            assert gateway.state()["requests"] == 176
            wait_until(lambda: nothing_in_hand(sending, broker), 15)
            began = time.monotonic()
            with pytest.raises(BrokerError, match=code):
                sending.client.states([task_id])
            assert time.monotonic() - began < BOUND_S
            assert worker.process.poll() is None
            assert "a result is not stored" in "".join(list(worker.errors))
        finally:
            sending.close()

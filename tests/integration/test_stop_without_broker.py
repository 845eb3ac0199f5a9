"""A worker that is told to stop while its broker is frozen finishes what is in flight and ends all the same."""

from __future__ import annotations

import signal
import time
from collections import Counter
from pathlib import Path

import pytest
from support.celery_worker import celery_worker
from support.counting_gateway import CountingGateway
from support.desk import wait_until
from support.ledgers import states
from support.redis_servers import redis_server
from support.sending import Sending

pytestmark = [pytest.mark.server, pytest.mark.slow]

COUNT = 400
BOUND_S = 20.0


def test_a_frozen_broker_does_not_hold_up_a_stop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with redis_server(tmp_path / "broker") as broker, CountingGateway(delay_ms=500) as gateway:
        sending = Sending(tmp_path / "home", gateway, monkeypatch, broker_url=broker.url(), max_in_flight=8)
        try:
            worker = celery_worker(sending.desk)
            sending.send(COUNT)
            wait_until(lambda: gateway.state()["requests"] > 10, 20)
            broker.freeze()
            began = time.monotonic()
            worker.process.send_signal(signal.SIGTERM)
            worker.process.wait(BOUND_S + 20)
            assert time.monotonic() - began < BOUND_S
            counts = Counter(states(sending.ledger))
            assert set(counts) == {"submitted", "queued"}
            assert counts["submitted"] == gateway.state()["requests"]
        finally:
            sending.close()

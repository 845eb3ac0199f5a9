"""A broker far away: a campaign's messages a second with a round trip of 5 ms to it, against the same broker without.

Both ways go through the same kind of link, so that the difference is the delay alone.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from statistics import median

import redis
from benchmarks.report import Report
from benchmarks.scene import TEMPLATE_CONTENT, celery_worker, scene
from support.desk import send
from support.ledgers import numbers
from support.redis_servers import HOST, RedisServer, redis_server
from support.slow_link import SlowLink

from tasks.server.binary import find_binary

COUNT = 4_000
ONE_WAY_MS = 2.5
ROUNDS = 2


def run() -> Report:
    """near, far, far, near, …; each with an empty ledger and broker."""
    report = Report()
    rates: dict[float, list[float]] = {0: [], ONE_WAY_MS: []}
    with (
        tempfile.TemporaryDirectory() as folder,
        redis_server(Path(folder) / "broker", program=str(find_binary())) as broker,
        SlowLink(broker.port, delay_ms=0) as near,
        SlowLink(broker.port, delay_ms=ONE_WAY_MS) as far,
    ):
        report.add("round trip of the near link", round_trip_ms(near.port), "ms")
        report.add("round trip of the far link", round_trip_ms(far.port), "ms", least=5)
        for _ in range(ROUNDS):
            for link, delay_ms in ((near, 0), (far, ONE_WAY_MS), (far, ONE_WAY_MS), (near, 0)):
                rates[delay_ms].append(campaign(broker, link.port))
    without, delayed = median(rates[0]), median(rates[ONE_WAY_MS])
    report.add("a campaign without delay", without, "messages/s")
    report.add("with a round trip of 5 ms", delayed, "messages/s")
    report.add("   loss", (1 - delayed / without) * 100, "%", most=20)
    return report


def campaign(broker: RedisServer, port: int) -> float:
    """Messages a second at a gateway that takes 50 ms, from the first to the last."""
    with broker.client() as client:
        client.flushall()
    address = f"redis://{HOST}:{port}/0"
    with (
        scene(delay_ms=50, broker_url=address, yuntongxun_numbers_per_request=1) as stage,
        celery_worker("tasks", stage.desk.environment, 8),
    ):
        send(stage.desk.clerk(), numbers(COUNT), TEMPLATE_CONTENT, "yuntongxun", "request")
        stage.wait_for(COUNT)
        assert stage.gateway.state()["duplicates"] == 0
        return stage.rate()


def round_trip_ms(port: int) -> float:
    """The median of some pings."""
    took = []
    with redis.Redis(HOST, port) as client:
        for _ in range(50):
            started = time.perf_counter()
            client.ping()
            took.append((time.perf_counter() - started) * 1000)
    return median(took)

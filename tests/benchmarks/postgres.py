"""Two workers on one PostgreSQL ledger against one, in the same run.

The gateway takes 200 ms and a worker has at most 64 calls out, so that one worker is bound by the calls it may have in
flight and not by the processors, which workers, gateway, broker and database share. The same before a faster gateway
tells what the processors of this machine give.
"""

from __future__ import annotations

from benchmarks.report import Report
from benchmarks.scene import TEMPLATE_CONTENT, Scene, scene
from support.desk import send, wait_until
from support.ledgers import numbers
from support.postgres import Databases, started

COUNT = 5_000
DELAY_MS = 200
BUSY_DELAY_MS = 20


def run() -> Report:
    """One worker, two workers; then the same before a fast gateway, where the processors are what binds."""
    report = Report()
    with started(autovacuum="on") as server:
        databases = Databases(server)
        one, two = (measure(databases, workers, DELAY_MS) for workers in (1, 2))
        report.add(f"one worker, gateway {DELAY_MS} ms", one, "messages/s")
        report.add(f"two workers, gateway {DELAY_MS} ms", two, "messages/s")
        report.add("   ratio", two / one, "times", least=1.7)
        one, two = (measure(databases, workers, BUSY_DELAY_MS) for workers in (1, 2))
        report.add(f"one worker, gateway {BUSY_DELAY_MS} ms", one, "messages/s")
        report.add(f"two workers, gateway {BUSY_DELAY_MS} ms", two, "messages/s")
        report.add("   ratio (the processors bind)", two / one, "times")
    return report


def measure(databases: Databases, workers: int, delay_ms: float) -> float:
    """Messages a second at the gateway, from the first to the last."""
    name = databases.take()
    with scene(
        delay_ms,
        ledger_url=databases.server.url(name),
        worker_concurrency=8,
        max_in_flight=64,
        yuntongxun_numbers_per_request=1,
    ) as stage:
        for _ in range(workers):
            stage.desk.worker()
        rate = campaign(stage)
        assert stage.gateway.state()["duplicates"] == 0
    databases.give_back(name)
    return rate


def campaign(stage: Scene) -> float:
    """Send one batch, and wait until the ledger knows how it ended."""
    clerk = stage.desk.clerk()
    send(clerk, numbers(COUNT), TEMPLATE_CONTENT, "yuntongxun", "request")
    stage.wait_for(COUNT)
    wait_until(lambda: not clerk.ask("status.look")["open"].get("sending"), 30)
    return stage.rate()

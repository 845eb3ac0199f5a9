"""Messages a second through an HTTP gateway that takes 50 ms, against one Celery task per SMS on the same pool."""

from __future__ import annotations

from benchmarks.report import Report
from benchmarks.scene import TEMPLATE_CONTENT, Scene, plain_worker, scene
from support.desk import send
from support.ledgers import numbers

PLAIN = 600
ONE_BY_ONE = 3_000
BY_HUNDREDS = 30_000


def run() -> Report:
    """Concurrency 8 and 20, one number a request; then a hundred numbers a request."""
    report = Report()
    for concurrency, least in ((8, 3.0), (20, 1.5)):
        with scene(worker_concurrency=concurrency, yuntongxun_numbers_per_request=1) as stage:
            plain = measure_plain(stage, concurrency)
            ours = measure_ours(stage, ONE_BY_ONE)
            in_flight = stage.gateway.state()["in_flight_max"]
        report.add(f"plain Celery, threads {concurrency}", plain, "messages/s")
        report.add(f"SMS Desk, concurrency {concurrency}, one number a request", ours, "messages/s")
        report.add("   ratio", ours / plain, "times", least=least)
        report.add("   calls in flight at most", in_flight, "calls", most=64)
        if concurrency == 8:
            with scene(worker_concurrency=8, yuntongxun_numbers_per_request=100) as stage:
                hundreds = measure_ours(stage, BY_HUNDREDS)
            report.add("SMS Desk, concurrency 8, 100 numbers a request", hundreds, "messages/s")
            report.add("   ratio", hundreds / plain, "times", least=30)
    return report


def measure_plain(stage: Scene, concurrency: int) -> float:
    """Plain Celery's rate."""
    with plain_worker(stage, concurrency) as task:
        for recipient in numbers(PLAIN):
            task.clone(args=(recipient, ["9527", "5"], "1")).delay()
        stage.wait_for(PLAIN)
    rate = stage.rate()
    stage.gateway.reset()
    return rate


def measure_ours(stage: Scene, count: int) -> float:
    """SMS Desk's rate from a click to the last number at the gateway."""
    stage.desk.worker()
    clerk = stage.desk.clerk()
    sent = 0
    while sent < count:
        part = numbers(min(10_000, count - sent))
        send(clerk, part, TEMPLATE_CONTENT, "yuntongxun", f"request-{sent}")
        sent += len(part)
    stage.wait_for(count)
    return stage.rate()

"""Another Celery client: what `send_sms.delay` costs it, and what a worker sends of it, against plain Celery."""

from __future__ import annotations

import json
import subprocess
import sys
from statistics import median
from typing import Any

from benchmarks.plain import make_app
from benchmarks.report import Report
from benchmarks.scene import Scene, celery_worker, plain_worker, scene
from celery import Celery
from support.desk import ROOT
from support.ledgers import numbers

from tasks.lanes import DEFAULT_QUEUE, SEND_SMS

TASKS = 600
CONCURRENCY = 8


def run() -> Report:
    """The client in a process of its own; then a worker each, of which only one is busy at a time."""
    report = Report()
    with scene(delay_ms=50, worker_concurrency=CONCURRENCY) as stage:
        client = measure_client(stage)
        report.add("plain Celery's own task: one delay()", client["plain"], "ms")
        report.add("send_sms.delay()", client["ours"], "ms")
        report.add("   ratio", client["ours"] / client["plain"], "times", most=1.25)
        rates = measure_workers(stage)
        report.add(f"plain Celery's worker, threads {CONCURRENCY}, gateway 50 ms", rates["plain"], "messages/s")
        report.add("SMS Desk's worker, the same", rates["ours"], "messages/s")
        report.add("   ratio", rates["ours"] / rates["plain"], "times")
    return report


def measure_client(stage: Scene) -> dict[str, float]:
    """Milliseconds of one call, and none of the tasks is left over."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.foreign_process"],
        env=stage.desk.environment | {"PLAIN_BROKER": stage.broker, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    with make_app(stage.broker).connection_for_write() as connection:
        for queue in (DEFAULT_QUEUE, "plain"):
            connection.default_channel.queue_purge(queue)
    took: dict[str, float] = json.loads(done.stdout)
    return took


def measure_workers(stage: Scene) -> dict[str, float]:
    """Messages a second at the gateway, from the first to the last."""
    rates: dict[str, list[float]] = {"ours": [], "plain": []}
    # Both as on a server: the window's own worker gives way to other processes.
    with (
        celery_worker("tasks", stage.desk.environment, CONCURRENCY),
        plain_worker(stage, CONCURRENCY) as plain,
    ):
        tasks = {"ours": make_app(stage.broker).signature(SEND_SMS, queue=DEFAULT_QUEUE), "plain": plain}
        for name in ("ours", "plain"):  # both are up
            one_round(stage, tasks[name], 20)
        for name in ("ours", "plain", "plain", "ours"):
            rates[name].append(one_round(stage, tasks[name], TASKS))
    return {name: median(values) for name, values in rates.items()}


def one_round(stage: Scene, task: Any, count: int) -> float:
    """Publish, and wait for the last."""
    stage.gateway.reset()
    app: Celery = task.app
    with app.connection_for_write() as connection:
        producer = app.amqp.Producer(connection)
        for recipient in numbers(count):
            task.clone(args=(recipient, ["9527", "5"], "1")).apply_async(producer=producer, ignore_result=True)
    stage.wait_for(count)
    return stage.rate()

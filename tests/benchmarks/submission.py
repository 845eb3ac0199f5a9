"""10,000 messages from the click: on disk, and the first at the gateway; against delay() in a loop."""

from __future__ import annotations

import time

from benchmarks.report import Report
from benchmarks.scene import TEMPLATE_CONTENT, plain_task, scene
from support.ledgers import numbers

COUNT = 10_000


def run() -> Report:
    """The clerk is asked as the window asks when Confirm is clicked; the recipients were checked as they were typed."""
    report = Report()
    with scene(delay_ms=5) as stage:
        stage.desk.worker()
        clerk = stage.desk.clerk()
        checked = clerk.ask("recipients.check", text="\n".join(numbers(COUNT)), region="CN")
        stage.gateway.reset()
        clicked_ms, clicked = time.time() * 1000, time.perf_counter()
        clerk.ask(
            "compose.send",
            token=checked["token"],
            account="yuntongxun",
            content=TEMPLATE_CONTENT,
            request_id="the click",
        )
        on_disk = time.perf_counter() - clicked
        stage.wait_for(1)
        first = (stage.gateway.state()["first_ms"] - clicked_ms) / 1000
        stage.wait_for(COUNT)
        task = plain_task(stage)
        started = time.perf_counter()
        for recipient in numbers(COUNT):
            task.clone(args=(recipient, ["9527", "5"], "1")).delay()
        plain = time.perf_counter() - started
    report.add("delay() in a loop, 10,000 times", plain, "s")
    report.add("click to all 10,000 on disk and the first chunks published", on_disk, "s", most=2)
    report.add("click to the first call at the gateway", first, "s", most=2)
    report.add("   ratio", plain / on_disk, "times", least=10)
    return report

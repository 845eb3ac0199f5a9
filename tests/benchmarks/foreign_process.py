"""The web site of the `foreign` benchmark: calls `send_sms.delay` and plain Celery's own task by turns.

For each it prints the milliseconds of one call, the median of its rounds.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from benchmarks.plain import send_sms as plain_send_sms

from tasks.sms import send_sms

ROUNDS = 8
CALLS = 150
ARGUMENTS = ("13800138000", ["9527", "5"], "1")


def main() -> None:
    """ours, plain, plain, ours, again and again: what the machine does meanwhile meets both alike."""
    took: dict[str, list[float]] = {"ours": [], "plain": []}
    calls: dict[str, Callable[..., Any]] = {"ours": send_sms.delay, "plain": plain_send_sms.delay}
    for call in calls.values():  # connections, declared queues
        milliseconds(call)
    for _ in range(ROUNDS):
        for name in ("ours", "plain", "plain", "ours"):
            took[name].append(milliseconds(calls[name]))
    print(json.dumps({name: median(values) for name, values in took.items()}))


def milliseconds(call: Callable[..., Any]) -> float:
    """One call, on average over some. The results are let go at once, as by a site that only wants to send."""
    started = time.perf_counter()
    for _ in range(CALLS):
        call(*ARGUMENTS)
    return (time.perf_counter() - started) * 1000 / CALLS


if __name__ == "__main__":
    main()

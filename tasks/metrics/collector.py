"""The numbers as Prometheus' metrics."""

from __future__ import annotations

import platform
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence

import celery
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from tasks import __version__
from tasks.metrics.ledger_numbers import BOUNDS_MS, Durations, LedgerNumbers
from tasks.metrics.watch import Watch

Rows = Iterable[tuple[Sequence[str], float]]
"""Values with those of their labels."""


class WorkerCollector(Collector):
    """Asked at each scrape. What is not known now is left out."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def collect(self) -> Iterator[Metric]:
        build = (__version__, platform.python_version(), celery.__version__)
        yield gauges("smsdesk_build_info", "Versions.", ("version", "python", "celery"), [(build, 1)])
        numbers, queues = self._watch.numbers.look(), self._watch.queues.look()
        yield gauge("smsdesk_ledger_up", "Whether the ledger answers.", self._watch.ledger.look().code is None)
        yield gauge("smsdesk_broker_up", "Whether the broker answers.", queues.code is None)
        yield counters(
            "smsdesk_ledger_errors",
            "Troubles with the ledger that the maintenance of this worker met.",
            ("code",),
            [((code,), number) for code, number in self._watch.ledger_errors().items()],
        )
        if queues.code is None and queues.value is not None:
            yield queue_lengths(queues.value)
        if numbers.value is not None:
            age = time.monotonic() - numbers.at
            yield gauge("smsdesk_ledger_numbers_age_seconds", "Age of the numbers that the ledger gave.", age)
            yield from of_ledger(numbers.value)


def of_ledger(numbers: LedgerNumbers) -> Iterator[Metric]:
    """What the ledger's snapshot says."""
    accounts = sorted({account for _, account in numbers.messages} | set(numbers.open_tries))
    yield gauges("smsdesk_messages", "Messages by state.", ("state", "account"), rows_of(numbers.messages))
    yield gauges(
        "smsdesk_calls_in_flight",
        "Messages whose call of the gateway is out, over all workers.",
        ("account",),
        [((account,), numbers.in_flight(account)) for account in accounts],
    )
    yield counters(
        "smsdesk_calls",
        "Ended calls of gateways, one a message and try.",
        ("account", "outcome"),
        rows_of(numbers.calls),
    )
    yield durations(numbers.durations)
    yield gauges(
        "smsdesk_claims_lost",
        "Tries without an end whose worker is gone: their messages became Unknown.",
        ("account",),
        [((account,), max(0, numbers.open_tries.get(account, 0) - numbers.in_flight(account))) for account in accounts],
    )
    yield gauges("smsdesk_workers", "Workers seen in the last 30 s.", ("version",), rows_of_one(numbers.workers))
    yield gauges(
        "smsdesk_account_held",
        "Accounts that send nothing now, with the code that says why.",
        ("account", "code"),
        rows_of(numbers.held),
    )
    yield gauge("smsdesk_oldest_queued_age_seconds", "Age of the message Queued longest.", numbers.oldest_queued_s)


def durations(by_account: Mapping[str, Durations]) -> Metric:
    """How long ended calls took."""
    family = HistogramMetricFamily("smsdesk_call_duration_seconds", "How long ended calls took.", labels=["account"])
    for account, took in sorted(by_account.items()):
        ends = [*(str(bound / 1000) for bound in BOUNDS_MS), "+Inf"]
        below = [sum(took.classes[: place + 1]) for place in range(len(ends))]
        family.add_metric([account], list(zip(ends, map(float, below), strict=True)), took.sum_ms / 1000)
    return family


def queue_lengths(lengths: Mapping[str, int | None]) -> Metric:
    """Tasks waiting on the broker, by lane: the queues' own names carry the ledger's id."""
    rows = [((name.rpartition(".")[2],), number) for name, number in lengths.items() if number is not None]
    return gauges("smsdesk_queue_length", "Tasks that wait on the broker.", ("queue",), rows)


def gauge(name: str, text: str, value: float) -> Metric:
    """One number."""
    return GaugeMetricFamily(name, text, value=float(value))


def gauges(name: str, text: str, labels: Sequence[str], rows: Rows) -> Metric:
    """Numbers with labels."""
    family = GaugeMetricFamily(name, text, labels=labels)
    for values, number in rows:
        family.add_metric(values, float(number))
    return family


def counters(name: str, text: str, labels: Sequence[str], rows: Rows) -> Metric:
    """Numbers that only grow, with labels."""
    family = CounterMetricFamily(name, text, labels=labels)
    for values, number in rows:
        family.add_metric(values, float(number))
    return family


def rows_of(found: Mapping[tuple[str, str], int]) -> Rows:
    """Counts by two labels."""
    return sorted(found.items())


def rows_of_one(found: Mapping[str, int]) -> Rows:
    """Counts by one label."""
    return [((name,), number) for name, number in sorted(found.items())]

"""Health and metrics of a real worker, read by Prometheus' own parser."""

from __future__ import annotations

import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from support.desk import ROOT, Clerk, Desk, send
from support.redis_servers import RedisServer, free_port, redis_server
from support.waiting import wait_until

from tasks import __version__
from tasks.launch import command

pytestmark = pytest.mark.server

RECIPIENTS = ["13800138000", "13800138001", "13800138002"]
TEXT = "Your parcel is here."

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def get(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def scrape(port: int) -> Samples:
    status, text = get(port, "/metrics")
    assert status == 200
    families = list(text_string_to_metric_families(text))
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def value(samples: Samples, name: str, **labels: str) -> float | None:
    return samples.get((name, frozenset(labels.items())))


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[RedisServer]:
    with redis_server(tmp_path / "redis") as server:
        yield server


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


def desk_with_metrics(stack: ExitStack, home: Path, broker: RedisServer, **settings: Any) -> tuple[Desk, int]:
    port = free_port()
    desk = stack.enter_context(Desk(home, broker_url=broker.url(), metrics_port=port, **settings))
    return desk, port


def send_three(clerk: Clerk) -> None:
    send(clerk, RECIPIENTS, {"text": TEXT, "sender": None}, "simulator", "metrics")


@pytest.mark.parametrize("pool", ["threads", "prefork"])
def test_a_worker_tells_what_it_did(stack: ExitStack, isolated: Path, broker: RedisServer, pool: str) -> None:
    desk, port = desk_with_metrics(
        stack, isolated, broker, worker_pool=pool, worker_concurrency=2, simulator_receipt_delay_ms=0
    )
    clerk = desk.clerk()
    desk.worker()
    wait_until(lambda: listens(port), 20)
    assert get(port, "/healthz") == (200, "ok\n")
    send_three(clerk)
    done = {"state": "delivered", "account": "simulator"}
    wait_until(lambda: value(scrape(port), "smsdesk_messages", **done) == 3, 40)
    samples = scrape(port)
    assert value(samples, "smsdesk_calls_total", account="simulator", outcome="accepted") == 3
    assert value(samples, "smsdesk_call_duration_seconds_count", account="simulator") == 3
    assert value(samples, "smsdesk_call_duration_seconds_bucket", account="simulator", le="0.025") == 0
    assert value(samples, "smsdesk_call_duration_seconds_bucket", account="simulator", le="+Inf") == 3
    assert (value(samples, "smsdesk_call_duration_seconds_sum", account="simulator") or 0) >= 0.06 * 3
    assert value(samples, "smsdesk_calls_in_flight", account="simulator") == 0
    assert value(samples, "smsdesk_claims_lost", account="simulator") == 0
    assert value(samples, "smsdesk_workers", version=__version__) == 1
    assert value(samples, "smsdesk_queue_length", queue="bulk") == 0
    assert value(samples, "smsdesk_oldest_queued_age_seconds") == 0
    assert value(samples, "smsdesk_ledger_up") == value(samples, "smsdesk_broker_up") == 1
    said = get(port, "/metrics")[1]
    assert not [secret for secret in [*RECIPIENTS, TEXT, "parcel"] if secret in said]
    assert get(port, "/")[0] == 404
    assert any(name == "smsdesk_build_info" and ("version", __version__) in labels for name, labels in samples)


def health(desk: Desk) -> tuple[int, str]:
    """What a container's health check sees."""
    done = subprocess.run(command("health"), env=desk.environment, cwd=ROOT, capture_output=True, text=True, timeout=30)
    return done.returncode, done.stdout


def test_health_says_that_the_broker_is_away(stack: ExitStack, isolated: Path, broker: RedisServer) -> None:
    desk, port = desk_with_metrics(stack, isolated, broker)
    desk.worker()
    wait_until(lambda: listens(port), 20)
    assert health(desk) == (0, "ok\n")
    broker.freeze()
    status, line = wait_until(lambda: is_ill(get(port, "/healthz")), 20)
    assert (status, line) == (503, "broker: broker.silent\n")
    assert health(desk) == (1, "broker: broker.silent\n")
    samples = scrape(port)
    assert value(samples, "smsdesk_broker_up") == 0
    assert value(samples, "smsdesk_ledger_up") == 1


def test_a_port_that_is_taken_is_a_line_in_the_log_and_the_worker_goes_on(
    stack: ExitStack, isolated: Path, broker: RedisServer
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        desk = stack.enter_context(
            Desk(isolated, broker_url=broker.url(), metrics_port=port, simulator_receipt_delay_ms=0)
        )
        clerk = desk.clerk()
        worker = desk.worker()
        send_three(clerk)
        wait_until(lambda: row_states(clerk) == ["delivered"] * 3, 40)
        assert any(f"port {port} cannot be used" in line for line in worker.errors)


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def is_ill(answer: tuple[int, str]) -> tuple[int, str] | None:
    return answer if answer[0] != 200 else None


def row_states(clerk: Clerk) -> list[str]:
    view = clerk.ask("view.open", filter={}, sort={})
    rows = clerk.ask("view.rows", view=view["view"], start=0, count=10)["rows"]
    return [row["state"] for row in rows]

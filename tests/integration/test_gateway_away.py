"""A gateway that goes away in the middle of a campaign, with real workers: a handful of calls, and nothing by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from support.counting_gateway import CountingGateway
from support.desk import wait_until
from support.ledgers import row, states
from support.sending import Sending

from tasks.clock import now_ms
from tasks.ledger import control
from tasks.ledger.control import Scope
from tasks.ledger.schema import accounts, tries

pytestmark = [pytest.mark.server, pytest.mark.slow]

IN_FLIGHT = 32
PROBES = 5


@pytest.fixture
def gateway() -> Iterator[CountingGateway]:
    with CountingGateway(delay_ms=20) as counting:
        yield counting


@pytest.fixture
def sending(tmp_path: Path, gateway: CountingGateway, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sending]:
    made = Sending(tmp_path / "home", gateway, monkeypatch, call_deadline_s=2, max_in_flight=IN_FLIGHT)
    yield made
    made.close()


def held_reason(sending: Sending) -> str | None:
    with sending.ledger.reading() as connection:
        return connection.execute(select(accounts.c.held_reason).where(accounts.c.name == "yuntongxun")).scalar()


def unreached(sending: Sending) -> int:
    """Calls that were made while the gateway was away."""
    with sending.ledger.reading() as connection:
        counted = select(func.count()).select_from(tries).where(tries.c.outcome == "unreached")
        return int(connection.execute(counted).scalar_one())


def pause_is_over(sending: Sending) -> None:
    with sending.ledger.writing() as connection:
        connection.execute(update(accounts).where(accounts.c.retry_ms.is_not(None)).values(retry_ms=now_ms()))


def numbers_at(*gateways: CountingGateway) -> Counter[str]:
    return Counter(taken.to for gateway in gateways for taken in gateway.arrived)


def test_a_gateway_that_goes_down_and_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with CountingGateway(delay_ms=20) as first:
        sending = Sending(tmp_path / "home", first, monkeypatch, max_in_flight=IN_FLIGHT)
        for _ in range(2):
            sending.desk.worker()
        sending.send(600)
        wait_until(lambda: len(first.arrived) > 100, 30)
    try:
        wait_until(lambda: (held_reason(sending) or "").startswith("http."), 20)
        with CountingGateway(port=first.port) as second:
            counts = sending.wait_for("submitted", "unknown", timeout_s=60)
            assert counts["unknown"] <= 2 * IN_FLIGHT
            assert set(numbers_at(first, second).values()) == {1}
            assert unreached(sending) <= 2 * IN_FLIGHT + PROBES
            assert len(second.arrived) >= counts["submitted"] - len(first.arrived)
            assert held_reason(sending) is None
    finally:
        sending.close()


def test_a_gateway_that_hangs_swallows_what_was_in_flight_and_a_few_probes(
    sending: Sending, gateway: CountingGateway
) -> None:
    gateway.set(mode="hang")
    sending.desk.worker()
    sending.send(300)
    wait_until(lambda: held_reason(sending) is not None and "sending" not in states(sending.ledger), 30)
    lost = Counter(states(sending.ledger))["unknown"]
    assert 5 <= lost <= 2 * IN_FLIGHT
    gateway.set(mode="answer")
    counts = sending.wait_for("submitted", "unknown", timeout_s=60)
    assert counts["unknown"] <= lost + 2
    assert set(numbers_at(gateway).values()) == {1}
    assert len(gateway.arrived) == 300


def test_a_gateway_that_is_busy_for_a_while_fails_nothing(sending: Sending, gateway: CountingGateway) -> None:
    gateway.set(http_status=429)
    sending.desk.worker()
    sending.send(200)
    wait_until(lambda: held_reason(sending) == "http.429" and "sending" not in states(sending.ledger), 30)
    assert len(gateway.arrived) <= 2 * IN_FLIGHT
    gateway.set(http_status=200)
    assert sending.wait_for("submitted", timeout_s=60) == {"submitted": 200}


def test_a_batch_that_is_paused_while_the_gateway_is_away_stays_paused(
    sending: Sending, gateway: CountingGateway
) -> None:
    gateway.set(http_status=429)
    sending.desk.worker()
    first_id = sending.send(150)[0]
    wait_until(lambda: held_reason(sending) is not None and "sending" not in states(sending.ledger), 30)
    control.pause(sending.ledger, Scope(row(sending.ledger, first_id).batch_id), "ada@desk")
    (single,) = sending.send(1)
    gateway.set(http_status=200)
    pause_is_over(sending)
    wait_until(lambda: row(sending.ledger, single).state == "submitted", 30)
    wait_until(lambda: set(states(sending.ledger)[:150]) == {"held"}, 10)
    assert sum(taken.taken for taken in gateway.arrived) == 1
    control.resume(sending.ledger, Scope(row(sending.ledger, first_id).batch_id), "ada@desk")
    assert sending.wait_for("submitted", timeout_s=60) == {"submitted": 151}


def test_a_worker_that_is_killed_with_the_probe_is_followed_by_another(
    sending: Sending, gateway: CountingGateway
) -> None:
    gateway.set(http_status=429)
    prober = sending.desk.worker()
    sending.send(100)
    wait_until(lambda: held_reason(sending) is not None and "sending" not in states(sending.ledger), 30)
    gateway.set(http_status=200, mode="hang")
    pause_is_over(sending)
    # Claimed is not yet sent: the gateway has it when the prober dies.
    wait_until(lambda: sum(taken.taken for taken in gateway.arrived) == 1, 20)
    assert states(sending.ledger).count("sending") == 1
    prober.kill()
    gateway.set(mode="answer")
    sending.desk.worker()
    wait_until(lambda: states(sending.ledger).count("unknown") == 1, 20)
    pause_is_over(sending)
    assert sending.wait_for("submitted", "unknown", timeout_s=60) == {"submitted": 99, "unknown": 1}
    assert sum(taken.taken for taken in gateway.arrived) == 100

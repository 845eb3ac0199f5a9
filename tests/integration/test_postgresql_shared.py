"""Several workers and several windows on one PostgreSQL ledger and one Redis, as on several machines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from support.counting_gateway import CountingGateway
from support.desk import Clerk, ClerkAnswerError, Desk, send, wait_until
from support.postgres import Databases
from support.redis_servers import redis_server

pytestmark = [pytest.mark.server, pytest.mark.slow]

BATCH = 1_000
SINGLES = 5
IN_FLIGHT = 64
"""The most calls that one worker has out."""

CONTENT = {"template_id": "1", "variables": ["9527", "5"], "text": "", "sender": None}
BY_TIME = {"column": "time", "descending": True}


@pytest.fixture
def gateway() -> Iterator[CountingGateway]:
    with CountingGateway(delay_ms=100) as counting:
        yield counting


@pytest.fixture
def desks(tmp_path: Path, gateway: CountingGateway, postgres_url: str) -> Iterator[list[Desk]]:
    """Two homes with the same broker, ledger and account."""
    with ExitStack() as stack:
        settings = {
            "broker_url": stack.enter_context(redis_server(tmp_path / "redis")).url(),
            "ledger_url": postgres_url,
            "gateway": "yuntongxun",
            "max_in_flight": IN_FLIGHT,
            "yuntongxun_base_url": gateway.url,
            "yuntongxun_account_sid": "a" * 32,
            "yuntongxun_auth_token": "token-of-the-test",
            "yuntongxun_app_id": "application",
            "yuntongxun_numbers_per_request": 1,
        }
        yield [stack.enter_context(Desk(tmp_path / name, **settings)) for name in ("one", "two")]


def recipients(first: int, count: int) -> list[str]:
    return [f"+86138{number:08d}" for number in range(first, first + count)]


def open_view(clerk: Clerk) -> dict[str, Any]:
    return clerk.ask("view.open", filter={}, sort=BY_TIME)


def rows(clerk: Clerk) -> list[dict[str, Any]]:
    """All that the table of deliveries would show."""
    view = open_view(clerk)
    found: list[dict[str, Any]] = []
    for start in range(0, view["count"], 400):
        found += clerk.ask("view.rows", view=view["view"], start=start, count=400)["rows"]
    return found


def age_what_waits(postgres: Databases, url: str) -> None:
    """What the killed worker had taken from the broker is published again after half a minute: let it be over."""
    postgres.server.execute(
        "UPDATE chunks SET published_ms = 0 WHERE state = 'published'",
        "UPDATE messages SET due_ms = 0 WHERE state = 'queued' AND due_ms IS NOT NULL",
        database=url.rsplit("/", 1)[1],
    )


def test_with_a_worker_killed_amid_two_campaigns_nothing_is_lost_or_sent_twice(
    desks: list[Desk], gateway: CountingGateway, postgres: Databases, postgres_url: str
) -> None:
    lost, other = [desk.worker(wait=False) for desk in desks]
    clerks = [desk.clerk() for desk in desks]
    for worker in (lost, other):
        wait_until(lambda worker=worker: any(" ready" in line for line in list(worker.errors)), 30)
    for number, clerk in enumerate(clerks):
        send(clerk, recipients(10_000 * number, BATCH), CONTENT, "yuntongxun", f"campaign {number}")
    for one in range(SINGLES):
        for number, clerk in enumerate(clerks):
            send(clerk, recipients(50_000 + 10 * one + number, 1), CONTENT, "yuntongxun", f"{one} of {number}")
    assert gateway.wait_for_numbers(BATCH // 2, 30)
    lost.kill()
    desks[0].children.remove(lost)
    age_what_waits(postgres, postgres_url)
    total = 2 * (BATCH + SINGLES)
    ended = {"submitted", "unknown"}
    wait_until(lambda: {row["state"] for row in rows(clerks[1])} <= ended, 60, 0.3)

    # The database may still be at the last words of the one that died: they turn Unknown into Submitted.
    wait_until(lambda: rows(clerks[0]) == rows(clerks[1]), 20, 0.3)
    shown = rows(clerks[0])
    assert len(shown) == total
    states = Counter(row["state"] for row in shown)
    assert states["unknown"] <= IN_FLIGHT
    at_gateway = Counter(entry.to for entry in gateway.arrived)
    assert set(at_gateway.values()) == {1}
    number_of = {row["recipient"].removeprefix("+86"): row for row in shown}
    missing = set(number_of) - {to.removeprefix("+86") for to in at_gateway}
    assert {number_of[number]["state"] for number in missing} <= {"unknown"}
    # What is unknown was in the hands of the one that died; both had their share.
    by_worker = Counter((row["worker"], row["state"]) for row in shown)
    unknown_of = {worker.split(":")[1] for worker, state in by_worker if state == "unknown"}
    assert unknown_of <= {str(lost.process.pid)}
    assert len({worker for worker, _ in by_worker}) == 2
    check_a_window_shows_at_its_next_look_what_another_one_sends(*clerks)


def check_a_window_shows_at_its_next_look_what_another_one_sends(one: Clerk, other: Clerk) -> None:
    view = open_view(other)
    look = {"view": view["view"], "first": 0, "last": 20, "revision": view["revision"]}
    send(one, recipients(90_000, 3), CONTENT, "yuntongxun", "three")
    change = other.ask("view.refresh", **look)
    assert (change["inserted"], change["count"]) == (3, view["count"] + 3)


def test_a_ledger_of_a_newer_program_is_refused_by_window_and_worker_untouched(
    desks: list[Desk], postgres: Databases, postgres_url: str
) -> None:
    name = postgres_url.rsplit("/", 1)[1]
    clerk = desks[0].clerk()
    send(clerk, recipients(0, 3), CONTENT, "yuntongxun", "three")
    (before,) = postgres.server.execute("SELECT version_num FROM alembic_version", database=name)
    postgres.server.execute("UPDATE alembic_version SET version_num = '9999'", database=name)
    try:
        with pytest.raises(ClerkAnswerError, match=r"ledger\.newer"):
            desks[1].clerk()
        worker = desks[1].worker(wait=False)
        assert worker.process.wait(30) != 0
        assert worker.stop() != 0
        desks[1].children.remove(worker)
        assert "ledger.newer" in "".join(worker.errors)
        untouched = "SELECT state, tries, count(*) FROM messages GROUP BY 1, 2"
        assert postgres.server.execute(untouched, database=name) == [("queued", 0, 3)]
    finally:
        postgres.server.execute(f"UPDATE alembic_version SET version_num = '{before[0]}'", database=name)

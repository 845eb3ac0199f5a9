"""Other Celery clients on the same broker: their tasks are sent once, told truly, and seen by the operator."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from celery.exceptions import TimeoutError as NoResultYet
from kombu import pools
from support.counting_gateway import CountingGateway
from support.desk import ROOT, wait_until
from support.ledgers import states
from support.sending import Sending

from tasks.clock import now_ms
from tasks.connection import broker_address
from tasks.ledger import control
from tasks.ledger.accounts import release_account
from tasks.ledger.upkeep import resume_account

SEND_SMS = "tasks.sms.send_sms"
TO, DATAS, TEMP_ID = "13800138000", ["9527", "5"], "1"


@pytest.fixture
def gateway() -> Iterator[CountingGateway]:
    with CountingGateway(delay_ms=5) as counting:
        yield counting


@pytest.fixture
def sending(tmp_path: Path, gateway: CountingGateway, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sending]:
    opened = Sending(tmp_path / "home", gateway, monkeypatch)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def common(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sending]:
    """One desk with a worker for all tests that do not harm it."""
    with CountingGateway(delay_ms=5) as gateway, pytest.MonkeyPatch.context() as patch:
        opened = Sending(tmp_path_factory.mktemp("common") / "home", gateway, patch)
        opened.desk.worker()
        yield opened
        opened.close()


@pytest.fixture
def served(common: Sending) -> Sending:
    """The common desk, with an empty ledger and a gateway that has seen nothing."""
    with common.ledger.writing() as connection:
        for table in ("tries", "messages", "batches"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
        connection.exec_driver_sql("UPDATE counters SET value = 0 WHERE name = 'message'")
    common.gateway.reset()
    common.gateway.set(status_code="000000", busy_first=0)
    return common


@pytest.fixture
def served_site(served: Sending) -> Iterator[Celery]:
    """As `site`, on the common desk."""
    with client(served) as app:
        add_empty_task(app)
        yield app


def add_empty_task(app: Celery) -> None:
    """A web site's own `send_sms` is just `pass`, as on the sending side of any queue."""

    @app.task(name=SEND_SMS, shared=False)  # type: ignore[untyped-decorator]
    def send_sms(to: str, datas: list[str], temp_id: str) -> None:
        pass


@contextmanager
def client(sending: Sending) -> Iterator[Celery]:
    """A Celery app that knows nothing of this program but its broker."""
    broker = broker_address(sending.settings)
    app = Celery("site", broker=broker, backend=broker, set_as_current=False)
    try:
        yield app
    finally:
        pools.reset()  # kombu shares them between apps of one broker
        app.backend.result_consumer.stop()
        app.backend.client.connection_pool.disconnect()
        app.backend.remove_pending_result = lambda _: None  # a result that outlives the client unsubscribes
        app.close()


@pytest.fixture
def site(sending: Sending) -> Iterator[Celery]:
    """A web site's Celery app on a desk of the test's own, which may be killed."""
    with client(sending) as app:
        add_empty_task(app)
        yield app


def rows(sending: Sending) -> list[Any]:
    with sending.ledger.reading() as connection:
        return list(
            connection.exec_driver_sql(
                "SELECT message_id, task_key, source, recipient, state, reason, template_id, variables FROM messages "
                "ORDER BY message_id"
            ).all()
        )


def test_a_client_whose_own_task_is_just_pass_gets_the_outcome(served: Sending, served_site: Celery) -> None:
    result = served_site.tasks[SEND_SMS].delay(TO, DATAS, TEMP_ID)
    assert result.get(timeout=15) == {"id": 1, "state": "submitted", "code": ""}
    (row,) = rows(served)
    assert (row.task_key, row.recipient, row.template_id) == (result.id, "+8613800138000", "1")
    assert row.source.startswith("celery:gen")
    (request,) = served.gateway.arrived
    assert (request.to, request.datas) == ("13800138000", tuple(DATAS))


def test_a_client_that_knows_only_the_name_gets_the_outcome(served: Sending) -> None:
    with client(served) as stranger:
        result = stranger.send_task(SEND_SMS, args=[TO, DATAS, 1])
        assert result.get(timeout=15)["state"] == "submitted"
        by_name = stranger.send_task(SEND_SMS, kwargs={"to": TO, "datas": DATAS, "temp_id": TEMP_ID})
        assert by_name.get(timeout=15)["state"] == "submitted"


def test_a_view_that_imports_the_task_gets_the_outcome_and_keeps_its_own_app(served: Sending) -> None:
    script = (
        "from celery import Celery, shared_task, current_app\n"
        "site = Celery('site', broker='memory://')\n"
        "from tasks.sms import send_sms\n"
        "assert current_app.main == 'site'\n"
        "print(send_sms.delay('13800138000', ['9527', '5'], '1').get(timeout=15))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=served.desk.environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=40,
        check=False,
    )
    assert done.stdout.strip() == "{'id': 1, 'state': 'submitted', 'code': ''}", done.stderr


def test_no_result_within_the_time_is_a_timeout(sending: Sending, site: Celery) -> None:
    result = site.tasks[SEND_SMS].delay(TO, DATAS, TEMP_ID)
    with pytest.raises(NoResultYet):
        result.get(timeout=0.2)


def test_a_refusal_is_a_result(served: Sending, served_site: Celery) -> None:
    served.gateway.set(status_code="160032")
    result = served_site.tasks[SEND_SMS].delay(TO, DATAS, "no such template")
    assert result.get(timeout=15) == {"id": 1, "state": "rejected", "code": "160032"}
    assert result.successful()


BAD_INPUT: list[tuple[tuple[Any, ...], str]] = [
    ((None, DATAS, TEMP_ID), "request.argument"),
    (({"to": TO}, DATAS, TEMP_ID), "request.argument"),
    ((TO, {"a": 1}, TEMP_ID), "request.argument"),
    ((TO, [["nested"]], TEMP_ID), "request.argument"),
    ((TO, DATAS, None), "request.argument"),
    ((TO, DATAS, True), "request.argument"),
    ((TO, DATAS, " "), "request.argument"),
    ((TO, ["nul \0"], TEMP_ID), "request.argument"),
    (("", DATAS, TEMP_ID), "request.no_recipients"),
    (([], DATAS, TEMP_ID), "request.no_recipients"),
    (([f"1380013{n:04d}" for n in range(201)], DATAS, TEMP_ID), "request.too_many_recipients"),
    ((",".join(f"1380013{n:04d}" for n in range(201)), DATAS, TEMP_ID), "request.too_many_recipients"),
    ((TO,), "request.arguments"),
    ((TO, DATAS, TEMP_ID, "more"), "request.arguments"),
]


def test_bad_input_is_refused_in_words_and_nothing_is_sent(served: Sending, served_site: Celery) -> None:
    results = [(served_site.send_task(SEND_SMS, args=arguments), code) for arguments, code in BAD_INPUT]
    for result, code in results:
        assert result.get(timeout=15) == {"id": None, "state": "rejected", "code": code}
    assert served.gateway.state()["requests"] == 0
    assert rows(served) == []


def test_several_numbers_share_requests_and_what_is_no_number_is_seen(served: Sending, served_site: Celery) -> None:
    result = served_site.send_task(SEND_SMS, args=[[TO, 13900139000, "12345", TO], DATAS, TEMP_ID])
    answer = result.get(timeout=15)
    assert (answer["state"], answer["states"]) == ("mixed", {"submitted": 2, "rejected": 1})
    assert [(row.recipient, row.state, row.reason) for row in rows(served)] == [
        ("+8613800138000", "submitted", None),
        ("+8613900139000", "submitted", None),
        ("12345", "rejected", "number.too_short"),
    ]
    assert Counter(taken.to for taken in served.gateway.arrived) == Counter(["13800138000", "13900139000"])


def test_two_hundred_numbers_are_one_task_and_each_is_sent_once(
    tmp_path: Path, gateway: CountingGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway.set(max_numbers=100)
    sending = Sending(tmp_path / "home", gateway, monkeypatch, yuntongxun_numbers_per_request=100)
    try:
        sending.desk.worker()
        with client(sending) as app:
            result = app.send_task(SEND_SMS, args=[[f"1380013{n:04d}" for n in range(200)], DATAS, TEMP_ID])
            answer = result.get(timeout=15)
        assert (answer["state"], answer["states"]) == ("submitted", {"submitted": 200})
        state = gateway.state()
        assert (state["requests"], state["numbers"], state["duplicates"]) == (2, 200, 0)
    finally:
        sending.close()


def test_the_same_task_delivered_five_times_is_sent_once_and_keeps_its_outcome(sending: Sending, site: Celery) -> None:
    for _ in range(5):
        result = site.send_task(SEND_SMS, args=[TO, DATAS, TEMP_ID], task_id="order-17")
    sending.desk.worker()
    assert result.get(timeout=15)["state"] == "submitted"
    wait_until(lambda: not any(sending.client.queue_lengths().values()), 10)
    again = site.send_task(SEND_SMS, args=[TO, DATAS, TEMP_ID], task_id="order-17")
    wait_until(lambda: not any(sending.client.queue_lengths().values()), 10)
    assert again.get(timeout=15) == {"id": 1, "state": "submitted", "code": ""}
    assert sending.gateway.state()["numbers"] == 1


def test_a_killed_worker_leaves_unknown_which_the_client_is_told_and_nobody_repeats(
    sending: Sending, site: Celery
) -> None:
    sending.gateway.set(mode="hang")
    worker = sending.desk.worker()
    result = site.send_task(SEND_SMS, args=[TO, DATAS, TEMP_ID])
    wait_until(lambda: sending.gateway.state()["requests"] == 1, 10)
    sending.desk.children.remove(worker)
    worker.kill()
    sending.gateway.set(mode="answer")
    sending.desk.worker()
    assert result.get(timeout=30) == {"id": 1, "state": "unknown", "code": "worker.stopped"}
    assert sending.gateway.state()["requests"] == 1


def test_a_busy_gateway_is_asked_again_and_the_client_gets_the_last_word(served: Sending, served_site: Celery) -> None:
    served.gateway.set(busy_first=1)
    result = served_site.send_task(SEND_SMS, args=[TO, DATAS, TEMP_ID])
    wait_until(lambda: states(served.ledger) == ["retrying"], 10)
    assert result.state == "PENDING"
    assert result.get(timeout=30)["state"] == "submitted"
    assert served.gateway.state()["numbers"] == 2


def test_a_fault_of_the_account_is_told_and_the_outcome_follows_once_it_is_mended(
    served: Sending, served_site: Celery
) -> None:
    served.gateway.set(status_code="111142")
    first = served_site.send_task(SEND_SMS, args=[TO, DATAS, TEMP_ID])
    assert first.get(timeout=15) == {"id": 1, "state": "held", "code": "111142"}
    second = served_site.send_task(SEND_SMS, args=[TO, DATAS, TEMP_ID])
    assert second.get(timeout=15) == {"id": 2, "state": "queued", "code": "111142"}
    served.gateway.set(status_code="000000")
    with served.ledger.writing() as connection:
        release_account(connection, "yuntongxun")
        resume_account(connection, "yuntongxun", now_ms())
    wait_until(lambda: set(states(served.ledger)) == {"submitted"}, 20)
    for told in (first.id, second.id):
        # A result that is there is kept by the object that asked for it: each look is a new one's. It is away for a
        # moment before the outcome takes the place of what was told first.
        wait_until(lambda told=told: (served_site.AsyncResult(told).result or {}).get("state") == "submitted", 20)


def test_what_the_operator_stops_and_cancels_is_told_to_the_client(served: Sending, served_site: Celery) -> None:
    control.stop(served.ledger, "ada@desk")
    result = served_site.send_task(SEND_SMS, args=[TO, DATAS, TEMP_ID])
    assert result.get(timeout=15) == {"id": 1, "state": "held", "code": "operator.stopped"}
    control.cancel_all(served.ledger, control.Scope(message_ids=(1,)), "ada@desk")
    cancelled = {"id": 1, "state": "cancelled", "code": "operator.cancelled"}
    wait_until(lambda: served_site.AsyncResult(result.id).result == cancelled, 10)
    control.start_again(served.ledger, "ada@desk")
    assert served.gateway.state()["numbers"] == 0


@pytest.mark.slow
def test_a_ledger_that_is_away_keeps_the_task_until_it_is_back(sending: Sending, site: Celery) -> None:
    sending.desk.worker()
    with sqlite3.connect(sending.desk.home / "ledger.sqlite", isolation_level=None) as blocker:
        blocker.execute("BEGIN IMMEDIATE")
        result = site.send_task(SEND_SMS, args=[TO, DATAS, TEMP_ID])
        with pytest.raises(NoResultYet):
            result.get(timeout=11)  # longer than a writer waits for another
        blocker.execute("ROLLBACK")
    blocker.close()
    assert result.get(timeout=20)["state"] == "submitted"
    assert sending.gateway.state()["numbers"] == 1


@pytest.mark.slow
def test_a_worker_that_stops_while_the_ledger_is_away_gives_the_task_back(sending: Sending, site: Celery) -> None:
    worker = sending.desk.worker()
    with sqlite3.connect(sending.desk.home / "ledger.sqlite", isolation_level=None) as blocker:
        blocker.execute("BEGIN IMMEDIATE")
        result = site.send_task(SEND_SMS, args=[TO, DATAS, TEMP_ID])
        wait_until(lambda: any("waits for the ledger" in line for line in list(worker.errors)), 30)
        sending.desk.children.remove(worker)
        worker.stop()
        blocker.execute("ROLLBACK")
    blocker.close()
    sending.desk.worker()
    assert result.get(timeout=20)["state"] == "submitted"
    assert sending.gateway.state()["numbers"] == 1


def test_a_rate_lets_single_messages_through_one_after_the_other(
    tmp_path: Path, gateway: CountingGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    sending = Sending(tmp_path / "home", gateway, monkeypatch, yuntongxun_rate_per_s=2)
    try:
        sending.desk.worker()
        with client(sending) as app:
            begun = time.monotonic()
            results = [app.send_task(SEND_SMS, args=[f"1380013{n:04d}", DATAS, TEMP_ID]) for n in range(8)]
            assert {result.get(timeout=20)["state"] for result in results} == {"submitted"}
            took_s = time.monotonic() - begun
        assert 2.5 < took_s < 12  # 2 at once, then 2 a second: not one in thirty seconds
        assert gateway.state()["numbers"] == 8
    finally:
        sending.close()


def test_nothing_personal_is_in_logs_and_results(sending: Sending, site: Celery) -> None:
    worker = sending.desk.worker()
    result = site.send_task(SEND_SMS, args=[TO, ["secret code 4711"], TEMP_ID])
    wrong = site.send_task(SEND_SMS, args=[TO, ["secret code 4711"]])
    assert result.get(timeout=15)["state"] == "submitted"
    assert wrong.get(timeout=15)["state"] == "rejected"
    sending.desk.children.remove(worker)
    assert worker.stop() == 0
    written = "".join(worker.errors) + "".join(path.read_text() for path in sending.desk.home.rglob("*.log"))
    stored = site.backend.get(site.backend.get_key_for_task(result.id)).decode()
    for text in (written, stored):
        assert "13800138000" not in text
        assert "secret code" not in text

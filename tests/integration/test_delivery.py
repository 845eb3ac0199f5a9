"""From the ledger to the gateway with the real embedded server, a real worker process and a gateway that counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.counting_gateway import CountingGateway
from support.desk import wait_until
from support.ledgers import put, row, states, tries_of
from support.sending import TEMPLATE, Sending

from tasks.ledger.accounts import release_account
from tasks.ledger.upkeep import resume_account


@pytest.fixture
def gateway() -> Iterator[CountingGateway]:
    with CountingGateway(delay_ms=5) as counting:
        yield counting


@pytest.fixture
def sending(tmp_path: Path, gateway: CountingGateway, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sending]:
    opened = Sending(tmp_path / "home", gateway, monkeypatch)
    yield opened
    opened.close()


def test_one_message_and_a_batch_reach_the_gateway_once(sending: Sending) -> None:
    sending.desk.worker()
    sending.send(1)
    sending.send(450)
    assert sending.wait_for("submitted") == {"submitted": 451}
    state = sending.gateway.state()
    assert (state["numbers"], state["requests"], state["bad_signatures"]) == (451, 451, 0)


def test_celery_states_can_be_polled_and_results_carry_no_personal_data(sending: Sending) -> None:
    sending.desk.worker()
    message_id = sending.send(1)[0]
    sending.wait_for("submitted")
    task_id = f"{sending.ledger.uuid}.m{message_id}"
    wait_until(lambda: sending.client.states([task_id])[task_id] == "SUCCESS", 5)
    assert sending.client.states(["never heard of"]) == {"never heard of": "PENDING"}


def test_tasks_delivered_five_times_send_once(sending: Sending) -> None:
    submitted = put(sending.ledger, 120, **TEMPLATE)
    single = put(sending.ledger, **TEMPLATE)
    for _ in range(5):
        sending.client.publish_chunks(submitted.chunk_ids)
        sending.client.publish_message(single.first_id)
    sending.desk.worker()
    sending.wait_for("submitted")
    wait_until(lambda: not any(sending.client.queue_lengths().values()), 10)
    assert sending.gateway.state()["numbers"] == 121
    assert len(tries_of(sending.ledger, single.first_id)) == 1


def test_tasks_that_were_never_published_are_found_by_maintenance(sending: Sending) -> None:
    put(sending.ledger, 1_100, **TEMPLATE)
    with sending.ledger.writing() as connection:
        connection.exec_driver_sql("UPDATE chunks SET published_ms = 0 WHERE state = 'published'")
    sending.desk.worker()
    sending.wait_for("submitted")
    assert sending.gateway.state()["numbers"] == 1_100


def test_a_killed_worker_leaves_at_most_what_was_in_flight_unknown(sending: Sending) -> None:
    sending.gateway.set(delay_ms=200)
    worker = sending.desk.worker()
    sending.send(600)
    wait_until(lambda: sending.gateway.state()["numbers"] > 100, 20)
    worker.kill()
    in_flight = states(sending.ledger).count("sending")
    assert 0 < in_flight <= 64
    sending.gateway.set(delay_ms=5)
    sending.desk.worker()
    counts = sending.wait_for("submitted", "unknown", timeout_s=60)
    assert counts["unknown"] <= in_flight
    assert counts["submitted"] + counts["unknown"] == 600
    assert sending.gateway.state()["duplicates"] == 0


def test_a_killed_server_comes_back_and_the_campaign_goes_on(sending: Sending) -> None:
    sending.gateway.set(delay_ms=100)
    sending.desk.worker()
    sending.send(400)
    wait_until(lambda: sending.gateway.state()["numbers"] > 50, 20)
    sending.server.kill()
    sending.desk.children.remove(sending.server)
    sending.desk.server()
    counts = sending.wait_for("submitted", timeout_s=60)
    assert counts == {"submitted": 400}
    assert sending.gateway.state()["numbers"] == 400


def test_a_worker_outlives_a_server_that_is_killed_while_it_has_tasks_in_hand(sending: Sending) -> None:
    sending.gateway.set(delay_ms=1_000)
    worker = sending.desk.worker()
    for _ in range(4):
        sending.send(1)
    assert sending.gateway.wait_for_numbers(4, 20)
    sending.server.kill()
    sending.desk.children.remove(sending.server)
    sending.wait_for("submitted")  # so their acknowledgements are due while no server is there
    sending.desk.server()
    sending.send(1)
    assert sending.wait_for("submitted", timeout_s=60) == {"submitted": 5}
    assert worker.process.poll() is None
    assert sending.gateway.state()["numbers"] == 5


def test_a_lost_answer_is_unknown_and_never_sent_again(sending: Sending) -> None:
    sending.gateway.set(mode="close")
    sending.desk.worker()
    message_id = sending.send(1)[0]
    sending.wait_for("unknown")
    sending.gateway.set(mode="answer")
    sending.client.publish_message(message_id)
    wait_until(lambda: not any(sending.client.queue_lengths().values()), 10)
    sending.send(1)
    wait_until(lambda: states(sending.ledger)[1] == "submitted", 10)
    assert row(sending.ledger, message_id).state == "unknown"
    assert sending.gateway.state()["numbers"] == 2


def test_a_refused_login_holds_everything_and_one_step_resumes_all(sending: Sending) -> None:
    sending.gateway.set(status_code="111109")
    sending.desk.worker()
    sending.send(300)
    wait_until(lambda: "held" in states(sending.ledger) and "sending" not in states(sending.ledger), 20)
    counts = Counter(states(sending.ledger))
    assert set(counts) == {"held", "queued"}
    tried = sending.gateway.state()["numbers"]
    assert tried == counts["held"] <= 64
    sending.gateway.set(status_code="000000")
    with sending.ledger.writing() as connection:
        release_account(connection, "yuntongxun")
        resume_account(connection, "yuntongxun", 1)
    assert sending.wait_for("submitted", timeout_s=40) == {"submitted": 300}
    assert sending.gateway.state()["numbers"] == 300 + tried


def test_an_unreachable_gateway_is_tried_again_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with CountingGateway() as gone:
        port = gone.url.rsplit(":", 1)[1]
    sending = Sending(tmp_path / "home", gone, monkeypatch)
    try:
        check_it_is_tried_again(sending, port)
    finally:
        sending.close()


def check_it_is_tried_again(sending: Sending, port: str) -> None:
    sending.desk.worker()
    message_id = sending.send(1)[0]
    wait_until(lambda: row(sending.ledger, message_id).state == "held", 20)
    assert row(sending.ledger, message_id).reason.startswith("http.")
    with CountingGateway(port=int(port)) as back:
        sending.wait_for("submitted", timeout_s=30)
        assert back.state()["numbers"] == 1


def test_many_numbers_share_a_request_where_the_gateway_takes_them(
    tmp_path: Path, gateway: CountingGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    sending = Sending(tmp_path / "home", gateway, monkeypatch, yuntongxun_numbers_per_request=100)
    try:
        sending.desk.worker()
        sending.send(950)
        sending.wait_for("submitted")
        state = gateway.state()
        assert (state["numbers"], state["requests"]) == (950, 10)
    finally:
        sending.close()

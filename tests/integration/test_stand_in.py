"""Without any server binary a file stands in for the broker: nothing lost, nothing twice, there too."""

from __future__ import annotations

import sqlite3
import stat
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery
from kombu import pools
from PySide6.QtWidgets import QApplication, QTableView
from support.counting_gateway import CountingGateway
from support.desk import ROOT, wait_until
from support.ledgers import put
from support.seen import all_cells, words
from support.sending import TEMPLATE, Sending
from support.window import RealWindow, wait_for

from tasks.brokers import stand_in
from tasks.connection import result_address
from tasks.errors import BrokerError
from tasks.settings import load

pytestmark = pytest.mark.filterwarnings("ignore:(?s).*``noload`` loader strategy")
"""Kombu's tables are written for an earlier SQLAlchemy."""


@pytest.fixture
def gateway() -> Iterator[CountingGateway]:
    with CountingGateway(delay_ms=5) as counting:
        yield counting


@pytest.fixture
def sending(tmp_path: Path, gateway: CountingGateway, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sending]:
    opened = Sending(tmp_path / "home", gateway, monkeypatch, embedded_broker="stand_in")
    yield opened
    opened.close()


def rows_of_queue(sending: Sending) -> int:
    with sqlite3.connect(sending.desk.home / stand_in.FILE) as connection:
        (count,) = connection.execute("SELECT count(*) FROM kombu_message").fetchone()
    connection.close()
    return int(count)


def test_it_is_chosen_where_no_server_can_be_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMSDESK_HOME", str(tmp_path))
    assert not stand_in.is_used(load())
    monkeypatch.setattr(stand_in, "has_server_binary", lambda: False)
    assert stand_in.is_used(load())
    monkeypatch.setenv("SMSDESK_EMBEDDED_BROKER", "server")
    assert not stand_in.is_used(load())
    monkeypatch.setenv("SMSDESK_EMBEDDED_BROKER", "stand_in")
    monkeypatch.setenv("SMSDESK_BROKER_URL", "redis://127.0.0.1:1/0")
    assert not stand_in.is_used(load())


def test_singles_and_batches_reach_the_gateway_once_and_the_file_does_not_grow(sending: Sending) -> None:
    worker = sending.desk.worker()
    sending.send(1)
    sending.send(350)
    for _ in range(3):
        sending.client.publish_message(1)  # as maintenance does when it does not know
    assert sending.wait_for("submitted") == {"submitted": 351}
    assert sending.gateway.state()["numbers"] == 351
    wait_until(lambda: rows_of_queue(sending) == 0, 10)
    assert stat.S_IMODE((sending.desk.home / stand_in.FILE).stat().st_mode) == 0o600
    task_id = f"{sending.ledger.uuid}.m1"
    wait_until(lambda: sending.client.states([task_id])[task_id] == "SUCCESS", 10)
    sending.desk.children.remove(worker)
    assert worker.stop() == 0


@pytest.mark.alone
def test_a_single_message_leaves_at_once(sending: Sending) -> None:
    sending.desk.worker()
    sending.send(1)
    sending.wait_for("submitted")
    took_s = []
    for count in range(2, 7):
        begun = time.monotonic()
        sending.send(1)
        assert sending.gateway.wait_for_numbers(count)
        took_s.append(time.monotonic() - begun)
    assert statistics.median(took_s) < 0.5, took_s


def test_a_worker_killed_amid_sending_loses_and_repeats_nothing(sending: Sending) -> None:
    sending.gateway.set(delay_ms=100)
    worker = sending.desk.worker()
    submitted = sending.send(400)
    wait_until(lambda: sending.gateway.state()["numbers"] >= 60, 20)
    sending.desk.children.remove(worker)
    worker.kill()
    sending.desk.worker()
    counts = sending.wait_for("submitted", "unknown", timeout_s=60)
    assert sum(counts.values()) == len(submitted)
    assert counts["unknown"] <= 64
    assert sending.gateway.state()["duplicates"] == 0
    assert sending.gateway.state()["numbers"] >= counts["submitted"]


def test_waiting_tasks_are_counted_and_a_locked_file_is_told_in_bounds(sending: Sending) -> None:
    put(sending.ledger, **TEMPLATE)
    sending.client.publish_message(1)
    assert sum(filter(None, sending.client.queue_lengths().values())) == 1
    with sqlite3.connect(sending.desk.home / stand_in.FILE, isolation_level=None) as blocker:
        blocker.execute("BEGIN IMMEDIATE")
        begun = time.monotonic()
        with pytest.raises(BrokerError):
            sending.client.publish_message(1)
        assert time.monotonic() - begun < 6
        blocker.execute("ROLLBACK")
    blocker.close()


def test_another_client_on_this_machine_is_served_too(sending: Sending) -> None:
    sending.desk.worker()
    broker = f"sqla+sqlite:///{sending.desk.home / stand_in.FILE}"
    app = Celery("site", broker=broker, backend=result_address(sending.settings, broker), set_as_current=False)
    try:
        result = app.send_task("tasks.sms.send_sms", args=["13800138000", ["9527"], "1"])
        assert result.get(timeout=20)["state"] == "submitted"
    finally:
        pools.reset()
        app.close()


def test_the_prefork_pool_is_refused_in_words(sending: Sending) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "celery", "-A", "tasks", "worker", "-P", "prefork"],
        env=sending.desk.environment, cwd=ROOT, capture_output=True, text=True, timeout=40, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "The worker cannot start" in done.stderr + done.stdout


def test_the_window_sends_with_it_and_says_so(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMSDESK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SMSDESK_EMBEDDED_BROKER", "stand_in")
    desk = RealWindow(qapp)
    try:
        assert desk.children.server is None
        wait_for(lambda: "Broker: ready (stand-in file)" in words(), 30)
        desk.compose("13800138000", "Your parcel is here.")
        desk.click("Send")
        wait_for(lambda: desk.shown("Confirm and send"), 20)
        desk.click("Confirm and send")
        desk.click("Deliveries")
        table = desk.find(QTableView, "Deliveries")
        wait_for(lambda: any("Delivered" in row for row in all_cells(table)), 40)
    finally:
        desk.close()

"""A full disk: what was released is safe, what is new is refused in words, and nothing is lost or sent twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QTableView
from support.counting_gateway import CountingGateway
from support.desk import Desk, wait_until
from support.ledgers import numbers, put, states
from support.seen import all_cells, words
from support.small_disk import SmallDisk, small_disk
from support.window import RealWindow, wait_for

from tasks.client import Client
from tasks.ledger.engine import Ledger, open_ledger
from tasks.settings import load

pytestmark = pytest.mark.slow

FULL = "The disk is full, so the ledger cannot be written. Nothing new is accepted; what was released before is safe."
REMEDY = "Free disk space, then repeat what you did."


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk") as mounted:
        monkeypatch.setenv("SMSDESK_HOME", str(mounted.folder / "home"))
        yield mounted


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[CountingGateway]:
    with CountingGateway(delay_ms=5) as counting:
        for name, value in account_of(counting).items():
            monkeypatch.setenv(f"SMSDESK_{name.upper()}", str(value))
        yield counting


def account_of(gateway: CountingGateway) -> dict[str, object]:
    return {
        "gateway": "yuntongxun",
        "yuntongxun_base_url": gateway.url,
        "yuntongxun_account_sid": "a" * 32,
        "yuntongxun_auth_token": "token-of-the-test",
        "yuntongxun_app_id": "application",
        "yuntongxun_numbers_per_request": 1,
    }


@contextmanager
def opened(disk: SmallDisk) -> Iterator[Ledger]:
    ledger = open_ledger(f"sqlite:///{disk.folder / 'home' / 'ledger.sqlite'}")
    try:
        yield ledger
    finally:
        ledger.close()


@contextmanager
def no_room_within(ledger: Ledger) -> Iterator[None]:
    """An open reader keeps the write-ahead log from being used again from its start: each write needs new space."""
    with ledger.reading() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM messages").all()
        yield


def test_a_send_on_a_full_disk_is_refused_in_words_and_arrives_once_after_that(
    qapp: QApplication, disk: SmallDisk, gateway: CountingGateway
) -> None:
    desk = RealWindow(qapp)
    try:
        wait_for(lambda: desk.children.worker.state == "running", 40)
        desk.compose_template("13800138000", "1", "9527\n5")
        desk.send()
        wait_for(lambda: gateway.state()["numbers"] == 1, 20)
        with opened(disk) as ledger:
            wait_for(lambda: states(ledger) == ["submitted"], 20)
            desk.compose_template("\n".join(numbers(300)), "1", "1000\n5")
            with no_room_within(ledger):
                disk.fill()
                desk.send()
                wait_for(lambda: f"{FULL} {REMEDY}" in words(), 30)
            assert states(ledger) == ["submitted"]
            disk.free()
            desk.send()
            wait_for(lambda: "300 messages handed over" in words(), 30)
            wait_for(lambda: Counter(states(ledger)) == {"submitted": 301}, 60)
        wait_for(lambda: FULL not in words(), 20)
    finally:
        desk.close()
    assert gateway.state()["numbers"] == 301
    assert gateway.state()["duplicates"] == 0


def test_answers_in_hand_are_recorded_once_there_is_room(disk: SmallDisk, gateway: CountingGateway) -> None:
    gateway.set(delay_ms=1_500)
    with Desk(disk.folder / "home", **account_of(gateway)) as desk:
        desk.server()
        worker = desk.worker()
        with opened(disk) as ledger:
            client = Client(load(), ledger.uuid)
            submitted = put(ledger, 50, account="yuntongxun", gateway="yuntongxun", template_id="1", variables=("1",))
            client.publish_chunks(submitted.chunk_ids)
            wait_until(lambda: gateway.state()["numbers"] == 50, 20)
            with no_room_within(ledger):
                disk.fill()
                wait_until(lambda: any("wait for the ledger: ledger.disk_full" in line for line in worker.errors), 20)
                assert Counter(states(ledger)) == {"sending": 50}
            disk.free()
            wait_until(lambda: Counter(states(ledger)) == {"submitted": 50}, 30)
            client.close()
    assert gateway.state()["numbers"] == 50


def test_a_worker_that_stops_while_the_disk_is_full_calls_them_unknown_never_again(
    disk: SmallDisk, gateway: CountingGateway
) -> None:
    gateway.set(delay_ms=1_500)
    with Desk(disk.folder / "home", call_deadline_s=2, **account_of(gateway)) as desk:
        desk.server()
        worker = desk.worker()
        with opened(disk) as ledger:
            client = Client(load(), ledger.uuid)
            submitted = put(ledger, 20, account="yuntongxun", gateway="yuntongxun", template_id="1", variables=("1",))
            client.publish_chunks(submitted.chunk_ids)
            wait_until(lambda: gateway.state()["numbers"] == 20, 20)
            with no_room_within(ledger):
                disk.fill()
                wait_until(lambda: any("ledger.disk_full" in line for line in worker.errors), 20)
                worker.stop()
                desk.children.remove(worker)
            disk.free()
            desk.worker()
            wait_until(lambda: Counter(states(ledger)) == {"unknown": 20}, 40)
            client.close()
    assert gateway.state()["numbers"] == 20


def test_a_start_on_a_full_disk_says_so_and_goes_on_once_there_is_room(
    qapp: QApplication, disk: SmallDisk, gateway: CountingGateway
) -> None:
    (disk.folder / "home").mkdir()
    with opened(disk) as ledger:
        put(ledger, 3, account="yuntongxun", gateway="yuntongxun", template_id="1", variables=("1",))
    disk.fill()
    desk = RealWindow(qapp)
    try:
        wait_for(lambda: f"{FULL} {REMEDY}" in words(), 30)
        while "so the built-in broker cannot start. Messages wait in the ledger." not in words():
            desk.click("Dismiss")  # fails where no notice is left
        disk.free()
        wait_for(lambda: "disk is full" not in words(), 30)
        desk.click("Deliveries")
        table = desk.find(QTableView, "Deliveries")
        wait_for(lambda: table.model().rowCount() == 3, 30)
        wait_for(lambda: all("Submitted" in row for row in all_cells(table)), 60)
    finally:
        desk.close()
    assert gateway.state()["numbers"] == 3

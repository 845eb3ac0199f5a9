"""A broker that is missing, and one that is frozen: messages are taken and wait, the window stays fluid and says so."""

from __future__ import annotations

import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from PySide6.QtWidgets import QApplication, QTableView
from support.seen import all_cells, words
from support.window import GapMeter, RealWindow, wait_for

from tasks.server.binary import find_binary

pytestmark = pytest.mark.slow

LONGEST_GAP_MS = 100
"""The promise for a broker that is frozen or refuses."""


def free_port() -> int:
    """A port of this machine at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def broker(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A broker of somebody else at a port."""
    arguments = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with subprocess.Popen([find_binary(), *arguments], stdout=subprocess.DEVNULL) as server:
        try:
            yield server
        finally:
            server.send_signal(signal.SIGCONT)
            server.terminate()


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> int:
    chosen = free_port()
    monkeypatch.setenv("SMSDESK_BROKER_URL", f"redis://127.0.0.1:{chosen}/0")
    monkeypatch.setenv("SMSDESK_SIMULATOR_RECEIPT_DELAY_MS", "100")
    return chosen


@pytest.fixture
def desk(qapp: QApplication, port: int) -> Iterator[RealWindow]:
    opened = RealWindow(qapp)
    yield opened
    opened.close()


def send_and_look(desk: RealWindow, recipients: str) -> QTableView:
    """Send, with the table before one's eyes when it arrives."""
    desk.compose(recipients, "Your parcel is here.")
    desk.send()
    wait_for(lambda: "handed over" in words(), 20)
    desk.click("Deliveries")
    table: QTableView = desk.find(QTableView, "Deliveries")
    return table


def rows_say(table: QTableView, count: int, *states: str) -> Callable[[], bool]:
    """Whether the table has so many rows, each in one of these states."""
    return lambda: (
        table.model().rowCount() == count and all(any(state in cells for state in states) for cells in all_cells(table))
    )


@pytest.mark.alone
def test_without_a_broker_messages_wait_and_go_once_there_is_one(desk: RealWindow, port: int, tmp_path: Path) -> None:
    meter = GapMeter()
    wait_for(lambda: "Broker: not reachable — messages wait" in words(), 30)
    tip = desk.window.lights.button("broker").toolTip()
    assert tip.startswith("No broker listens at its address. Messages wait in the ledger. Start the broker")
    meter.start()
    table = send_and_look(desk, "13800138000\n13900139000")
    wait_for(rows_say(table, 2, "Queued"), 20)
    table_again = send_and_look(desk, "13700137000")
    wait_for(rows_say(table_again, 3, "Queued"), 20)
    assert meter.stop() < LONGEST_GAP_MS
    with broker(tmp_path, port):
        wait_for(lambda: "Broker: ready" in words(), 30)
        wait_for(rows_say(table, 3, "Delivered"), 60)


def test_a_broker_that_goes_away_and_comes_back_loses_nothing(desk: RealWindow, port: int, tmp_path: Path) -> None:
    with broker(tmp_path, port):
        wait_for(lambda: "Broker: ready" in words() and desk.children.worker.state == "running", 40)
        wait_for(rows_say(send_and_look(desk, "13800138000"), 1, "Delivered"), 30)
    wait_for(lambda: "Broker: not reachable — messages wait" in words(), 30)
    table = send_and_look(desk, "13900139000\n13700137000")
    wait_for(lambda: table.model().rowCount() == 3, 20)
    with broker(tmp_path, port):  # an empty one: its queue is gone
        wait_for(rows_say(table, 3, "Delivered"), 90)


@pytest.mark.alone
def test_a_frozen_broker_holds_up_neither_the_window_nor_the_writing(
    desk: RealWindow, port: int, tmp_path: Path
) -> None:
    meter = GapMeter()
    with broker(tmp_path, port) as server:
        wait_for(lambda: "Broker: ready" in words() and desk.children.worker.state == "running", 40)
        wait_for(rows_say(send_and_look(desk, "13600136000"), 1, "Delivered"), 30)
        server.send_signal(signal.SIGSTOP)
        wait_for(lambda: psutil.Process(server.pid).status() == psutil.STATUS_STOPPED, 10)
        meter.start()
        table = send_and_look(desk, "13800138000\n13900139000")
        wait_for(rows_say(table, 3, "Queued", "Delivered"), 20)
        wait_for(lambda: "Broker: not reachable — messages wait" in words(), 30)
        assert "does not answer in time" in desk.window.lights.button("broker").toolTip()
        assert meter.stop() < LONGEST_GAP_MS
        server.send_signal(signal.SIGCONT)
        wait_for(rows_say(table, 3, "Delivered"), 90)
        wait_for(lambda: "Broker: ready" in words(), 30)

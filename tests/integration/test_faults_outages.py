"""Outages are lights, not dialogs: what the window says of each, that no row is lost, and that it goes on by itself."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psutil
import pytest
from PySide6.QtWidgets import QApplication, QDialog, QTableView
from support.counting_gateway import CountingGateway
from support.ledgers import numbers, states
from support.seen import all_cells, words
from support.window import GapMeter, RealWindow, wait_for

from desktop.widgets.workers.remarks_view import RemarksView
from tasks.ledger.engine import Ledger, open_ledger

pytestmark = [pytest.mark.slow, pytest.mark.server]

LONGEST_GAP_MS = 1_000
"""Less than any wait for network or database: those last three seconds and more. What is finer is measured alone."""

COUNT = 40


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def ledger(home: Path) -> Iterator[Ledger]:
    """The ledger that the window has made."""
    home.mkdir(mode=0o700)
    opened = open_ledger(f"sqlite:///{home / 'ledger.sqlite'}")
    yield opened
    opened.close()


@contextmanager
def window(app: QApplication) -> Iterator[RealWindow]:
    """The window; when it is over, no dialog may have opened but the confirmation."""
    opened = RealWindow(app)
    try:
        yield opened
        assert not [top for top in QApplication.topLevelWidgets() if isinstance(top, QDialog) and top.isVisible()]
    finally:
        opened.close()


def use_gateway(monkeypatch: pytest.MonkeyPatch, url: str, **more: object) -> None:
    values = {
        "GATEWAY": "yuntongxun",
        "YUNTONGXUN_BASE_URL": url,
        "YUNTONGXUN_ACCOUNT_SID": "a" * 32,
        "YUNTONGXUN_AUTH_TOKEN": "token-of-the-test",
        "YUNTONGXUN_APP_ID": "application",
        "YUNTONGXUN_NUMBERS_PER_REQUEST": "1",
        **more,
    }
    for name, value in values.items():
        monkeypatch.setenv(f"SMSDESK_{name}", str(value))


def is_running(desk: RealWindow) -> None:
    wait_for(lambda: desk.children.worker.state == "running", 40)


def order(desk: RealWindow, count: int) -> None:
    desk.compose_template("\n".join(numbers(count)), "1", "9527\n5")
    desk.send()


def numbers_at(gateway: CountingGateway) -> Counter[str]:
    return Counter(taken.to for taken in gateway.arrived)


def table_says(desk: RealWindow, state: str, count: int) -> None:
    desk.click("Deliveries")
    table: QTableView = desk.find(QTableView, "Deliveries")
    wait_for(lambda: table.model().rowCount() == count and all(state in line for line in all_cells(table)), 60)


def test_a_network_that_is_gone(qapp: QApplication, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    use_gateway(monkeypatch, f"http://127.0.0.1:{port}")
    with window(qapp) as desk:
        is_running(desk)
        meter = GapMeter()
        meter.start()
        desk.compose_template("\n".join(numbers(COUNT)), "1", "9527\n5")
        desk.send()
        wait_for(lambda: "The gateway of Yuntongxun (CCP) has been away since " in words(), 30)
        assert "The gateway's server does not take connections. Its messages wait, none is lost." in words()
        assert "It is tried again by itself at " in words()
        assert "Gateway: Yuntongxun (CCP) is away — tried again by itself" in words()
        assert set(states(ledger)) <= {"held", "queued", "sending"}
        assert meter.stop() < LONGEST_GAP_MS
        with CountingGateway(port=port) as back:
            table_says(desk, "Submitted", COUNT)
            wait_for(lambda: "away" not in words(), 20)
            assert set(numbers_at(back).values()) == {1}
            assert len(back.arrived) == COUNT


def test_a_ledger_that_another_program_holds(
    qapp: QApplication, ledger: Ledger, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the middle of a campaign, for longer than any wait: what is new is refused in words, the rest goes on."""
    with CountingGateway(delay_ms=150) as gateway:
        use_gateway(monkeypatch, gateway.url, MAX_IN_FLIGHT=8)
        with window(qapp) as desk:
            is_running(desk)
            order(desk, 200)
            wait_for(lambda: len(gateway.arrived) > 20, 30)
            meter = GapMeter()
            with closing(sqlite3.connect(home / "ledger.sqlite", isolation_level=None, timeout=30)) as other:
                other.execute("BEGIN EXCLUSIVE")
                meter.start()
                desk.compose_template(numbers(300)[-1], "1", "9527\n5")
                desk.send()
                wait_for(lambda: "The ledger is held by another program for too long." in words(), 40)
                assert "Close programs that have the ledger open" in words()
                wait_for(lambda: "Worker: silent for " in words(), 40)
                assert meter.stop() < LONGEST_GAP_MS
                other.execute("ROLLBACK")
            desk.send()
            table_says(desk, "Submitted", 201)
            wait_for(lambda: "Worker: ready" in words(), 20)
            assert set(numbers_at(gateway).values()) == {1}
            assert len(gateway.arrived) == 201


def test_a_computer_that_sleeps_longer_than_its_claims_hold(
    qapp: QApplication, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All processes stand still with calls out; when they wake, every claim has run out."""
    with CountingGateway(delay_ms=600) as gateway:
        use_gateway(monkeypatch, gateway.url, CALL_DEADLINE_S=2, MAX_IN_FLIGHT=8)
        with window(qapp) as desk:
            is_running(desk)
            desk.compose_template("\n".join(numbers(COUNT)), "1", "9527\n5")
            desk.send()
            wait_for(lambda: len(gateway.arrived) > 10, 30)
            asleep = [one for one in psutil.Process().children(recursive=True) if one.is_running()]
            for one in asleep:
                os.kill(one.pid, signal.SIGSTOP)
            slept = GapMeter(every_ms=100)
            slept.start()
            wait_for(lambda: len(slept.gaps_ms) > 80, 30)
            slept.stop()
            for one in asleep:
                os.kill(one.pid, signal.SIGCONT)
            wait_for(lambda: set(states(ledger)) <= {"submitted", "unknown"}, 60)
            counts = Counter(states(ledger))
            assert counts["unknown"] <= 8
            assert set(numbers_at(gateway).values()) == {1}
            assert len(gateway.arrived) >= counts["submitted"]
            wait_for(lambda: "Broker: ready" in words() and "Worker: ready" in words(), 30)


def test_a_worker_that_dies_at_its_start_five_times(
    qapp: QApplication, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    with CountingGateway() as gateway:
        use_gateway(monkeypatch, gateway.url, WORKER_POOL="gevent")
        with window(qapp) as desk:
            desk.compose_template("\n".join(numbers(COUNT)), "1", "9527\n5")
            desk.send()
            wait_for(lambda: "Worker: keeps failing — messages wait" in words(), 90)
            assert "right after its start. Messages wait." in words()
            assert "Read its log on the Workers page, mend the cause, then click Start worker." in words()
            assert states(ledger) == ["queued"] * COUNT
            monkeypatch.delenv("SMSDESK_WORKER_POOL")
            desk.click("Workers")
            desk.click("Start worker")
            table_says(desk, "Submitted", COUNT)
            assert len(gateway.arrived) == COUNT


CLOCK = """
import os, time
true_s, true_ns = time.time, time.time_ns
def set_by_s():
    with open({path!r}) as file:
        return int(file.read() or 0)
time.time = lambda: true_s() + set_by_s()
time.time_ns = lambda: true_ns() + set_by_s() * 1_000_000_000
"""
"""Stands for the machine's clock in every process that the window starts: a person may set it."""


@pytest.mark.parametrize("set_by_s", [7_200, -7_200])
def test_a_clock_that_is_set_amid_a_campaign(
    qapp: QApplication, ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, set_by_s: int
) -> None:
    clock = tmp_path / "clock" / "set_by"
    clock.parent.mkdir()
    clock.write_text("0")
    (clock.parent / "sitecustomize.py").write_text(CLOCK.format(path=str(clock)))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(clock.parent), os.environ.get("PYTHONPATH", "")]))
    with CountingGateway(delay_ms=400) as gateway:
        use_gateway(monkeypatch, gateway.url, MAX_IN_FLIGHT=8)
        with window(qapp) as desk:
            is_running(desk)
            order(desk, 150)
            wait_for(lambda: len(gateway.arrived) > 20, 30)
            clock.write_text(str(set_by_s))
            table_says(desk, "Submitted", 150)
            assert set(numbers_at(gateway).values()) == {1}
            desk.click("Workers")
            wait_for(lambda: "The clock of its computer was set while it ran." in remarks(desk), 30)


def remarks(desk: RealWindow) -> str:
    """What the Workers page says of workers."""
    texts = [view.text for view in desk.window.findChildren(RemarksView) if view.isVisible()]
    return "\n".join(text.toPlainText() for text in texts)

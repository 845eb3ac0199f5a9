"""Closing the real window while a batch runs, held against the gateway: stop now, and on in the background."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from PySide6.QtWidgets import QApplication
from support.counting_gateway import CountingGateway
from support.desk import ROOT
from support.ledgers import states
from support.window import RealWindow, wait_for

from desktop.single_instance import Claim, SingleInstance
from tasks.ledger.engine import open_ledger

pytestmark = [pytest.mark.slow, pytest.mark.qt_log_ignore("systemTrayWindowChanged", "does not support raise")]

COUNT = 120


@pytest.fixture
def gateway() -> Iterator[CountingGateway]:
    with CountingGateway(delay_ms=500) as counting:
        yield counting


@pytest.fixture
def home(gateway: CountingGateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    account = {
        "gateway": "yuntongxun",
        "yuntongxun_base_url": gateway.url,
        "yuntongxun_account_sid": "a" * 32,
        "yuntongxun_auth_token": "token-of-the-test",
        "yuntongxun_app_id": "application",
        "yuntongxun_numbers_per_request": 1,
        "max_in_flight": 16,
        "undo_s": 0,
        "home": tmp_path / "home",
    }
    for name, value in account.items():
        monkeypatch.setenv(f"SMSDESK_{name.upper()}", str(value))
    return tmp_path / "home"


def send(desk: RealWindow, gateway: CountingGateway) -> None:
    """A batch is under way."""
    wait_for(lambda: desk.children.worker.state == "running", 40)
    desk.compose_template("\n".join(f"1380013{number:04d}" for number in range(COUNT)), "1", "9527\n5")
    desk.send()
    wait_for(lambda: gateway.state()["numbers"] >= 20, 30)


def counts(home: Path) -> Counter[str]:
    ledger = open_ledger(f"sqlite:///{home / 'ledger.sqlite'}")
    found = Counter(states(ledger))
    ledger.close()
    return found


def test_stop_now_finishes_what_is_in_flight_keeps_the_rest_and_leaves_no_process(
    qapp: QApplication, gateway: CountingGateway, home: Path
) -> None:
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    desk = RealWindow(qapp)
    ended: list[bool] = []
    desk.application.ended.connect(lambda: ended.append(True))
    try:
        send(desk, gateway)
        children = {process.pid for process in psutil.Process().children(recursive=True)} - before
        assert len(children) >= 4  # clerk, worker, the server's supervisor and the server
        desk.window.close()
        wait_for(lambda: desk.shown("Stop now"), 5)
        assert not ended
        assert " in flight, " in desk.application.closing.dialog.figures.text()
        desk.click("Stop now")
        wait_for(lambda: bool(ended), 60)
    finally:
        if not ended:
            desk.close()
    wait_for(lambda: not any(psutil.pid_exists(pid) for pid in children), 5)
    left = counts(home)
    taken = gateway.state()["numbers"]
    assert left == {"submitted": taken, "queued": COUNT - taken}
    assert 20 <= taken < COUNT

    again = RealWindow(qapp)
    try:
        wait_for(lambda: gateway.state()["numbers"] == COUNT, 60)
        wait_for(lambda: counts(home) == {"submitted": COUNT}, 20)
    finally:
        again.close()
    assert gateway.state()["duplicates"] == 0


def test_it_goes_on_in_the_background_and_a_second_start_brings_it_back(
    qapp: QApplication, gateway: CountingGateway, home: Path
) -> None:
    desk = RealWindow(qapp)
    closing, instance = desk.application.closing, SingleInstance(home)
    ended: list[bool] = []
    desk.application.ended.connect(lambda: ended.append(True))
    assert instance.claim() is Claim.FIRST
    instance.show_wanted.connect(desk.window.come_forward)
    closing.tray_available = lambda: True
    try:
        send(desk, gateway)
        desk.window.close()
        wait_for(lambda: desk.shown("Keep sending in the background"), 5)
        desk.click("Keep sending in the background")
        assert not desk.window.isVisible()
        assert closing.tray.is_shown
        taken = gateway.state()["numbers"]
        wait_for(lambda: gateway.state()["numbers"] == COUNT > taken, 60)
        wait_for(lambda: "Nothing is waiting to be sent" in closing.tray.icon.toolTip(), 10)
        with subprocess.Popen(
            [sys.executable, "-m", "desktop"], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as second:
            wait_for(lambda: second.poll() is not None, 60)
        assert second.returncode == 0
        wait_for(desk.window.isVisible, 10)
        assert not closing.tray.is_shown
        desk.window.close()  # nothing runs: nothing is asked
        wait_for(lambda: bool(ended), 60)
    finally:
        if not ended:
            desk.close()
        instance.release()
    assert counts(home) == {"submitted": COUNT}
    assert gateway.state()["duplicates"] == 0

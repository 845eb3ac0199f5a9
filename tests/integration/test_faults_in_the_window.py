"""Faults as the operator meets them: the real window says what happened, what it means, what to do; nothing is lost."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from support.counting_gateway import CountingGateway
from support.ledgers import states
from support.window import GapMeter, RealWindow, wait_for

from tasks.ledger.engine import open_ledger
from tasks.server.binary import find_binary

Opener = Callable[..., RealWindow]


@pytest.fixture
def opened(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opener]:
    """Opens the window on a home, with settings from the environment; closes it at the end."""
    windows: list[RealWindow] = []

    def open_window(home: Path | None = None, **settings: object) -> RealWindow:
        monkeypatch.setenv("SMSDESK_HOME", str(home or tmp_path / "home"))
        for name, value in settings.items():
            monkeypatch.setenv(f"SMSDESK_{name.upper()}", str(value))
        windows.append(RealWindow(qapp))
        return windows[-1]

    yield open_window
    for window in windows:
        window.close()


def notice(desk: RealWindow) -> str:
    """What the notice line says."""
    current = desk.window.message_bar.current()
    return "" if current is None else f"{current.sentence} {current.remedy}"


def light(desk: RealWindow, name: str) -> str:
    """What a light says."""
    shown = desk.window.lights.light(name)
    return "" if shown is None else shown.text


def counts(home: Path) -> Counter[str]:
    """The states in a home's ledger."""
    ledger = open_ledger(f"sqlite:///{home / 'ledger.sqlite'}")
    try:
        return Counter(states(ledger))
    finally:
        ledger.close()


def numbers(count: int) -> str:
    """Numbers to type."""
    return "\n".join(f"138{index:08d}" for index in range(count))


def test_a_refused_login_is_said_and_one_click_resumes_all(opened: Opener, tmp_path: Path) -> None:
    with CountingGateway(status_code="111109") as gateway:
        desk = opened(
            gateway="yuntongxun",
            yuntongxun_base_url=gateway.url,
            yuntongxun_account_sid="a" * 32,
            yuntongxun_auth_token="wrong-token",
            yuntongxun_app_id="application",
            yuntongxun_numbers_per_request=1,
        )
        wait_for(lambda: desk.children.worker.state == "running", 30)
        desk.compose_template(numbers(200), "1", "9527\n5")
        desk.send()
        wait_for(lambda: "is paused" in notice(desk), 20)
        wait_for(lambda: counts(tmp_path / "home")["sending"] == 0, 10)
        assert set(counts(tmp_path / "home")) <= {"held", "queued"}
        tried = gateway.state()["numbers"]
        assert tried <= 64
        gateway.set(status_code="000000")
        desk.click("Resume sending")
        wait_for(lambda: counts(tmp_path / "home") == {"submitted": 200}, 30)
        assert gateway.state()["numbers"] == 200 + tried
        wait_for(lambda: notice(desk) == "", 10)


def test_a_missing_broker_keeps_every_row_and_sending_goes_on_when_it_is_there(opened: Opener, tmp_path: Path) -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
    desk = opened(broker_url=f"redis://127.0.0.1:{port}/0")
    desk.compose(numbers(30), "Your parcel is here.")
    wait_for(lambda: "not reachable" in light(desk, "broker"), 20)
    gaps = GapMeter()
    gaps.start()
    desk.send()
    wait_for(lambda: counts(tmp_path / "home") == {"queued": 30}, 20)
    assert gaps.stop() < 200
    with RedisServer(port, tmp_path):
        wait_for(lambda: counts(tmp_path / "home") == {"delivered": 30}, 90)
        wait_for(lambda: "ready" in light(desk, "broker"), 20)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A home on a file system of a few megabytes."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("a small file system can only be mounted by root on Linux")
    home = tmp_path / "small"
    home.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(home)], check=False).returncode:
        pytest.skip("this machine does not allow mounting")
    yield home
    subprocess.run(["umount", "-l", str(home)], check=True)


def test_a_full_disk_is_said_and_the_same_click_sends_once_there_is_room(small_disk: Path, opened: Opener) -> None:
    desk = opened(small_disk)
    wait_for(lambda: desk.children.worker.state == "running", 30)
    ballast = small_disk / "ballast"
    desk.compose(numbers(2_000), "Your parcel is here. " * 10)
    desk.click("Send")
    wait_for(lambda: desk.shown("Confirm and send"), 20)
    fill_up(ballast)
    desk.click("Confirm and send")
    wait_for(lambda: "disk is full" in desk.application.compose.outcome.text.text(), 30)
    assert counts_left(small_disk) == 0
    ballast.unlink()
    desk.send()
    wait_for(lambda: counts(small_disk) == {"delivered": 2_000}, 60)


def fill_up(ballast: Path) -> None:
    """Write until nothing more fits."""
    handle = os.open(ballast, os.O_CREAT | os.O_WRONLY)
    try:
        with pytest.raises(OSError, match="No space"):
            write_for_ever(handle)
    finally:
        os.close(handle)


def write_for_ever(handle: int) -> None:
    """Write page after page."""
    while True:
        os.write(handle, b"x" * 4096)


def counts_left(home: Path) -> int:
    """Messages in the ledger, read without writing."""
    connection = sqlite3.connect(f"file:{home / 'ledger.sqlite'}?mode=ro", uri=True)
    try:
        return int(connection.execute("SELECT count(*) FROM messages").fetchone()[0])
    finally:
        connection.close()


def test_a_corrupt_settings_file_is_named_with_its_line_and_kept(opened: Opener, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "settings.toml").write_text('region = "CN"\nlanguage = = "en"\n')
    desk = opened(home)
    wait_for(lambda: "line 2" in notice(desk), 15)
    assert (home / "settings.toml").read_text().endswith('= = "en"\n')
    wait_for(lambda: desk.children.worker.state == "running", 30)


def test_a_damaged_ledger_is_said_and_not_touched(opened: Opener, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    damaged = b"this is no database " * 500
    (home / "ledger.sqlite").write_bytes(damaged)
    desk = opened(home)
    wait_for(lambda: "damaged" in notice(desk) and "backup" in notice(desk), 15)
    assert (home / "ledger.sqlite").read_bytes() == damaged


class RedisServer:
    """Any Redis-compatible server, without password, for as long as the block lasts."""

    def __init__(self, port: int, folder: Path) -> None:
        program = find_binary()
        self._process = subprocess.Popen(
            [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)],
            stdout=subprocess.DEVNULL,
        )

    def __enter__(self) -> RedisServer:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(10)

"""The program as a person starts it: real processes, nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tasks import __version__

ROOT = Path(__file__).parent.parent.parent
WITHIN_S = 30.0


def desk(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "desktop", *arguments],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def until(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + WITHIN_S
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def roles(process: psutil.Process) -> set[str]:
    """Which of our children run below a window."""
    found = set()
    for child in process.children(recursive=True):
        try:
            words = child.cmdline()
        except psutil.Error:
            continue
        found |= {role for role in ("clerk", "server", "worker") if role in words[1:4]}
        if words and words[0].endswith("valkey-server"):
            found.add("valkey")
    return found


@pytest.fixture
def window() -> Iterator[subprocess.Popen[str]]:
    process = desk()
    try:
        until(lambda: {"clerk", "server", "worker"} <= roles(psutil.Process(process.pid)), "the children did not start")
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_version_and_help() -> None:
    out, err = desk("--version").communicate(timeout=WITHIN_S)
    assert (out, err) == (f"SMS Desk {__version__}\n", "")
    out, _ = desk("--help").communicate(timeout=WITHIN_S)
    assert "--role" in out


def test_an_unknown_argument_is_named() -> None:
    process = desk("--colour")
    _, err = process.communicate(timeout=WITHIN_S)
    assert process.returncode == 2
    assert "'--colour'" in err


@pytest.mark.parametrize("arguments", [("--role", "clerk"), ("--clerk",)])
def test_the_program_is_its_own_child_without_qt(arguments: tuple[str, ...]) -> None:
    without_qt = "import sys; sys.modules['PySide6'] = None; from desktop.__main__ import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", without_qt, *arguments],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    out, _ = process.communicate('{"id": 1, "do": "no.such", "with": {}}\n', timeout=WITHIN_S)
    assert '"request.unknown"' in out


def test_the_window_loads_neither_celery_nor_a_database() -> None:
    load = "import sys, desktop.application; from desktop.boot import read_boot; read_boot(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", load], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {"celery", "kombu", "redis", "sqlalchemy", "sqlite3", "amqp"} & set(loaded.split()) == set()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_order(window: subprocess.Popen[str], number: signal.Signals) -> None:
    below = psutil.Process(window.pid).children(recursive=True)
    window.send_signal(number)
    window.communicate(timeout=WITHIN_S)
    assert window.returncode == 0
    assert psutil.wait_procs(below, timeout=5)[1] == []


def test_a_second_start_says_so_and_ends(window: subprocess.Popen[str]) -> None:
    second = desk()
    _, err = second.communicate(timeout=WITHIN_S)
    assert second.returncode == 0
    assert "already open" in err
    assert window.poll() is None


def test_a_killed_window_leaves_no_orphan(window: subprocess.Popen[str]) -> None:
    until(lambda: "valkey" in roles(psutil.Process(window.pid)), "no server came up")
    below = psutil.Process(window.pid).children(recursive=True)
    window.kill()
    window.wait()
    _, alive = psutil.wait_procs(below, timeout=WITHIN_S)
    assert alive == []
    window.communicate()


def test_a_home_that_cannot_be_used_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    file.touch()
    monkeypatch.setenv("SMSDESK_HOME", str(file / "home"))
    process = desk()
    _, err = process.communicate(timeout=WITHIN_S)
    assert process.returncode == 1
    assert "cannot use its folder" in err
    assert "Traceback" not in err

"""What holds for every test: a home of its own, no keyring, nothing left behind."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from functools import partialmethod
from pathlib import Path

# Before anything imports Qt. The locale too: tests read English sentences.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.update(LC_ALL="C.UTF-8", LANGUAGE="", LANG="C.UTF-8")

import psutil
import pytest
from pytestqt.qtbot import QtBot
from support.lasting import LASTING

pytest_plugins = (
    "support.base_install",
    "support.collecting",
    "support.postgres",
    "support.ledgers",
    "support.rabbitmq",
)
"""Fixtures that many modules use: `postgres`, `postgres_url`, `ledger`, `rabbitmq`."""

QT_WAIT_MS = 20_000
"""Several files run at once: pytest-qt's own five seconds are no more than one stall of a busy machine."""
for _name in ("waitUntil", "waitSignal"):
    setattr(QtBot, _name, partialmethod(getattr(QtBot, _name), timeout=QT_WAIT_MS))

GUI_TESTS = Path(__file__).parent / "gui"
NULL_KEYRING = "keyring.backends.null.Keyring"
END_WITHIN_S = 5.0
"""How long what a test started may take to end after the test asked it to."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything below tests/gui has the marker `gui`."""
    for item in items:
        if GUI_TESTS in item.path.parents:
            item.add_marker(pytest.mark.gui)


@pytest.fixture(autouse=True)
def isolated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home and none of the machine's settings or secrets; children inherit all of it."""
    for name in list(os.environ):
        if name.startswith(("SMSDESK_", "CELERY_")):
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    monkeypatch.setenv("SMSDESK_HOME", str(home))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", NULL_KEYRING)
    monkeypatch.setenv("SMSDESK_UNDO_S", "0")  # a test that sends does not wait; who tests the wait sets it
    return home


@pytest.fixture(autouse=True)
def nothing_left_behind(isolated: Path) -> Iterator[None]:
    """Fail a test that leaves a child process or a thread that would keep the interpreter alive."""
    children_before = set(_children())
    threads_before = set(threading.enumerate())
    yield
    left = _threads_left(threads_before) + _children_left(children_before)
    if left:
        pytest.fail("the test left behind: " + "; ".join(left), pytrace=False)


def _children() -> list[psutil.Process]:
    return [child for child in psutil.Process().children(recursive=True) if not _is_lasting(child)]


def _is_lasting(child: psutil.Process) -> bool:
    try:
        return not LASTING.isdisjoint({child.pid, *(parent.pid for parent in child.parents())})
    except psutil.NoSuchProcess:
        return False


def _children_left(before: set[psutil.Process]) -> list[str]:
    """Names of the children that do not end; they are killed, so that the next test is not blamed for them."""
    new = [child for child in _children() if child not in before and not _is_of_the_interpreter(child)]
    _, alive = psutil.wait_procs(new, timeout=END_WITHIN_S)
    names = [f"process {child.pid} {_command(child)}" for child in alive]
    for child in alive:
        child.kill()
    psutil.wait_procs(alive, timeout=END_WITHIN_S)
    return names


def _is_of_the_interpreter(child: psutil.Process) -> bool:
    """multiprocessing keeps one process for the whole run, which tracks shared memory; nobody can end it."""
    return "multiprocessing.resource_tracker" in _command(child)


def _command(child: psutil.Process) -> str:
    try:
        return " ".join(child.cmdline()) or child.name()
    except psutil.Error:
        return "(ended)"


def _threads_left(before: set[threading.Thread]) -> list[str]:
    new = [thread for thread in threading.enumerate() if thread not in before and not thread.daemon]
    deadline = time.monotonic() + END_WITHIN_S
    for thread in new:
        thread.join(max(0.0, deadline - time.monotonic()))
    return [f"thread {thread.name!r}" for thread in new if thread.is_alive()]

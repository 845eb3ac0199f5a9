"""Real workers of every kind, as the Workers page of the real window shows them through the clerk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from PySide6.QtWidgets import QApplication, QTableView
from support.celery_worker import OLDER_VERSION, CeleryWorker, OlderWorker
from support.desk import Desk
from support.window import RealWindow, wait_for

from desktop.models.workers import COLUMNS
from tasks import __version__
from tasks.connection import broker_address
from tasks.settings import load

pytestmark = [pytest.mark.server, pytest.mark.slow]


class Scene(NamedTuple):
    """A window with its own worker, two others on its ledger, and one with another ledger on its broker."""

    window: RealWindow
    second: CeleryWorker
    older: CeleryWorker
    stranger: CeleryWorker


@pytest.fixture
def scene(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    home = tmp_path / "home"
    monkeypatch.setenv("SMSDESK_HOME", str(home))
    window = RealWindow(qapp)
    try:
        wait_for(lambda: window.children.worker.state == "running", 30)
        broker = broker_address(load())
        with Desk(home) as same, Desk(tmp_path / "other", broker_url=broker) as other:
            started = Scene(
                window,
                CeleryWorker(same.environment, "-n", "second@%h", "-c", "3"),
                OlderWorker(same.environment, "-n", "older@%h", "-P", "solo"),
                CeleryWorker(other.environment, "-n", "stranger@%h"),
            )
            same.children += started[1:]
            yield started
            for worker in same.children:  # all at once, so that nobody waits for three ends one after the other
                worker.process.terminate()
    finally:
        window.close()


def rows(window: RealWindow) -> dict[str, dict[str, str]]:
    """Process → what its row says, by column, two lines as one."""
    model = window.find(QTableView, "Workers").model()
    cells = [
        {name: model.index(row, column).data().replace("\n", ", ") for column, name in enumerate(COLUMNS)}
        for row in range(model.rowCount())
    ]
    return {row["host"].rpartition(" ")[2]: row for row in cells}


def test_every_worker_is_shown_for_what_it_is(scene: Scene) -> None:
    window = scene.window
    bundled, second, older, stranger = (
        str(pid) for pid in (window.children.worker.process_id, *(worker.process.pid for worker in scene[1:]))
    )
    wait_for(lambda: all(any(" ready" in line for line in list(worker.errors)) for worker in scene[1:]), 30)
    window.click("Workers")
    wait_for(lambda: {bundled, second, older, stranger} <= rows(window).keys(), 60)
    found = rows(window)
    assert next(iter(found)) == bundled, "this window's own comes first"
    assert list(found)[-1] == stranger
    assert found[bundled]["host"].startswith("● ")
    assert "this window's" in found[bundled]["host"]
    assert [found[second][name] for name in ("version", "pool", "accounts", "in_hand")] == [
        __version__, "threads, concurrency 3", "Simulator", "0",
    ]  # fmt: skip
    assert (found[older]["version"], found[older]["pool"]) == (f"{OLDER_VERSION}, older", "solo, concurrency 1")
    assert "another ledger" in found[stranger]["host"]
    said = window.application.workers.remarks.text.toPlainText()
    assert f"({stranger}): same broker, another ledger" in said
    assert f"({older}): version {OLDER_VERSION}, older than this program ({__version__}). Install {__version__}" in said

    scene.second.process.terminate()
    wait_for(lambda: rows(window)[second]["seen"] == "stopped, just now", 30)
    assert rows(window)[second]["host"].startswith("○ ")

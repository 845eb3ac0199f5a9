"""The export through the clerk: one at a time, with progress, can be stopped."""

from __future__ import annotations

from typing import Any

import pytest
from pytestqt.qtbot import QtBot
from support.fake_clerk import FakeClerk

from desktop.background.exporter import Exporter
from tasks.errors import RequestError

ORDER: tuple[dict[str, Any], dict[str, Any], str] = ({"state": "failed"}, {"column": "time"}, "/tmp/x.csv")


@pytest.fixture
def clerk(qtbot: QtBot) -> FakeClerk:
    return FakeClerk({"export.run": lambda _: {"written": 12}}, hold=True)


def test_an_export_runs_to_its_end(qtbot: QtBot, clerk: FakeClerk) -> None:
    exporter = Exporter(clerk)
    with qtbot.waitSignal(exporter.started):
        exporter.run(*ORDER, {"state.failed": "失败"})
    assert clerk.calls_of("export.run") == [
        {
            "filter": ORDER[0],
            "sort": ORDER[1],
            "path": ORDER[2],
            "titles": {"state.failed": "失败"},
            "language": "en",
        }
    ]
    with qtbot.waitSignal(exporter.progressed) as told:
        clerk.progress(1, {"done": 5, "total": 12})
    assert told.args == [5, 12]
    with qtbot.waitSignal(exporter.finished) as told:
        clerk.release()
    assert told.args == [12, "/tmp/x.csv"]
    assert not exporter.running


def test_a_second_click_starts_no_second_export(qtbot: QtBot, clerk: FakeClerk) -> None:
    exporter = Exporter(clerk)
    exporter.run(*ORDER)
    exporter.run(*ORDER)
    assert len(clerk.calls) == 1


def test_a_cancelled_export_tells_the_clerk_and_nothing_more_comes(qtbot: QtBot, clerk: FakeClerk) -> None:
    exporter = Exporter(clerk)
    exporter.run(*ORDER)
    with qtbot.waitSignal(exporter.cancelled):
        exporter.cancel()
    assert clerk.cancelled == [1]
    with qtbot.assertNotEmitted(exporter.finished, wait=20):
        clerk.release()
    assert not exporter.running


def test_a_file_that_cannot_be_written_is_told(qtbot: QtBot, clerk: FakeClerk) -> None:
    def full(_asked: dict[str, Any]) -> dict[str, Any]:
        raise RequestError("request.cannot_write_file", reason="No space left on device")

    clerk.answers["export.run"] = full
    exporter = Exporter(clerk)
    exporter.run(*ORDER)
    with qtbot.waitSignal(exporter.failed) as told:
        clerk.release()
    assert told.args[0] == "request.cannot_write_file"
    assert not exporter.running

"""Rows taken out of the table: copied as text, exported to a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, QStandardPaths, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QProgressBar
from pytestqt.qtbot import QtBot
from support.deliveries_ledger import LedgerClerk
from support.deliveries_page import LEFT, Bench

from desktop.background import status_poller
from desktop.models.columns import Column

MILLION = 1_000_000
KEYS = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status_poller, "INTERVAL_MS", 10)


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    return Bench(qtbot, LedgerClerk(60))


def test_selected_rows_are_copied_as_text(bench: Bench) -> None:
    bench.click_row(0)
    bench.qtbot.keyClick(bench.page.table, KEYS.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    bench.qtbot.keyClick(bench.page.table, KEYS.Key_C, CTRL)
    lines = QGuiApplication.clipboard().text().split("\n")
    assert [line.split("\t")[Column.TEXT] for line in lines] == ["Message number 60", "Message number 59"]
    QGuiApplication.clipboard().clear()


def test_more_rows_than_a_clipboard_should_hold_are_cut_and_that_is_said(qtbot: QtBot) -> None:
    bench = Bench(qtbot, LedgerClerk(MILLION))
    bench.page.table.setFocus()
    qtbot.keyClick(bench.page.table, KEYS.Key_A, CTRL)
    qtbot.keyClick(bench.page.table, KEYS.Key_C, CTRL)
    qtbot.waitUntil(bench.page.problem.isVisible)
    assert "5,000" in bench.page.problem.text()
    assert QGuiApplication.clipboard().text().count("\n") == 4_999
    QGuiApplication.clipboard().clear()


def test_what_the_filter_shows_is_exported(bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = str(tmp_path / "out.csv")
    monkeypatch.setattr(bench.page, "ask_path", lambda: path)
    bench.page.filter_bar.choose_state("failed")
    bench.qtbot.mouseClick(bench.page.export_button, LEFT)
    bench.qtbot.waitUntil(lambda: path in bench.page.export_bar.text.text())
    asked = bench.clerk.calls_of("export.run")[0]
    assert asked["filter"]["state"] == "failed"
    assert asked["titles"]["state.failed"] == "Failed"
    assert bench.page.export_bar.text.text() == f"60 messages were written to {path}"


def test_an_export_shows_its_progress_and_is_cancelled(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench.page, "ask_path", lambda: "/nowhere/out.csv")
    bench.page.hide()  # no polling, so that the request below is the last one
    bench.page.show()
    bench.poller.set_active(False)
    bench.clerk.hold = True
    bench.qtbot.mouseClick(bench.page.export_button, LEFT)
    request = max(bench.clerk._waiting)
    bench.clerk.progress(request, {"done": 30, "total": 60})
    bar = bench.page.export_bar.findChildren(QProgressBar)[0]
    assert bar.value() == bar.maximum() // 2
    assert not bench.page.export_button.isEnabled()
    bench.qtbot.mouseClick(bench.page.export_bar.button, LEFT)
    assert request in bench.clerk.cancelled
    assert "cancelled" in bench.page.export_bar.text.text()
    assert bench.page.export_button.isEnabled()
    bench.qtbot.mouseClick(bench.page.export_bar.button, LEFT)
    assert not bench.page.export_bar.isVisible()


def test_a_question_without_an_answer_exports_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench.page, "ask_path", lambda: "")
    bench.qtbot.mouseClick(bench.page.export_button, LEFT)
    assert bench.clerk.calls_of("export.run") == []


def test_an_export_begins_in_the_documents_and_then_where_the_last_one_went(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    offered: list[str] = []

    def choose(_parent: object, _title: str, place: str, _kinds: str) -> tuple[str, str]:
        offered.append(place)
        return str(tmp_path / "chosen.csv"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    for _ in range(2):
        bench.page.ask_path()
    memory = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    bench.page.remember(memory)
    Bench(bench.qtbot, LedgerClerk(1), memory).page.ask_path()
    assert offered == [str(Path(documents) / "deliveries.csv"), *[str(tmp_path / "deliveries.csv")] * 2]

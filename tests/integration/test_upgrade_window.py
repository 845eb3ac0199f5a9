"""The real window on what another version of the program left: it says what happened, and where the old is kept."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QTableView
from support.earlier_ledgers import make_earlier
from support.seen import all_cells, words
from support.window import RealWindow, wait_for

from tasks.ledger.backup import copies_of
from tasks.settings.document import VERSION

pytestmark = pytest.mark.server


@pytest.fixture
def home(isolated: Path) -> Path:
    isolated.mkdir()
    return isolated


def test_an_earlier_ledger_is_carried_over_and_the_copy_is_named(qapp: QApplication, home: Path) -> None:
    earlier = make_earlier(f"sqlite:///{home / 'ledger.sqlite'}", "0001")
    desk = RealWindow(qapp)
    told: list[int] = []
    desk.children.clerk.carrying_over.connect(told.append)
    try:
        wait_for(lambda: "The ledger of the earlier version was carried over." in words(), 30)
        (copy,) = copies_of(str(home / "ledger.sqlite"))
        assert f"As it was, it lies in {copy}." in words()
        assert told == sorted(told)
        assert told[-1] == 100
        desk.click("Deliveries")
        table = desk.find(QTableView, "Deliveries")
        wait_for(lambda: table.model().rowCount() == len(earlier.messages()), 20)
        wait_for(lambda: sum("Delivered" in row for row in all_cells(table)) == 1, 20)
    finally:
        desk.close()


def test_a_newer_settings_file_is_told_and_no_worker_starts_with_it(qapp: QApplication, home: Path) -> None:
    newer = f'settings_version = {VERSION + 1}\nregion = "HK"\n'
    (home / "settings.toml").write_text(newer)
    desk = RealWindow(qapp)
    ended: list[object] = []
    desk.children.worker.restarted.connect(ended.append)
    try:
        wait_for(lambda: "The settings file was written by a newer SMS Desk (version 2" in words(), 20)
        assert "Install the newer program, or put an earlier copy of the file" in words()
        wait_for(lambda: bool(ended), 30)
        answers: list[object] = []
        changes = {"changes": {"region": "US"}, "secrets": {}}
        desk.children.clerk.request("settings.save", changes, answers.append, lambda code, _: answers.append(code))
        wait_for(lambda: answers == ["settings.newer"], 20)
    finally:
        desk.close()
    assert (home / "settings.toml").read_text() == newer


def test_a_window_whose_ledger_a_newer_program_carries_over_says_so_and_takes_no_message(
    qapp: QApplication, home: Path
) -> None:
    desk = RealWindow(qapp)
    try:
        wait_for(lambda: desk.children.worker.state == "running", 30)
        with closing(sqlite3.connect(home / "ledger.sqlite")) as connection:
            connection.executescript("UPDATE alembic_version SET version_num = '0999'")
        wait_for(lambda: "This ledger was written by a newer SMS Desk (version 0999" in words(), 20)
        desk.compose("13800138000", "Your parcel is here.")
        desk.click("Send")
        desk.confirm()
        wait_for(lambda: not desk.shown("Confirm and send"), 20)
        assert "handed over" not in words()
    finally:
        desk.close()
    with closing(sqlite3.connect(home / "ledger.sqlite")) as connection:
        assert connection.execute("SELECT count(*) FROM messages").fetchone() == (0,)

"""A home that is not as it should be: a second copy of the program, spoilt settings, a spoilt or a newer ledger."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QTableView
from support.desk import ROOT
from support.ledgers import put
from support.seen import all_cells, words
from support.window import RealWindow, wait_for

from desktop.single_instance import Claim, SingleInstance
from tasks.ledger.engine import open_ledger


@pytest.fixture
def home(isolated: Path) -> Path:
    isolated.mkdir()
    return isolated


def start_a_copy() -> subprocess.CompletedProcess[str]:
    """The program as a person starts it, until it ends."""
    return subprocess.run(
        [sys.executable, "-m", "desktop"], cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, timeout=60
    )


@pytest.mark.qt_log_ignore("raise", extend=True)
def test_a_second_copy_brings_the_first_window_forward_and_ends(qapp: QApplication, home: Path) -> None:
    instance = SingleInstance(home)
    assert instance.claim() is Claim.FIRST
    desk = RealWindow(qapp)
    try:
        instance.show_wanted.connect(desk.window.come_forward)
        desk.window.showMinimized()
        with subprocess.Popen(
            [sys.executable, "-m", "desktop"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as second:
            wait_for(lambda: second.poll() is not None, 60)
            _, said = second.communicate()
        assert second.returncode == 0
        assert "SMS Desk is already open; its window has been brought to the front." in said
        wait_for(lambda: not desk.window.isMinimized(), 10)
        desk.compose("13800138000", "Your parcel is here.")
        desk.send()
        desk.click("Deliveries")
        table = desk.find(QTableView, "Deliveries")
        wait_for(lambda: any("Submitted" in row or "Delivered" in row for row in all_cells(table)), 30)
    finally:
        desk.close()
        instance.release()


def test_a_second_copy_of_a_window_that_does_not_answer_says_so(home: Path) -> None:
    instance = SingleInstance(home)
    assert instance.claim() is Claim.FIRST
    try:
        second = start_a_copy()  # this thread waits: nobody answers meanwhile
    finally:
        instance.release()
    assert second.returncode == 1
    assert "Another SMS Desk uses this folder and does not answer" in second.stderr
    assert "start again, or end the other program first." in second.stderr


def test_a_spoilt_settings_file_is_named_with_its_line_and_left_as_it_is(qapp: QApplication, home: Path) -> None:
    spoilt = b'language = "en"\nregion = "CN\n[broken'
    (home / "settings.toml").write_bytes(spoilt)
    desk = RealWindow(qapp)
    try:
        wait_for(lambda: "The settings file has a mistake in line 2" in words(), 20)
        assert str(home / "settings.toml") in words()
        assert "Correct that line in a text editor, or move the file away" in words()
        desk.compose("13800138000", "Your parcel is here.")
        desk.send()
        desk.click("Deliveries")
        table = desk.find(QTableView, "Deliveries")
        wait_for(lambda: any("Delivered" in row for row in all_cells(table)), 40)
    finally:
        desk.close()
    assert (home / "settings.toml").read_bytes() == spoilt


def test_saving_over_a_spoilt_settings_file_keeps_what_stood_in_it(qapp: QApplication, home: Path) -> None:
    spoilt = b"what is this\xff"
    (home / "settings.toml").write_bytes(spoilt)
    desk = RealWindow(qapp)
    answers: list[object] = []
    try:
        wait_for(lambda: "The settings file" in words(), 20)
        changes = {"changes": {"region": "US"}, "secrets": {}}
        desk.children.clerk.request("settings.save", changes, answers.append, lambda code, _: answers.append(code))
        wait_for(lambda: bool(answers), 20)
    finally:
        desk.close()
    assert (home / "settings.toml").read_text().split("\n")[0] == 'region = "US"'
    assert [path.read_bytes() for path in home.glob("settings.toml.damaged-*")] == [spoilt]


def fill(home: Path) -> Path:
    """A ledger with three messages."""
    ledger = open_ledger(f"sqlite:///{home / 'ledger.sqlite'}")
    put(ledger, 3)
    ledger.close()
    return home / "ledger.sqlite"


def check_nothing_is_accepted(desk: RealWindow, sentence: str) -> None:
    """The window stands, says what is wrong, and takes no message."""
    wait_for(lambda: sentence in words(), 20)
    desk.click("Deliveries")
    wait_for(lambda: words().count(sentence) >= 2, 20)
    desk.compose("13800138000", "Your parcel is here.")
    desk.click("Send")
    desk.confirm()
    wait_for(lambda: not desk.shown("Confirm and send"), 20)
    assert "handed over" not in words()
    assert sentence in words()


def test_a_spoilt_ledger_is_told_and_not_touched(qapp: QApplication, home: Path) -> None:
    path = fill(home)
    spoilt = b"this is no database at all. " * 1_000
    path.write_bytes(spoilt)
    for beside in home.glob("ledger.sqlite-*"):
        beside.unlink()
    desk = RealWindow(qapp)
    try:
        check_nothing_is_accepted(desk, "The ledger's file is damaged and was not touched.")
        assert "Put a backup of it in its place, or move it away to begin with an empty ledger." in words()
    finally:
        desk.close()
    assert path.read_bytes() == spoilt


@pytest.mark.slow
def test_once_a_backup_is_in_its_place_work_goes_on_without_a_restart(qapp: QApplication, home: Path) -> None:
    path = fill(home)
    good = path.read_bytes()
    path.write_bytes(b"spoilt " * 5_000)
    desk = RealWindow(qapp)
    try:
        wait_for(lambda: "The ledger's file is damaged" in words(), 20)
        path.write_bytes(good)
        wait_for(lambda: "The ledger's file is damaged" not in words(), 30)
        desk.click("Deliveries")
        table = desk.find(QTableView, "Deliveries")
        wait_for(lambda: table.model().rowCount() == 3, 30)
        desk.click("Workers")
        wait_for(lambda: desk.children.worker.state == "running" or desk.shown("Start worker"), 30)
        if desk.children.worker.state == "failed":
            desk.click("Start worker")
        desk.click("Deliveries")
        wait_for(lambda: all("Delivered" in row for row in all_cells(table)), 60)
    finally:
        desk.close()


def test_a_newer_ledger_is_told_and_not_touched(qapp: QApplication, home: Path) -> None:
    path = fill(home)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0999'")
    connection.close()
    desk = RealWindow(qapp)
    try:
        check_nothing_is_accepted(desk, "This ledger was written by a newer SMS Desk (version 0999, this one knows")
        assert "Install the newer program, or choose another ledger in Settings." in words()
    finally:
        desk.close()
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM messages WHERE state = 'queued'").fetchone() == (3,)
    connection.close()

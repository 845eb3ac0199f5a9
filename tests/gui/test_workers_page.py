"""The Workers page: what it shows and what its buttons ask for; then joined with a real child."""

from __future__ import annotations

import sys
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot
from support.fake_clerk import FakeClerk

from desktop.background import child_process
from desktop.background.child_process import ChildState, EndCause, Restart
from desktop.background.children import Children, Commands
from desktop.background.status import StatusWatch
from desktop.widgets.workers.log_view import LogView
from desktop.widgets.workers.page import WorkersPage
from desktop.wiring import workers as wiring

CHILD = Path(__file__).parent.parent / "support" / "line_child.py"


def line_child(how: str) -> list[str]:
    return [sys.executable, str(CHILD), how]


@pytest.fixture
def page(qtbot: QtBot) -> WorkersPage:
    made = WorkersPage()
    qtbot.addWidget(made)
    made.resize(840, 600)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.mark.parametrize(
    ("state", "start", "stop"),
    [("stopped", True, False), ("starting", False, True), ("running", False, True), ("stopping", False, False),
     ("failed", True, False)],
)  # fmt: skip
def test_only_what_makes_sense_can_be_clicked(page: WorkersPage, state: str, start: bool, stop: bool) -> None:
    page.show_worker(state, 1_900_000_000_000)
    card = page.card
    assert [button.isEnabled() for button in (card.start_button, card.stop_button, card.restart_button)] == [
        start, stop, stop,
    ]  # fmt: skip


def test_the_buttons_have_their_names_and_ask(page: WorkersPage, qtbot: QtBot) -> None:
    card = page.card
    names = [button.accessibleName() for button in (card.start_button, card.stop_button, card.restart_button)]
    assert names == ["Start worker", "Stop worker", "Restart worker"]
    page.show_worker("stopped", 0)
    with qtbot.waitSignal(page.start_wanted):
        qtbot.mouseClick(card.start_button, Qt.MouseButton.LeftButton)
    page.show_worker("running", 0)
    with qtbot.waitSignal(page.stop_wanted):
        qtbot.mouseClick(card.stop_button, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(page.restart_wanted):
        qtbot.mouseClick(card.restart_button, Qt.MouseButton.LeftButton)


def test_states_are_words(page: WorkersPage) -> None:
    page.show_worker("running", 1_900_000_000_000)
    assert page.card.state_label.accessibleName() == "Running"
    page.show_worker("failed", 1_900_000_000_000)
    assert page.card.state_label.accessibleName().startswith("Given up")


def test_restarts_show_when_and_why(page: WorkersPage) -> None:
    ends = [
        Restart(1_900_000_000_000, 1, EndCause.EXITED, "no module", gave_up=False),
        Restart(1_900_000_060_000, None, EndCause.CRASHED, "ready.", gave_up=True),
    ]
    page.tabs.setCurrentIndex(2)
    assert page.no_restarts.isVisible()
    assert page.no_restarts.text() == "Nothing had to be restarted since SMS Desk was opened."
    assert not page.restarts_table.isVisible()
    page.show_restarts(ends)
    assert not page.no_restarts.isVisible()
    assert page.restarts_table.isVisible()
    table = page.restarts_table
    causes = [item.text() for row in range(2) if (item := table.item(row, 1)) is not None]
    assert causes == [
        "It crashed or was killed from outside. It is not started again by itself.",
        "It ended by itself with exit code 1. It was started again.",
    ]


def test_the_log_follows_and_can_be_copied(page: WorkersPage, qtbot: QtBot) -> None:
    page.tabs.setCurrentWidget(page.log)
    page.add_log([f"line {number}" for number in range(500)])
    qtbot.waitUntil(lambda: page.log.text.toPlainText().endswith("line 499"))
    bar = page.log.text.verticalScrollBar()
    assert bar.value() == bar.maximum()
    bar.setValue(0)
    page.add_log(["one more"])
    qtbot.waitUntil(lambda: page.log.text.toPlainText().endswith("one more"))
    assert bar.value() == 0, "a reader further up is not moved"
    qtbot.mouseClick(page.log.copy_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text().endswith("line 499\none more")


def test_queue_lengths_are_named(page: WorkersPage) -> None:
    page.show_lanes({"smsdesk.abc.single": 3, "smsdesk.abc.bulk": 12, "celery": None})
    assert page.facts.lanes_label.text().splitlines() == [
        "Single messages: 3",
        "Bulk messages: 12",
        "Other clients (celery): –",
    ]


def test_the_page_starts_watches_and_stops_a_real_worker(
    page: WorkersPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child_process, "RESTART_DELAYS_MS", (20,))
    children = Children(Commands(line_child("clerk"), line_child("worker"), None), call_deadline_s=5)
    watch = StatusWatch(FakeClerk({"status.look": lambda _: {}, "queues.lengths": lambda _: {"lanes": {"celery": 2}}}))
    wiring.connect(page, children, watch)
    assert page.facts.server_label.text() == "Broker: the one from the settings"
    qtbot.mouseClick(page.card.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.card.state_label.accessibleName() == "Running", timeout=10_000)
    psutil.Process(children.worker.process_id).kill()
    qtbot.waitUntil(lambda: page.restarts_table.rowCount() == 1, timeout=10_000)
    qtbot.waitUntil(lambda: children.worker.state is ChildState.RUNNING, timeout=10_000)
    qtbot.mouseClick(page.card.stop_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.card.state_label.accessibleName() == "Stopped", timeout=10_000)
    qtbot.waitUntil(lambda: page.log.text.toPlainText().endswith("finished"))


def test_queues_are_counted_only_while_the_page_is_seen(page: WorkersPage, qtbot: QtBot) -> None:
    clerk = FakeClerk({"status.look": lambda _: {}, "queues.lengths": lambda _: {"lanes": {"celery": 2}}})
    watch = StatusWatch(clerk)
    children = Children(Commands(["x"], ["x"], None), call_deadline_s=5)
    wiring.connect(page, children, watch)
    watch.start()
    page.hide()
    qtbot.waitUntil(lambda: bool(clerk.calls_of("status.look")))
    assert clerk.calls_of("queues.lengths") == []
    page.show()
    qtbot.waitUntil(lambda: page.facts.lanes_label.text() == "Other clients (celery): 2")
    watch.stop()


@pytest.mark.parametrize("seen_before", [True, False])
def test_a_long_line_of_the_log_is_shown_from_its_start(qtbot: QtBot, seen_before: bool) -> None:
    log = LogView()
    qtbot.addWidget(log)
    log.resize(300, 200)
    log.setVisible(seen_before)
    for number in range(3):
        log.add(["short"] * 30 + ["long " * 200])
        qtbot.waitUntil(lambda expected=31 * (number + 1): log.text.blockCount() == expected)
    log.show()
    qtbot.waitExposed(log)
    assert log.text.horizontalScrollBar().maximum() > 0
    assert log.text.horizontalScrollBar().value() == 0

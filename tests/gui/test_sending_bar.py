"""The strip of batches under way: exact figures, and undo, pause, resume, cancel and stop by real clicks."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from support.fake_clerk import FakeClerk

import desktop.wiring.sending as wiring
from desktop.background.children import Children, Commands
from desktop.background.composer import Composer
from desktop.background.status import StatusWatch
from desktop.i18n import apply_language
from desktop.main_window import PAGES, MainWindow
from desktop.models.draft import HandedOver
from desktop.widgets.deliveries.decision_bar import ASK, CANCEL, COUNT_AS_SENT, SEND_AGAIN, DecisionBar
from desktop.widgets.deliveries.page import DeliveriesPage
from desktop.widgets.message_bar import Notice
from desktop.wiring.sending import stopped_notice
from desktop.wiring.shell import Shell

CLICK = Qt.MouseButton.LeftButton


def batch(batch_id: int = 7, *, paused: bool = False, undo_left_ms: int | None = None, **counts: int) -> dict[str, Any]:
    return {
        "batch_id": batch_id,
        "total": sum(counts.values()),
        "counts": counts,
        "paused": paused,
        "undo_left_ms": undo_left_ms,
    }


class Desk:
    """The window, its wiring, and a clerk that says what the test tells it to."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.status: dict[str, Any] = {
            "broker": {"ok": True, "code": "", "params": {}, "embedded": True},
            "accounts": [],
            "workers": [],
            "running": [],
            "stopped": False,
        }
        self.clerk = FakeClerk({"status.look": lambda _: dict(self.status)})
        for do in ("batch.undo", "batch.pause", "batch.resume", "batch.cancel", "sending.stop", "sending.resume"):
            self.clerk.answers[do] = lambda params: {"changed": 0, **batch(params.get("batch_id", 7), queued=9)}
        self.window = MainWindow({name: QWidget() for name in PAGES})
        qtbot.addWidget(self.window, before_close_func=lambda widget: setattr(widget, "_may_close", True))
        children = Children(Commands(["x"], ["x"], None), call_deadline_s=5)
        self.watch = StatusWatch(self.clerk, self.window)
        self.composer = Composer(self.clerk, self.window)
        shell = Shell(self.window, children, self.watch, "simulator")
        self.deliveries = DeliveriesPage()
        qtbot.addWidget(self.deliveries)
        self.paths = wiring.connect(self.window, self.clerk, self.watch, shell, self.composer, self.deliveries)
        self.window.show()
        qtbot.waitExposed(self.window)

    @property
    def bar(self) -> Any:
        return self.window.sending_bar

    def tell(self, *batches: dict[str, Any], stopped: bool = False) -> None:
        """What the ledger holds now, seen at the next look."""
        self.status.update(running=list(batches), stopped=stopped)
        with self.qtbot.waitSignal(self.watch.looked):
            self.watch.look()

    def click(self, button: Any) -> None:
        self.qtbot.mouseClick(button, CLICK)

    def asked(self) -> list[tuple[str, dict[str, Any]]]:
        return [call for call in self.clerk.calls if call[0].startswith(("batch.", "sending."))]


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


def test_nothing_under_way_takes_no_room(desk: Desk) -> None:
    desk.tell()
    assert not desk.bar.isVisible()


def test_every_message_is_in_exactly_one_figure(desk: Desk) -> None:
    desk.tell(batch(submitted=400, delivered=12, sending=3, held=585))
    assert desk.bar.text.text() == "1,000 messages: 12 delivered · 400 submitted · 3 in flight · 585 held"
    desk.tell(batch(queued=5, retrying=1, unknown=2, rejected=3, cancelled=4, no_receipt=1, undelivered=2))
    assert desk.bar.text.text() == (
        "18 messages: 6 waiting · 1 without receipt · 2 undelivered · 2 unknown · 3 refused or failed · 4 cancelled"
    )
    assert (desk.bar.progress.value(), desk.bar.progress.maximum()) == (12, 18)


def test_undo_stands_alone_until_its_time_is_up(desk: Desk) -> None:
    desk.composer.handed_over.emit(HandedOver(7, 1, 9))
    desk.tell(batch(queued=9, undo_left_ms=4_200))
    assert desk.bar.undo_button.text() == "&Undo (5)"
    assert not desk.bar.pause_button.isVisible()
    desk.click(desk.bar.undo_button)
    assert desk.asked() == [("batch.undo", {"batch_id": 7})]
    desk.tell(batch(queued=9, undo_left_ms=300))
    desk.qtbot.waitUntil(lambda: not desk.bar.undo_button.isVisible(), timeout=2_000)
    assert desk.bar.pause_button.isVisible()


def test_only_a_batch_of_which_nothing_left_is_called_undone(desk: Desk) -> None:
    undone: list[int] = []
    desk.paths.undone.connect(undone.append)
    desk.tell(batch(queued=9, undo_left_ms=4_200))
    desk.clerk.answers["batch.undo"] = lambda _: {"changed": 8, **batch(submitted=1, cancelled=8)}
    desk.click(desk.bar.undo_button)
    desk.qtbot.waitUntil(lambda: len(desk.clerk.calls_of("batch.undo")) == 1)
    with desk.qtbot.waitSignal(desk.watch.looked):
        pass
    assert undone == []
    desk.clerk.answers["batch.undo"] = lambda _: {"changed": 9, **batch(cancelled=9)}
    with desk.qtbot.waitSignal(desk.paths.undone):
        desk.click(desk.bar.undo_button)
    assert undone == [7]


def test_what_was_just_handed_over_is_shown_at_once(desk: Desk) -> None:
    desk.tell(batch(6, queued=5))
    desk.status["running"] = [batch(7, queued=9), batch(6, queued=5)]
    desk.composer.handed_over.emit(HandedOver(7, 1, 9))
    desk.qtbot.waitUntil(lambda: desk.bar.text.text() == "9 messages: 9 waiting")
    assert desk.bar.next_button.text() == "1 more"
    desk.click(desk.bar.next_button)
    assert desk.bar.text.text() == "5 messages: 5 waiting"


def test_pause_and_resume(desk: Desk) -> None:
    desk.tell(batch(submitted=1, queued=9))
    desk.click(desk.bar.pause_button)
    desk.tell(batch(submitted=1, held=9, paused=True))
    assert desk.bar.text.text() == "10 messages, paused: 1 submitted · 9 held"
    assert desk.bar.pause_button.accessibleName() == "Resume batch"
    desk.click(desk.bar.pause_button)
    assert desk.asked() == [("batch.pause", {"batch_id": 7}), ("batch.resume", {"batch_id": 7})]


def test_cancel_asks_once_more_and_may_be_taken_back(desk: Desk) -> None:
    desk.tell(batch(submitted=1, queued=7, held=2))
    desk.click(desk.bar.cancel_button)
    assert desk.bar.sure_button.accessibleName() == "Yes, cancel 9"
    assert not desk.bar.cancel_button.isVisible()
    desk.click(desk.bar.keep_button)
    assert desk.bar.cancel_button.isVisible()
    assert not desk.bar.sure_button.isVisible()
    assert desk.asked() == []
    desk.click(desk.bar.cancel_button)
    desk.click(desk.bar.sure_button)
    assert desk.asked() == [("batch.cancel", {"batch_id": 7})]


def test_the_safe_answer_has_the_keyboard_and_escape_takes_the_question_back(desk: Desk) -> None:
    desk.window.activateWindow()
    desk.qtbot.waitUntil(lambda: QApplication.activeWindow() is desk.window)
    desk.tell(batch(queued=9))
    desk.click(desk.bar.cancel_button)
    assert desk.bar.keep_button.hasFocus()
    desk.qtbot.keyClick(desk.bar.keep_button, Qt.Key.Key_Escape)
    assert desk.bar.cancel_button.hasFocus()
    assert not desk.bar.sure_button.isVisible()
    assert desk.asked() == []


def test_a_double_click_on_cancel_cancels_nothing(desk: Desk) -> None:
    desk.tell(batch(queued=9))
    desk.bar.layout().activate()
    place = desk.bar.cancel_button.mapTo(desk.bar, desk.bar.cancel_button.rect().center())
    desk.click(desk.bar.cancel_button)
    desk.qtbot.waitUntil(lambda: desk.bar.childAt(place) is desk.bar.keep_button)


def test_a_question_does_not_stay_for_another_batch(desk: Desk) -> None:
    desk.tell(batch(7, queued=9))
    desk.click(desk.bar.cancel_button)
    desk.tell(batch(8, queued=3))
    assert not desk.bar.sure_button.isVisible()
    assert desk.bar.cancel_button.isVisible()


def test_the_last_figures_stay_until_they_are_put_away(desk: Desk) -> None:
    desk.clerk.answers["batch.counts"] = lambda _: batch(7, submitted=8, cancelled=2)
    desk.tell(batch(submitted=5, sending=3, queued=2))
    desk.tell()
    desk.qtbot.waitUntil(lambda: desk.bar.text.text() == "10 messages, finished: 8 submitted · 2 cancelled")
    assert not desk.bar.pause_button.isVisible()
    desk.tell()
    assert desk.bar.isVisible()
    assert len(desk.clerk.calls_of("batch.counts")) == 1
    desk.click(desk.bar.close_button)
    assert not desk.bar.isVisible()
    desk.tell(batch(8, queued=2))
    assert desk.bar.text.text() == "2 messages: 2 waiting"


def test_the_figures_of_a_batch_that_has_ended_follow_its_receipts(desk: Desk) -> None:
    desk.clerk.answers["batch.counts"] = lambda _: batch(7, submitted=10)
    desk.tell(batch(sending=10))
    desk.tell()
    desk.qtbot.waitUntil(lambda: desk.bar.text.text() == "10 messages, finished: 10 submitted")
    assert not desk.bar.away_timer.isActive()
    desk.clerk.answers["batch.counts"] = lambda _: batch(7, delivered=10)
    desk.qtbot.waitUntil(lambda: desk.bar.text.text() == "10 messages, finished: 10 delivered")
    asked = len(desk.clerk.calls_of("batch.counts"))
    assert desk.bar.away_timer.isActive()
    desk.bar.away_timer.start(0)
    desk.qtbot.waitUntil(lambda: not desk.bar.isVisible())
    assert len(desk.clerk.calls_of("batch.counts")) == asked


def test_a_batch_that_begins_again_ends_with_its_new_figures(desk: Desk) -> None:
    desk.clerk.answers["batch.counts"] = lambda _: batch(7, delivered=9, unknown=1)
    desk.tell(batch(sending=10))
    desk.tell()
    desk.qtbot.waitUntil(lambda: desk.bar.text.text() == "10 messages, finished: 9 delivered · 1 unknown")
    desk.tell(batch(delivered=9, queued=1))
    assert desk.bar.text.text() == "10 messages: 9 delivered · 1 waiting"
    desk.clerk.answers["batch.counts"] = lambda _: batch(7, delivered=10)
    desk.tell()
    desk.qtbot.waitUntil(lambda: desk.bar.text.text() == "10 messages, finished: 10 delivered")


def test_figures_that_need_a_look_stay(desk: Desk) -> None:
    desk.clerk.answers["batch.counts"] = lambda _: batch(7, delivered=9, undelivered=1)
    desk.tell(batch(sending=10))
    desk.tell()
    desk.qtbot.waitUntil(lambda: desk.bar.text.text() == "10 messages, finished: 9 delivered · 1 undelivered")
    assert not desk.bar.away_timer.isActive()


def test_of_an_undone_batch_nothing_is_said_to_be_sent(desk: Desk) -> None:
    desk.clerk.answers["batch.counts"] = lambda _: batch(7, cancelled=10)
    desk.tell(batch(queued=10, undo_left_ms=4_200))
    desk.tell()
    desk.qtbot.waitUntil(lambda: desk.bar.text.text() == "10 messages, finished: 10 cancelled. Nothing was sent.")
    assert not desk.bar.progress.isVisible()


def test_a_new_batch_takes_the_place_of_one_that_has_ended(desk: Desk) -> None:
    desk.clerk.answers["batch.counts"] = lambda _: batch(7, submitted=10)
    desk.tell(batch(queued=10))
    desk.tell()
    desk.tell(batch(8, queued=2))
    assert desk.bar.text.text() == "2 messages: 2 waiting"
    assert not desk.bar.close_button.isVisible()


def test_all_sending_is_stopped_and_resumed_from_any_page(desk: Desk) -> None:
    desk.tell()
    assert desk.window.stop_button.accessibleName() == "Stop all sending"
    desk.click(desk.window.stop_button)
    desk.tell(stopped=True)
    assert desk.window.stop_button.accessibleName() == "Resume all sending"
    assert desk.window.message_bar.isVisible()
    assert desk.window.message_bar.action_button.text() == "Resume all sending"
    desk.click(desk.window.message_bar.action_button)
    desk.tell()
    assert not desk.window.message_bar.isVisible()
    assert [do for do, _ in desk.asked()] == ["sending.stop", "sending.resume"]


def test_a_stop_is_said_as_long_as_it_lasts(desk: Desk) -> None:
    light, bar = desk.window.lights.button("sending"), desk.window.message_bar
    desk.tell()
    assert not light.isVisible()
    with desk.qtbot.waitSignal(desk.paths.stopped_changed) as changed:
        desk.tell(stopped=True)
    assert changed.args == [True]
    assert light.isVisible()
    assert "All sending is stopped" in light.text()
    assert not bar.dismiss_button.isVisible()
    bar.dismiss()
    assert bar.current() == stopped_notice()
    desk.tell()
    assert not light.isVisible()


def test_while_all_is_stopped_a_batch_cannot_be_resumed_by_itself(desk: Desk) -> None:
    desk.tell(batch(held=9, undo_left_ms=4_200), stopped=True)
    assert desk.bar.text.text() == "9 messages wait as Held: all sending is stopped."
    desk.tell(batch(held=9), stopped=True)
    assert not desk.bar.pause_button.isVisible()
    assert desk.bar.cancel_button.isVisible()
    desk.tell(batch(held=9, paused=True))
    assert desk.bar.pause_button.accessibleName() == "Resume batch"
    assert desk.bar.pause_button.isVisible()


def test_the_notice_of_a_stop_lets_others_be_seen(desk: Desk) -> None:
    bar = desk.window.message_bar
    bar.put(Notice("other", "Something else."))
    desk.tell(stopped=True)
    assert bar.current() == stopped_notice()
    desk.click(bar.dismiss_button)
    assert bar.current() == Notice("other", "Something else.")
    desk.click(bar.dismiss_button)
    assert bar.current() == stopped_notice()
    assert not bar.dismiss_button.isVisible()


def test_a_refused_command_is_said(desk: Desk) -> None:
    del desk.clerk.answers["batch.pause"]
    desk.tell(batch(queued=9))
    desk.click(desk.bar.pause_button)
    desk.qtbot.waitUntil(desk.window.message_bar.isVisible)


def test_in_chinese(desk: Desk) -> None:
    try:
        desk.tell(batch(submitted=412, sending=3, held=585))
        apply_language("zh_CN")
        desk.qtbot.waitUntil(lambda: desk.bar.text.text() == "共 1,000 条：已提交 412 · 发送中 3 · 已暂停 585")
        assert desk.window.stop_button.accessibleName() == "停止全部发送"
    finally:
        apply_language("en")


def test_an_unknown_message_is_settled_by_a_person(qtbot: QtBot) -> None:
    bar = DecisionBar()
    qtbot.addWidget(bar)
    decided: list[str] = []
    bar.decided.connect(decided.append)
    bar.offer("submitted")
    assert not bar.isVisible()
    bar.offer("unknown")
    bar.show()
    assert [do for do, button in bar.buttons.items() if button.isVisible()] == [ASK, COUNT_AS_SENT, SEND_AGAIN]
    qtbot.mouseClick(bar.buttons[ASK], CLICK)
    qtbot.mouseClick(bar.buttons[SEND_AGAIN], CLICK)
    assert bar.question.text() == "It may have arrived already, and would then arrive twice. Send it again?"
    qtbot.mouseClick(bar.no_button, CLICK)
    assert decided == [ASK]
    qtbot.mouseClick(bar.buttons[SEND_AGAIN], CLICK)
    qtbot.mouseClick(bar.yes_button, CLICK)
    qtbot.mouseClick(bar.buttons[COUNT_AS_SENT], CLICK)
    qtbot.mouseClick(bar.yes_button, CLICK)
    assert decided == [ASK, SEND_AGAIN, COUNT_AS_SENT]


def test_a_question_about_one_message_is_not_answered_for_another(qtbot: QtBot) -> None:
    bar = DecisionBar()
    qtbot.addWidget(bar)
    bar.offer("unknown")
    bar.show()
    qtbot.mouseClick(bar.buttons[SEND_AGAIN], CLICK)
    bar.reset()
    bar.offer("unknown")
    assert not bar.yes_button.isVisible()


def test_all_that_the_filter_shows_are_settled_after_a_question_with_their_number(qtbot: QtBot) -> None:
    bar = DecisionBar()
    qtbot.addWidget(bar)
    decided: list[str] = []
    bar.decided.connect(decided.append)
    bar.offer("unknown", 1200)
    assert bar.question.text() == "1,200 unknown: what became of them?"
    for do, question in (
        (ASK, "Ask the gateway about all 1,200?"),
        (COUNT_AS_SENT, "Count all 1,200 as sent? They are not sent again."),
        (SEND_AGAIN, "Some may have arrived already, and would then arrive twice. Send all 1,200 again?"),
    ):
        qtbot.mouseClick(bar.buttons[do], CLICK)
        assert bar.question.text() == question
        qtbot.mouseClick(bar.yes_button, CLICK)
    assert decided == [ASK, COUNT_AS_SENT, SEND_AGAIN]
    bar.offer("unknown", 0)
    assert not bar.isVisible()


def test_what_has_not_left_may_be_cancelled_at_once(qtbot: QtBot) -> None:
    bar = DecisionBar()
    qtbot.addWidget(bar)
    decided: list[str] = []
    bar.decided.connect(decided.append)
    bar.offer("held")
    qtbot.mouseClick(bar.buttons[CANCEL], CLICK)
    assert decided == [CANCEL]


def test_a_decision_of_the_page_reaches_the_clerk(desk: Desk) -> None:
    desk.clerk.answers["unknown.ask"] = lambda _: {"changed": 1}
    desk.deliveries.decided.emit(ASK, {"message_ids": [5]})
    assert ("unknown.ask", {"message_ids": [5]}) in desk.clerk.calls

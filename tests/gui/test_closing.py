"""Closing the window while messages are being sent: three choices, the tray, and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QSystemTrayIcon, QWidget
from pytestqt.qtbot import QtBot
from support.fake_clerk import FakeClerk

from desktop.background.child_process import ChildState
from desktop.background.composer import Composer
from desktop.background.status import StatusWatch
from desktop.i18n import apply_language
from desktop.main_window import PAGES, MainWindow
from desktop.models.draft import HandedOver
from desktop.models.under_way import UnderWay
from desktop.single_instance import Claim, SingleInstance
from desktop.wiring import closing as wiring

# The offscreen platform has no notification area and says so when a symbol is put there.
pytestmark = pytest.mark.qt_log_ignore("systemTrayWindowChanged", "does not support raise")

LEFT = Qt.MouseButton.LeftButton
OWN_WORKER = 4711


def status(open_: dict[str, int] | None = None, running: list[dict[str, Any]] | None = None, **more: Any) -> Any:
    return {"open": open_ or {}, "running": running or [], "workers": [{"pid": OWN_WORKER}], "stopped": False} | more


def batch(batch_id: int = 7, **counts: int) -> dict[str, Any]:
    return {"batch_id": batch_id, "total": sum(counts.values()), "counts": counts}


BUSY = status({"sending": 3, "queued": 580, "retrying": 5}, [batch(submitted=412, sending=3, queued=585)])


class Scene:
    """A window, what joins it to the pulse, and a record of whether it wanted to quit."""

    def __init__(self, qtbot: QtBot) -> None:
        self.clerk = FakeClerk({"batch.counts": lambda asked: batch(asked["batch_id"], submitted=997, rejected=3)})
        self.window = MainWindow({name: QWidget() for name in PAGES}, QSettings())
        qtbot.addWidget(self.window, before_close_func=lambda widget: setattr(widget, "_may_close", True))
        self.watch = StatusWatch(self.clerk, self.window)
        self.composer = Composer(self.clerk, self.window)
        worker = SimpleNamespace(state=ChildState.RUNNING, process_id=OWN_WORKER)
        self.children: Any = SimpleNamespace(worker=worker, clerk=self.clerk)
        self.closing = wiring.connect(self.window, self.children, self.watch, self.composer, 35)
        self.closing.tray_available = lambda: True
        self.quits: list[bool] = []
        self.told: list[tuple[str, str]] = []
        self.closing.quit_wanted.connect(lambda: self.quits.append(True))
        self.closing.tray.tell = lambda title, text: self.told.append((title, text))  # type: ignore[method-assign]
        self.window.show()
        qtbot.waitExposed(self.window)

    def looks(self, answer: Any) -> None:
        self.watch.looked.emit(answer)

    def close_while(self, answer: Any) -> None:
        self.looks(answer)
        self.window.close()

    @property
    def tool_tip(self) -> str:
        return self.closing.tray.icon.toolTip()


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    apply_language("en")
    yield
    apply_language("en")


@pytest.fixture
def scene(qtbot: QtBot, tmp_path: Path) -> Iterator[Scene]:
    made = Scene(qtbot)
    yield made
    made.closing.end()


@pytest.mark.parametrize(
    "answer",
    [
        status(),
        status({"submitted": 400}),
        status({"held": 20}, [batch(held=20)]),
        status({"unknown": 2}),
    ],
)
def test_where_nothing_is_sent_it_closes_at_once(scene: Scene, answer: Any) -> None:
    scene.close_while(answer)
    assert scene.quits == [True]
    assert not scene.closing.dialog.isVisible()


@pytest.mark.parametrize("state", [ChildState.STOPPED, ChildState.STOPPING, ChildState.FAILED])
def test_a_window_whose_worker_does_not_run_closes_at_once(scene: Scene, state: ChildState) -> None:
    scene.children.worker.state = state
    scene.close_while(BUSY)
    assert scene.quits == [True]


def test_a_clerk_that_is_away_does_not_keep_the_window(scene: Scene) -> None:
    scene.looks(BUSY)
    scene.watch.lost.emit("clerk.gone", {})
    scene.window.close()
    assert scene.quits == [True]


@pytest.mark.parametrize("state", ["queued", "sending", "retrying", "scheduled"])
def test_what_is_queued_or_in_flight_is_asked_about(scene: Scene, state: str) -> None:
    scene.close_while(status({state: 1}))
    assert scene.closing.dialog.isVisible()
    assert scene.quits == []
    assert scene.window.isVisible()


def test_what_was_just_handed_over_counts_before_the_pulse_knows_of_it(scene: Scene) -> None:
    scene.looks(status())
    scene.composer.handed_over.emit(HandedOver(7, 1, 1_000))
    scene.window.close()
    assert scene.closing.dialog.isVisible()


def test_the_question_has_figures_that_follow_and_three_named_choices(scene: Scene) -> None:
    scene.close_while(BUSY)
    dialog = scene.closing.dialog
    assert dialog.figures.text() == "412 submitted, 3 in flight, 585 queued"
    names = [button.accessibleName() for button in dialog.findChildren(QPushButton)]
    assert sorted(names) == ["Cancel", "Keep sending in the background", "Stop now"]
    scene.looks(status({"sending": 1}, [batch(submitted=999, sending=1)]))
    assert dialog.figures.text() == "999 submitted, 1 in flight, 0 queued"
    assert dialog.background_button.isDefault()
    assert dialog.background_button.hasFocus() or not dialog.isActiveWindow()


def test_when_all_have_left_meanwhile_quit_is_what_is_offered(scene: Scene, qtbot: QtBot) -> None:
    scene.close_while(BUSY)
    dialog = scene.closing.dialog
    places = [button.pos() for button in (dialog.cancel_button, dialog.background_button)]
    scene.looks(status({"submitted": 1_000}))
    assert dialog.stop_button.accessibleName() == "Quit"
    assert not dialog.background_button.isEnabled()
    assert places == [button.pos() for button in (dialog.cancel_button, dialog.background_button)]
    scene.looks(BUSY)
    assert dialog.stop_button.accessibleName() == "Stop now"
    assert dialog.background_button.isEnabled()
    scene.looks(status({"submitted": 1_000}))
    qtbot.mouseClick(dialog.stop_button, LEFT)
    assert scene.quits == [True]


@pytest.mark.parametrize(
    ("held", "in_english", "in_chinese"),
    [
        (0, "All messages have left meanwhile", "短信已全部发出"),
        (1, "Nothing is being sent; 1 held message waits.", "有 1 条已暂停的短信在等待"),
        (1_200, "Nothing is being sent; 1,200 held messages wait.", "有 1,200 条已暂停的短信在等待"),
    ],
)
def test_what_is_held_has_not_left(scene: Scene, held: int, in_english: str, in_chinese: str) -> None:
    scene.close_while(BUSY)
    scene.looks(status({"held": held}))
    headline = [label.text() for label in scene.closing.dialog.findChildren(QLabel)]
    assert in_english in headline
    apply_language("zh_CN")
    QApplication.processEvents()
    assert any(in_chinese in label.text() for label in scene.closing.dialog.findChildren(QLabel))


def test_workers_outside_the_program_are_told_of(scene: Scene) -> None:
    scene.close_while(BUSY | {"workers": [{"pid": OWN_WORKER}, {"pid": 1}, {"pid": 2}]})
    texts = " ".join(label.text() for label in scene.closing.dialog.findChildren(QLabel))
    assert "2 workers outside this program go on sending" in texts


def test_cancel_and_escape_close_nothing(scene: Scene, qtbot: QtBot) -> None:
    for leave in (
        lambda: qtbot.mouseClick(scene.closing.dialog.cancel_button, LEFT),
        lambda: qtbot.keyClick(scene.closing.dialog, Qt.Key.Key_Escape),
    ):
        scene.close_while(BUSY)
        leave()
        assert not scene.closing.dialog.isVisible()
        assert scene.window.isVisible()
    assert scene.quits == []


def test_stop_now_quits(scene: Scene, qtbot: QtBot) -> None:
    scene.close_while(BUSY)
    qtbot.mouseClick(scene.closing.dialog.stop_button, LEFT)
    assert scene.quits == [True]


# -- in the background --------------------------------------------------------------------------------------


def go_away(scene: Scene, qtbot: QtBot) -> None:
    scene.close_while(BUSY)
    qtbot.mouseClick(scene.closing.dialog.background_button, LEFT)


def test_the_window_hides_behind_a_symbol_that_tells_how_far_it_is(scene: Scene, qtbot: QtBot) -> None:
    go_away(scene, qtbot)
    assert not scene.window.isVisible()
    assert scene.closing.tray.is_shown
    assert scene.tool_tip == "SMS Desk\n412 submitted, 3 in flight, 585 queued"
    scene.looks(status())
    assert scene.tool_tip == "SMS Desk\nNothing is waiting to be sent"
    assert scene.quits == []


def test_the_symbols_menu_opens_stops_and_quits(scene: Scene, qtbot: QtBot) -> None:
    go_away(scene, qtbot)
    tray = scene.closing.tray
    titles = [action.text() for action in tray.menu.actions() if not action.isSeparator()]
    assert titles == ["Open SMS Desk", "Stop all sending", "Quit"]
    with qtbot.waitSignal(scene.window.stop_button.clicked):
        tray.stop_action.trigger()
    scene.looks(BUSY | {"open": {"held": 585, "sending": 3}, "stopped": True})
    assert tray.stop_action.text() == "Resume all sending"
    assert scene.tool_tip == "SMS Desk\nAll sending is stopped: 412 submitted, 3 in flight, 0 queued, 585 held"
    tray.open_action.trigger()
    assert scene.window.isVisible()
    assert not tray.is_shown
    tray.quit_action.trigger()
    assert scene.quits == [True]


def test_a_click_on_the_symbol_brings_the_window_back(scene: Scene, qtbot: QtBot) -> None:
    go_away(scene, qtbot)
    scene.closing.tray.icon.activated.emit(QSystemTrayIcon.ActivationReason.Trigger)
    assert scene.window.isVisible()
    assert not scene.closing.tray.is_shown


def test_a_second_start_brings_the_hidden_window_back(scene: Scene, qtbot: QtBot, tmp_path: Path) -> None:
    first, second = SingleInstance(tmp_path), SingleInstance(tmp_path)
    assert first.claim() is Claim.FIRST
    first.show_wanted.connect(scene.window.come_forward)
    go_away(scene, qtbot)
    assert second.claim(0) is not Claim.FIRST  # what it asks is answered in the next turns of this event loop
    qtbot.waitUntil(scene.window.isVisible)
    assert not scene.closing.tray.is_shown
    first.release()


def test_the_end_of_a_batch_is_told_once_and_only_while_the_window_is_away(scene: Scene, qtbot: QtBot) -> None:
    scene.looks(BUSY)
    scene.looks(status())
    assert scene.clerk.calls_of("batch.counts") == []
    go_away(scene, qtbot)
    scene.looks(status())
    qtbot.waitUntil(lambda: scene.told == [("Batch 7 has ended", "997 submitted · 3 refused or failed")])
    scene.looks(status())
    QApplication.processEvents()
    assert len(scene.told) == 1


def test_a_desktop_without_a_notification_area_minimizes_and_says_so(scene: Scene, qtbot: QtBot) -> None:
    scene.closing.tray_available = lambda: False
    scene.close_while(BUSY)
    button = scene.closing.dialog.background_button
    assert button.accessibleName() == "Keep sending, minimized"
    assert "no notification area" in button.accessibleDescription()
    qtbot.mouseClick(button, LEFT)
    assert scene.window.isMinimized()
    assert not scene.closing.tray.is_shown


def test_a_notification_area_that_goes_away_leaves_no_window_without_a_way_back(scene: Scene, qtbot: QtBot) -> None:
    go_away(scene, qtbot)
    scene.closing.tray_available = lambda: False
    scene.looks(BUSY)
    assert scene.window.isMinimized()


def test_the_end_of_the_program_asks_nothing_and_leaves_no_symbol(scene: Scene, qtbot: QtBot) -> None:
    scene.close_while(BUSY)
    scene.closing.end()
    assert not scene.closing.dialog.isVisible()
    go_away(scene, qtbot)
    scene.closing.end()
    assert not scene.closing.tray.is_shown
    assert scene.quits == []


def test_it_speaks_chinese(scene: Scene) -> None:
    scene.close_while(BUSY)
    apply_language("zh_CN")
    QApplication.processEvents()
    dialog = scene.closing.dialog
    assert dialog.figures.text() == "已提交 412 条，发送中 3 条，等待 585 条"
    assert dialog.stop_button.accessibleName() == "立即停止"


def test_figures_of_a_ledger_at_rest() -> None:
    assert UnderWay.from_status({}, 0) == UnderWay()
    assert UnderWay().is_over

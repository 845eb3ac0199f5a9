"""The main window: navigation, notice line, lights, what it remembers. Real clicks and keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop.boot import window_memory
from desktop.i18n import apply_language
from desktop.main_window import PAGES, MainWindow
from desktop.theme import Theme
from desktop.theme.colours import Role
from desktop.widgets.message_bar import Notice
from desktop.widgets.status_lights import Light, StatusLights, longest_that_fit


def make_window(qtbot: QtBot, memory: QSettings | None = None) -> MainWindow:
    window = MainWindow({name: QWidget() for name in PAGES}, memory)
    qtbot.addWidget(window, before_close_func=lambda widget: setattr(widget, "_may_close", True))
    window.show()
    qtbot.waitExposed(window)
    return window


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    return make_window(qtbot)


@pytest.mark.parametrize(("name", "title"), [(name, name.capitalize()) for name in PAGES])
def test_a_click_shows_a_page(window: MainWindow, qtbot: QtBot, name: str, title: str) -> None:
    button = window.navigation_button(name)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.current_page() == name
    assert button.isChecked()
    assert button.accessibleName() == title


@pytest.mark.parametrize("name", PAGES)
def test_a_screen_reader_shows_a_page(window: MainWindow, name: str) -> None:
    read_out = QAccessible.queryAccessibleInterface(window.navigation_button(name))
    actions = read_out.actionInterface()
    actions.doAction(actions.actionNames()[0])
    assert window.current_page() == name
    assert read_out.role() is QAccessible.Role.RadioButton
    assert read_out.state().checked


def test_control_and_a_number_show_a_page(window: MainWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    for key, name in ((Qt.Key.Key_3, "workers"), (Qt.Key.Key_2, "deliveries"), (Qt.Key.Key_4, "settings")):
        qtbot.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
        assert window.current_page() == name


def test_closing_asks_the_application_first(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.close_wanted):
        window.close()
    assert window.isVisible()
    window.close_for_good()
    assert not window.isVisible()


def test_size_and_place_are_remembered(qtbot: QtBot, tmp_path: Path) -> None:
    memory = window_memory(tmp_path)
    first = make_window(qtbot, memory)
    first.resize(900, 650)
    first.close_for_good()
    assert make_window(qtbot, memory).size().toTuple() == (900, 650)


def test_the_window_fits_on_a_small_screen(window: MainWindow) -> None:
    assert window.minimumSizeHint().width() <= 1024
    assert window.minimumSizeHint().height() <= 700


def test_a_notice_stands_until_it_is_dismissed(window: MainWindow, qtbot: QtBot) -> None:
    bar = window.message_bar
    assert not bar.isVisible()
    bar.put(Notice("a", "The disk is full.", "Free some space."))
    bar.put(Notice("b", "The broker is silent."))
    assert bar.isVisible()
    assert bar.current() == Notice("b", "The broker is silent.")
    qtbot.mouseClick(bar.dismiss_button, Qt.MouseButton.LeftButton)
    assert bar.current() == Notice("a", "The disk is full.", "Free some space.")
    qtbot.mouseClick(bar.dismiss_button, Qt.MouseButton.LeftButton)
    assert not bar.isVisible()


def test_notices_that_say_the_same_count_as_one_and_can_be_brought_back(window: MainWindow, qtbot: QtBot) -> None:
    bar = window.message_bar
    same = [Notice(key, "The disk is full.", "Free some space.") for key in ("status", "request.hello")]
    bar.put(Notice("held.clinic", "Sending is paused.", action="Resume sending"))
    for notice in same:
        bar.put(notice)
    assert "1 more" in [label.text() for label in bar.findChildren(QLabel)]
    qtbot.mouseClick(bar.dismiss_button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(bar.dismiss_button, Qt.MouseButton.LeftButton)
    assert bar.current() is None
    bar.bring_back("held.")
    for notice in (*same, Notice("held.clinic", "Sending is paused.", action="Resume sending")):
        bar.put(notice)
    assert [notice.key for notice in [bar.current()] if notice] == ["held.clinic"]
    assert "1 more" not in [label.text() for label in bar.findChildren(QLabel)]


def test_a_dismissed_notice_comes_back_only_after_it_was_over(window: MainWindow, qtbot: QtBot) -> None:
    bar, notice = window.message_bar, Notice("a", "The disk is full.")
    bar.put(notice)
    qtbot.mouseClick(bar.dismiss_button, Qt.MouseButton.LeftButton)
    bar.put(notice)
    assert not bar.isVisible()
    bar.clear("a")
    bar.put(notice)
    assert bar.isVisible()


def test_a_light_says_it_in_words_and_leads_to_its_page(window: MainWindow, qtbot: QtBot) -> None:
    lights = window.lights
    lights.show_light("worker", Light(Role.ATTENTION, "Worker: stopped — messages wait", "Start it.", "workers"))
    button = lights.button("worker")
    assert button.accessibleName() == "Worker: stopped — messages wait"
    assert "Worker: stopped" in button.text()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.current_page() == "workers"


def test_lights_differ_in_shape_too(window: MainWindow) -> None:
    lights: StatusLights = window.lights
    shown = []
    for role in (Role.GOOD, Role.BUSY, Role.ATTENTION, Role.BAD, Role.NEUTRAL):
        lights.show_light("broker", Light(role, "Broker", "", "workers"))
        shown.append(lights.button("broker").text()[0])
    assert len(set(shown)) == 5


def test_the_language_changes_live(window: MainWindow, qtbot: QtBot) -> None:
    button = window.navigation_button("deliveries")
    try:
        with qtbot.waitSignal(window.language_changed):
            apply_language("zh_CN")
        assert button.accessibleName() == "发送记录"
        assert window.message_bar.dismiss_button.text() == "知道了"
    finally:
        apply_language("en")
    qtbot.waitUntil(lambda: button.accessibleName() == "Deliveries")


def test_the_theme_dresses_it_without_a_word_from_qt(window: MainWindow, qapp: QApplication) -> None:
    before = qapp.palette()
    try:
        Theme(qapp)
        window.grab()
    finally:
        qapp.setStyleSheet("")
        qapp.setPalette(before)


def test_long_words_of_the_lights_give_way_to_the_button_that_stops_all(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(window.minimumSize())
    whole = window.lights.button("broker")
    window.lights.show_light("sending", Light(Role.BAD, "All sending is stopped", "Why.", "deliveries"))
    window.lights.show_light("broker", Light(Role.GOOD, "Broker: ready", "", "workers"))
    window.lights.show_light("worker", Light(Role.ATTENTION, "Worker: none has the account " + "x" * 30, "", "workers"))
    window.lights.show_light("gateway", Light(Role.BAD, "Gateway: " + "y" * 60, "Mend it.", "settings"))
    window.show_stopped(True)
    stop = window.stop_button

    def fits() -> bool:
        return (
            stop.mapTo(window, stop.rect().topRight()).x() < window.width() and stop.width() >= stop.sizeHint().width()
        )

    qtbot.waitUntil(fits)
    gateway = window.lights.button("gateway")
    qtbot.waitUntil(lambda: gateway.text().endswith("…"))
    assert window.width() == window.minimumWidth()
    assert gateway.accessibleName() == "Gateway: " + "y" * 60
    assert gateway.toolTip() == "Gateway: " + "y" * 60 + "\nMend it."
    assert whole.text() == "● Broker: ready"
    assert window.lights.button("sending").text() == "■ All sending is stopped"
    window.resize(2_400, 700)
    qtbot.waitUntil(lambda: not gateway.text().endswith("…"))
    assert gateway.toolTip() == "Mend it."


@pytest.mark.parametrize(
    ("widths", "room", "longest"),
    [([], 100, 0), ([10, 20], 100, 20), ([10, 80, 90], 100, 45), ([50, 50], 60, 30), ([50], -5, 0)],
)
def test_the_longest_words_are_cut_first(widths: list[int], room: int, longest: int) -> None:
    assert longest_that_fit(widths, room) == longest

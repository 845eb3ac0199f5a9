"""What the style sheet makes of menus, popups, fields and bars that a palette alone leaves as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLineEdit, QMenu, QProgressBar, QRadioButton, QWidget
from pytestqt.qtbot import QtBot
from support.contrast import contrast

from desktop.theme.colours import Role, Scheme, ask_scheme, colour
from desktop.theme.sheet import style_sheet


@pytest.fixture(params=Scheme, autouse=True)
def scheme(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[Scheme]:
    scheme: Scheme = request.param
    ask_scheme(scheme)
    yield scheme
    ask_scheme(None)


def picture(qtbot: QtBot, widget: QWidget) -> QImage:
    qtbot.addWidget(widget)
    widget.setStyleSheet(style_sheet())
    widget.resize(widget.sizeHint())
    return widget.grab().toImage()


def test_a_menu_has_an_edge_that_is_seen(qtbot: QtBot) -> None:
    menu = QMenu()
    menu.addAction("Copy")
    drawn = picture(qtbot, menu)
    middle = drawn.height() // 2
    assert drawn.pixelColor(0, middle) == colour(Role.EDGE)
    assert contrast(drawn.pixelColor(0, middle), colour(Role.CARD)) >= 3


@pytest.mark.parametrize("make", [QLineEdit, QComboBox, QCheckBox, QRadioButton])
def test_what_is_disabled_looks_so(qtbot: QtBot, make: Callable[[], QWidget]) -> None:
    on, off = make(), make()
    off.setEnabled(False)
    one, other = picture(qtbot, on), picture(qtbot, off)
    told = sum(
        contrast(one.pixelColor(x, y), other.pixelColor(x, y)) >= 1.5
        for x in range(one.width())
        for y in range(one.height())
    )
    assert told >= 20


def test_bars_of_progress_are_thin_everywhere(qtbot: QtBot) -> None:
    bar = QProgressBar()
    bar.setTextVisible(False)
    picture(qtbot, bar)
    assert bar.sizeHint().height() == 6

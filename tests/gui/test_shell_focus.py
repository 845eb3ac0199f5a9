"""Where the focus is, can be seen: in every scheme, and by more than a change of colour that is hard to tell."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFrame,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QTabBar,
    QTableWidget,
    QVBoxLayout,
    QWidget,
)  # fmt: skip
from pytestqt.qtbot import QtBot
from support.contrast import contrast

from desktop.theme.colours import Role, Scheme, ask_scheme, colour
from desktop.theme.sheet import style_sheet

KINDS = (
    "button", "primary", "navigation", "checked navigation", "field", "text", "choice", "table", "list", "tabs", "box",
)  # fmt: skip


@pytest.fixture(params=Scheme)
def scheme(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[Scheme]:
    scheme: Scheme = request.param
    ask_scheme(scheme)
    yield scheme
    ask_scheme(None)


def button(*, primary: bool = False, checked: bool = False) -> QPushButton:
    made = QPushButton("Send 3 messages")
    made.setProperty("primary", primary)
    made.setCheckable(checked)
    made.setChecked(checked)
    return made


def tabs() -> QTabBar:
    made = QTabBar()
    made.addTab("Log")
    return made


def widget(kind: str) -> QWidget:
    return {
        "button": button,
        "primary": lambda: button(primary=True),
        "navigation": button,
        "checked navigation": lambda: button(checked=True),
        "field": QLineEdit,
        "text": QPlainTextEdit,
        "choice": QComboBox,
        "table": lambda: QTableWidget(2, 2),
        "list": QListWidget,
        "tabs": tabs,
        "box": lambda: QCheckBox("Start"),
    }[kind]()


def looks(qtbot: QtBot, kind: str) -> tuple[QImage, QImage, QRect]:
    """A widget without and with the focus, and the part of it that shows the focus."""
    shown = widget(kind)
    window, other = QFrame(), QLineEdit()
    if "navigation" in kind:
        window.setObjectName("navigation")
    ground = window.palette()
    ground.setColor(QPalette.ColorRole.Window, colour(Role.WINDOW))
    window.setPalette(ground)
    window.setStyleSheet(style_sheet())
    column = QVBoxLayout(window)
    column.addWidget(shown)
    column.addWidget(other)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    images, sizes = [], []
    for focused in (other, shown):
        focused.setFocus()
        qtbot.waitUntil(focused.hasFocus)
        sizes.append(shown.sizeHint())
        images.append(window.grab(QRect(shown.mapTo(window, shown.rect().topLeft()), shown.size())).toImage())
    assert sizes[0] == sizes[1]  # nothing moves with the focus
    return images[0], images[1], shown.tabRect(0) if isinstance(shown, QTabBar) else shown.rect()


@pytest.mark.parametrize("kind", KINDS)
def test_the_focus_is_seen(qtbot: QtBot, scheme: Scheme, kind: str) -> None:
    before, after, part = looks(qtbot, kind)
    told = sum(
        contrast(before.pixelColor(x, y), after.pixelColor(x, y)) >= 3
        for x in range(part.left(), part.right() + 1)
        for y in range(part.top(), part.bottom() + 1)
    )
    edge = 2 * (14 + 14) if kind == "box" else 2 * (part.width() + part.height())
    assert told >= 0.7 * edge  # round corners are shorter, and mixed with what is behind them

"""The Compose page on the screen, and what most of its tests do first."""

from __future__ import annotations

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from support.compose_desk import ComposeClerk

from desktop.background.composer import Composer
from desktop.widgets.compose.page import ComposePage
from desktop.wiring import compose as wiring


def open_page(qtbot: QtBot, clerk: ComposeClerk) -> ComposePage:
    page = ComposePage()
    qtbot.addWidget(page)
    wiring.connect(page, Composer(clerk))
    page.resize(840, 660)
    page.show()
    qtbot.waitExposed(page)
    page.activateWindow()
    qtbot.waitUntil(lambda: page.through.account() is not None and QApplication.activeWindow() is page)
    return page


def write(qtbot: QtBot, page: ComposePage, numbers: str = "13800138000", text: str = "Your parcel is here") -> None:
    page.recipients.edit.setPlainText(numbers)
    QTest.keyClicks(page.content.message.edit, text)
    qtbot.waitUntil(lambda: page.recipients.check is not None)


def confirm_shown(qtbot: QtBot, page: ComposePage) -> None:
    """And what the numbers got before is known: a Confirm would wait for it."""
    qtbot.waitUntil(lambda: page.confirmation.isVisible() and not page.confirmation.looking)

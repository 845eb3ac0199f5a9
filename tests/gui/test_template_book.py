"""The template book: templates are kept, and asked from the gateway."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from support.compose_desk import ComposeClerk, by_name
from support.compose_page import open_page

from desktop.i18n import apply_language
from desktop.widgets.compose.page import ComposePage
from tasks.errors import GatewayError

LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    apply_language("en")
    yield
    apply_language("en")


@pytest.fixture
def clerk() -> ComposeClerk:
    return ComposeClerk()


@pytest.fixture
def page(qtbot: QtBot, clerk: ComposeClerk) -> ComposePage:
    return open_page(qtbot, clerk)


def test_the_template_book_saves_and_deletes(page: ComposePage, qtbot: QtBot, clerk: ComposeClerk) -> None:
    page.through.choose("clinic")
    qtbot.mouseClick(page.content.template.book_button, LEFT)
    qtbot.waitUntil(page.book.isVisible)
    qtbot.mouseClick(page.book.new_button, LEFT)
    qtbot.keyClicks(page.book.template_id, "77")
    qtbot.keyClicks(page.book.text, "Hi {1}")
    qtbot.mouseClick(page.book.save_button, LEFT)
    qtbot.waitUntil(lambda: page.book.entries.count() == 2)
    assert page.content.template.choice.findData("77") >= 0
    qtbot.mouseClick(page.book.delete_button, LEFT)
    assert len(clerk.templates) == 2  # the first press only asks
    qtbot.mouseClick(page.book.delete_button, LEFT)
    qtbot.waitUntil(lambda: page.book.entries.count() == 1)
    assert [entry["template_id"] for entry in clerk.templates] == ["1834521"]


def open_book(qtbot: QtBot, page: ComposePage, account: str) -> None:
    page.through.choose(account)
    page.content.by_template.setChecked(True)
    qtbot.mouseClick(page.content.template.book_button, LEFT)
    qtbot.waitUntil(page.book.isVisible)


def test_the_book_is_filled_from_the_gateway(page: ComposePage, qtbot: QtBot, clerk: ComposeClerk) -> None:
    clerk.at_gateway = [{"template_id": "42", "name": "Code", "text": "Code {1}", "signature": "Desk"}]
    clerk.not_approved = [str(number) for number in range(50, 60)]
    open_book(qtbot, page, "clinic")
    qtbot.mouseClick(page.book.new_button, LEFT)
    qtbot.keyClicks(page.book.template_id, "being written")
    clerk.hold = True
    qtbot.mouseClick(by_name(page.book, QPushButton, "Fetch from gateway"), LEFT)
    assert by_name(page.book, QPushButton, "Asking the gateway… 0 s") is page.book.fetch_button
    assert not page.book.fetch_button.isEnabled()
    qtbot.waitUntil(lambda: page.book.fetch_button.text() == "Asking the gateway… 1 s")
    clerk.hold = False
    clerk.release()
    qtbot.waitUntil(lambda: page.book.entries.count() == 2)
    assert page.book.fetch_note.text() == (
        "New: 1, changed: 0. Not approved, so not taken: 50, 51, 52, 53, 54, 55, 56, 57 …. "
        "In the book, but not at the gateway: 1834521."
    )
    assert page.book.fetch_button.isEnabled()
    assert page.book.template_id.text() == "being written"
    assert page.content.template.choice.findData("42") >= 0
    apply_language("zh_CN")
    qtbot.waitUntil(lambda: page.book.fetch_button.text() == "从网关获取(&F)")


def test_a_fetch_that_fails_says_what_to_do(page: ComposePage, qtbot: QtBot, clerk: ComposeClerk) -> None:
    def refused(_params: dict[str, object]) -> dict[str, object]:
        raise GatewayError("gateway.login_refused", gateway="yuntongxun", reason="111115")

    clerk.answers["templates.fetch"] = refused
    open_book(qtbot, page, "clinic")
    qtbot.mouseClick(page.book.fetch_button, LEFT)
    qtbot.waitUntil(lambda: page.book.fetch_note.bad)
    said = page.book.fetch_note.text()
    assert "white list" in said
    assert "Add the public address of the computer that sends in the console" in said
    assert page.book.fetch_button.isEnabled()
    clerk.answers["templates.fetch"] = lambda _params: {"found": 0, "added": 0, "changed": 0}
    qtbot.mouseClick(page.book.fetch_button, LEFT)
    qtbot.waitUntil(lambda: "no templates of this account" in page.book.fetch_note.text())
    assert not page.book.fetch_note.bad


def test_a_gateway_that_cannot_be_asked_has_no_button_for_it(page: ComposePage, qtbot: QtBot) -> None:
    open_book(qtbot, page, "simulator")
    assert not page.book.fetch_button.isVisible()


@pytest.mark.parametrize(("account", "named"), [("clinic", "“Fetch from gateway”"), ("simulator", "“New”")])
def test_an_empty_book_says_what_to_do(page: ComposePage, qtbot: QtBot, account: str, named: str) -> None:
    open_book(qtbot, page, account)
    page.book.set_templates(())
    said = page.book.empty
    qtbot.waitUntil(said.isVisible)
    assert named in said.text()
    assert ("Fetch" in said.text()) is (account == "clinic")
    assert page.book.entries.accessibleDescription() == said.text()


def test_the_hint_for_the_id_is_read_whole(page: ComposePage, qtbot: QtBot) -> None:
    for language in ("en", "zh_CN"):
        apply_language(language)
        open_book(qtbot, page, "clinic")
        field = page.book.template_id
        hint = field.fontMetrics().horizontalAdvance(field.placeholderText())
        assert hint <= field.width() - 24  # what the style keeps beside the text
        page.book.close()

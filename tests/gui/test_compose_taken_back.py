"""After Send: what was undone stands on the page again, and what is held while all is stopped is said to be held."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from support.compose_desk import ComposeClerk
from support.compose_page import confirm_shown, open_page, write

from desktop.i18n import apply_language
from desktop.theme.colours import Role
from desktop.widgets.compose.page import ComposePage

LEFT = Qt.MouseButton.LeftButton
NUMBERS = "13800138000\n1380013\n13800138001"


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


def send(qtbot: QtBot, page: ComposePage, clerk: ComposeClerk) -> int:
    """Send and confirm what stands there; the answer is its batch."""
    before = len(clerk.batches)
    qtbot.mouseClick(page.send_button, LEFT)
    confirm_shown(qtbot, page)
    qtbot.mouseClick(page.confirmation.confirm_button, LEFT)
    qtbot.waitUntil(lambda: len(clerk.batches) == before + 1 and not page.confirmation.isVisible())
    return before + 1


def test_an_undone_message_stands_there_as_it_was(page: ComposePage, qtbot: QtBot, clerk: ComposeClerk) -> None:
    write(qtbot, page, NUMBERS, "Your parcel is here")
    page.through.sender_edit.setText("Shop")
    batch_id = send(qtbot, page, clerk)
    assert page.sheet.is_empty
    page.taken_back.show_undone(batch_id)
    assert page.recipients.text() == NUMBERS
    assert page.content.message.text() == "Your parcel is here"
    assert page.through.sender_edit.text() == "Shop"
    assert page.outcome.text.text() == "Undone: nothing was sent."
    assert not page.outcome.link.isVisible()


def test_an_undone_template_comes_back_with_its_variables(page: ComposePage, qtbot: QtBot, clerk: ComposeClerk) -> None:
    page.through.choose("clinic")
    page.recipients.edit.setPlainText("13800138000")
    page.content.template.set_content("1834521", ["王女士", "口腔科", "9:30"])
    batch_id = send(qtbot, page, clerk)
    page.through.choose("simulator")
    page.taken_back.show_undone(batch_id)
    account = page.through.account()
    assert account is not None
    assert account.name == "clinic"
    assert page.content.template.preview.text() == "【安心诊所】您好王女士，您预约的口腔科门诊时间为9:30。"


def test_an_undone_message_is_sent_anew_as_another_order(page: ComposePage, qtbot: QtBot, clerk: ComposeClerk) -> None:
    write(qtbot, page, NUMBERS)
    page.taken_back.show_undone(send(qtbot, page, clerk))
    assert send(qtbot, page, clerk) == 2
    assert page.outcome.text.text() == "2 messages handed over"


def test_what_was_written_since_is_not_overwritten(page: ComposePage, qtbot: QtBot, clerk: ComposeClerk) -> None:
    write(qtbot, page, NUMBERS)
    batch_id = send(qtbot, page, clerk)
    qtbot.keyClicks(page.content.message.edit, "Another one")
    page.taken_back.show_undone(batch_id)
    assert page.content.message.text() == "Another one"
    qtbot.keyClicks(page.recipients.edit, "1")  # does not take the offer away
    qtbot.mouseClick(page.outcome.bring_button, LEFT)
    assert (page.recipients.text(), page.content.message.text()) == (NUMBERS, "Your parcel is here")
    qtbot.mouseClick(page.outcome.bring_button, LEFT)
    assert (page.recipients.text(), page.content.message.text()) == ("1", "Another one")


def test_a_batch_of_another_window_changes_nothing(page: ComposePage, qtbot: QtBot, clerk: ComposeClerk) -> None:
    page.taken_back.show_undone(99)
    assert page.sheet.is_empty
    assert not page.outcome.isVisible()


def test_while_all_sending_is_stopped_nothing_looks_sent(page: ComposePage, qtbot: QtBot, clerk: ComposeClerk) -> None:
    page.show_stopped(True)
    write(qtbot, page, NUMBERS)
    qtbot.mouseClick(page.send_button, LEFT)
    confirm_shown(qtbot, page)
    assert any("will wait as Held" in label.text() for label in page.confirmation.findChildren(QLabel))
    qtbot.mouseClick(page.confirmation.confirm_button, LEFT)
    qtbot.waitUntil(page.outcome.isVisible)
    assert page.outcome.text.text() == "2 messages are held: all sending is stopped"
    assert page.outcome.text.property("tone") == Role.ATTENTION
    page.show_stopped(False)
    assert page.outcome.text.text() == "2 messages handed over"


def test_a_stop_while_the_confirmation_stands_there_is_said_too(
    page: ComposePage, qtbot: QtBot, clerk: ComposeClerk
) -> None:
    write(qtbot, page)
    qtbot.mouseClick(page.send_button, LEFT)
    confirm_shown(qtbot, page)

    def said() -> bool:
        return any("will wait as Held" in label.text() for label in page.confirmation.findChildren(QLabel))

    assert not said()
    page.show_stopped(True)
    assert said()
    page.show_stopped(False)
    qtbot.waitUntil(lambda: not said())

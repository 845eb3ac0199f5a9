"""From Send to handed over, with real clicks and keys: all is said before, and it is handed over once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit
from pytestqt.qtbot import QtBot
from support.compose_desk import ComposeClerk, by_name
from support.compose_page import confirm_shown, open_page, write

from desktop.i18n import apply_language
from desktop.widgets.compose.page import ComposePage
from tasks.errors import LedgerError

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


def test_the_confirmation_says_all_of_it(page: ComposePage, qtbot: QtBot) -> None:
    page.through.choose("clinic")
    page.recipients.edit.setPlainText("13800138000\n13800138001\n13800138000\n1380013")
    page.content.template.set_content("1834521", ["王女士", "口腔科", "9:30"])
    qtbot.mouseClick(page.send_button, LEFT)
    confirm_shown(qtbot, page)
    said = " | ".join(
        widget.accessibleName()
        for widget in page.confirmation.findChildren(object)
        if hasattr(widget, "accessibleName")
    )
    for part in ("Through: Yuntongxun (clinic)", "Sender: 安心诊所", "Cost: ¥0.09", "Template: 1834521"):
        assert part in said
    assert "To: +8613800138000, +8613800138001" in said
    assert "Not valid, left out: 1" in said
    assert "Duplicates removed: 1" in said
    assert by_name(page.confirmation, QPlainTextEdit, "Text").toPlainText().startswith("【安心诊所】您好王女士")


def test_of_many_recipients_the_first_are_named(page: ComposePage, qtbot: QtBot) -> None:
    write(qtbot, page, "\n".join(f"138001380{number:02}" for number in range(12)))
    qtbot.mouseClick(page.send_button, LEFT)
    confirm_shown(qtbot, page)
    said = [label.text() for label in page.confirmation.findChildren(QLabel)]
    assert "+8613800138000, +8613800138001, +8613800138002 and 9 more" in said


def test_recipients_are_listed_with_the_punctuation_of_the_language(page: ComposePage, qtbot: QtBot) -> None:
    apply_language("zh_CN")
    write(qtbot, page, "13800138000\n13800138001")
    qtbot.mouseClick(page.send_button, LEFT)
    confirm_shown(qtbot, page)
    said = [label.text() for label in page.confirmation.findChildren(QLabel)]
    assert "+8613800138000、+8613800138001" in said


def test_nothing_is_squeezed_while_an_order_is_handed_over(
    page: ComposePage, qtbot: QtBot, clerk: ComposeClerk
) -> None:
    write(qtbot, page)
    qtbot.mouseClick(page.send_button, LEFT)
    confirm_shown(qtbot, page)
    clerk.hold = True
    before = page.confirmation.size()
    qtbot.mouseClick(page.confirmation.confirm_button, LEFT)
    assert page.confirmation.size() == before
    page.confirmation.show_interrupted()
    layout = page.confirmation.layout()
    assert layout is not None
    assert page.confirmation.height() >= layout.totalHeightForWidth(page.confirmation.width())
    clerk.release()
    qtbot.waitUntil(page.outcome.isVisible)


def test_what_is_written_stays_in_place_when_the_outcome_appears(page: ComposePage, qtbot: QtBot) -> None:
    place = page.recipients.mapTo(page, page.recipients.rect().topLeft())
    write(qtbot, page)
    qtbot.mouseClick(page.send_button, LEFT)
    confirm_shown(qtbot, page)
    qtbot.mouseClick(page.confirmation.confirm_button, LEFT)
    qtbot.waitUntil(page.outcome.isVisible)
    qtbot.waitUntil(lambda: page.outcome.width() > 0)
    assert page.recipients.mapTo(page, page.recipients.rect().topLeft()) == place


def test_escape_goes_back_and_sends_nothing(page: ComposePage, qtbot: QtBot, clerk: ComposeClerk) -> None:
    write(qtbot, page)
    qtbot.mouseClick(page.send_button, LEFT)
    confirm_shown(qtbot, page)
    qtbot.keyClick(page.confirmation, Qt.Key.Key_Escape)
    assert not page.confirmation.isVisible()
    assert page.content.message.text() == "Your parcel is here"
    assert clerk.calls_of("compose.send") == []


def test_from_click_to_handed_over(page: ComposePage, qtbot: QtBot, clerk: ComposeClerk) -> None:
    write(qtbot, page, "13800138000\n13800138001")
    qtbot.mouseClick(page.send_button, LEFT)
    confirm_shown(qtbot, page)
    qtbot.mouseClick(page.confirmation.confirm_button, LEFT)
    qtbot.waitUntil(page.outcome.isVisible)
    assert page.outcome.text.text() == "2 messages handed over"
    assert page.recipients.text() == ""
    assert page.content.message.text() == ""
    assert len(clerk.batches) == 1
    with qtbot.waitSignal(page.deliveries_wanted) as wanted:
        qtbot.mouseClick(page.outcome.link, LEFT)
    assert wanted.args == [1]


def test_a_double_click_sends_once(page: ComposePage, qtbot: QtBot, clerk: ComposeClerk) -> None:
    write(qtbot, page)
    qtbot.mouseClick(page.send_button, LEFT)
    confirm_shown(qtbot, page)
    clerk.hold = True
    qtbot.mouseDClick(page.confirmation.confirm_button, LEFT)
    qtbot.mouseClick(page.confirmation.confirm_button, LEFT)
    assert not page.confirmation.confirm_button.isEnabled()
    assert len(clerk.calls_of("compose.send")) == 1
    clerk.release()
    qtbot.waitUntil(page.outcome.isVisible)


def test_return_held_down_does_not_confirm(page: ComposePage, qtbot: QtBot, clerk: ComposeClerk) -> None:
    write(qtbot, page)
    qtbot.keyClick(page.content.message.edit, Qt.Key.Key_Return, CONTROL)
    confirm_shown(qtbot, page)
    for target in (page.confirmation.confirm_button, page.confirmation):
        repeat = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, CONTROL, "\r", True)
        QApplication.sendEvent(target, repeat)
    assert clerk.calls_of("compose.send") == []
    qtbot.keyClick(page.confirmation.confirm_button, Qt.Key.Key_Return)
    qtbot.waitUntil(page.outcome.isVisible)


def test_a_refusal_keeps_everything_and_the_number_of_the_order(
    page: ComposePage, qtbot: QtBot, clerk: ComposeClerk
) -> None:
    def full(_params: dict[str, object]) -> dict[str, object]:
        raise LedgerError("ledger.disk_full")

    write(qtbot, page)
    send, clerk.answers["compose.send"] = clerk.answers["compose.send"], full
    qtbot.mouseClick(page.send_button, LEFT)
    confirm_shown(qtbot, page)
    qtbot.mouseClick(page.confirmation.confirm_button, LEFT)
    qtbot.waitUntil(page.outcome.isVisible)
    assert page.content.message.text() == "Your parcel is here"
    assert page.send_button.isEnabled()
    clerk.answers["compose.send"] = send
    qtbot.mouseClick(page.send_button, LEFT)
    confirm_shown(qtbot, page)
    qtbot.mouseClick(page.confirmation.confirm_button, LEFT)
    qtbot.waitUntil(lambda: page.recipients.text() == "")
    first, second = clerk.calls_of("compose.send")
    assert first["request_id"] == second["request_id"]


def test_two_equal_messages_are_two_orders(page: ComposePage, qtbot: QtBot, clerk: ComposeClerk) -> None:
    for _ in range(2):
        write(qtbot, page)
        qtbot.mouseClick(page.send_button, LEFT)
        confirm_shown(qtbot, page)
        qtbot.mouseClick(page.confirmation.confirm_button, LEFT)
        qtbot.waitUntil(lambda: page.recipients.text() == "")
    assert len(clerk.batches) == 2

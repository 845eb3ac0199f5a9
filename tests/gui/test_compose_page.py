"""The Compose page with real clicks and keys: check, measure, confirm, hand over once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QMimeData, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot
from support.compose_desk import CLINIC, SIMULATOR, ComposeClerk, by_name

from desktop.background.composer import Composer
from desktop.i18n import apply_language
from desktop.widgets.compose.page import ComposePage
from desktop.widgets.compose.recipients_edit import LONGEST_TEXT
from desktop.wiring import compose as wiring
from tasks.errors import GatewayError, LedgerError

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
    qtbot.keyClicks(page.content.message.edit, text)
    qtbot.waitUntil(lambda: page.recipients.check is not None)


def confirm_shown(qtbot: QtBot, page: ComposePage) -> None:
    qtbot.waitUntil(page.confirmation.isVisible)


# -- recipients ---------------------------------------------------------------------------------------------


def test_every_control_is_found_by_its_name(page: ComposePage) -> None:
    by_name(page, QPlainTextEdit, "Recipients")
    by_name(page, QPlainTextEdit, "Message")
    by_name(page, QComboBox, "Template")
    by_name(page, QPlainTextEdit, "Variables")
    by_name(page, QComboBox, "Gateway")
    by_name(page, QLineEdit, "Sender")
    by_name(page, QPushButton, "Send")
    by_name(page, QPushButton, "Confirm and send")
    by_name(page, QPushButton, "Back")


def test_numbers_are_checked_when_typing_rests_and_bad_ones_are_marked(page: ComposePage, qtbot: QtBot) -> None:
    qtbot.keyClicks(page.recipients.edit, "13800138000, 1380013, 13800138000")
    qtbot.waitUntil(lambda: page.recipients.check is not None)
    check = page.recipients.check
    assert check is not None
    assert (check.valid, check.duplicates, check.bad_count) == (1, 1, 1)
    marked = [selection.cursor.selectedText() for selection in page.recipients.edit.extraSelections()]
    assert marked == ["1380013"]
    assert page.recipients.bad_list.item(0).text() == "Line 1: 1380013 — The number has too few digits."


def test_marks_stand_right_behind_an_emoji(page: ComposePage, qtbot: QtBot) -> None:
    page.recipients.edit.setPlainText("😀\n13800138000\n1380013")
    qtbot.waitUntil(lambda: page.recipients.check is not None)
    marked = [selection.cursor.selectedText() for selection in page.recipients.edit.extraSelections()]
    assert "1380013" in marked
    assert page.recipients.bad_list.item(1).text().startswith("Line 3: 1380013")


def test_a_click_on_a_bad_number_jumps_to_it(page: ComposePage, qtbot: QtBot) -> None:
    page.recipients.edit.setPlainText("13800138000\nabc\n13800138001")
    qtbot.waitUntil(page.recipients.bad_list.isVisible)
    entries = page.recipients.bad_list
    qtbot.mouseClick(entries.viewport(), LEFT, pos=entries.visualItemRect(entries.item(0)).center())
    assert page.recipients.edit.textCursor().selectedText() == "abc"
    assert page.recipients.edit.hasFocus()


def test_an_answer_to_an_older_text_is_ignored(qtbot: QtBot) -> None:
    clerk = ComposeClerk()
    page = open_page(qtbot, clerk)
    clerk.hold = True
    page.recipients.edit.setPlainText("1380013")
    page.recipients.check_now()
    page.recipients.edit.setPlainText("13800138000")
    page.recipients.check_now()
    clerk.release()
    qtbot.waitUntil(lambda: page.recipients.check is not None)
    assert page.recipients.check is not None
    assert page.recipients.check.bad_count == 0
    assert len(clerk.cancelled) == 1


def test_a_check_that_failed_is_repeated_by_send(page: ComposePage, qtbot: QtBot, clerk: ComposeClerk) -> None:
    def failing(_params: dict[str, object]) -> dict[str, object]:
        raise LedgerError("ledger.locked")

    check, clerk.answers["recipients.check"] = clerk.answers["recipients.check"], failing
    page.recipients.edit.setPlainText("13800138000")
    qtbot.waitUntil(lambda: page.recipients.note.bad)
    clerk.answers["recipients.check"] = check
    qtbot.keyClicks(page.content.message.edit, "hello")
    qtbot.mouseClick(page.send_button, LEFT)
    confirm_shown(qtbot, page)


def test_more_than_ten_thousand_is_said_at_the_field(page: ComposePage, qtbot: QtBot) -> None:
    page.recipients.edit.setPlainText("\n".join(str(13_800_000_000 + number) for number in range(10_001)))
    qtbot.waitUntil(lambda: page.recipients.check is not None, timeout=20_000)
    assert page.recipients.note.isVisible()
    assert "More than 10,000 recipients" in page.recipients.note.text()
    qtbot.mouseClick(page.send_button, LEFT)
    assert not page.confirmation.isVisible()


def test_a_paste_without_end_is_refused_before_it_stalls_the_field(page: ComposePage) -> None:
    paste = QMimeData()
    paste.setText("1" * (LONGEST_TEXT + 1))
    page.recipients.edit.insertFromMimeData(paste)
    assert page.recipients.text() == ""
    assert page.recipients.note.bad


# -- the text -----------------------------------------------------------------------------------------------


def test_length_follows_every_key(page: ComposePage, qtbot: QtBot) -> None:
    qtbot.keyClicks(page.content.message.edit, "hello")
    assert by_name(page, QLabel, "Length").text() == "5 characters · 1 segment · 65 left"


def test_mixed_recipients_show_both_rules(page: ComposePage, qtbot: QtBot) -> None:
    write(qtbot, page, "13800138000\n+14155552671", "a" * 100)
    measured = page.content.measured
    assert measured is not None
    assert [(length.mainland, length.segments) for length in measured.lengths] == [(True, 2), (False, 1)]
    assert page.cost.total.text() == "2 messages · 3 segments"
    assert page.cost.price.text() == "No price set for this account"


def test_look_alikes_are_replaced_only_when_asked(page: ComposePage, qtbot: QtBot) -> None:
    page.recipients.edit.setPlainText("+14155552671")
    page.content.message.edit.setPlainText("It’s “ready”")
    button = page.content.message.replace_button
    qtbot.waitUntil(button.isVisible)
    assert page.content.message.text() == "It’s “ready”"
    qtbot.mouseClick(button, LEFT)
    assert page.content.message.text() == 'It\'s "ready"'
    assert not button.isVisible()
    page.content.message.edit.undo()
    assert page.content.message.text() == "It’s “ready”"


def test_a_gateway_that_needs_templates_shows_no_free_text(page: ComposePage, qtbot: QtBot) -> None:
    page.through.choose("clinic")
    assert page.content.template.isVisible()
    assert not page.content.message.isVisible()
    assert not page.content.by_text.isVisible()
    page.through.choose("simulator")
    assert page.content.by_text.isVisible()
    qtbot.mouseClick(page.content.by_text, LEFT, pos=page.content.by_text.rect().center() / 2)
    assert page.content.message.isVisible()


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen has no popups to speak of
def test_the_preview_fills_the_places_and_names_those_not_set(page: ComposePage, qtbot: QtBot) -> None:
    page.through.choose("clinic")
    qtbot.keyClicks(page.content.template.choice.lineEdit(), "1834521")
    page.content.template.variables.setPlainText("王女士，口腔科")
    assert page.content.template.preview.text() == "您好王女士，您预约的口腔科门诊时间为{3}。"
    assert page.content.template.variables_note.text() == "Not set yet: {3}"


# -- what is missing ----------------------------------------------------------------------------------------


def test_send_without_recipients_says_so_at_the_field(page: ComposePage, qtbot: QtBot) -> None:
    qtbot.mouseClick(page.send_button, LEFT)
    assert page.recipients.note.text().startswith("No recipients")
    assert page.recipients.edit.hasFocus()
    assert page.recipients.edit.property("invalid") is True


def test_control_return_with_an_empty_message_moves_to_it(page: ComposePage, qtbot: QtBot) -> None:
    page.recipients.edit.setPlainText("13800138000")
    qtbot.keyClick(page.recipients.edit, Qt.Key.Key_Return, CONTROL)
    qtbot.waitUntil(lambda: page.content.message.note.bad)
    assert page.content.message.edit.hasFocus()
    qtbot.keyClicks(page.content.message.edit, "a")
    assert not page.content.message.note.isVisible()


def test_an_unset_variable_stops_the_send(page: ComposePage, qtbot: QtBot, clerk: ComposeClerk) -> None:
    page.through.choose("clinic")
    page.recipients.edit.setPlainText("13800138000")
    page.content.template.set_content("1834521", ["王女士"])
    qtbot.mouseClick(page.send_button, LEFT)
    qtbot.waitUntil(lambda: page.content.template.variables_note.bad)
    assert page.content.template.variables.hasFocus()
    assert clerk.calls_of("compose.quote") == []


def test_an_account_that_cannot_send_says_why(qtbot: QtBot) -> None:
    problem = {"code": "gateway.field_missing", "params": {"account": "clinic", "field": "auth_token"}}
    broken = {
        **CLINIC,
        "usable": False,
        "problem": problem,
        "fields": [{"key": "auth_token", "title": {"en": "TOKEN"}}],
    }
    page = open_page(qtbot, ComposeClerk(broken, SIMULATOR))
    assert "TOKEN" in page.through.note.text()
    page.recipients.edit.setPlainText("13800138000")
    qtbot.mouseClick(page.send_button, LEFT)
    qtbot.waitUntil(page.through.gateway.hasFocus)


# -- confirmation -------------------------------------------------------------------------------------------


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


# -- around it ----------------------------------------------------------------------------------------------


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


def test_what_was_written_survives_a_change_of_language(page: ComposePage, qtbot: QtBot) -> None:
    write(qtbot, page, "13800138000\n1380013")
    apply_language("zh_CN")
    qtbot.waitUntil(lambda: page.recipients.edit.accessibleName() == "收件人")
    assert page.send_button.accessibleName() == "发送"
    assert "号码位数不足" in page.recipients.bad_list.item(0).text()
    assert page.content.message.text() == "Your parcel is here"
    assert page.recipients.text() == "13800138000\n1380013"


def test_a_row_is_copied_into_a_new_message(page: ComposePage, qtbot: QtBot) -> None:
    page.fill({"recipient": "+8613800138000", "text": "again", "account": "simulator", "sender": "Shop"})
    assert page.recipients.text() == "+8613800138000"
    assert page.content.message.text() == "again"
    assert page.through.sender_edit.text() == "Shop"
    page.fill({"account": "clinic", "template_id": "1834521", "variables": ["a", "b", "c"]})
    assert page.content.template.preview.text() == "您好a，您预约的b门诊时间为c。"
    page.fill({"account": "clinic", "text": "free text for a gateway that takes templates only"})
    assert page.content.template.isVisible()


def test_the_way_to_deliveries_comes_after_send(page: ComposePage, qtbot: QtBot) -> None:
    write(qtbot, page)
    qtbot.mouseClick(page.send_button, LEFT)
    confirm_shown(qtbot, page)
    qtbot.mouseClick(page.confirmation.confirm_button, LEFT)
    qtbot.waitUntil(page.outcome.isVisible)
    page.send_button.setFocus()
    qtbot.keyClick(page.send_button, Qt.Key.Key_Tab)
    assert page.outcome.link.hasFocus()


def test_tab_reaches_send_from_the_message(page: ComposePage, qtbot: QtBot) -> None:
    page.content.message.edit.setFocus()
    for _ in range(4):
        if page.send_button.hasFocus():
            break
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert page.send_button.hasFocus()

"""The Compose page with real clicks and keys: numbers are checked, the text is measured, what is missing is said."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot
from support.compose_desk import CLINIC, SIMULATOR, ComposeClerk, by_name
from support.compose_page import confirm_shown, open_page, write

from desktop.i18n import apply_language
from desktop.widgets.compose.page import ComposePage
from desktop.widgets.compose.recipients_edit import LONGEST_TEXT
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
    qtbot.keyClicks(page.content.message.edit, "h")
    assert by_name(page, QLabel, "Length").text() == "1 character · 1 segment · 69 left"
    qtbot.keyClicks(page.content.message.edit, "ello")
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


def test_the_simulator_has_its_kind_of_message_again_after_a_gateway_with_templates(
    page: ComposePage, qtbot: QtBot
) -> None:
    page.through.choose("clinic")
    page.through.choose("simulator")
    assert page.content.by_text.isChecked()
    assert page.content.message.isVisible()
    page.content.by_template.click()
    page.through.choose("clinic")
    page.through.choose("simulator")
    assert page.content.by_template.isChecked()


def test_the_chosen_account_says_whether_it_sends_for_real(page: ComposePage, qtbot: QtBot) -> None:
    assert page.through.note.text() == "Simulated: nothing leaves this computer."
    with qtbot.waitSignal(page.account_chosen) as chosen:
        page.through.choose("clinic")
    assert chosen.args[0].name == "clinic"
    assert page.through.note.text() == "Real: messages are really sent and cost money."
    assert not page.through.note.bad


@pytest.mark.parametrize(("written", "chosen"), [("", "clinic"), ("Half a sent", "simulator")])
def test_another_default_account_is_chosen_unless_something_is_written(
    page: ComposePage, qtbot: QtBot, clerk: ComposeClerk, written: str, chosen: str
) -> None:
    page.content.message.set_text(written)
    clerk.accounts.reverse()
    page.shown.emit()
    qtbot.waitUntil(lambda: page.through.gateway.itemData(0) == "clinic")
    account = page.through.account()
    assert account is not None
    assert account.name == chosen


def test_the_preview_fills_the_places_and_names_those_not_set(page: ComposePage, qtbot: QtBot) -> None:
    page.through.choose("clinic")
    qtbot.keyClicks(page.content.template.choice.lineEdit(), "1834521")
    page.content.template.variables.setPlainText("王女士，口腔科")
    assert page.content.template.preview.text() == "【安心诊所】您好王女士，您预约的口腔科门诊时间为{3}。"
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


# -- around it ----------------------------------------------------------------------------------------------


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
    assert page.content.template.preview.text() == "【Shop】您好a，您预约的b门诊时间为c。"
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

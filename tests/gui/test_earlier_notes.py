"""What the confirmation says of earlier messages: it warns in time, leads there, leaves out, and never blocks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot
from support.compose_desk import ComposeClerk

from desktop.background.composer import Composer
from desktop.i18n import apply_language
from desktop.models.earlier import Sent
from desktop.widgets.compose.confirmation import Confirmation
from desktop.widgets.compose.page import ComposePage
from desktop.wiring import compose as wiring
from tasks.errors import LedgerError

LEFT = Qt.MouseButton.LeftButton
NUMBERS = "13800138000\n13800138001\n13800138002"
NEWEST = {"message_id": 412, "recipient": "+8613800138001", "at_ms": 0}


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
    page = ComposePage()
    qtbot.addWidget(page)
    wiring.connect(page, Composer(clerk))
    page.resize(840, 660)
    page.show()
    qtbot.waitExposed(page)
    page.activateWindow()
    qtbot.waitUntil(lambda: page.through.account() is not None and QApplication.activeWindow() is page)
    return page


def repeated(count: int) -> dict[str, Any]:
    return {"count": count, "first": [NEWEST["recipient"]], "newest": NEWEST}


def cap(count: int, most: int = 1, window_s: int = 60, kind: str = "code") -> dict[str, Any]:
    return {"kind": kind, "most": most, "window_s": window_s, **repeated(count)}


def ask(qtbot: QtBot, page: ComposePage, numbers: str = NUMBERS) -> Confirmation:
    """Write, press Send, and wait for the confirmation."""
    page.recipients.edit.setPlainText(numbers)
    page.content.message.set_text("Your parcel is here")
    qtbot.waitUntil(lambda: page.recipients.check is not None)
    qtbot.mouseClick(page.send_button, LEFT)
    qtbot.waitUntil(page.confirmation.isVisible)
    return page.confirmation


def test_a_repeated_text_is_said_plainly_and_sent_all_the_same_if_wanted(
    page: ComposePage, qtbot: QtBot, clerk: ComposeClerk
) -> None:
    clerk.repeated = repeated(2)
    confirmation = ask(qtbot, page)
    note = confirmation.notes.repeated
    qtbot.waitUntil(note.isVisible)
    assert note.text.text() == "2 of these numbers got the same text within the last 24 hours, or are about to."
    assert note.text.accessibleName() == note.text.text()
    assert confirmation.confirm_button.text() == "&Send anyway"
    assert confirmation.confirm_button.accessibleName() == "Send anyway"
    qtbot.mouseClick(confirmation.confirm_button, LEFT)
    qtbot.waitUntil(page.outcome.isVisible)
    assert len(clerk.batches) == 1


@pytest.mark.parametrize(
    ("caps", "text"),
    [
        (
            [cap(2)],
            "2 numbers would exceed what the gateway allows for verification codes: 1 a minute.",
        ),
        (
            [cap(1, 20, 86_400, "notice")],
            "1 number would exceed what the gateway allows for one number: 20 a day.",
        ),
        (
            [cap(1, 1, 30), cap(1, 5, 3_600)],
            "2 numbers would exceed what the gateway allows for verification codes: 1 in 30 seconds (1 of them), "
            "5 an hour (1 of them).",
        ),
    ],
)
def test_a_cap_of_the_gateway_is_said_with_its_figures(
    page: ComposePage, qtbot: QtBot, clerk: ComposeClerk, caps: list[dict[str, Any]], text: str
) -> None:
    clerk.over_cap = caps
    confirmation = ask(qtbot, page)
    qtbot.waitUntil(confirmation.notes.over_cap.isVisible)
    assert confirmation.notes.over_cap.text.text() == text
    assert not confirmation.notes.repeated.isVisible()


def test_nothing_found_says_nothing_and_changes_nothing(page: ComposePage, qtbot: QtBot, clerk: ComposeClerk) -> None:
    confirmation = ask(qtbot, page)
    qtbot.waitUntil(lambda: "before" not in said(confirmation))
    assert not confirmation.notes.isVisible()
    assert confirmation.confirm_button.isDefault()
    assert confirmation.confirm_button.hasFocus()


def said(confirmation: Confirmation) -> str:
    return " ".join(label.text() for label in confirmation.findChildren(QLabel) if label.isVisible())


def test_a_confirm_before_the_answer_waits_for_it_and_goes_through(
    page: ComposePage, qtbot: QtBot, clerk: ComposeClerk
) -> None:
    confirmation = held(page, qtbot, clerk)
    qtbot.mouseClick(confirmation.confirm_button, LEFT)
    assert "Checking what these numbers got before" in said(confirmation)
    assert clerk.calls_of("compose.send") == []
    clerk.hold = False
    clerk.release()
    qtbot.waitUntil(page.outcome.isVisible)
    assert len(clerk.batches) == 1


def test_a_confirm_before_a_warning_is_not_carried_out(page: ComposePage, qtbot: QtBot, clerk: ComposeClerk) -> None:
    clerk.repeated = repeated(1)
    confirmation = held(page, qtbot, clerk)
    qtbot.keyClick(confirmation.confirm_button, Qt.Key.Key_Return)
    clerk.hold = False
    clerk.release()
    qtbot.waitUntil(confirmation.notes.isVisible)
    assert clerk.calls_of("compose.send") == []
    # A Return that was meant for the order without a warning leads back.
    assert confirmation.back_button.hasFocus()
    qtbot.keyClick(confirmation.back_button, Qt.Key.Key_Return)
    assert not confirmation.isVisible()
    assert clerk.calls_of("compose.send") == []
    assert page.recipients.text() == NUMBERS


def held(page: ComposePage, qtbot: QtBot, clerk: ComposeClerk) -> Confirmation:
    """The confirmation while the clerk still looks."""

    def quote(params: dict[str, Any]) -> dict[str, Any]:
        clerk.hold = True
        return answer(params)

    answer, clerk.answers["compose.quote"] = clerk.answers["compose.quote"], quote
    return ask(qtbot, page)


@pytest.mark.parametrize("pressed", [False, True])
def test_no_answer_in_time_is_said_and_never_blocks(
    page: ComposePage, qtbot: QtBot, clerk: ComposeClerk, monkeypatch: pytest.MonkeyPatch, pressed: bool
) -> None:
    page.confirmation._look_timer.setInterval(50)
    confirmation = held(page, qtbot, clerk)
    if pressed:
        qtbot.mouseClick(confirmation.confirm_button, LEFT)
    qtbot.waitUntil(lambda: "could not be checked" in said(confirmation))
    assert clerk.calls_of("compose.send") == []
    clerk.hold = False
    qtbot.mouseClick(confirmation.confirm_button, LEFT)
    qtbot.waitUntil(page.outcome.isVisible)
    assert len(clerk.batches) == 1
    assert clerk.cancelled  # the search was given up


def test_a_ledger_that_cannot_be_read_never_blocks(page: ComposePage, qtbot: QtBot, clerk: ComposeClerk) -> None:
    def locked(_params: dict[str, Any]) -> dict[str, Any]:
        raise LedgerError("ledger.locked")

    clerk.answers["compose.earlier"] = locked
    confirmation = ask(qtbot, page)
    qtbot.waitUntil(lambda: "could not be checked" in said(confirmation))
    qtbot.mouseClick(confirmation.confirm_button, LEFT)
    qtbot.waitUntil(page.outcome.isVisible)


def test_a_late_answer_is_still_shown(page: ComposePage, qtbot: QtBot, clerk: ComposeClerk) -> None:
    clerk.repeated = repeated(1)
    page.confirmation._look_timer.setInterval(50)
    confirmation = held(page, qtbot, clerk)
    qtbot.waitUntil(lambda: "could not be checked" in said(confirmation))
    clerk.release()
    qtbot.waitUntil(confirmation.notes.isVisible)
    assert "could not be checked" not in said(confirmation)


def test_the_link_leads_to_the_earlier_message_and_keeps_what_was_written(
    page: ComposePage, qtbot: QtBot, clerk: ComposeClerk
) -> None:
    clerk.repeated = repeated(1)
    confirmation = ask(qtbot, page)
    link = confirmation.notes.repeated.link
    qtbot.waitUntil(link.isVisible)
    assert link.text() == "Show the earlier message"
    assert link.accessibleName().startswith("Show the earlier message – 1 of these numbers")
    assert link.focusPolicy() & Qt.FocusPolicy.TabFocus
    link.setFocus()
    with qtbot.waitSignal(confirmation.message_wanted) as wanted:
        qtbot.keyClick(link, Qt.Key.Key_Space)
    assert wanted.args == [Sent(412, "+8613800138001")]
    assert not confirmation.isVisible()
    assert page.recipients.text() == NUMBERS
    assert clerk.calls_of("compose.send") == []


def test_the_numbers_are_left_out_and_the_rest_is_asked_about_anew(
    page: ComposePage, qtbot: QtBot, clerk: ComposeClerk
) -> None:
    clerk.repeated = repeated(2)
    clerk.without = {"repeated": {"recipients": "+8613800138000", "count": 1, "left_out": 2}}
    confirmation = ask(qtbot, page)
    leave_out = confirmation.notes.repeated.leave_out
    qtbot.waitUntil(leave_out.isVisible)
    assert leave_out.text() == "Leave out these 2"
    clerk.repeated = {"count": 0, "first": [], "newest": None}
    qtbot.mouseClick(leave_out, LEFT)
    qtbot.waitUntil(lambda: "Send 1 message?" in said(confirmation))
    assert confirmation.isVisible()
    qtbot.waitUntil(lambda: "Left out by you" in said(confirmation))
    qtbot.waitUntil(lambda: not confirmation.notes.isVisible())
    qtbot.mouseClick(confirmation.confirm_button, LEFT)
    qtbot.waitUntil(page.outcome.isVisible)
    assert [batch["count"] for batch in clerk.batches.values()] == [1]


def test_what_was_left_out_comes_back_with_undo(page: ComposePage, qtbot: QtBot, clerk: ComposeClerk) -> None:
    clerk.repeated = repeated(2)
    clerk.without = {"repeated": {"recipients": "+8613800138000", "count": 1, "left_out": 2}}
    confirmation = ask(qtbot, page)
    qtbot.waitUntil(confirmation.notes.repeated.leave_out.isVisible)
    qtbot.mouseClick(confirmation.notes.repeated.leave_out, LEFT)
    qtbot.waitUntil(lambda: "Send 1 message?" in said(confirmation))
    qtbot.mouseClick(confirmation.back_button, LEFT)
    assert page.recipients.text() == "+8613800138000"
    page.recipients.edit.undo()
    assert page.recipients.text() == NUMBERS


def test_back_while_numbers_are_left_out_opens_nothing_again(
    page: ComposePage, qtbot: QtBot, clerk: ComposeClerk
) -> None:
    clerk.repeated = repeated(2)
    clerk.without = {"repeated": {"recipients": "+8613800138000", "count": 1, "left_out": 2}}
    confirmation = ask(qtbot, page)
    qtbot.waitUntil(confirmation.notes.repeated.leave_out.isVisible)
    clerk.hold = True
    qtbot.mouseClick(confirmation.notes.repeated.leave_out, LEFT)
    qtbot.mouseClick(confirmation.back_button, LEFT)
    clerk.hold = False
    clerk.release()
    qtbot.waitUntil(lambda: not clerk._waiting)
    assert not confirmation.isVisible()
    assert page.recipients.text() == NUMBERS


def test_an_order_of_nothing_else_can_only_go_or_stay(page: ComposePage, qtbot: QtBot, clerk: ComposeClerk) -> None:
    clerk.repeated = repeated(1)
    confirmation = ask(qtbot, page, "13800138001")
    note = confirmation.notes.repeated
    qtbot.waitUntil(note.isVisible)
    assert note.text.text() == "This number got the same text within the last 24 hours, or is about to."
    assert not note.leave_out.isVisible()


def test_every_button_has_a_name_of_its_own_in_chinese_too(
    page: ComposePage, qtbot: QtBot, clerk: ComposeClerk
) -> None:
    clerk.repeated, clerk.over_cap = repeated(2), [cap(1)]
    confirmation = ask(qtbot, page)
    qtbot.waitUntil(confirmation.notes.over_cap.isVisible)
    apply_language("zh_CN")
    qtbot.waitUntil(lambda: confirmation.confirm_button.accessibleName() == "仍要发送")
    names = [button.accessibleName() for button in confirmation.findChildren(QPushButton) if button.isVisible()]
    assert len(names) == len(set(names)) == 6
    assert any(name.startswith("移除这 2 个号码") for name in names)

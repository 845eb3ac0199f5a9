"""Bad input: said at the field it stands in, nothing handed over, nothing sent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QPlainTextEdit
from support.counting_gateway import CountingGateway
from support.ledgers import states
from support.seen import words
from support.window import RealWindow, wait_for

from desktop.models.draft import Template
from tasks.ledger.engine import open_ledger


@pytest.fixture
def gateway() -> Iterator[CountingGateway]:
    with CountingGateway() as counting:
        yield counting


@pytest.fixture
def desk(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gateway: CountingGateway
) -> Iterator[RealWindow]:
    for name, value in {
        "BASE_URL": gateway.url,
        "ACCOUNT_SID": "a" * 32,
        "AUTH_TOKEN": "token-of-the-test",
        "APP_ID": "application",
    }.items():
        monkeypatch.setenv(f"SMSDESK_YUNTONGXUN_{name}", value)
    opened = RealWindow(qapp)
    yield opened
    opened.close()
    ledger = open_ledger(f"sqlite:///{tmp_path / 'home' / 'ledger.sqlite'}")
    try:
        assert states(ledger) == []
    finally:
        ledger.close()
    assert gateway.state()["requests"] == 0


def refused_at(desk: RealWindow, field: str, sentence: str) -> None:
    """Send is refused: the field says why, to a screen reader too, has the cursor, and nothing asks to be confirmed."""
    desk.click("Send")
    edit = desk.find(QPlainTextEdit, field)
    wait_for(lambda: desk.window.focusWidget() is edit and bool(edit.property("invalid")), 20)
    assert sentence in words()
    assert sentence in edit.accessibleDescription()
    assert not desk.shown("Confirm and send")


def test_a_wrong_number_is_named_with_its_line_and_reason(desk: RealWindow) -> None:
    desk.compose("12345", "Your parcel is here.")
    wait_for(lambda: "Line 1: 12345 — " in words(), 20)
    assert words().split("Line 1: 12345 — ")[1].split("\n")[0].endswith(".")
    refused_at(desk, "Recipients", "None of these numbers is valid: correct at least one.")


def test_wrong_numbers_among_right_ones_are_named_before_anything_is_confirmed(desk: RealWindow) -> None:
    desk.compose("13800138000\n12345\n１３９００１３９０００\nnobody", "Your parcel is here.")
    wait_for(lambda: "Line 2: 12345 — " in words() and "Line 4: nobody — " in words(), 20)
    assert "Valid: 2 · not valid: 2" in words()


def test_no_recipient_at_all(desk: RealWindow) -> None:
    desk.compose("", "Your parcel is here.")
    refused_at(desk, "Recipients", "No recipients: type or paste at least one number.")


def test_an_empty_text(desk: RealWindow) -> None:
    desk.compose("13800138000", " \n\t ")
    refused_at(desk, "Message", "The message is empty: write what is to be sent.")


@pytest.mark.parametrize(("template_id", "variables"), [("1", "9527"), ("not in the book", "9527\n\n5")])
def test_a_variable_that_is_not_set(desk: RealWindow, template_id: str, variables: str) -> None:
    box = desk.find(QComboBox, "Gateway")
    wait_for(lambda: box.findText("yuntongxun", Qt.MatchFlag.MatchContains) >= 0, 20)
    box.setCurrentIndex(box.findText("yuntongxun", Qt.MatchFlag.MatchContains))
    saved: list[bool] = []
    desk.application.composer.template_saved.connect(lambda: saved.append(True))
    template = Template("1", box.currentData(), "Code", "Your code is {1}, for {2} minutes.")
    desk.application.composer.save_template(template)
    wait_for(lambda: bool(saved), 20)
    desk.compose_template("13800138000", template_id, variables)
    refused_at(desk, "Variables", "Not set yet: {2}")

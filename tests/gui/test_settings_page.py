"""The Settings page over the real settings: built from descriptions, saved together, tested without waiting."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot
from support.compose_desk import by_name
from support.fake_clerk import FakeClerk
from support.settings_page import LEFT, SettingsClerk, add_account, editor, open_page, retype

from desktop.i18n import apply_language
from desktop.widgets.settings.page import SettingsPage
from tasks.errors import BrokerError
from tasks.settings import load, secrets


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    apply_language("en")
    yield
    apply_language("en")
    for name in secrets.session_secrets():
        secrets.forget(*name.rsplit(".", 1))


@pytest.fixture
def clerk() -> SettingsClerk:
    return SettingsClerk()


@pytest.fixture
def page(qtbot: QtBot, clerk: SettingsClerk) -> SettingsPage:
    return open_page(qtbot, clerk)


def test_the_controls_are_found_by_their_names(page: SettingsPage) -> None:
    by_name(page, QComboBox, "Language")
    by_name(page, QComboBox, "Default account")
    by_name(page, QLineEdit, "Default region")
    by_name(page, QLineEdit, "Calls in flight")
    by_name(page, QPushButton, "Test broker")
    by_name(page, QPushButton, "Test ledger")
    by_name(page, QPushButton, "Save settings")


def test_what_is_saved_is_in_force_and_says_what_restarts(page: SettingsPage, qtbot: QtBot) -> None:
    assert not page.save_bar.save_button.isEnabled()
    retype(qtbot, editor(page, "max_in_flight"), "32")
    with qtbot.waitSignals([page.saved, page.worker_restart_needed]):
        qtbot.mouseClick(page.save_bar.save_button, LEFT)
    assert load().max_in_flight == 32
    assert page.save_bar.text.text() == "✓ Saved. It takes effect once the worker has restarted."
    with qtbot.waitSignal(page.worker_restart_wanted):
        qtbot.mouseClick(page.save_bar.restart_button, LEFT)


@pytest.mark.parametrize(
    ("key", "typed", "said"),
    [
        ("max_in_flight", "many", "A whole number"),
        ("max_in_flight", "0", "from 1 to 1000"),
    ],
)
def test_a_wrong_value_is_said_as_it_is_typed_and_not_saved(
    page: SettingsPage, qtbot: QtBot, clerk: SettingsClerk, key: str, typed: str, said: str
) -> None:
    retype(qtbot, editor(page, key), typed)
    field = page.field(key)
    assert field is not None
    assert said in field.note.text()
    qtbot.mouseClick(page.save_bar.save_button, LEFT)
    assert clerk.calls_of("settings.save") == []
    assert "see the marked field" in page.save_bar.text.text()


def test_a_region_is_found_by_its_name(page: SettingsPage, qtbot: QtBot, clerk: SettingsClerk) -> None:
    line = editor(page, "region")
    assert line.text() == "China (CN)"
    retype(qtbot, line, "Germ")
    offered = line.completer().popup()
    qtbot.waitUntil(offered.isVisible)
    assert [offered.model().index(row, 0).data() for row in range(offered.model().rowCount())] == ["Germany (DE)"]
    qtbot.keyClick(offered, Qt.Key.Key_Down)
    qtbot.keyClick(offered, Qt.Key.Key_Return)
    assert line.text() == "Germany (DE)"
    qtbot.mouseClick(page.save_bar.save_button, LEFT)
    qtbot.waitUntil(lambda: [call["changes"] for call in clerk.calls_of("settings.save")] == [{"region": "DE"}])


def test_what_names_no_region_is_no_change(page: SettingsPage, qtbot: QtBot) -> None:
    line = editor(page, "region")
    retype(qtbot, line, "Atlantis")
    assert not page.is_dirty()
    qtbot.keyClick(line, Qt.Key.Key_Tab)
    assert line.text() == "China (CN)"


def test_a_region_is_chosen_from_a_list(page: SettingsPage, qtbot: QtBot, clerk: SettingsClerk) -> None:
    field = page.field("region")
    assert field is not None
    assert isinstance(field.editor, QComboBox)
    field.editor.setCurrentIndex(field.editor.findData("CH"))
    qtbot.mouseClick(page.save_bar.save_button, LEFT)
    qtbot.waitUntil(lambda: load().region == "CH")


def test_a_region_that_the_environment_sets_stays(
    qtbot: QtBot, clerk: SettingsClerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMSDESK_REGION", "DE")
    page = open_page(qtbot, clerk)
    assert editor(page, "region").text() == "Germany (DE)"
    assert not editor(page, "region").isEnabled()


def test_what_was_saved_some_time_ago_is_no_news(page: SettingsPage, qtbot: QtBot) -> None:
    retype(qtbot, editor(page, "region"), "US")
    qtbot.mouseClick(page.save_bar.save_button, LEFT)
    qtbot.waitUntil(lambda: "Saved" in page.save_bar.text.text())
    page.hide()
    page.show()
    assert page.save_bar.text.text() == ""


def test_revert_brings_back_what_is_in_force(page: SettingsPage, qtbot: QtBot) -> None:
    retype(qtbot, editor(page, "region"), "US")
    assert page.is_dirty()
    qtbot.mouseClick(page.save_bar.revert_button, LEFT)
    assert not page.is_dirty()
    assert editor(page, "region").text() == "China (CN)"


def test_after_revert_nothing_is_said_to_be_wrong_and_the_page_keeps_the_keyboard(
    page: SettingsPage, qtbot: QtBot
) -> None:
    retype(qtbot, editor(page, "max_in_flight"), "many")
    qtbot.mouseClick(page.save_bar.save_button, LEFT)
    assert "see the marked field" in page.save_bar.text.text()
    page.save_bar.revert_button.setFocus()
    qtbot.mouseClick(page.save_bar.revert_button, LEFT)
    assert page.save_bar.text.text() == ""
    language = page.field("language")
    assert language is not None
    assert language.editor.hasFocus()


def test_what_is_not_saved_survives_another_look_at_the_page(
    page: SettingsPage, qtbot: QtBot, clerk: FakeClerk
) -> None:
    retype(qtbot, editor(page, "region"), "US")
    asked = len(clerk.calls_of("settings.get"))
    page.hide()
    page.show()
    qtbot.waitUntil(lambda: len(clerk.calls_of("settings.get")) > asked)
    field = page.field("region")
    assert field is not None
    assert field.read()[0] == "US"


def test_the_environment_wins_and_says_so(qtbot: QtBot, clerk: SettingsClerk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMSDESK_MAX_IN_FLIGHT", "7")
    page = open_page(qtbot, clerk)
    line = editor(page, "max_in_flight")
    assert line.isReadOnly()
    assert line.text() == "7"
    said = [label.text().replace("\u200b", "") for label in page.findChildren(QLabel)]
    assert "Set by environment variable SMSDESK_MAX_IN_FLIGHT, cannot be changed here." in said


def test_a_long_name_of_a_variable_does_not_make_the_page_wider(
    qtbot: QtBot, clerk: SettingsClerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMSDESK_SIMULATOR_UNDELIVERED_PERCENT", "15")
    page = open_page(qtbot, clerk)
    form = page.accounts.form("simulator")
    assert form is not None
    assert form.minimumSizeHint().width() <= 400


def test_a_damaged_file_is_told_at_the_top_with_its_remedy(qtbot: QtBot, clerk: SettingsClerk, isolated: Path) -> None:
    isolated.mkdir(parents=True, exist_ok=True)
    (isolated / "settings.toml").write_text("region = [", encoding="utf-8")
    page = open_page(qtbot, clerk)
    assert page.problems.isVisible()
    assert "settings.toml" in page.problems.text()


def test_the_language_switches_at_once_and_is_kept(page: SettingsPage, qtbot: QtBot) -> None:
    retype(qtbot, editor(page, "region"), "US")
    language = by_name(page, QComboBox, "Language")
    language.setCurrentIndex(language.findData("zh_CN"))
    qtbot.waitUntil(lambda: page.save_bar.save_button.accessibleName() == "保存设置")
    qtbot.waitUntil(lambda: load().language == "zh_CN")
    assert by_name(page, QLineEdit, "默认地区").text() == "美国（US）"
    assert page.changes().values == {"region": "US"}


# -- addresses and tests ------------------------------------------------------------------------------------


def test_the_answer_of_a_test_stands_beside_its_button(page: SettingsPage, qtbot: QtBot, clerk: SettingsClerk) -> None:
    broker = page.address("broker")
    qtbot.mouseClick(broker.test_line.button, LEFT)
    assert not broker.test_line.button.isEnabled()
    qtbot.waitUntil(lambda: broker.test_line.result.text() == "✓ It works.")

    def refused(_params: dict[str, Any]) -> dict[str, Any]:
        raise BrokerError("broker.refused")

    clerk.answers["settings.test"] = refused
    broker.given_button.click()
    retype(qtbot, broker.field.editor, "redis://127.0.0.1:1/0")  # type: ignore[arg-type]
    assert broker.test_line.result.text() == ""
    qtbot.mouseClick(broker.test_line.button, LEFT)
    qtbot.waitUntil(lambda: broker.test_line.result.text().startswith("✗"))
    assert clerk.calls_of("settings.test")[-1]["values"] == {"broker_url": "redis://127.0.0.1:1/0"}


def test_a_refused_save_is_said_at_its_field(page: SettingsPage, qtbot: QtBot) -> None:
    broker = page.address("broker")
    broker.given_button.click()
    retype(qtbot, broker.field.editor, "rediss://example.org/0")  # type: ignore[arg-type]
    qtbot.mouseClick(page.save_bar.save_button, LEFT)
    qtbot.waitUntil(lambda: broker.field.note.bad)
    assert page.is_dirty()


def test_a_wanted_address_must_be_given(page: SettingsPage, qtbot: QtBot, clerk: SettingsClerk) -> None:
    page.address("ledger").given_button.click()
    retype(qtbot, editor(page, "region"), "US")
    qtbot.mouseClick(page.save_bar.save_button, LEFT)
    assert page.address("ledger").field.note.bad
    assert clerk.calls_of("settings.save") == []


def test_the_balance_of_an_account_is_told_with_the_answer(
    page: SettingsPage, qtbot: QtBot, clerk: SettingsClerk
) -> None:
    add_account(qtbot, page, "clinic")
    form = page.accounts.form("clinic")
    assert form is not None
    clerk.answers["settings.test"] = lambda _params: {"balance_micros": 128_500_000, "currency": "CNY"}
    qtbot.mouseClick(form.test_line.button, LEFT)
    qtbot.waitUntil(lambda: form.test_line.result.text() == "✓ It works. Balance: ¥128.50")
    apply_language("zh_CN")
    qtbot.waitUntil(lambda: form.test_line.result.text() == "✓ 可以使用。余额：¥128.50")

"""Accounts on the Settings page: added, filled in, removed; their secrets kept apart and never shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot
from support.settings_page import LEFT, SettingsClerk, add_account, editor, fill, open_page, retype

from desktop.background.settings_agent import SettingsAgent
from desktop.i18n import apply_language
from desktop.models.described import Changes
from desktop.widgets.settings.page import SettingsPage
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


def test_an_account_is_added_with_its_secret_kept_apart(
    page: SettingsPage, qtbot: QtBot, clerk: SettingsClerk, isolated: Path
) -> None:
    add_account(qtbot, page, "clinic")
    fill(qtbot, page, account_sid="a" * 32, auth_token="b" * 32, app_id="c" * 32, price_per_segment="0.045")
    with qtbot.waitSignal(page.saved):
        qtbot.mouseClick(page.save_bar.save_button, LEFT)
    account = load().accounts["clinic"]
    assert (account.gateway, account.price_micros) == ("yuntongxun", 45_000)
    assert "b" * 32 not in (isolated / "settings.toml").read_text("utf-8")
    assert secrets.session_secrets() == {"clinic.auth_token": "b" * 32}
    qtbot.waitUntil(lambda: page.accounts.form("clinic") is not None and not page.is_dirty())
    form = page.accounts.form("clinic")
    assert form is not None
    said = [label.text() for label in form.findChildren(QLabel)]
    assert "No system keyring here: kept until you quit." in said


def test_a_secret_is_never_shown(page: SettingsPage, qtbot: QtBot) -> None:
    add_account(qtbot, page, "clinic")
    form = page.accounts.current()
    assert form is not None
    modes = {field.key: field.editor.echoMode() for field in form.fields if isinstance(field.editor, QLineEdit)}
    assert [key for key, mode in modes.items() if mode is QLineEdit.EchoMode.Password] == ["auth_token"]


def test_a_new_account_lacks_nothing_when_it_is_saved(page: SettingsPage, qtbot: QtBot, clerk: SettingsClerk) -> None:
    add_account(qtbot, page, "clinic")
    qtbot.mouseClick(page.save_bar.save_button, LEFT)
    assert clerk.calls_of("settings.save") == []
    form = page.accounts.current()
    assert form is not None
    assert form.fields[0].note.text() == "This must be filled in."


@pytest.mark.parametrize(("name", "said"), [("simulator", "of this name already"), ("a.b", "no dot"), ("", "1 to 40")])
def test_a_name_that_cannot_be_is_said_at_the_name(page: SettingsPage, qtbot: QtBot, name: str, said: str) -> None:
    add_account(qtbot, page, name)
    assert said in page.accounts.name_note.text()
    assert page.accounts.names() == ["simulator"]


def test_an_incomplete_account_holds_nothing_else_up(qtbot: QtBot, clerk: SettingsClerk, isolated: Path) -> None:
    isolated.mkdir(parents=True, exist_ok=True)
    (isolated / "settings.toml").write_text("[accounts.clinic]\ngateway = 'yuntongxun'\n", encoding="utf-8")
    page = open_page(qtbot, clerk)
    retype(qtbot, editor(page, "region"), "US")
    with qtbot.waitSignal(page.saved):
        qtbot.mouseClick(page.save_bar.save_button, LEFT)
    assert load().region == "US"


def test_an_account_is_removed_when_the_page_is_saved(qtbot: QtBot, clerk: SettingsClerk, isolated: Path) -> None:
    isolated.mkdir(parents=True, exist_ok=True)
    (isolated / "settings.toml").write_text("[accounts.clinic]\ngateway = 'yuntongxun'\n", encoding="utf-8")
    page = open_page(qtbot, clerk)
    page.accounts.list.setCurrentRow(page.accounts.names().index("clinic"))
    qtbot.mouseClick(page.accounts.remove_button, LEFT)
    assert "clinic" in load().accounts
    with qtbot.waitSignal(page.saved):
        qtbot.mouseClick(page.save_bar.save_button, LEFT)
    assert "clinic" not in load().accounts


def test_a_short_account_leaves_no_empty_ground_under_it(page: SettingsPage, qtbot: QtBot) -> None:
    simulator = page.accounts.height()
    add_account(qtbot, page, "clinic")
    qtbot.waitUntil(lambda: page.accounts.height() < simulator)
    page.accounts.list.setCurrentRow(0)
    qtbot.waitUntil(lambda: page.accounts.height() == simulator)


def test_tab_goes_from_the_top_to_the_bottom(page: SettingsPage, qtbot: QtBot) -> None:
    add_account(qtbot, page, "clinic")
    names, widget = [], page.advanced.nextInFocusChain()
    while widget is not page.advanced:
        stops = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None
        if widget.isVisible() and stops and page.isAncestorOf(widget):
            names.append(widget.accessibleName())
        widget = widget.nextInFocusChain()
    assert names[:4] == ["Language", "Default region", "Default account", "Gateway accounts"]
    assert "" not in names
    expected = ["ACCOUNT SID", "AUTH TOKEN", "Test clinic", "Test broker", "Test ledger", "Calls in flight"]
    assert [name for name in names if name in expected] == expected
    assert names[-1] in ("Save settings", "Revert", "Restart worker now")


def test_the_simulator_stays(page: SettingsPage) -> None:
    assert not page.accounts.remove_button.isEnabled()


def test_session_secrets_are_told_and_given_to_the_next_clerk(qtbot: QtBot, clerk: SettingsClerk) -> None:
    agent = SettingsAgent(clerk)
    with qtbot.waitSignal(agent.session_secrets_changed) as told:
        agent.save(Changes({}, {"simulator.token": "hush-hush"}))
    assert told.args == [{"simulator.token": "hush-hush"}]
    clerk.ready.emit({})
    assert clerk.calls_of("settings.save")[-1]["secrets"] == {"simulator.token": "hush-hush"}
    with qtbot.waitSignal(agent.loaded):
        pass


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_no_title_of_an_account_breaks_within_a_word(page: SettingsPage, qtbot: QtBot, language: str) -> None:
    add_account(qtbot, page, "clinic")
    apply_language(language)
    form = page.accounts.current()
    assert form is not None
    titles = [label for label in form.findChildren(QLabel) if label.buddy() is not None]
    assert len(titles) == len(form.fields)
    for title in titles:
        words = title.text().split(" ") if language == "en" else [title.text()]
        assert max(title.fontMetrics().horizontalAdvance(word) for word in words) <= title.width()

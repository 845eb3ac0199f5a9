"""A real account that is set up is the one messages go through, and whoever sets it up sees that before it is saved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot
from support.compose_desk import CLINIC, SIMULATOR, ComposeClerk
from support.settings_page import LEFT, SettingsClerk, add_account, fill, open_page

from desktop.background.composer import Composer
from desktop.i18n import apply_language
from desktop.widgets.compose.page import ComposePage
from desktop.widgets.settings.page import SettingsPage
from desktop.wiring import compose as compose_wiring
from tasks.settings import load, secrets


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    apply_language("en")
    yield
    apply_language("en")
    for name in secrets.session_secrets():
        secrets.forget(*name.rsplit(".", 1))


@pytest.fixture
def page(qtbot: QtBot) -> SettingsPage:
    return open_page(qtbot, SettingsClerk())


def default(page: SettingsPage) -> str:
    """What the field "Default account" shows."""
    field = page.field("gateway")
    assert field is not None
    assert isinstance(field.editor, QComboBox)
    return field.editor.currentText()


def box_of(page: SettingsPage) -> tuple[bool, bool]:
    """Of the account that is looked at: whether the box is there, and ticked."""
    form = page.accounts.current()
    assert form is not None
    return form.through_box.isVisible(), form.through_box.isChecked()


def save(qtbot: QtBot, page: SettingsPage) -> None:
    fill(qtbot, page, account_sid="a" * 32, auth_token="b" * 32, app_id="c" * 32)
    with qtbot.waitSignal(page.saved):
        qtbot.mouseClick(page.save_bar.save_button, LEFT)


def test_the_account_that_the_welcome_begins_becomes_the_default(page: SettingsPage, qtbot: QtBot) -> None:
    page.begin_account("yuntongxun")
    assert default(page) == "Yuntongxun (CCP)"
    assert box_of(page) == (True, True)
    assert load().gateway == "simulator"
    save(qtbot, page)
    assert load().gateway == "yuntongxun"


def test_the_first_real_account_added_by_hand_too(page: SettingsPage, qtbot: QtBot) -> None:
    add_account(qtbot, page, "clinic")
    assert default(page) == "clinic (Yuntongxun (CCP))"
    save(qtbot, page)
    assert load().gateway == "clinic"


def test_it_can_be_declined_at_the_account(page: SettingsPage, qtbot: QtBot) -> None:
    add_account(qtbot, page, "clinic")
    form = page.accounts.current()
    assert form is not None
    form.through_box.click()
    assert default(page) == "Simulator"
    save(qtbot, page)
    assert load().gateway == "simulator"


def test_it_can_be_declined_at_the_field(page: SettingsPage, qtbot: QtBot) -> None:
    add_account(qtbot, page, "clinic")
    field = page.field("gateway")
    assert field is not None
    field.choose("simulator")
    assert box_of(page) == (True, False)
    field.choose("clinic")
    assert box_of(page) == (True, True)


def test_a_second_real_account_is_only_offered(page: SettingsPage, qtbot: QtBot) -> None:
    add_account(qtbot, page, "clinic")
    add_account(qtbot, page, "shop")
    assert default(page) == "clinic (Yuntongxun (CCP))"
    assert box_of(page) == (True, False)


def test_removed_before_it_was_saved_it_is_the_default_no_more(page: SettingsPage, qtbot: QtBot) -> None:
    add_account(qtbot, page, "clinic")
    qtbot.mouseClick(page.accounts.remove_button, LEFT)
    assert default(page) == "Simulator"
    assert not page.is_dirty()


def test_reverting_takes_it_back(page: SettingsPage, qtbot: QtBot) -> None:
    add_account(qtbot, page, "clinic")
    page.revert()
    assert default(page) == "Simulator"
    assert page.accounts.names() == ["simulator"]


def test_a_default_that_the_environment_sets_stays(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, isolated: Path
) -> None:
    monkeypatch.setenv("SMSDESK_GATEWAY", "simulator")
    page = open_page(qtbot, SettingsClerk())
    add_account(qtbot, page, "clinic")
    assert default(page) == "Simulator"
    assert box_of(page) == (False, False)


def open_compose(qtbot: QtBot, clerk: ComposeClerk) -> tuple[ComposePage, Composer]:
    page, composer = ComposePage(), Composer(clerk)
    qtbot.addWidget(page)
    compose_wiring.connect(page, composer)
    qtbot.waitUntil(lambda: chosen(page) == "simulator")
    return page, composer


def chosen(page: ComposePage) -> str:
    account = page.through.account()
    return account.name if account is not None else ""


def test_compose_goes_along_with_a_new_default(qtbot: QtBot) -> None:
    clerk = ComposeClerk(SIMULATOR)
    page, composer = open_compose(qtbot, clerk)
    clerk.accounts = [CLINIC, SIMULATOR]  # the first one is this clerk's default
    composer.load()
    qtbot.waitUntil(lambda: chosen(page) == "clinic")


def test_compose_keeps_what_was_chosen_there(qtbot: QtBot) -> None:
    clerk = ComposeClerk(SIMULATOR, CLINIC)
    page, composer = open_compose(qtbot, clerk)
    page.through.choose("clinic")
    clerk.accounts = [{**SIMULATOR, "name": "second"}, SIMULATOR, CLINIC]
    composer.load()
    qtbot.waitUntil(lambda: page.through.gateway.findData("second") >= 0)
    assert chosen(page) == "clinic"

"""The Settings page over the real settings: built from descriptions, saved together, tested without waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot
from support.compose_desk import by_name
from support.fake_clerk import FakeClerk

from desktop.background.settings_agent import SettingsAgent
from desktop.i18n import apply_language
from desktop.models.described import Changes
from desktop.widgets.settings.page import SettingsPage
from desktop.wiring import settings as wiring
from tasks.clerk.desk import Desk
from tasks.clerk.settings import SettingsDesk
from tasks.clerk.wire import Replies, Request
from tasks.errors import BrokerError
from tasks.settings import load, secrets

LEFT = Qt.MouseButton.LeftButton


class SettingsClerk(FakeClerk):
    """Answers `settings.*` with the clerk's own code on this test's home; only Test is made up."""

    def __init__(self) -> None:
        self._desk = SettingsDesk(Desk())
        super().__init__(
            {
                "settings.get": self._ask(self._desk.get),
                "settings.save": self._ask(self._desk.save),
                "settings.test": _ok,
            }
        )

    def _ask(self, serve: Callable[[Request], dict[str, Any]]) -> Callable[[dict[str, Any]], dict[str, Any]]:
        return lambda params: serve(Request(1, "settings", params, _NOBODY))


class _Nobody(Replies):
    def __init__(self) -> None:
        """Settings report no progress."""


_NOBODY = _Nobody()


def _ok(_params: dict[str, Any]) -> dict[str, Any]:
    return {}


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


def open_page(qtbot: QtBot, clerk: SettingsClerk) -> SettingsPage:
    page = SettingsPage()
    qtbot.addWidget(page)
    agent = SettingsAgent(clerk)
    wiring.connect(page, agent)
    page.resize(840, 660)
    page.show()
    qtbot.waitExposed(page)
    qtbot.waitUntil(lambda: page.field("region") is not None)
    return page


@pytest.fixture
def page(qtbot: QtBot, clerk: SettingsClerk) -> SettingsPage:
    return open_page(qtbot, clerk)


def retype(qtbot: QtBot, editor: QLineEdit, text: str) -> None:
    editor.setFocus()
    editor.selectAll()
    qtbot.keyClick(editor, Qt.Key.Key_Backspace)
    qtbot.keyClicks(editor, text)


def editor(page: SettingsPage, key: str) -> QLineEdit:
    field = page.field(key)
    assert field is not None
    assert isinstance(field.editor, QLineEdit)
    return field.editor


def shown_texts(page: SettingsPage) -> str:
    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


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
    assert "The worker takes over after a restart: Calls in flight." in page.save_bar.text.text()
    with qtbot.waitSignal(page.worker_restart_wanted):
        qtbot.mouseClick(page.save_bar.restart_button, LEFT)


@pytest.mark.parametrize(
    ("key", "typed", "said"),
    [
        ("max_in_flight", "many", "A whole number"),
        ("max_in_flight", "0", "from 1 to 1000"),
        ("region", "china", "Two cap"),
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
    assert "China" in shown_texts(page)
    retype(qtbot, line, "Germ")
    offered = line.completer().popup()
    qtbot.waitUntil(offered.isVisible)
    assert [offered.model().index(row, 0).data() for row in range(offered.model().rowCount())] == ["Germany (DE)"]
    qtbot.keyClick(offered, Qt.Key.Key_Down)
    qtbot.keyClick(offered, Qt.Key.Key_Return)
    assert line.text() == "DE"
    assert "Germany (DE)" in shown_texts(page)
    field = page.field("region")
    assert field is not None
    assert not field.note.bad
    qtbot.mouseClick(page.save_bar.save_button, LEFT)
    qtbot.waitUntil(lambda: [call["changes"] for call in clerk.calls_of("settings.save")] == [{"region": "DE"}])


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
    assert editor(page, "region").text() == "CN"


def test_after_revert_nothing_is_said_to_be_wrong_and_the_page_keeps_the_keyboard(
    page: SettingsPage, qtbot: QtBot
) -> None:
    retype(qtbot, editor(page, "region"), "china")
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
    assert editor(page, "region").text() == "US"


def test_the_environment_wins_and_says_so(qtbot: QtBot, clerk: SettingsClerk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMSDESK_MAX_IN_FLIGHT", "7")
    page = open_page(qtbot, clerk)
    line = editor(page, "max_in_flight")
    assert line.isReadOnly()
    assert line.text() == "7"
    said = [label.text() for label in page.findChildren(QLabel)]
    assert "Set by environment variable SMSDESK_MAX_IN_FLIGHT, cannot be changed here." in said


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
    assert editor(page, "region").text() == "US"
    assert by_name(page, QLineEdit, "默认地区").text() == "US"


# -- accounts -----------------------------------------------------------------------------------------------


def add_account(qtbot: QtBot, page: SettingsPage, name: str) -> None:
    accounts = page.accounts
    qtbot.mouseClick(accounts.add_button, LEFT)
    accounts.gateway_choice.setCurrentIndex(accounts.gateway_choice.findData("yuntongxun"))
    retype(qtbot, accounts.name_edit, name)
    qtbot.mouseClick(accounts.create_button, LEFT)


def fill(qtbot: QtBot, page: SettingsPage, **values: str) -> None:
    form = page.accounts.current()
    assert form is not None
    for key, value in values.items():
        field = next(field for field in form.fields if field.key == key)
        assert isinstance(field.editor, QLineEdit)
        retype(qtbot, field.editor, value)


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
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus and page.isAncestorOf(widget):
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

"""The first start: what is asked, what the answers lead to, and that it is asked once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from support.fake_clerk import FakeClerk

from desktop.background.settings_agent import SettingsAgent
from desktop.boot import is_first_start, window_memory
from desktop.i18n import apply_language, current_language
from desktop.main_window import PAGES, MainWindow
from desktop.models.regions import regions
from desktop.widgets.settings.page import SettingsPage
from desktop.widgets.welcome.dialog import Welcome
from desktop.wiring import settings as settings_wiring
from desktop.wiring.welcome import FirstStart
from tasks.clerk.settings import describe_gateway
from tasks.errors import DeskError
from tasks.settings import load, save


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    apply_language("en")
    yield
    apply_language("en")
    QLocale.setDefault(QLocale.c())


class Desk:
    """A window with a Settings page, over a fake clerk that knows the real gateways."""

    def __init__(self, qtbot: QtBot, home: Path, region: str = "CN") -> None:
        self.saved: list[dict[str, object]] = []
        self.refusals: list[DeskError] = []
        answers = {
            "settings.get": lambda _: {
                "fields": [],
                "accounts": [],
                "gateways": [describe_gateway(name) for name in ("simulator", "yuntongxun")],
                "problems": [],
                "keyring": {"available": True, "name": "keyring"},
            },
            "settings.save": self._save,
        }
        self.clerk = FakeClerk(answers)
        self.page, agent = SettingsPage(), SettingsAgent(self.clerk)
        pages: dict[str, QWidget] = {name: QWidget() for name in PAGES} | {"settings": self.page}
        self.memory = window_memory(home)
        self.window = MainWindow(pages, self.memory)
        qtbot.addWidget(self.window, before_close_func=lambda widget: setattr(widget, "_may_close", True))
        settings_wiring.connect(self.page, agent)
        self.window.show()
        self.first = FirstStart(self.window, self.page, agent, self.memory, region)
        self.first.begin()
        self.dialog: Welcome = self.first.dialog
        qtbot.waitUntil(self.dialog.real_button.isEnabled)

    def _save(self, params: dict[str, object]) -> dict[str, object]:
        if self.refusals:
            raise self.refusals.pop()
        changes = params["changes"]
        assert isinstance(changes, dict)
        self.saved.append(changes)
        return {"places": {}}


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Desk:
    return Desk(qtbot, tmp_path)


def test_start_means_practice_in_this_language_and_region(desk: Desk, qtbot: QtBot) -> None:
    qtbot.mouseClick(desk.dialog.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: desk.saved == [{"language": "en", "region": "CN"}])
    assert desk.window.current_page() == "compose"


def test_escape_means_the_same_as_start(desk: Desk, qtbot: QtBot) -> None:
    qtbot.keyClick(desk.dialog, Qt.Key.Key_Escape)
    assert not desk.dialog.isVisible()
    qtbot.waitUntil(lambda: desk.saved == [{"language": "en", "region": "CN"}])


def test_a_language_is_in_force_at_once(desk: Desk, qtbot: QtBot) -> None:
    desk.dialog.languages["zh_CN"].click()
    assert current_language() == "zh_CN"
    qtbot.waitUntil(lambda: desk.dialog.start_button.text() == "开始使用(&S)")
    assert desk.dialog.region.currentText() == "中国（CN）"
    desk.dialog.accept()
    qtbot.waitUntil(lambda: desk.saved == [{"language": "zh_CN", "region": "CN"}])


def test_a_region_is_found_by_a_part_of_its_name(desk: Desk) -> None:
    completer = desk.dialog.region.completer()
    assert completer is not None
    completer.setCompletionPrefix("switzer")  # as its field does for what is typed
    assert completer.completionCount() == 1
    assert completer.currentCompletion() == "Switzerland (CH)"
    desk.dialog.region.setEditText(completer.currentCompletion())
    assert desk.dialog.choices().region == "CH"


@pytest.mark.parametrize("typed", ["germany", "de", " Germany (DE) ", "German"])
def test_a_region_may_be_typed_without_being_picked(desk: Desk, qtbot: QtBot, typed: str) -> None:
    desk.dialog.region.setFocus()
    desk.dialog.region.setEditText(typed)
    qtbot.keyClick(desk.dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: desk.saved == [{"language": "en", "region": "DE"}])


@pytest.mark.parametrize("typed", ["Atlantis", "land", ""])
def test_what_names_no_region_gives_way_to_the_one_that_counts(desk: Desk, typed: str) -> None:
    """What is saved is what stands there: never another one in silence."""
    desk.dialog.region.setEditText(typed)
    assert desk.dialog.choices().region == "CN"
    edit = desk.dialog.region.lineEdit()
    assert edit is not None
    edit.editingFinished.emit()  # as when the keyboard goes on
    assert desk.dialog.region.currentText() == "China (CN)"


def test_the_region_that_was_chosen_last_is_the_one_that_counts(desk: Desk) -> None:
    desk.dialog.region.setCurrentIndex(desk.dialog.region.findData("CH"))
    desk.dialog.region.activated.emit(desk.dialog.region.currentIndex())
    desk.dialog.region.setEditText("Atlantis")
    assert desk.dialog.choices().region == "CH"


def test_a_real_gateway_leads_to_its_account(desk: Desk, qtbot: QtBot) -> None:
    desk.dialog.real_button.click()
    assert desk.dialog.gateway.isEnabled()
    assert [desk.dialog.gateway.itemData(index) for index in range(desk.dialog.gateway.count())] == ["yuntongxun"]
    desk.dialog.accept()
    qtbot.waitUntil(lambda: desk.page.accounts.names() == ["yuntongxun"])
    assert desk.window.current_page() == "settings"
    form = desk.page.accounts.current()
    assert form is not None
    qtbot.waitUntil(lambda: desk.window.focusWidget() is form.fields[0].editor)
    assert desk.saved == [{"language": "en", "region": "CN"}]


def test_a_clerk_that_is_away_gets_the_answers_when_it_is_back(desk: Desk, qtbot: QtBot) -> None:
    desk.refusals = [DeskError("clerk.gone")]
    desk.dialog.real_button.click()
    desk.dialog.accept()
    qtbot.waitUntil(lambda: desk.refusals == [])
    desk.clerk.ready.emit({})
    qtbot.waitUntil(lambda: desk.saved == [{"language": "en", "region": "CN"}])
    qtbot.waitUntil(lambda: desk.page.accounts.names() == ["yuntongxun"])
    desk.clerk.ready.emit({})
    qtbot.waitUntil(lambda: len(desk.clerk.calls_of("settings.get")) >= 4)
    assert len(desk.saved) == 1


def test_answers_that_cannot_be_kept_are_told_where_they_can_be_given_again(desk: Desk, qtbot: QtBot) -> None:
    desk.refusals = [DeskError("settings.cannot_write", path="settings.toml", reason="read-only")]
    desk.dialog.accept()
    qtbot.waitUntil(lambda: desk.window.current_page() == "settings")
    assert desk.page.save_bar.text.text() != ""


def test_every_region_has_a_name_in_both_languages(qtbot: QtBot) -> None:
    english = dict(regions())
    apply_language("zh_CN")
    chinese = dict(regions())
    assert english.keys() == chinese.keys()
    assert english["DE"] == "Germany (DE)"
    assert chinese["DE"] == "德国（DE）"
    assert len(english) > 240
    assert all(name != f"{code} ({code})" for code, name in [*english.items(), *chinese.items()])


def test_it_is_the_first_start_only_where_nothing_was_used_or_prepared(
    isolated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not is_first_start(load())  # the tests' environment sets one
    monkeypatch.delenv("SMSDESK_UNDO_S")
    assert is_first_start(load())
    (isolated / "ledger.sqlite").touch()
    assert not is_first_start(load())
    (isolated / "ledger.sqlite").unlink()
    save({"region": "DE"})
    assert not is_first_start(load())


def test_it_is_not_in_the_way_again(qtbot: QtBot, isolated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SMSDESK_UNDO_S")
    assert is_first_start(load())
    Desk(qtbot, isolated)
    assert not is_first_start(load())

"""The whole page with real clicks and keys, a clerk in memory behind it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QLocale, QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QTableView
from pytestqt.qtbot import QtBot
from support.deliveries_ledger import LedgerClerk, row
from support.deliveries_page import LEFT, Bench

from desktop.background import status_poller
from desktop.i18n import apply_language
from desktop.models.columns import Column
from desktop.wiring.deliveries import counts_of

MILLION = 1_000_000
KEYS = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status_poller, "INTERVAL_MS", 10)


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    return Bench(qtbot, LedgerClerk(60))


@pytest.fixture
def in_chinese() -> Iterator[None]:
    apply_language("zh_CN")
    yield
    apply_language("en")
    QLocale.setDefault(QLocale.c())


# -- names ------------------------------------------------------------------------------------------------


def test_screen_readers_find_everything_by_name(bench: Bench) -> None:
    page = bench.page
    names = {widget.accessibleName() for kind in (QComboBox, QLineEdit) for widget in page.findChildren(kind)}
    assert {"State", "Search"} <= names
    assert "Deliveries" in {table.accessibleName() for table in page.findChildren(QTableView)}
    assert all(button.accessibleName() for button in page.findChildren(QPushButton))


def test_the_page_speaks_chinese_at_once(bench: Bench, in_chinese: None) -> None:
    bench.qtbot.waitUntil(lambda: bench.page.count_label.text() == "60 条短信")
    bench.show_detail(0)
    english = [
        label.text()
        for kind in (QLabel, QPushButton)
        for label in bench.page.findChildren(kind)
        if label.isVisible() and any(word in label.text() for word in ("Copy", "State", "Released", "Clear", "Export"))
    ]
    assert english == []
    assert bench.page.filter_bar.state.itemText(0) == "全部状态"
    assert bench.text(0, Column.GATEWAY) == "模拟"


# -- live -------------------------------------------------------------------------------------------------


def test_a_message_changes_before_ones_eyes(bench: Bench) -> None:
    bench.clerk.change(58, state="delivered")
    bench.qtbot.waitUntil(lambda: bench.text(2, Column.STATE) == "Delivered")


def test_new_messages_come_on_top(bench: Bench) -> None:
    bench.clerk.add(3)
    bench.qtbot.waitUntil(lambda: bench.page.count_label.text() == "63 messages")
    bench.qtbot.waitUntil(lambda: bench.text(0, Column.TEXT) == "Message number 63")
    assert bench.text(3, Column.TEXT) == "Message number 60"


def test_the_first_message_appears_in_an_empty_table(qtbot: QtBot) -> None:
    bench = Bench(qtbot, LedgerClerk(0))
    assert bench.page.placeholder.isVisible()
    bench.clerk.add(1)
    qtbot.waitUntil(lambda: bench.page.count_label.text() == "1 message")
    qtbot.waitUntil(lambda: bench.text(0, Column.TEXT) == "Message number 1")
    assert not bench.page.placeholder.isVisible()


def test_celerys_states_stand_beside_the_ledgers(bench: Bench) -> None:
    bench.clerk.celery["task-60"] = "SUCCESS"
    bench.qtbot.waitUntil(lambda: bench.text(0, Column.TASK) == "SUCCESS")
    bench.qtbot.waitUntil(lambda: bench.text(1, Column.TASK) == "PENDING")


def test_the_ledger_goes_on_while_the_broker_is_away(bench: Bench) -> None:
    del bench.clerk.answers["celery.states"]
    bench.clerk.change(60, state="delivered", updated_ms=1)
    bench.qtbot.waitUntil(lambda: bench.text(0, Column.STATE) == "Delivered")
    assert not bench.page.problem.isVisible()


def test_nothing_is_polled_while_the_page_is_hidden(bench: Bench) -> None:
    assert bench.poller.active
    bench.page.hide()
    assert not bench.poller.active
    bench.page.show()
    assert bench.poller.active


def test_nothing_is_polled_while_the_window_is_minimized(bench: Bench) -> None:
    bench.page.setWindowState(Qt.WindowState.WindowMinimized)
    bench.qtbot.waitUntil(lambda: not bench.poller.active)
    bench.page.setWindowState(Qt.WindowState.WindowNoState)
    bench.qtbot.waitUntil(lambda: bench.poller.active)


# -- filter -----------------------------------------------------------------------------------------------


def test_a_search_is_sent_once_typing_rests(bench: Bench) -> None:
    bench.qtbot.keyClick(bench.page, KEYS.Key_F, CTRL)
    bench.qtbot.waitUntil(bench.page.filter_bar.search.hasFocus)
    bench.qtbot.keyClicks(bench.page.filter_bar.search, "1380013")
    bench.qtbot.waitUntil(lambda: len(bench.clerk.calls_of("view.open")) == 2)
    assert bench.clerk.calls_of("view.open")[-1]["filter"]["search"] == "1380013"


def test_escape_clears_the_search(bench: Bench) -> None:
    search = bench.page.filter_bar.search
    bench.qtbot.keyClicks(search, "x")
    bench.qtbot.keyClick(search, KEYS.Key_Return)
    bench.qtbot.keyClick(search, KEYS.Key_Escape)
    assert search.text() == ""
    assert bench.clerk.calls_of("view.open")[-1]["filter"]["search"] == ""


def test_one_state_is_chosen_with_the_keyboard(bench: Bench) -> None:
    state = bench.page.filter_bar.state
    state.setFocus()
    bench.qtbot.keyClick(state, KEYS.Key_Down)
    assert bench.clerk.calls_of("view.open")[-1]["filter"]["state"] == "scheduled"
    bench.qtbot.mouseClick(bench.page.filter_bar.clear_button, LEFT)
    assert bench.clerk.calls_of("view.open")[-1]["filter"] == {"state": None, "search": "", "batch_id": None}
    assert not bench.page.filter_bar.clear_button.isEnabled()


def test_states_show_how_many_there_are(bench: Bench) -> None:
    state = bench.page.filter_bar.state
    state.setCurrentIndex(state.findData("queued"))
    bench.page.show_state_counts(counts_of({"open": {"queued": 12_345, "unknown": 3}}))
    assert state.currentText() == "Queued (12,345)"
    assert state.itemText(state.findData("unknown")) == "Unknown (3)"
    assert state.itemText(state.findData("delivered")) == "Delivered"
    bench.page.show_state_counts({})
    assert state.currentText() == "Queued"


def test_a_batch_is_shown_alone_until_its_button_is_clicked(bench: Bench) -> None:
    bench.page.show_batch(17)
    assert bench.clerk.calls_of("view.open")[-1]["filter"]["batch_id"] == 17
    button = bench.page.filter_bar.batch_button
    assert button.isVisible()
    bench.qtbot.mouseClick(button, LEFT)
    assert bench.clerk.calls_of("view.open")[-1]["filter"]["batch_id"] is None
    assert not button.isVisible()


def test_nothing_found_is_said_differently_from_nothing_sent(bench: Bench) -> None:
    bench.clerk.matching = lambda wanted: 0 if wanted.get("search") else None
    bench.qtbot.keyClicks(bench.page.filter_bar.search, "zzz")
    bench.qtbot.waitUntil(bench.page.placeholder.isVisible)
    looks = len(bench.clerk.calls_of("view.refresh"))
    bench.qtbot.waitUntil(lambda: len(bench.clerk.calls_of("view.refresh")) > looks + 2)
    assert bench.page.placeholder.isVisible()
    assert bench.page.placeholder.text() == "Nothing matches"
    assert bench.page.count_label.text() == "0 messages"
    assert not bench.page.export_button.isEnabled()


def test_an_empty_ledger_says_where_to_begin(qtbot: QtBot) -> None:
    bench = Bench(qtbot, LedgerClerk(0))
    assert bench.page.placeholder.text() == "No messages yet — write one on the Compose page"


# -- order ------------------------------------------------------------------------------------------------


def test_an_order_that_is_too_large_is_refused_with_a_remedy(qtbot: QtBot) -> None:
    bench = Bench(qtbot, LedgerClerk(MILLION))
    bench.page.table.sort_by(Column.TEXT)
    qtbot.waitUntil(bench.page.problem.isVisible)
    assert "too many to sort" in bench.page.problem.text()
    assert "filter" in bench.page.problem.text()
    assert bench.page.table.sorted_column() is Column.TIME
    bench.page.table.sort_by(Column.RECIPIENT)
    qtbot.waitUntil(lambda: not bench.page.problem.isVisible())
    assert bench.clerk.calls_of("view.open")[-1]["sort"] == {"column": "recipient", "descending": False}


# -- detail -----------------------------------------------------------------------------------------------


def test_a_click_shows_the_message_with_its_tries(bench: Bench) -> None:
    bench.clerk.changed[58] = {"state": "unknown", "reason": "lease.expired"}
    bench.qtbot.waitUntil(lambda: bench.page.model.record(2) is not None)
    bench.show_detail(2)
    panel = bench.page.detail_panel
    assert panel.isVisible()
    assert "Unknown" in panel.title.text()
    assert "may have" in panel.advice.text()
    assert panel.tries_model.rowCount() == 1
    assert panel.text.toPlainText() == "Message number 58"


def test_escape_puts_the_detail_away_and_enter_brings_it_back(bench: Bench) -> None:
    bench.show_detail(1)
    panel, table = bench.page.detail_panel, bench.page.table
    bench.qtbot.keyClick(panel, KEYS.Key_Escape)
    assert not panel.isVisible()
    bench.qtbot.keyClick(table, KEYS.Key_Down)
    assert not panel.isVisible()
    bench.qtbot.keyClick(table, KEYS.Key_Return)
    bench.qtbot.waitUntil(lambda: panel.message_id == 58)
    assert panel.isVisible()


def test_tab_goes_from_the_filter_to_the_table(bench: Bench) -> None:
    page = bench.page
    first = page.filter_bar.state
    chain, widget = [], first
    while widget.nextInFocusChain() is not first:
        chain.append(widget)
        widget = widget.nextInFocusChain()
    wanted = [first, page.filter_bar.search, page.export_button, page.table, page.detail_panel.text]
    assert [widget for widget in chain if widget in wanted] == wanted


def test_focus_alone_opens_nothing(bench: Bench) -> None:
    bench.page.table.setFocus()
    assert not bench.page.detail_panel.isVisible()


def test_the_shown_message_stays_up_to_date(bench: Bench) -> None:
    bench.show_detail(0)
    bench.clerk.change(60, state="delivered")
    bench.qtbot.waitUntil(lambda: "Delivered" in bench.page.detail_panel.title.text())


def test_a_message_is_copied_into_a_new_one(bench: Bench) -> None:
    bench.show_detail(0)
    with bench.qtbot.waitSignal(bench.page.copy_to_new) as told:
        bench.qtbot.mouseClick(bench.page.detail_panel.copy_to_new, LEFT)
    assert told.args == [
        {"text": "Message number 60", "sender": None, "recipient": "+8613800130060", "account": "simulator"}
    ]


def test_the_buttons_copy_number_text_and_all(bench: Bench) -> None:
    bench.show_detail(0)
    panel, clipboard = bench.page.detail_panel, QGuiApplication.clipboard()
    bench.qtbot.mouseClick(panel.copy_number, LEFT)
    assert clipboard.text() == "+8613800130060"
    bench.qtbot.mouseClick(panel.copy_text, LEFT)
    assert clipboard.text() == "Message number 60"
    bench.qtbot.mouseClick(panel.copy_all, LEFT)
    assert "+8613800130060" in clipboard.text()
    assert "Accepted by the gateway" in clipboard.text()
    clipboard.clear()


# -- menus, memory ----------------------------------------------------------------------------------------


def test_the_menu_sorts_and_hides_columns_without_a_mouse(bench: Bench) -> None:
    from desktop.widgets.deliveries.table_menu import table_menu

    bench.show_detail(0)
    menu = table_menu(bench.page.table, show_detail=lambda: None, copy_to_new=lambda: None)
    actions: dict[str, Any] = {action.text(): action for action in menu.actions()}
    sorts = {action.text(): action for action in actions["Sort by"].menu().actions()}
    sorts["Recipient"].trigger()
    assert bench.clerk.calls_of("view.open")[-1]["sort"]["column"] == "recipient"
    columns = {action.text(): action for action in actions["Columns"].menu().actions()}
    columns["Source"].trigger()
    assert bench.page.table.isColumnHidden(Column.SOURCE)
    assert not columns["State"].isEnabled()
    menu.deleteLater()


def test_widths_outlive_the_program(qtbot: QtBot, tmp_path: Path) -> None:
    memory = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    first = Bench(qtbot, LedgerClerk(3), memory)
    first.page.table.setColumnWidth(Column.TEXT, 333)
    first.page.remember(memory)
    second = Bench(qtbot, LedgerClerk(3), memory)
    assert second.page.table.columnWidth(Column.TEXT) == 333


def test_rows_are_plain_text(bench: Bench) -> None:
    bench.clerk.change(60, text="<b>bold</b> & <img src=x>", recipient="+8613800000000")
    bench.show_detail(0)
    bench.qtbot.waitUntil(lambda: "+8613800000000" in bench.page.detail_panel.title.text())
    assert bench.page.detail_panel.text.toPlainText() == "<b>bold</b> & <img src=x>"
    assert row(1)["text"]


def test_an_earlier_message_is_shown_among_what_its_number_got_and_is_selected(qtbot: QtBot) -> None:
    bench = Bench(qtbot, LedgerClerk(60))
    wanted = row(7)
    bench.page.filter_bar.choose_state("failed")
    bench.page.show_message(wanted["message_id"], wanted["recipient"])
    qtbot.waitUntil(lambda: bench.page.table.selected_ranges() != [])
    assert bench.page.filter_bar.wanted() == {"state": None, "search": wanted["recipient"], "batch_id": None}
    ((first, last),) = bench.page.table.selected_ranges()
    assert first == last
    assert bench.page.model.record(first) == wanted


def test_what_the_filter_leaves_out_is_not_shown_in_detail(bench: Bench) -> None:
    bench.show_detail(0)
    bench.clerk.matching = lambda wanted: 0 if wanted.get("state") else None
    bench.page.filter_bar.choose_state("failed")
    bench.qtbot.waitUntil(lambda: not bench.page.detail_panel.isVisible())
    bench.page.filter_bar.clear()
    bench.qtbot.waitUntil(bench.page.detail_panel.isVisible)  # its row is there again, and still selected


def test_what_is_among_other_rows_stays_in_detail(bench: Bench) -> None:
    bench.show_detail(3)
    shown = bench.page.detail_panel.message_id
    bench.clerk.matching = lambda wanted: bench.clerk.count - 1 if wanted.get("search") else None
    bench.page.filter_bar.search.setText("138")
    bench.qtbot.waitUntil(lambda: bench.page.model.rowCount() == bench.clerk.count - 1)
    bench.qtbot.waitUntil(lambda: bench.page.table.selected_ranges() == [(2, 2)])
    assert bench.page.detail_panel.isVisible()
    assert bench.page.detail_panel.message_id == shown


def test_a_message_that_is_gone_from_other_rows_is_put_away(bench: Bench) -> None:
    bench.show_detail(0)
    bench.clerk.matching = lambda wanted: bench.clerk.count - 1 if wanted.get("search") else None
    bench.page.filter_bar.search.setText("138")
    bench.qtbot.waitUntil(lambda: not bench.page.detail_panel.isVisible())
    assert bench.page.model.rowCount() > 0

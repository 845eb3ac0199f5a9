"""Alt and a letter means one thing: whatever is seen at once on a page, with the strip of batches above it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QAbstractButton, QGroupBox, QLabel, QWidget
from pytestqt.qtbot import QtBot
from support.compose_desk import CLINIC, SIMULATOR, ComposeClerk
from support.deliveries_ledger import LedgerClerk
from support.settings_page import SettingsClerk

from desktop.background.composer import Composer
from desktop.background.exporter import Exporter
from desktop.background.row_loader import RowLoader
from desktop.background.settings_agent import SettingsAgent
from desktop.background.status_poller import StatusPoller
from desktop.i18n import apply_language
from desktop.main_window import PAGES, MainWindow
from desktop.models.draft import HandedOver
from desktop.models.running_batch import RunningBatch
from desktop.widgets.compose.page import ComposePage
from desktop.widgets.deliveries.page import DeliveriesPage
from desktop.widgets.settings.page import SettingsPage
from desktop.widgets.workers.page import WorkersPage
from desktop.wiring import compose as compose_wiring
from desktop.wiring import deliveries as deliveries_wiring
from desktop.wiring import settings as settings_wiring
from desktop.wiring.sending import stopped_light, stopped_notice


class Desk:
    """The window with its real pages, filled as the clerk would fill them."""

    def __init__(self, qtbot: QtBot) -> None:
        self.compose, self.deliveries = ComposePage(), DeliveriesPage()
        self.workers, self.settings = WorkersPage(), SettingsPage()
        pages = dict(zip(PAGES, (self.compose, self.deliveries, self.workers, self.settings), strict=True))
        self.window = MainWindow(pages)
        qtbot.addWidget(self.window, before_close_func=lambda widget: setattr(widget, "_may_close", True))
        ledger, clerk, settings = LedgerClerk(30), ComposeClerk(SIMULATOR, CLINIC), SettingsClerk()
        for made in (ledger, clerk, settings):
            made.setParent(self.window)  # no answers once the window is gone
        compose_wiring.connect(self.compose, Composer(clerk))
        settings_wiring.connect(self.settings, SettingsAgent(settings))
        agents = RowLoader(ledger), StatusPoller(ledger), Exporter(ledger)
        deliveries_wiring.connect(self.deliveries, *agents)
        self.window.show()
        qtbot.waitExposed(self.window)
        qtbot.waitUntil(lambda: self.compose.through.account() is not None)

    def show_batch(self, **counts: int) -> None:
        total = sum(counts.values())
        self.window.sending_bar.show_batches([RunningBatch(7, total, counts), RunningBatch(6, 1, {"queued": 1})])

    def keys(self) -> dict[str, list[str]]:
        """Each letter and what is seen that bears it."""
        found: dict[str, list[str]] = defaultdict(list)
        for widget in self.window.findChildren(QWidget):
            if widget.isVisible() and (key := mnemonic(widget)):
                found[key].append(text_of(widget))
        return found


def text_of(widget: QWidget) -> str:
    if isinstance(widget, QGroupBox):
        return widget.title()
    if isinstance(widget, QAbstractButton) or (isinstance(widget, QLabel) and widget.buddy() is not None):
        return widget.text()
    return ""


def mnemonic(widget: QWidget) -> str:
    return QKeySequence.mnemonic(text_of(widget)).toString()


@pytest.fixture(params=["en", "zh_CN"])
def desk(qtbot: QtBot, request: pytest.FixtureRequest) -> Iterator[Desk]:
    made = Desk(qtbot)
    apply_language(request.param)
    yield made
    apply_language("en")


def strip_running(desk: Desk) -> None:
    desk.show_batch(queued=9)


def strip_paused(desk: Desk) -> None:
    desk.show_batch(held=9)


def strip_undo(desk: Desk) -> None:
    desk.window.sending_bar.show_batches([RunningBatch(7, 9, {"queued": 9}, undo_left_ms=60_000)])


def strip_asking(desk: Desk) -> None:
    desk.show_batch(queued=9)
    desk.window.sending_bar.cancel_button.click()


def strip_stopped(desk: Desk) -> None:
    desk.show_batch(held=9)
    desk.window.show_stopped(True)
    desk.window.lights.show_light("sending", stopped_light())
    desk.window.message_bar.put(stopped_notice())


STRIPS = (strip_running, strip_paused, strip_undo, strip_asking, strip_stopped)


def compose_text(desk: Desk) -> None:
    desk.compose.recipients.edit.setPlainText("+14155552671")
    desk.compose.content.message.edit.setPlainText("It’s “ready”")  # offers to replace look-alikes
    desk.compose.outcome.show_handed_over(HandedOver(7, 1, 9))


def compose_template(desk: Desk) -> None:
    desk.compose.content.by_template.click()
    desk.compose.outcome.show_undone(offer=True)


def compose_undone(desk: Desk) -> None:
    compose_text(desk)
    desk.compose.outcome.show_undone(offer=True)


def nothing(_desk: Desk) -> None:
    """As the page opens."""


def settings_edited(desk: Desk) -> None:
    desk.settings.advanced.setChecked(True)
    desk.settings.save_bar.set_dirty(True)
    for button in (desk.settings.save_bar.restart_button, desk.settings.accounts.remove_button):
        button.show()


VIEWS: tuple[tuple[str, Callable[[Desk], None]], ...] = (
    ("compose", compose_text),
    ("compose", compose_template),
    ("compose", compose_undone),
    ("deliveries", nothing),
    ("workers", nothing),
    ("settings", nothing),
    ("settings", settings_edited),
)


@pytest.mark.parametrize("strip", STRIPS)
def test_no_two_things_have_the_same_key(desk: Desk, qtbot: QtBot, strip: Callable[[Desk], None]) -> None:
    strip(desk)
    twice: list[Any] = []
    for page, view in VIEWS:
        desk.window.show_page(page)
        if page == "settings":
            qtbot.waitUntil(lambda: desk.settings.field("region") is not None)
        view(desk)
        found = desk.keys()
        assert found or page == "workers"
        twice += [(page, view.__name__, key, texts) for key, texts in found.items() if len(texts) > 1]
    assert twice == []


def test_what_stops_sending_has_a_key(desk: Desk) -> None:
    strip_running(desk)
    bar = desk.window.sending_bar
    assert all(map(mnemonic, (desk.window.stop_button, bar.cancel_button, bar.pause_button, bar.rows_button)))
    bar.cancel_button.click()
    assert all(map(mnemonic, (bar.sure_button, bar.keep_button)))

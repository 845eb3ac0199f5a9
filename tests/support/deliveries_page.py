"""The page of deliveries with everything behind it, over a ledger in memory."""

from __future__ import annotations

from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from support.deliveries_ledger import LedgerClerk

from desktop.background.exporter import Exporter
from desktop.background.row_loader import RowLoader
from desktop.background.status_poller import StatusPoller
from desktop.models.columns import Column
from desktop.widgets.deliveries.page import DeliveriesPage
from desktop.wiring.deliveries import connect

LEFT = Qt.MouseButton.LeftButton


class Bench:
    """The page and everything behind it."""

    def __init__(self, qtbot: QtBot, clerk: LedgerClerk, memory: QSettings | None = None) -> None:
        self.qtbot, self.clerk = qtbot, clerk
        self.page = DeliveriesPage()
        qtbot.addWidget(self.page)
        clerk.setParent(self.page)  # no answers once the page is gone
        self.loader, self.poller, self.exporter = RowLoader(clerk), StatusPoller(clerk), Exporter(clerk)
        connect(self.page, self.loader, self.poller, self.exporter, memory=memory)
        self.page.resize(1_200, 800)
        with qtbot.waitExposed(self.page):
            self.page.show()
        self.page.activateWindow()
        qtbot.waitUntil(lambda: self.page.count_label.text() != "")
        if self.page.model.rowCount():
            qtbot.waitUntil(lambda: self.page.model.record(0) is not None)

    def text(self, at: int, column: Column) -> str:
        return str(self.page.model.index(at, column).data())

    def click_row(self, at: int) -> None:
        table = self.page.table
        place = table.visualRect(self.page.model.index(at, Column.TEXT)).center()
        QTest.mouseClick(table.viewport(), LEFT, pos=place)

    def show_detail(self, at: int) -> None:
        self.click_row(at)
        wanted = self.page.model.record(at)
        assert wanted is not None
        self.qtbot.waitUntil(lambda: self.page.detail_panel.message_id == wanted["message_id"])

"""The Workers page: the bundled worker above; all workers, the bundled one's log and its restarts below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QTableView,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.models.row_text import long_time
from desktop.models.seen_workers import SeenWorker
from desktop.models.workers import COLUMNS, WorkersModel
from desktop.theme import LARGE, MEDIUM, Hint, PageTitle
from desktop.widgets.workers.child_names import Ended, cause_sentence
from desktop.widgets.workers.facts_card import FactsCard
from desktop.widgets.workers.log_view import LogView
from desktop.widgets.workers.remarks_view import RemarksView
from desktop.widgets.workers.worker_card import WorkerCard

_RESTART_COLUMNS: Final = 3
_CELL_PADDING: Final = 26
"""Pixels beside the words of a cell and of a heading."""
_CELL_HEIGHT_PADDING: Final = 12
_HEIGHT_A_LINE: Final = 110
"""Pixels of the page for each line of remarks: most of the room is the table's."""


class WorkersPage(QWidget):
    """Shows; `start_wanted`, `stop_wanted`, `restart_wanted` leave it. `watched` says whether it is on screen."""

    start_wanted = Signal()
    stop_wanted = Signal()
    restart_wanted = Signal()
    autostart_changed = Signal(bool)
    watched = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ends: list[Ended] = []
        self._serving = 0
        self._title = PageTitle()
        self.card = WorkerCard()
        self.facts = FactsCard()
        self.log = LogView()
        self.workers_model = WorkersModel(self)
        self.workers_table = _table_view(self.workers_model)
        self.remarks = RemarksView()
        self.restarts_table, self.no_restarts = _restarts_table(), Hint()
        self.no_restarts.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        for part in (
            _column(self.workers_table, self.remarks),
            self.log,
            _column(self.restarts_table, self.no_restarts),
        ):
            self.tabs.addTab(part, "")
        cards = QHBoxLayout()
        cards.setSpacing(MEDIUM)
        cards.addWidget(self.card, 3)
        cards.addWidget(self.facts, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(LARGE + 4, LARGE, LARGE + 4, LARGE)
        layout.setSpacing(MEDIUM)
        layout.addWidget(self._title)
        layout.addLayout(cards)
        layout.addWidget(self.tabs, 1)
        self.card.start_wanted.connect(self.start_wanted)
        self.card.stop_wanted.connect(self.stop_wanted)
        self.card.restart_wanted.connect(self.restart_wanted)
        self.card.autostart_changed.connect(self.autostart_changed)
        self.retranslate()

    # -- what is shown ----------------------------------------------------------------------------------

    def show_worker(self, state: str, since_ms: int) -> None:
        """State of the bundled worker."""
        self.card.show_state(state, since_ms)

    def show_autostart(self, wanted: bool) -> None:
        """Whether the worker starts together with the window."""
        self.card.autostart_box.setChecked(wanted)

    def show_server(self, state: str | None) -> None:
        """State of the built-in broker; None where another broker is set."""
        self.facts.show_server(state)

    def show_lanes(self, lanes: dict[str, int | None]) -> None:
        self.facts.show_lanes(lanes)

    def show_workers(self, workers: Sequence[SeenWorker]) -> None:
        """All workers there are to see, as is known now."""
        self._serving = sum(one.serves for one in workers)
        self.workers_model.show(workers)
        self.remarks.show_workers(workers)
        self._title_tabs()

    def show_old(self, since_ms: int | None) -> None:
        """Since when the ledger has not answered, milliseconds since the epoch; None: it does."""
        self.remarks.show_old(since_ms)

    def show_asked(self, asked: dict[str, Any]) -> None:
        """How it went to ask the broker for workers of other ledgers: the answer of `workers.announced`."""
        self.remarks.show_asked(asked)

    def add_log(self, lines: list[str]) -> None:
        self.log.add(lines)

    def show_restarts(self, ends: Sequence[Ended]) -> None:
        """The unasked ends, oldest first; shown with the newest on top."""
        self._ends = list(ends)
        self.restarts_table.setVisible(bool(ends))
        self.no_restarts.setVisible(not ends)
        self.restarts_table.setRowCount(len(self._ends))
        for row, end in enumerate(reversed(self._ends)):
            texts = (long_time(end.at_ms), cause_sentence(end), end.last_line)
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self.restarts_table.setItem(row, column, item)
        self._title_tabs()

    # -- Qt's events ------------------------------------------------------------------------------------

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        self.watched.emit(True)

    def hideEvent(self, event: Any) -> None:
        super().hideEvent(event)
        self.watched.emit(False)

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self.remarks.set_most(self.height() // _HEIGHT_A_LINE)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        self._title.setText(self.tr("Workers"))
        self.tabs.tabBar().setAccessibleName(self.tr("Workers, log, restarts"))
        self.workers_table.setAccessibleName(self.tr("Workers"))
        self.restarts_table.setAccessibleName(self.tr("Restarts"))
        self.no_restarts.setText(self.tr("Nothing had to be restarted since SMS Desk was opened."))
        self.restarts_table.setHorizontalHeaderLabels(
            [self.tr("Time"), self.tr("Cause"), self.tr("Last line of its log")]
        )
        self.workers_model.retranslate()
        self._set_widths()
        self.show_restarts(self._ends)

    def _title_tabs(self) -> None:
        workers, ends = self._serving, len(self._ends)
        self.tabs.setTabText(0, self.tr("Workers ({count})").format(count=workers) if workers else self.tr("Workers"))
        self.tabs.setTabText(1, self.tr("Log"))
        self.tabs.setTabText(2, self.tr("Restarts ({count})").format(count=ends) if ends else self.tr("Restarts"))

    def _set_widths(self) -> None:
        """By the words of the language that is on; the accounts take the rest."""
        titles, samples = self.workers_model.titles(), self.workers_model.samples()
        measure = self.workers_table.fontMetrics().horizontalAdvance
        for column, lines in samples.items():
            width = max(map(measure, (titles[column], *lines))) + _CELL_PADDING
            self.workers_table.setColumnWidth(COLUMNS.index(column), width)


def _column(*parts: QWidget) -> QWidget:
    whole = QWidget()
    layout = QVBoxLayout(whole)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    for number, part in enumerate(parts):
        layout.addWidget(part, 0 if number else 1)
    return whole


def _table_view(model: WorkersModel) -> QTableView:
    view = QTableView()
    view.setModel(model)
    _make_calm(view)
    header = view.horizontalHeader()
    header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    header.setSectionResizeMode(COLUMNS.index("accounts"), QHeaderView.ResizeMode.Stretch)
    view.verticalHeader().setDefaultSectionSize(2 * view.fontMetrics().lineSpacing() + _CELL_HEIGHT_PADDING)
    return view


def _restarts_table() -> QTableWidget:
    table = QTableWidget(0, _RESTART_COLUMNS)
    _make_calm(table)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setColumnWidth(0, table.fontMetrics().horizontalAdvance("2026-12-28 12:58:58") + 36)
    table.setColumnWidth(1, 380)
    table.horizontalHeader().setStretchLastSection(True)
    return table


def _make_calm(view: QTableView) -> None:
    view.setProperty("roomy", True)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setTabKeyNavigation(False)
    view.verticalHeader().hide()
    view.verticalHeader().setDefaultSectionSize(32)
    view.horizontalHeader().setHighlightSections(False)
    view.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)

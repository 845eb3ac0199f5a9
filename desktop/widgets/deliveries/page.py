"""The Deliveries page: what became of every message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import QEvent, QObject, QPoint, QSettings, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel, QSplitter, QVBoxLayout, QWidget

from desktop.errors import whole
from desktop.models.deliveries import DeliveriesModel
from desktop.models.held_row import params_for
from desktop.models.row_text import copied_lines, display_texts, number_text
from desktop.theme import LARGE, MEDIUM, show_tone
from desktop.theme.colours import Role
from desktop.widgets.deliveries.decision_bar import DecisionBar
from desktop.widgets.deliveries.detail_fit import DetailFit
from desktop.widgets.deliveries.detail_panel import DetailPanel
from desktop.widgets.deliveries.export_bar import ExportBar, titles_of
from desktop.widgets.deliveries.export_place import ExportPlace
from desktop.widgets.deliveries.filter_bar import FilterBar
from desktop.widgets.deliveries.head import DeliveriesHead
from desktop.widgets.deliveries.table import DeliveriesTable
from desktop.widgets.deliveries.table_menu import columns_menu, pop_up, table_menu
from desktop.widgets.watched import Watched

NEWEST_FIRST: Final = {"column": "time", "descending": True}
COLUMNS_KEY: Final = "deliveries/columns"
SPLITTER_KEY: Final = "deliveries/splitter"


class DeliveriesPage(QWidget):
    """Knows no clerk: what it wants leaves as signals, what comes is put into the model and the slots here."""

    view_wanted = Signal(object, object)
    """(filter, sort) as the wire has them."""
    detail_wanted = Signal(int)
    """A message's id."""
    rows_wanted = Signal(object)
    """list of (first, last): rows to be copied that are not all here."""
    export_wanted = Signal(object, object, str, object)
    """(filter, sort, path, titles of columns and states)"""
    export_cancelled = Signal()
    copy_to_new = Signal(object)
    """dict for a new message: recipient, account, text or template_id and variables, sender."""
    decided = Signal(str, object)
    """(one of the clerk's `unknown.…`, `….resume` or `messages.cancel`, its params)"""
    watched_changed = Signal(bool)
    """Whether anybody can see the table."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = DeliveriesModel(self)
        self.filter_bar, self.table = FilterBar(), DeliveriesTable()
        self.detail_panel, self.export_bar = DetailPanel(), ExportBar()
        self.head, self.decisions = DeliveriesHead(), DecisionBar()
        self.count_label, self.export_button = self.head.count_label, self.head.export_button
        self.problem, self.placeholder = QLabel(), QLabel(self.table.viewport())
        self._sort: dict[str, Any] = dict(NEWEST_FIRST)
        self._shown_sort: dict[str, Any] = dict(NEWEST_FIRST)
        self._export_place = ExportPlace(self)
        self._known_view = False
        self._detail_declined = False
        self._copies_when_here: int | None = None
        self._trouble: tuple[str, Mapping[str, Any]] | None = None
        self._splitter = QSplitter(Qt.Orientation.Vertical)
        self.table.setModel(self.model)
        self._lay_out()
        self._wire()
        self.retranslate()

    # -- what the agents bring --------------------------------------------------------------------------

    @Slot(object, int, object)
    def show_view(self, _view: object, count: int, revision: int) -> None:
        """A new view is open."""
        self._known_view = True
        self._shown_sort = dict(self._sort)
        self.show_trouble(None)
        self.model.open(count, revision)
        self.table.show_from_top()
        self._show_count()

    @Slot(str, object)
    def show_refused(self, code: str, params: Mapping[str, Any]) -> None:
        """This filter or order cannot be shown: say so, and go back to the order that is shown."""
        self._sort = dict(self._shown_sort)
        self.table.show_sort(self._sort["column"], descending=self._sort["descending"])
        self.show_trouble((code, params))

    @Slot(str, object)
    def show_failed(self, code: str, params: Mapping[str, Any]) -> None:
        """Rows cannot be read now; it is tried again."""
        self.show_trouble((code, params))

    def show_trouble(self, trouble: tuple[str, Mapping[str, Any]] | None) -> None:
        """A sentence above the table, or none."""
        self._trouble = trouble
        self.problem.setVisible(trouble is not None)
        if trouble is not None:
            code, params = trouble
            self._say(whole(code, params), Role.BAD)

    @Slot(object, object, object)
    def put_rows(self, start: int, rows: list[dict[str, Any]], revision: int) -> None:
        """Rows that were asked for."""
        if self._trouble is not None:
            self.show_trouble(None)
        self.model.put_rows(start, rows, revision)

    @Slot(object)
    def show_detail(self, detail: dict[str, Any]) -> None:
        """The answer of `message.detail`."""
        self.detail_panel.show_message(detail)
        self.detail_panel.show_task_state(self.model.task_state(detail["row"]))
        if self._copies_when_here == detail["row"]["message_id"]:
            self._copy_detail_to_new()

    @Slot(object, str, object)
    def show_no_detail(self, _message_id: int, code: str, params: Mapping[str, Any]) -> None:
        """The message cannot be shown in detail."""
        self._copies_when_here = None
        self.show_trouble((code, params))

    @Slot(object)
    def put_task_states(self, states: Mapping[str, str]) -> None:
        """Celery's own states of tasks."""
        self.model.put_task_states(states)
        detail = self.detail_panel.detail
        if detail is not None:
            self.detail_panel.show_task_state(self.model.task_state(detail["row"]))

    @Slot(object, int)
    def copy_rows(self, rows: list[dict[str, Any]], wanted: int) -> None:
        """Put rows on the clipboard, and say how many."""
        lines = [display_texts(row, self.model.task_state(row)) for row in rows]
        QGuiApplication.clipboard().setText(copied_lines(lines))
        if len(rows) < wanted:
            text = self.tr("Only the first {count} rows were copied. Export… writes all of them to a file.")
            self._say(text.format(count=number_text(len(rows))), Role.ATTENTION)
            self.problem.show()

    @Slot(object)
    def show_state_counts(self, counts: Mapping[str, int]) -> None:
        """How many messages stand in each state, where that is known."""
        self.filter_bar.set_counts(counts)

    @Slot(object, str)
    def show_exported(self, written: int, path: str) -> None:
        """The export is whole."""
        self.export_bar.finish(written, path)
        self._show_count()

    @Slot()
    def show_export_stopped(self) -> None:
        """The export was cancelled."""
        self.export_bar.stop()
        self._show_count()

    @Slot(str, object)
    def show_export_failed(self, code: str, params: Mapping[str, Any]) -> None:
        """The export did not work."""
        self.export_bar.fail(whole(code, params))
        self._show_count()

    # -- what others ask of the page --------------------------------------------------------------------

    def show_batch(self, batch_id: int) -> None:
        """Show the messages of one click on Send, the newest first."""
        self._sort_newest_first()
        self.filter_bar.choose_batch(batch_id or None)

    def show_message(self, message_id: int, recipient: str) -> None:
        """Show what a number got, with one of these messages selected."""
        self._sort_newest_first()
        self.table.choose(message_id)
        self.filter_bar.choose_number(recipient)

    def _sort_newest_first(self) -> None:
        self._sort = dict(NEWEST_FIRST)
        self.table.show_sort("time", descending=True)

    def ask_again(self) -> None:
        """Ask for the view that the filter and the header show."""
        self.view_wanted.emit(self.filter_bar.wanted(), dict(self._sort))

    def remember(self, memory: QSettings) -> None:
        """Note widths of columns and the place of the splitter."""
        memory.setValue(COLUMNS_KEY, self.table.column_state())
        memory.setValue(SPLITTER_KEY, self._splitter.saveState())
        self._export_place.remember(memory)

    def recall(self, memory: QSettings) -> None:
        """What `remember` noted, if anything."""
        if (columns := memory.value(COLUMNS_KEY)) is not None:
            self.table.restore_columns(columns)
        if (splitter := memory.value(SPLITTER_KEY)) is not None:
            self._splitter.restoreState(splitter)
        self._export_place.recall(memory)

    def ask_path(self) -> str:
        """Ask where to write the export; "" for nowhere."""
        return self._export_place.ask()

    # -- how it is built --------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.problem.setWordWrap(True)
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.hide()
        self.placeholder.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.placeholder.setWordWrap(True)
        self.placeholder.setTextFormat(Qt.TextFormat.PlainText)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self.table)
        self._splitter.addWidget(self.detail_panel)
        self._splitter.setStretchFactor(0, 3)
        self._splitter.setStretchFactor(1, 2)
        self._splitter.setSizes([380, 300])
        self.detail_panel.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(LARGE + 4, LARGE, LARGE + 4, LARGE)
        column.setSpacing(MEDIUM)
        column.addWidget(self.head)
        column.addWidget(self.filter_bar)
        column.addWidget(self.decisions)
        column.addWidget(self.problem)
        column.addWidget(self._splitter, 1)
        column.addWidget(self.export_bar)
        QWidget.setTabOrder(self.filter_bar.clear_button, self.export_button)  # the page begins with the filter
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.horizontalHeader().setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.viewport().installEventFilter(self)

    def _wire(self) -> None:
        self.filter_bar.changed.connect(self.ask_again)
        self.filter_bar.entered.connect(self._enter_table)
        self.table.sort_requested.connect(self._sort_wanted)
        self.table.opened.connect(self._open_detail)
        self.table.row_chosen.connect(self._row_chosen)
        self.table.copy_requested.connect(self._copy_wanted)
        self.table.customContextMenuRequested.connect(self._show_menu)
        self.table.horizontalHeader().customContextMenuRequested.connect(self._show_columns_menu)
        DetailFit(self.filter_bar, self.model, self.table, self.detail_panel)
        Watched(self).changed.connect(self.watched_changed)
        self.model.rows_came.connect(self._follow_detail)
        self.model.count_changed.connect(self._show_count)
        self.detail_panel.closed.connect(self._close_detail)
        self.detail_panel.copy_to_new_wanted.connect(self._copy_detail_to_new)
        self.detail_panel.decisions.decided.connect(self._decide_one)
        self.decisions.decided.connect(self._decide_all)
        self.export_button.clicked.connect(self._export)
        self.export_bar.cancel_wanted.connect(self.export_cancelled)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self).activated.connect(self._find)

    # -- filter and order -------------------------------------------------------------------------------

    def _sort_wanted(self, key: str, descending: bool) -> None:
        self._sort = {"column": key, "descending": descending}
        self.ask_again()

    def _find(self) -> None:
        self.filter_bar.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter_bar.search.selectAll()

    def _enter_table(self) -> None:
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self.table.currentIndex().isValid() and self.model.rowCount():
            self.table.setCurrentIndex(self.model.index(0, 0))

    @Slot()
    def _show_count(self) -> None:
        count = self.model.rowCount()
        text = self.tr("1 message") if count == 1 else self.tr("{count} messages").format(count=number_text(count))
        self.count_label.setText(text if self._known_view else "")
        self.export_button.setEnabled(count > 0)
        only_unknown = self.filter_bar.state.currentData() == "unknown"
        self.decisions.offer("unknown" if self._known_view and only_unknown else "", count)
        self.placeholder.setVisible(self._known_view and count == 0)
        nothing = self.tr("No messages yet — write one on the Compose page")
        self.placeholder.setText(nothing if self.filter_bar.is_empty else self.tr("Nothing matches"))
        self.placeholder.setAccessibleName(self.placeholder.text())

    # -- one message ------------------------------------------------------------------------------------

    def _row_chosen(self, row: int) -> None:
        record = self.model.record(row)
        if record is None:
            return
        alone = self.table.selected_ranges() == [(row, row)]
        if alone and not self._detail_declined and not self.detail_panel.isVisible():
            self._show_panel()
        if self.detail_panel.isVisible() and record["message_id"] != self.detail_panel.message_id:
            self.detail_wanted.emit(record["message_id"])

    def _open_detail(self) -> None:
        self._detail_declined = False
        if not self.detail_panel.isVisible():
            self._show_panel()
        record = self.model.record(self.table.currentIndex().row())
        if record is not None:
            self.detail_wanted.emit(record["message_id"])

    def _show_panel(self) -> None:
        self.detail_panel.clear()
        self.detail_panel.show()
        # Once the table has its new, smaller height.
        QTimer.singleShot(0, self, lambda: self.table.scrollTo(self.table.currentIndex()))

    def _close_detail(self) -> None:
        self._detail_declined = True
        self.detail_panel.hide()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _follow_detail(self, first: int, last: int) -> None:
        """The shown message may have changed; a row that was chosen before it came may be here now."""
        row = self.table.currentIndex().row()
        if not self.detail_panel.isVisible() or not first <= row <= last:
            return
        record = self.model.record(row)
        if record is not None:
            same = record["message_id"] == self.detail_panel.message_id
            if not same or not self.detail_panel.is_up_to_date(record):
                self.detail_wanted.emit(record["message_id"])

    def _want_copy_to_new(self) -> None:
        record = self.model.record(self.table.currentIndex().row())
        if record is None:
            return
        self._copies_when_here = record["message_id"]
        self.detail_wanted.emit(record["message_id"])

    def _copy_detail_to_new(self) -> None:
        self._copies_when_here = None
        detail = self.detail_panel.detail
        if detail is not None:
            row = detail["row"]
            self.copy_to_new.emit({**detail["content"], "recipient": row["recipient"], "account": row["account"]})

    # -- decisions --------------------------------------------------------------------------------------

    def _decide_one(self, do: str) -> None:
        if (detail := self.detail_panel.detail) is not None:
            self.decided.emit(do, params_for(do, detail["row"]))

    def _decide_all(self, do: str) -> None:
        self.decided.emit(do, {"filter": self.filter_bar.wanted()})

    # -- copying, exporting, menus ----------------------------------------------------------------------

    def _copy_wanted(self, ranges: list[tuple[int, int]]) -> None:
        if not ranges:
            return
        total = sum(last - first + 1 for first, last in ranges)
        numbers = [row for first, last in ranges for row in range(first, last + 1)] if total < 400 else []
        here = [row for number in numbers if (row := self.model.record(number)) is not None]
        if len(here) == total:
            self.copy_rows(here, total)
        else:
            self.rows_wanted.emit(ranges)

    def _export(self) -> None:
        path = self.ask_path()
        if path:
            self.export_button.setEnabled(False)
            self.export_wanted.emit(self.filter_bar.wanted(), dict(self._sort), path, titles_of(self.model))

    def _show_menu(self, place: QPoint) -> None:
        menu = table_menu(self.table, show_detail=self._open_detail, copy_to_new=self._want_copy_to_new)
        pop_up(menu, self.table.viewport(), place)

    def _show_columns_menu(self, place: QPoint) -> None:
        pop_up(columns_menu(self.table), self.table.horizontalHeader(), place)

    # -- Qt's events ------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.table.setAccessibleName(self.tr("Deliveries"))
        self.model.retranslate()
        self.show_trouble(self._trouble)
        self._show_count()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.table.viewport() and event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self.placeholder.setGeometry(self.table.viewport().rect())
        return super().eventFilter(watched, event)

    def _say(self, text: str, role: Role) -> None:
        show_tone(self.problem, role)
        self.problem.setText(text)
        self.problem.setAccessibleName(text)

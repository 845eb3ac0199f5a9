"""The view of the deliveries: a million rows, fixed heights, nothing measured by walking the data."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import (
    QAbstractItemModel,
    QByteArray,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from desktop.models.columns import SORT_KEYS, Column
from desktop.models.deliveries import DeliveriesModel
from desktop.widgets.deliveries.column_widths import ColumnWidths
from desktop.widgets.deliveries.row_painter import RowPainter

ROW_PADDING: Final = 10
LOOK_AHEAD: Final = 40
"""Rows outside the visible ones that are read too."""
KEPT_MOST: Final = 400
"""The most selected messages that are found again after the order has changed."""

WIDE_AS: Final = {
    Column.TIME: "12/28/2026 12:58",
    Column.RECIPIENT: "+8613800138000",
    Column.TEXT: "Your parcel 4471",
    Column.GATEWAY: "Simulated",
    Column.STATE: "Undelivered",
    Column.REASON: "The receipt says that it did not arrive.",
    Column.TRIES: "Tries 10",
    Column.TASK: "Celery task 1",
    Column.WORKER: "worker@reception-1",
    Column.SEGMENTS: "Segments 1",
    Column.COST: "0.0450 CNY m",
    Column.SOURCE: "Another program (Celery)",
}
"""What the columns have room for at first, in whatever font the window has."""
ROOMY: Final = 1.05
"""The font measured before the table is shown may be a little narrower than the one it gets."""

Index = QModelIndex | QPersistentModelIndex
Range = tuple[int, int]
"""(first, last) row."""


class DeliveriesTable(QTableView):
    """Sorting is asked of the database; selection is kept as ranges; rows are painted in one go."""

    sort_requested = Signal(str, bool)
    """(name of the order on the wire, descending)"""
    opened = Signal()
    """Enter or a double click on a row."""
    row_chosen = Signal(int)
    """The current row is selected; may be told twice."""
    copy_requested = Signal(object)
    """list of (first, last) rows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._painter = RowPainter(self)
        self._kept: set[int] = set()
        self._kept_current: int | None = None
        self._kept_scroll = 0
        self._asked_for: int | None = None
        self._restoring = False
        self._setting_sort = False
        self._sorted_by = (Column.TIME, Qt.SortOrder.DescendingOrder)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._measure()
        self._prepare_header()
        self._widths = ColumnWidths(self.horizontalHeader())
        self.horizontalHeader().sortIndicatorChanged.connect(self._sort_clicked)
        self.doubleClicked.connect(lambda _: self.opened.emit())

    # -- model ------------------------------------------------------------------------------------------

    def setModel(self, model: QAbstractItemModel | None) -> None:
        assert isinstance(model, DeliveriesModel)
        # Before the view's own connections: what stands where must be noted before Qt forgets it.
        model.modelAboutToBeReset.connect(self._note_places)
        super().setModel(model)
        # Painting a heading, Qt walks down all rows to see whether its whole column is selected: after Select All in a
        # million rows that takes a minute. A selection of its own, always empty, spares the header that question.
        self.horizontalHeader().setSelectionModel(QItemSelectionModel(model, self.horizontalHeader()))
        model.modelReset.connect(self._back_to_places)
        model.rowsInserted.connect(self._stay_on_rows)
        model.rows_came.connect(self._find_kept)
        model.rows_came.connect(self._find_asked_for)
        self._widths.begin(self._first_widths())
        self.show_sort("time", descending=True)

    def deliveries(self) -> DeliveriesModel:
        """The model, by its own type."""
        model = self.model()
        assert isinstance(model, DeliveriesModel)
        return model

    def show_from_top(self) -> None:
        """Another filter or order: begin at its first row. What was selected is selected again where it is seen."""
        self._kept_scroll = 0
        self.scrollToTop()

    def choose(self, message_id: int) -> None:
        """Select this message alone once its row is here: another page asked for it."""
        self.clearSelection()
        self.setCurrentIndex(QModelIndex())
        self._asked_for = message_id

    def selected_ranges(self) -> list[Range]:
        """The selected rows as ascending ranges; quick with a million of them."""
        selection = self.selectionModel().selection()
        parts = sorted((selection.at(at).top(), selection.at(at).bottom()) for at in range(selection.count()))
        merged: list[Range] = []
        for first, last in parts:
            if merged and first <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
            else:
                merged.append((first, last))
        return merged

    # -- order ------------------------------------------------------------------------------------------

    def show_sort(self, key: str, *, descending: bool) -> None:
        """Let the header show an order without asking for it."""
        column = next(column for column, name in SORT_KEYS.items() if name == key)
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self._setting_sort = True
        self.horizontalHeader().setSortIndicator(column, order)
        self._setting_sort = False
        self._sorted_by = (column, order)

    def sorted_column(self) -> Column:
        """The column that the header shows as sorted."""
        return self._sorted_by[0]

    def sort_by(self, column: Column) -> None:
        """Ask for an order as a click on the header does: the other way round if it is sorted so already."""
        descending = Qt.SortOrder.DescendingOrder
        turn = column is self._sorted_by[0] and self._sorted_by[1] is not descending
        self.horizontalHeader().setSortIndicator(column, descending if turn else Qt.SortOrder.AscendingOrder)

    def _sort_clicked(self, section: int, order: Qt.SortOrder) -> None:
        if self._setting_sort:
            return
        if section not in SORT_KEYS:
            column, order = self._sorted_by
            self.show_sort(SORT_KEYS[column], descending=order is Qt.SortOrder.DescendingOrder)
            return
        self._sorted_by = (Column(section), order)
        self.sort_requested.emit(SORT_KEYS[Column(section)], order is Qt.SortOrder.DescendingOrder)

    # -- columns ----------------------------------------------------------------------------------------

    def column_state(self) -> QByteArray:
        """Widths, order and hidden columns, to be remembered."""
        return self._widths.state()

    def restore_columns(self, state: QByteArray) -> None:
        """What `column_state` gave; the order that the header shows stays as it is."""
        column, order = self._sorted_by
        self._setting_sort = True
        self._widths.restore(state)
        self._setting_sort = False
        self._prepare_header()
        self.show_sort(SORT_KEYS[column], descending=order is Qt.SortOrder.DescendingOrder)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._widths.fill(self.viewport().width())

    def sizeHintForColumn(self, column: int) -> int:
        """As wide as the rows in sight, for a double click on the header's edge."""
        model = self.deliveries()
        first, last = self.visible_rows()
        shown = [texts[column] for row in range(first, last + 1) if (texts := model.texts(row)) is not None]
        return max((self._painter.width_of(Column(column), text) for text in shown), default=-1)

    # -- Qt's events ------------------------------------------------------------------------------------

    def visible_rows(self) -> Range:
        """(first, last) row in sight; (0, -1) of an empty table."""
        count = self.deliveries().rowCount()
        if not count:
            return 0, -1
        first, last = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        return max(0, first), count - 1 if last < 0 else last

    def paintEvent(self, event: QPaintEvent) -> None:
        first, last = self.visible_rows()
        if last < first:
            return
        model = self.deliveries()
        model.set_visible(first, last)
        area = event.rect()
        from_row, to_row = self.rowAt(area.top()), self.rowAt(area.bottom())
        if from_row >= 0:
            self._painter.paint(model, from_row, last if to_row < 0 else to_row, area, self.selected_ranges())
        model.look_ahead(LOOK_AHEAD)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_requested.emit(self.selected_ranges())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit()
        else:
            super().keyPressEvent(event)

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Home and End go to the first and the last row: a row is one thing here."""
        model, column = self.deliveries(), max(0, self.currentIndex().column())
        if action is QAbstractItemView.CursorAction.MoveHome:
            return model.index(0, column)
        if action is QAbstractItemView.CursorAction.MoveEnd:
            return model.index(model.rowCount() - 1, column)
        return super().moveCursor(action, modifiers)

    def keyboardSearch(self, search: str) -> None:
        """Nothing: Qt would read every row of the ledger through the model. Ctrl+F searches."""

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        if not self._restoring:  # a person has chosen anew
            self._kept.clear()
            self._kept_current = None
            self._go_where_alone_selected()
        self._tell_chosen()

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if current.row() != previous.row():
            self.viewport().update()
        self._tell_chosen()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._measure()
        elif event.type() is QEvent.Type.LanguageChange:
            self._widths.begin(self._first_widths())
            self._widths.fill(self.viewport().width())

    # -- inside -----------------------------------------------------------------------------------------

    def _tell_chosen(self) -> None:
        """A click makes a row current first and selects it then, a key the other way round: both lead here."""
        current = self.currentIndex()
        # Not when focus alone made a row the current one: nobody has chosen it yet.
        if current.isValid() and self.selectionModel().isRowSelected(current.row(), QModelIndex()):
            self.row_chosen.emit(current.row())

    def _go_where_alone_selected(self) -> None:
        """A screen reader selects a row without going there: the row that is alone selected is the current one."""
        ranges = self.selected_ranges()
        if len(ranges) == 1 and ranges[0][0] == ranges[0][1] != self.currentIndex().row():
            place = self.deliveries().index(ranges[0][0], max(0, self.currentIndex().column()))
            self.selectionModel().setCurrentIndex(place, QItemSelectionModel.SelectionFlag.NoUpdate)

    def _prepare_header(self) -> None:
        header = self.horizontalHeader()
        header.setSectionsMovable(True)
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        header.setResizeContentsPrecision(0)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def _first_widths(self) -> dict[Column, int]:
        """Room for what the columns hold, and for their titles in the window's language."""
        title = self.horizontalHeader().sectionSizeHint
        widths = {column: round(ROOMY * self._painter.width_of(column, text)) for column, text in WIDE_AS.items()}
        return {column: max(width, title(column)) for column, width in widths.items()}

    def _measure(self) -> None:
        self._painter.set_font(self.font())
        height = QFontMetrics(self.font()).height() + ROW_PADDING
        self.verticalHeader().setMinimumSectionSize(height)
        self.verticalHeader().setDefaultSectionSize(height)

    def _note_places(self) -> None:
        """Before rows move: which messages are current and selected, and where the table stands."""
        model = self.deliveries()
        self._kept_scroll = self.verticalScrollBar().value()
        current = model.record(self.currentIndex().row())
        self._kept_current = current["message_id"] if current is not None else self._kept_current
        ranges = self.selected_ranges()
        if ranges:
            rows = (row for first, last in ranges for row in range(first, min(last, first + KEPT_MOST) + 1))
            records = (model.record(row) for row, _ in zip(rows, range(KEPT_MOST), strict=False))
            self._kept = {record["message_id"] for record in records if record is not None}
        elif current is not None:  # the person has gone on to a message here: what was selected before is old news
            self._kept.clear()

    def _back_to_places(self) -> None:
        self.executeDelayedItemsLayout()
        self.verticalScrollBar().setValue(self._kept_scroll)

    def _find_kept(self, first: int, last: int) -> None:
        """Select the kept messages again as their rows come, without moving the table."""
        if not self._kept and self._kept_current is None:
            return
        model, chosen = self.deliveries(), QItemSelection()
        for message_id in [*self._kept]:
            row = model.row_of(message_id, first, last)
            if row is not None:
                chosen.select(model.index(row, 0), model.index(row, len(Column) - 1))
                self._kept.discard(message_id)
        flags = QItemSelectionModel.SelectionFlag
        self._restoring = True
        if not chosen.isEmpty():
            self.selectionModel().select(chosen, flags.Select | flags.Rows)
        if self._kept_current is not None and not self.currentIndex().isValid():
            row = model.row_of(self._kept_current, first, last)
            if row is not None:
                self._kept_current = None
                self.selectionModel().setCurrentIndex(model.index(row, 0), flags.NoUpdate)
        self._restoring = False

    def _find_asked_for(self, first: int, last: int) -> None:
        row = None if self._asked_for is None else self.deliveries().row_of(self._asked_for, first, last)
        if row is not None:
            self._asked_for = None
            self.setFocus(Qt.FocusReason.OtherFocusReason)
            self.selectRow(row)

    def _stay_on_rows(self, _parent: QModelIndex, first: int, last: int) -> None:
        """Rows came on top: whoever has scrolled down goes on seeing the same messages."""
        bar = self.verticalScrollBar()
        if first == 0 and bar.value() > 0:
            place = bar.value() + last - first + 1
            self.executeDelayedItemsLayout()
            bar.setValue(place)

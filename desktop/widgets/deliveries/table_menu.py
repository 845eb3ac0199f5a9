"""The table's context menu: also the keyboard's way to sorting and to the columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QCoreApplication, QPoint
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from desktop.models.columns import SORT_KEYS, Column
from desktop.widgets.deliveries.table import DeliveriesTable

tr: Final = QCoreApplication.translate


def table_menu(table: DeliveriesTable, *, show_detail: Callable[[], None], copy_to_new: Callable[[], None]) -> QMenu:
    """A menu for the rows that are selected now."""
    menu = QMenu(table)
    chosen = bool(table.selected_ranges())
    current = table.currentIndex().isValid()
    copy = menu.addAction(tr("DeliveriesPage", "Copy rows"), lambda: table.copy_requested.emit(table.selected_ranges()))
    copy.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
    copy.setEnabled(chosen)
    menu.addAction(tr("DeliveriesPage", "Show details"), show_detail).setEnabled(current)
    menu.addAction(tr("DeliveriesPage", "Copy to new message"), copy_to_new).setEnabled(current)
    menu.addSeparator()
    _add_sorts(menu.addMenu(tr("DeliveriesPage", "Sort by")), table)
    _add_columns(menu.addMenu(tr("DeliveriesPage", "Columns")), table)
    return menu


def columns_menu(table: DeliveriesTable) -> QMenu:
    """Which columns are shown; for a right click on the header."""
    menu = QMenu(table)
    _add_columns(menu, table)
    return menu


def pop_up(menu: QMenu, over: QWidget, place: QPoint) -> None:
    """Show a menu at a place of a widget; it is gone once it has been used."""
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(over.mapToGlobal(place))


def _add_sorts(menu: QMenu, table: DeliveriesTable) -> None:
    for column in SORT_KEYS:
        action = menu.addAction(table.deliveries().heading(column))
        action.setCheckable(True)
        action.setChecked(table.sorted_column() is column)
        action.triggered.connect(lambda _=False, column=column: table.sort_by(column))


def _add_columns(menu: QMenu, table: DeliveriesTable) -> None:
    for column in Column:
        action = menu.addAction(table.deliveries().heading(column))
        action.setCheckable(True)
        action.setChecked(not table.isColumnHidden(column))
        action.setEnabled(column is not Column.STATE)  # a table without states would say nothing
        action.toggled.connect(lambda shown, column=column: table.setColumnHidden(column, not shown))

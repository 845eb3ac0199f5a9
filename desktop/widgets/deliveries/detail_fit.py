"""The message that is shown in detail is one of the rows that are shown."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from desktop.models.deliveries import DeliveriesModel
from desktop.widgets.deliveries.detail_panel import DetailPanel
from desktop.widgets.deliveries.filter_bar import FilterBar
from desktop.widgets.deliveries.table import DeliveriesTable


class DetailFit(QObject):
    """After another filter the table selects again what it finds; a message that is not among it is put away."""

    def __init__(
        self, filter_bar: FilterBar, model: DeliveriesModel, table: DeliveriesTable, panel: DetailPanel
    ) -> None:
        super().__init__(panel)
        self._model, self._table, self._panel = model, table, panel
        self._asked = self._due = False
        filter_bar.changed.connect(self._note)
        model.modelReset.connect(self._opened)
        model.rows_came.connect(self._look)  # after the table's own connection

    @Slot()
    def _note(self) -> None:
        self._asked = True

    @Slot()
    def _opened(self) -> None:
        self._due, self._asked = self._asked or self._due, False
        if not self._model.rowCount():
            self._look()

    @Slot()
    def _look(self) -> None:
        if self._due:
            self._due = False
            if not self._table.selected_ranges():
                self._panel.hide()

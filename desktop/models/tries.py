"""The tries of one message: few rows, all in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.models.row_text import explain_code, long_time, outcome_text, plain

Index = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()
_DISPLAY: Final = int(Qt.ItemDataRole.DisplayRole)
_TOOL_TIP: Final = int(Qt.ItemDataRole.ToolTipRole)


class TriesModel(QAbstractTableModel):
    """One row for each try, the first one first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._gateway = ""
        self._tries: tuple[Mapping[str, Any], ...] = ()
        self._texts: list[tuple[str, ...]] = []

    def show(self, gateway: str, tries: Sequence[Mapping[str, Any]]) -> None:
        """Show these tries of a message that goes through `gateway`."""
        self.beginResetModel()
        self._gateway, self._tries = gateway, tuple(tries)
        self._texts = [self._row(one) for one in self._tries]
        self.endResetModel()

    def retranslate(self) -> None:
        self.show(self._gateway, self._tries)

    def texts(self) -> list[tuple[str, ...]]:
        """All rows as they are shown."""
        return list(self._texts)

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._texts)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.headings())

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        if index.isValid() and role in (_DISPLAY, _TOOL_TIP):
            return self._texts[index.row()][index.column()]
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        headings = self.headings()
        if role == _DISPLAY and orientation is Qt.Orientation.Horizontal and 0 <= section < len(headings):
            return headings[section]
        return None

    def headings(self) -> tuple[str, ...]:
        """The columns' titles in the window's language."""
        return (
            self.tr("Try"),
            self.tr("Outcome"),
            self.tr("Started"),
            self.tr("Ended"),
            self.tr("Code"),
            self.tr("Explanation"),
            self.tr("Worker"),
        )

    def _row(self, one: Mapping[str, Any]) -> tuple[str, ...]:
        return (
            str(one["number"]),
            outcome_text(one["outcome"]),
            long_time(one["started_ms"]),
            long_time(one["ended_ms"]),
            plain(one["code"]),
            explain_code(self._gateway, one["code"]).meaning,
            plain(one["worker"]),
        )

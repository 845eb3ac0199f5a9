"""The table of every worker on this ledger, also those on other computers."""

from __future__ import annotations

import time
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex

COLUMNS: Final = ("host", "pid", "version", "pool", "concurrency", "accounts", "in_hand", "seen_ms")


class WorkersModel(QAbstractTableModel):
    """Rows as `status.look` gives them. Keeps its rows in place, so a selection survives the pulse."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._rows: list[dict[str, Any]] = []

    def show(self, workers: list[dict[str, Any]]) -> None:
        """Show these workers from now on."""
        rows = sorted(workers, key=lambda row: (str(row.get("host")), str(row.get("worker_id"))))
        if [row.get("worker_id") for row in rows] != [row.get("worker_id") for row in self._rows]:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
        elif rows:
            self._rows = rows
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(COLUMNS) - 1))

    def retranslate(self) -> None:
        """Ask the views for the headings again."""
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(COLUMNS) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 — Qt's name and default
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 — Qt's name and default
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        column, row = COLUMNS[index.column()], self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(column, row)
        if role == Qt.ItemDataRole.ToolTipRole and not row.get("own_ledger", True):
            return self.tr("This worker uses another ledger and never takes messages of this one.")
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return {
            "host": self.tr("Computer"),
            "pid": self.tr("Process"),
            "version": self.tr("Version"),
            "pool": self.tr("Pool"),
            "concurrency": self.tr("Concurrency"),
            "accounts": self.tr("Accounts"),
            "in_hand": self.tr("In hand"),
            "seen_ms": self.tr("Last seen"),
        }[COLUMNS[section]]

    def _text(self, column: str, row: dict[str, Any]) -> str:
        value = row.get(column)
        if column == "accounts":
            return ", ".join(map(str, value or [])) or "–"
        if column == "seen_ms":
            return self._seen(value)
        if column == "host" and not row.get("own_ledger", True):
            return self.tr("{host} (another ledger)").format(host=value)
        return "–" if value is None else str(value)

    def _seen(self, seen_ms: int | None) -> str:
        if not seen_ms:
            return "–"
        seconds = max(0, round(time.time() - seen_ms / 1000))
        if seconds < 10:
            return self.tr("just now")
        if seconds < 120:
            return self.tr("{seconds} s ago").format(seconds=seconds)
        return self.tr("{minutes} min ago").format(minutes=seconds // 60)

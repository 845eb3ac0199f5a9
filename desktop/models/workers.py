"""The table of every worker there is to see, also those on other computers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QDateTime,
    QElapsedTimer,
    QLocale,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
)

from desktop.models.seen_workers import Kind, SeenWorker
from desktop.models.worker_remarks import remarks_of
from desktop.theme.colours import SYMBOLS, Role, colour

Index = QModelIndex | QPersistentModelIndex

COLUMNS: Final = ("host", "pid", "version", "pool", "concurrency", "accounts", "in_hand", "seen")
NUMBERS: Final = ("pid", "concurrency", "in_hand")


class WorkersModel(QAbstractTableModel):
    """Keeps its rows in place while the same workers are there, so a selection survives the pulse."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._rows: list[SeenWorker] = []
        self._since = QElapsedTimer()
        self._since.start()

    @property
    def workers(self) -> list[SeenWorker]:
        """The rows as they are now: their ages go on also while nothing new is heard."""
        gone = self._since.elapsed()
        return [
            replace(
                row,
                seen_ago_ms=None if row.seen_ago_ms is None else row.seen_ago_ms + gone,
                stopped_ago_ms=None if row.stopped_ago_ms is None else row.stopped_ago_ms + gone,
            )
            for row in self._rows
        ]

    def show(self, workers: Sequence[SeenWorker]) -> None:
        """Show these workers from now on, in their order."""
        rows = list(workers)
        if [row.key for row in rows] != [row.key for row in self._rows]:
            self.beginResetModel()
            self._rows = rows
            self._since.restart()
            self.endResetModel()
            return
        self._rows = rows
        self._since.restart()
        self.refresh()

    def refresh(self) -> None:
        """Ask the views for the rows again: time has passed."""
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(COLUMNS) - 1))

    def retranslate(self) -> None:
        """Ask the views for everything again."""
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)
        self.refresh()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 — Qt's name and default
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 — Qt's name and default
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        column, row = COLUMNS[index.column()], self.workers[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                text = self._text(column, row)
                return f"{SYMBOLS[row.role]} {text}" if column == "host" else text
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._text(column, row)
            case Qt.ItemDataRole.ToolTipRole:
                return "\n".join(remarks_of([row])) or self._text(column, row)
            case Qt.ItemDataRole.AccessibleDescriptionRole:
                return "\n".join(remarks_of([row]))
            case Qt.ItemDataRole.ForegroundRole:
                return self._ink(column, row)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return self.titles()[COLUMNS[section]]

    def titles(self) -> dict[str, str]:
        """Column → its heading."""
        return {
            "host": self.tr("Computer"),
            "pid": self.tr("Process"),
            "version": self.tr("Version"),
            "pool": self.tr("Pool"),
            "concurrency": self.tr("Concurrency"),
            "accounts": self.tr("Accounts"),
            "in_hand": self.tr("In hand"),
            "seen": self.tr("Last seen"),
        }

    def samples(self) -> dict[str, str]:
        """Column → the longest text that is usual in it; for its width."""
        return {
            "pid": "4194304",
            "version": self.tr("{version}, older").format(version="0.10.0"),
            "pool": "threads",
            "concurrency": "1000",
            "in_hand": "10000",
            "seen": self.tr("not since {time}").format(time="00:00:00"),
        }

    def _text(self, column: str, row: SeenWorker) -> str:
        if column == "host":
            return self._host(row)
        if column == "version":
            return self._version(row)
        if column == "accounts":
            return ", ".join(row.accounts or ()) or "–"
        if column == "seen":
            return self._seen(row)
        value = getattr(row, column)
        return "–" if value is None else str(value)

    def _host(self, row: SeenWorker) -> str:
        if row.bundled:
            return self.tr("{host} (this window's)").format(host=row.host)
        if row.kind is Kind.OTHER_LEDGER:
            return self.tr("{host} (another ledger)").format(host=row.host)
        if row.kind is Kind.OTHER_APPLICATION:
            return self.tr("{host} (another application)").format(host=row.host)
        return row.host

    def _version(self, row: SeenWorker) -> str:
        version = row.version or "–"
        if row.version_is == "older":
            return self.tr("{version}, older").format(version=version)
        if row.version_is == "newer":
            return self.tr("{version}, newer").format(version=version)
        return version

    def _seen(self, row: SeenWorker) -> str:
        if row.stopped_ago_ms is not None:
            return self.tr("stopped {minutes} min ago").format(minutes=row.stopped_ago_ms // 60_000)
        if row.seen_ago_ms is None:
            return "–"
        if row.silent:
            moment = QDateTime.currentDateTime().addMSecs(-row.seen_ago_ms)
            return self.tr("not since {time}").format(time=QLocale().toString(moment, "HH:mm:ss"))
        return self.tr("{seconds} s ago").format(seconds=row.seen_ago_ms // 1000)

    def _ink(self, column: str, row: SeenWorker) -> Any:
        if row.stopped:
            return colour(Role.MUTED)
        marked = column == "host" or (column == "version" and row.other_version) or (column == "seen" and row.silent)
        return colour(row.role) if marked and row.role is not Role.GOOD else None

"""The table of every worker there is to see, also those on other computers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QDateTime, QLocale, QModelIndex, QPersistentModelIndex, Qt

from desktop.account_names import account_shown
from desktop.models.seen_workers import Kind, SeenWorker
from desktop.models.worker_remarks import remarks_of
from desktop.theme.colours import SYMBOLS, Role, colour

Index = QModelIndex | QPersistentModelIndex

COLUMNS: Final = ("host", "version", "pool", "accounts", "in_hand", "seen")


class WorkersModel(QAbstractTableModel):
    """Rows keep their identity when others come, go or change places, so a selection survives the pulse.

    A cell has up to two lines: with a column a fact, a window of usual width would cut what matters.
    """

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._rows: list[SeenWorker] = []

    def show(self, workers: Sequence[SeenWorker]) -> None:
        """Show these workers from now on, in their order."""
        wanted = {row.key: row for row in workers}
        self._remove(wanted)
        self._sort(list(wanted))
        self._rows = [wanted[row.key] for row in self._rows]
        for place, row in enumerate(wanted.values()):
            if place == len(self._rows) or self._rows[place].key != row.key:
                self.beginInsertRows(QModelIndex(), place, place)
                self._rows.insert(place, row)
                self.endInsertRows()
        self._refresh()

    def _remove(self, wanted: Mapping[str, SeenWorker]) -> None:
        for place in reversed(range(len(self._rows))):
            if self._rows[place].key not in wanted:
                self.beginRemoveRows(QModelIndex(), place, place)
                del self._rows[place]
                self.endRemoveRows()

    def _sort(self, keys: list[str]) -> None:
        """The rows that there are, in the order of the keys."""
        before = [row.key for row in self._rows]
        after = sorted(before, key=keys.index)
        if before == after:
            return
        self.layoutAboutToBeChanged.emit()
        self._rows.sort(key=lambda row: keys.index(row.key))
        old = self.persistentIndexList()
        self.changePersistentIndexList(
            old, [self.index(after.index(before[index.row()]), index.column()) for index in old]
        )
        self.layoutChanged.emit()

    def _refresh(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(COLUMNS) - 1))

    def retranslate(self) -> None:
        """Ask the views for everything again."""
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)
        self._refresh()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 — Qt's name and default
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 — Qt's name and default
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        column, row = COLUMNS[index.column()], self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                text = "\n".join(self._lines(column, row))
                return f"{SYMBOLS[row.role]} {text}" if column == "host" else text
            case Qt.ItemDataRole.AccessibleTextRole:
                return ", ".join(self._lines(column, row))
            case Qt.ItemDataRole.ToolTipRole:
                told = ", ".join(self._lines(column, row))
                return told if column == "accounts" else _remarks(row) or told
            case Qt.ItemDataRole.AccessibleDescriptionRole:
                return _remarks(row)
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
            "version": self.tr("Version"),
            "pool": self.tr("Pool"),
            "accounts": self.tr("Accounts"),
            "in_hand": self.tr("In hand"),
            "seen": self.tr("Last seen"),
        }

    def samples(self) -> dict[str, tuple[str, ...]]:
        """Column → lines as wide as any that are usual in it; for its width."""
        return {
            "host": (f"{self.tr('another ledger')} · {self.tr('process {pid}').format(pid=999999)}",),
            "version": ("0.10.0", self.tr("older"), self.tr("newer")),
            "pool": ("prefork", self.tr("concurrency {count}").format(count=128)),
            "in_hand": ("10,000",),
            "seen": (self.tr("{minutes} min ago").format(minutes=10), self.tr("since {time}").format(time="00:00:00")),
        }

    def _lines(self, column: str, row: SeenWorker) -> tuple[str, ...]:
        match column:
            case "host":
                return (row.host, self._identity(row))
            case "version":
                return self._version(row)
            case "pool":
                concurrency = self.tr("concurrency {count}").format(count=row.concurrency)
                return (row.pool or "–",) if row.concurrency is None else (row.pool or "–", concurrency)
            case "accounts":
                first, *others = map(account_shown, row.accounts or ("–",))
                return (first, ", ".join(others)) if others else (first,)
            case "in_hand":
                return ("–" if row.in_hand is None else QLocale().toString(row.in_hand),)
        return self._seen(row)

    def _identity(self, row: SeenWorker) -> str:
        """Which of a computer's workers it is."""
        parts = []
        if row.bundled:
            parts.append(self.tr("this window's"))
        elif row.kind is Kind.OTHER_LEDGER:
            parts.append(self.tr("another ledger"))
        elif row.kind is Kind.OTHER_APPLICATION:
            parts.append(self.tr("another application"))
        if row.pid is not None:
            parts.append(self.tr("process {pid}").format(pid=row.pid))
        return " · ".join(parts)

    def _version(self, row: SeenWorker) -> tuple[str, ...]:
        version = row.version or "–"
        if row.version_is == "older":
            return (version, self.tr("older"))
        if row.version_is == "newer":
            return (version, self.tr("newer"))
        return (version,)

    def _seen(self, row: SeenWorker) -> tuple[str, ...]:
        if row.stopped_ago_ms is not None:
            minutes = row.stopped_ago_ms // 60_000
            ago = self.tr("{minutes} min ago").format(minutes=minutes) if minutes else self.tr("just now")
            return (self.tr("stopped"), ago)
        if row.seen_ago_ms is None:
            return ("–",)
        if row.silent:
            moment = QDateTime.currentDateTime().addMSecs(-row.seen_ago_ms)
            when = QLocale().toString(moment, "HH:mm:ss")
            return (self.tr("silent"), self.tr("since {time}").format(time=when))
        return (self.tr("{seconds} s ago").format(seconds=row.seen_ago_ms // 1000),)

    def _ink(self, column: str, row: SeenWorker) -> Any:
        if row.stopped:
            return colour(Role.MUTED)
        if column == "version" and row.other_version:
            return colour(Role.ATTENTION)
        return colour(row.role) if column == "host" or (column == "seen" and row.silent) else None


def _remarks(row: SeenWorker) -> str:
    return "\n".join(remark.text for remark in remarks_of([row]))

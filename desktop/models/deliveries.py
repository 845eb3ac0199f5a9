"""The table of deliveries: a count, and cached pages of rows that are asked for when somebody looks.

The database sorts, filters and counts (a million rows here take minutes); this model only knows how many rows
there are and keeps a few thousand of them. A cell that is not here shows "…" and asks for its page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from desktop.models.columns import RIGHT_ALIGNED, Column, Role
from desktop.models.page_cache import PageCache, Record, runs_of
from desktop.models.row_text import display_texts
from tasks.ledger.states import FINAL

MOST_WANTED: Final = 400
"""The most rows of one request (the wire's limit)."""
MOST_TASKS: Final = 500
MOST_TASK_STATES: Final = 20_000
WAITING: Final = "…"

Index = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()
_DISPLAY: Final = int(Qt.ItemDataRole.DisplayRole)
_TOOL_TIP: Final = int(Qt.ItemDataRole.ToolTipRole)
_ALIGNMENT: Final = int(Qt.ItemDataRole.TextAlignmentRole)
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Look:
    """What a person sees now: the rows to refresh, since which revision, and the tasks behind the visible ones."""

    first: int
    last: int
    revision: int
    task_ids: tuple[str, ...]


class DeliveriesModel(QAbstractTableModel):
    """Fed from outside: `open`, `put_rows`, `refresh`, `put_task_states`. Fetches nothing itself."""

    page_wanted = Signal(int, int)
    """(start, count): rows somebody looks at and that are not here; at most once a turn of the event loop."""
    count_changed = Signal(int)
    rows_came = Signal(int, int)
    """(first, last): rows were put there, perhaps others than before."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._count = 0
        self._revision = 0
        self._cache = PageCache()
        self._service = ""
        self._task_states: dict[str, str] = {}
        self._visible = (0, 0)
        self._wanted: set[int] = set()
        self._ask = QTimer(self, singleShot=True, interval=0)
        self._ask.timeout.connect(self._ask_for_pages)

    # -- what Qt asks -----------------------------------------------------------------------------------

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(Column)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        if role in (_DISPLAY, _TOOL_TIP):
            texts = self.texts(index.row()) if index.isValid() else None
            return texts[index.column()] if texts is not None else WAITING
        if role == _ALIGNMENT:
            return _RIGHT if index.column() in RIGHT_ALIGNED else None
        if role in (Role.RECORD, Role.MESSAGE_ID, Role.STATE):
            record = self.record(index.row())
            if record is None or role == Role.RECORD:
                return record
            return record["message_id" if role == Role.MESSAGE_ID else "state"]
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if role == _DISPLAY and orientation is Qt.Orientation.Horizontal and 0 <= section < len(Column):
            return self.heading(Column(section))
        if role == _ALIGNMENT and orientation is Qt.Orientation.Horizontal and section in RIGHT_ALIGNED:
            return _RIGHT
        return None

    def heading(self, column: Column) -> str:
        """The column's title in the window's language."""
        headings = {
            Column.TIME: self.tr("Time"),
            Column.RECIPIENT: self.tr("Recipient"),
            Column.TEXT: self.tr("Text"),
            Column.GATEWAY: self.tr("Gateway"),
            Column.STATE: self.tr("State"),
            Column.REASON: self.tr("Reason and what to do"),
            Column.TRIES: self.tr("Tries"),
            Column.TASK: self.tr("Celery task"),
            Column.WORKER: self.tr("Worker"),
            Column.SEGMENTS: self.tr("Segments"),
            Column.COST: self.tr("Cost"),
            Column.SOURCE: self.tr("Source"),
        }
        return headings[column]

    # -- what painting and pages ask --------------------------------------------------------------------

    def texts(self, row: int) -> tuple[str, ...] | None:
        """The display texts of a row, one for each `Column`; None if it is not here, which asks for it."""
        entry = self._cache.get(row)
        if entry is None or self._cache.is_missing(row):
            self._wanted.add(row)
            if not self._ask.isActive():
                self._ask.start()
            if entry is None:
                return None
        if entry.texts is None:
            entry.texts = display_texts(entry.record, self.task_state(entry.record))
        return entry.texts

    def record(self, row: int) -> Record | None:
        """The row as the clerk sent it; None if it is not here. Asks for nothing."""
        entry = self._cache.get(row) if 0 <= row < self._count else None
        return entry.record if entry is not None else None

    def task_state(self, record: Record) -> str:
        """Celery's own word for the message's task; empty while it has not been asked."""
        return self._task_states.get(record["task_id"] or "", "")

    def row_of(self, message_id: int, first: int, last: int) -> int | None:
        """Where among the rows `first` to `last` a message stands, if it is here."""
        for row, entry in self._cache.known(max(0, first), min(last, self._count - 1)):
            if entry.record["message_id"] == message_id:
                return row
        return None

    def set_visible(self, first: int, last: int) -> None:
        """Which rows a person sees: they are asked for first and refreshed."""
        self._visible = (max(0, first), max(0, first, last))

    def look_ahead(self, margin: int) -> None:
        """Ask for rows just outside the visible ones too, so that scrolling finds them here."""
        first, last = self._visible
        for row in (max(0, first - margin), min(self._count - 1, last + margin)):
            if 0 <= row < self._count and self._cache.is_missing(row):
                self._wanted.add(row)
                if not self._ask.isActive():
                    self._ask.start()

    def look(self) -> Look:
        """What to refresh now."""
        if self._count == 0:
            return Look(0, 0, self._revision, ())
        first, last = self._clamped(*self._visible)
        span = self._cache.page_span(first, last, self._count)
        if span[1] - span[0] >= MOST_WANTED:
            span = (first, min(last, first + MOST_WANTED - 1))
        revision = self._cache.revision_of(*span)
        return Look(*span, self._revision if revision is None else min(revision, self._revision), self._task_ids())

    # -- what the agents bring --------------------------------------------------------------------------

    def open(self, count: int, revision: int) -> None:
        """Another filter or order: nothing of the former view holds."""
        self.beginResetModel()
        self._cache.clear()
        self._wanted.clear()
        self._revision = revision
        self._count = count
        self.endResetModel()
        self.count_changed.emit(count)

    def put_rows(self, start: int, records: list[Record], revision: int) -> None:
        """Rows that were asked for."""
        records = records[: max(0, self._count - start)]
        if not records:
            return
        for first, last in self._cache.put(start, records, revision, self._count):
            self._tell(first, last)
        self.rows_came.emit(start, start + len(records) - 1)

    def refresh(self, first: int, last: int, change: Mapping[str, Any]) -> None:
        """The answer of `view.refresh` that was asked for the rows `first` to `last`."""
        count, inserted, revision = change["count"], change["inserted"], change["revision"]
        if change["reset"]:
            self._reorder(count)
            self._revision = revision
            return
        if change["service"] != self._service:
            # Other workers, or an account that was held: rows may wait for another reason, and their revision stays.
            self._service = change["service"]
            self._ask_again()
        if inserted:
            self._insert(0, inserted)
        if count > self._count:
            self._insert(self._count, count - self._count)
        elif count < self._count:
            self._reorder(count)
        self._revision = max(self._revision, revision)
        if self._count:
            self._cache.looked_at(first + inserted, last + inserted, revision, self._count)
            self.put_rows(change["start"], change["rows"], revision)

    def put_task_states(self, states: Mapping[str, str]) -> None:
        """Celery's own states by task id, as the result backend has them."""
        changed = {task for task, state in states.items() if self._task_states.get(task) != state}
        if len(self._task_states) > MOST_TASK_STATES:
            self._task_states.clear()
        self._task_states.update(states)
        if not changed or not self._count:
            return
        rows = []
        for row, entry in self._cache.known(*self._clamped(*self._visible)):
            if entry.record["task_id"] in changed:
                entry.texts = None
                rows.append(row)
        for first, last in runs_of(rows):
            self.dataChanged.emit(self.index(first, Column.TASK), self.index(last, Column.TASK), [_DISPLAY])

    def retranslate(self) -> None:
        """Write all texts anew in the window's language."""
        self._cache.forget_texts()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(Column) - 1)
        if self._count:
            self._tell(*self._clamped(*self._visible))

    # -- inside -----------------------------------------------------------------------------------------

    def _insert(self, at: int, number: int) -> None:
        self.beginInsertRows(QModelIndex(), at, at + number - 1)
        if at == 0:
            self._cache.shift(number)
        self._count += number
        self.endInsertRows()
        self.count_changed.emit(self._count)

    def _reorder(self, count: int) -> None:
        """The order has changed: what is seen stays until the right rows come, which is soon."""
        changed = count != self._count
        self.beginResetModel()
        self._cache.make_stale()
        self._wanted.clear()
        self._count = count
        self.endResetModel()
        if changed:
            self.count_changed.emit(count)

    def _ask_again(self) -> None:
        """Have every row asked for again, those that are seen at once; they stay until the answer comes."""
        self._cache.make_stale()
        self._wanted.clear()
        if self._count:
            self._tell(*self._clamped(*self._visible))

    def _tell(self, first: int, last: int) -> None:
        if last < self._count:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(Column) - 1))

    def _clamped(self, first: int, last: int) -> tuple[int, int]:
        last = min(last, self._count - 1)
        return min(first, last), last

    def _task_ids(self) -> tuple[str, ...]:
        """The tasks of the visible rows, each once; not of messages that have ended once their task was asked."""
        found: dict[str, None] = {}
        for _, entry in self._cache.known(*self._clamped(*self._visible)):
            task_id = entry.record["task_id"]
            if task_id and not (entry.record["state"] in FINAL and task_id in self._task_states):
                found[task_id] = None
        return tuple(found)[:MOST_TASKS]

    def _ask_for_pages(self) -> None:
        """One request for what was looked at in this turn: the visible rows first, whole pages."""
        wanted = sorted(row for row in self._wanted if row < self._count and self._cache.is_missing(row))
        self._wanted.clear()
        seen = [row for row in wanted if self._visible[0] <= row <= self._visible[1]]
        if not wanted:
            return
        wanted = seen or wanted
        first, last = wanted[0], min(wanted[-1], wanted[0] + MOST_WANTED - 1)
        start, end = self._cache.page_span(first, last, self._count)
        if end - start >= MOST_WANTED:
            start = max(start, min(first, end - MOST_WANTED + 1))
        self.page_wanted.emit(start, min(end - start + 1, MOST_WANTED))

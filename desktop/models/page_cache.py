"""A bounded store of rows around what is looked at, while rows come in on top.

Rows are kept in pages of `PAGE_ROWS`. A page's number counts from where row 0 stood when the view was
opened: rows inserted on top move only that origin, so nothing is copied and page numbers below zero are
normal.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

PAGE_ROWS: Final = 200
MOST_PAGES: Final = 40

Record = dict[str, Any]
"""A Row of the clerk's wire."""


class Entry:
    """One row: the record, and its display texts from the first time it is painted."""

    __slots__ = ("record", "texts")

    def __init__(self, record: Record) -> None:
        self.record = record
        self.texts: tuple[str, ...] | None = None


@dataclass(slots=True)
class _Page:
    entries: list[Entry | None] = field(default_factory=lambda: [None] * PAGE_ROWS)
    revision: int = 0
    """All its rows were looked at, at this revision of the ledger or later."""
    stale: bool = False
    """The order has changed: shown until the right rows come, and asked for again."""


class PageCache:
    """Rows by their place in the view. Forgets the pages that were not looked at for longest."""

    def __init__(self, most_pages: int = MOST_PAGES) -> None:
        self._pages: OrderedDict[int, _Page] = OrderedDict()
        self._most_pages = most_pages
        self._origin = 0

    def clear(self) -> None:
        self._pages.clear()
        self._origin = 0

    def shift(self, inserted: int) -> None:
        """`inserted` rows came on top: every known row now stands that much lower."""
        self._origin += inserted

    def make_stale(self) -> None:
        """The order has changed: keep the rows to be seen, ask for all of them again."""
        for page in self._pages.values():
            page.stale = True

    def forget_texts(self) -> None:
        """The language or the form of times has changed."""
        for page in self._pages.values():
            for entry in page.entries:
                if entry is not None:
                    entry.texts = None

    def get(self, row: int) -> Entry | None:
        """The row, stale or not; None if it is not here."""
        number, place = divmod(row - self._origin, PAGE_ROWS)
        page = self._pages.get(number)
        if page is None:
            return None
        self._pages.move_to_end(number)
        return page.entries[place]

    def is_missing(self, row: int) -> bool:
        """Whether a row must be asked for."""
        number, place = divmod(row - self._origin, PAGE_ROWS)
        page = self._pages.get(number)
        return page is None or page.stale or page.entries[place] is None

    def put(self, start: int, records: Sequence[Record], revision: int, count: int) -> list[tuple[int, int]]:
        """Keep rows that stand at `start` and after it, of a view of `count` rows. Returns runs of changed rows."""
        changed: list[int] = []
        for number, first, last in self._pages_of(start, start + len(records) - 1):
            page = self._pages.setdefault(number, _Page())
            self._pages.move_to_end(number)
            whole = page.stale or not any(page.entries) or self._covers(number, first, last, count)
            held = page.entries
            if page.stale:
                held = list[Entry | None]([None] * PAGE_ROWS)
                changed += [at for at in range(*self._rows_of(number, count)) if not first <= at <= last]
            for row in range(first, last + 1):
                place = row - self._origin - number * PAGE_ROWS
                before, record = page.entries[place], records[row - start]
                if before is not None and before.record == record:
                    held[place] = before
                else:
                    held[place] = Entry(record)
                    changed.append(row)
            page.revision = revision if whole else min(page.revision, revision)
            page.entries, page.stale = held, False
        while len(self._pages) > self._most_pages:
            self._pages.popitem(last=False)
        return runs_of(sorted(changed))

    def page_span(self, first: int, last: int, count: int) -> tuple[int, int]:
        """The rows `first` to `last` widened to whole pages, within a view of `count` rows: (first, last)."""
        numbers = [number for number, _, _ in self._pages_of(first, last)]
        return self._rows_of(numbers[0], count)[0], self._rows_of(numbers[-1], count)[1] - 1

    def revision_of(self, first: int, last: int) -> int | None:
        """The oldest look at any known page of these rows; None if none is known."""
        known = [
            page.revision
            for number, _, _ in self._pages_of(first, last)
            if (page := self._pages.get(number)) is not None and not page.stale
        ]
        return min(known, default=None)

    def looked_at(self, first: int, last: int, revision: int, count: int) -> None:
        """All changes of these rows up to `revision` are in; counts for pages that lie wholly inside."""
        for number, _, _ in self._pages_of(first, last):
            page = self._pages.get(number)
            if page is not None and not page.stale and self._covers(number, first, last, count):
                page.revision = max(page.revision, revision)

    def known(self, first: int, last: int) -> Iterator[tuple[int, Entry]]:
        """(row, entry) of the rows that are here."""
        for number, start, end in self._pages_of(first, last):
            page = self._pages.get(number)
            if page is not None:
                at = number * PAGE_ROWS + self._origin
                for row in range(start, end + 1):
                    entry = page.entries[row - at]
                    if entry is not None:
                        yield row, entry

    def __len__(self) -> int:
        """How many pages are kept."""
        return len(self._pages)

    def _pages_of(self, first: int, last: int) -> list[tuple[int, int, int]]:
        """(page number, first row, last row) of the pages that hold the rows `first` to `last`."""
        found = []
        row = first
        while row <= last:
            number = (row - self._origin) // PAGE_ROWS
            end = min(last, (number + 1) * PAGE_ROWS + self._origin - 1)
            found.append((number, row, end))
            row = end + 1
        return found

    def _rows_of(self, number: int, count: int) -> tuple[int, int]:
        """The rows of a page, as a range's start and stop, within a view of `count` rows."""
        start = number * PAGE_ROWS + self._origin
        return max(0, start), min(count, start + PAGE_ROWS)

    def _covers(self, number: int, first: int, last: int, count: int) -> bool:
        start, stop = self._rows_of(number, count)
        return first <= start and stop - 1 <= last


def runs_of(rows: Sequence[int]) -> list[tuple[int, int]]:
    """Neighbouring numbers of an ascending list drawn together: (first, last) of each run."""
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs

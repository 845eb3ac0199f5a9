"""A view: what one filter and one order show of the ledger, page by page, while messages come and change.

Three ways to find the ids of a page, chosen when the view is built:

- **dense**: all messages in order of time, no gap in their ids: a position is an id. No question at all.
- **paged**: the database counts to the page (OFFSET) along an index, from the nearer end.
- **listed**: up to `LISTED_MOST` ids are read once and kept, 8 bytes each; for searches and for other orders.
"""

from __future__ import annotations

import time
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, RowMapping

from tasks.errors import RequestError
from tasks.ledger import queries
from tasks.ledger.queries import Filter, Sort
from tasks.ledger.revision import Mark, look
from tasks.ledger.schema import messages

LISTED_MOST = 100_000
"""The longest list of ids that is kept, and the most messages that are sorted without an index."""

FAR = 20_000
"""So far from either end it is worth to find first what a search does not find (`queries.complement`)."""

REBUILD_S = 1.0
"""A view whose rows move is built again at most this often; a slow one only a quarter of the time."""

REFRESH_MOST = 800
"""The most rows that one refresh looks at."""


@dataclass(slots=True)
class Change:
    """What one refresh found. `rows` stand at `start` and after it, in the view's new positions."""

    count: int
    revision: int
    inserted: int = 0
    reset: bool = False
    start: int = 0
    rows: Sequence[RowMapping] = field(default_factory=tuple)


class View:
    """One open view. Used by one thread."""

    def __init__(self, connection: Connection, wanted: Filter, sort: Sort) -> None:
        """Raises RequestError `request.sort_too_large` with `most` where an order would need too much sorting."""
        self.filter = wanted
        self.sort = sort
        self._by_time = sort.column == "time"
        self._moves = bool(wanted.states) or sort.column in queries.CHANGING_SORTS
        self.build(connection)

    def build(self, connection: Connection) -> None:
        """Look anew: choose the way to page, count, remember what is newest."""
        began = time.monotonic()
        self._mark = look(connection)
        self._first, self._newest = queries.id_range(connection)
        self._ids: array[int] | None = None
        self._dense = False
        total = queries.count(connection, ())
        self._effective = self._without_idle_conditions(connection, total)
        if self._effective.is_empty and self._by_time:
            self.count = total
            self._dense = total == self._newest - self._first + 1
        elif self._effective.search:
            self._build_search(connection)
        else:
            self.count = total if self._effective.is_empty else queries.count(connection, self._found(connection))
            self._build_plain(connection)
        self._most_pass = self.count > total / 2
        now = time.monotonic()
        self._due = now + max(REBUILD_S, 4 * (now - began))

    @property
    def revision(self) -> int:
        """Up to which all changes are in the view."""
        return self._mark.revision

    def ids(self, connection: Connection, start: int, size: int) -> Sequence[int]:
        """The ids at `start` and after it, at most `size`."""
        size = max(0, min(size, self.count - start))
        if start < 0 or size == 0:
            return ()
        if self._ids is not None:
            return self._ids[start : start + size]
        if self._dense:
            if self.sort.descending:
                return range(self._newest - start, self._newest - start - size, -1)
            return range(self._first + start, self._first + start + size)
        return self._page(connection, start, size)

    def rows(self, connection: Connection, start: int, size: int) -> list[RowMapping]:
        """The rows at `start` and after it, at most `size`."""
        return queries.rows_of(connection, self.ids(connection, start, size))

    def refresh(self, connection: Connection, first: int, last: int, revision: int) -> Change:
        """What has changed since `revision` among the positions `first` to `last`, and how many rows came on top."""
        mark = look(connection)
        if self._shows(mark) and self._mark.settled and revision == self.revision:
            return Change(self.count, revision, start=first)
        if mark.revision < self.revision:  # another server has taken over, which lacks the last transactions
            return self._rebuilt(connection)
        inserted, current = 0, mark.revision
        if self._shows(mark):
            self._mark = mark
        elif self._moves:
            if time.monotonic() < self._due:
                # Not looked at yet: the caller keeps its revision and asks again.
                return Change(self.count, revision, start=first)
            return self._rebuilt(connection)
        else:
            arrived = self._take_new(connection)
            if arrived is None:
                if time.monotonic() >= self._due:
                    return self._rebuilt(connection)
                current = revision
            else:
                inserted, self._mark = arrived, mark
        if last - first >= REFRESH_MOST:
            current = revision  # more than is looked at: the caller must not take the rest for unchanged
        start, changed = self._changed(connection, first, last, inserted, revision)
        return Change(self.count, current, inserted, start=start, rows=changed)

    def _shows(self, mark: Mark) -> bool:
        """Whether no message has changed since the view was last looked at."""
        return mark.changes == self._mark.changes

    def _rebuilt(self, connection: Connection) -> Change:
        self.build(connection)
        return Change(self.count, self.revision, reset=True)

    def _without_idle_conditions(self, connection: Connection, total: int) -> Filter:
        """The filter without an account that all messages have: one index alone then serves the rest."""
        wanted = self.filter
        if wanted.account is None or (not wanted.states and wanted.batch_id is None and self._by_time):
            return wanted
        alone = queries.conditions(Filter(account=wanted.account), connection.dialect.name)
        if queries.count(connection, alone) < total:
            return wanted
        return Filter(wanted.states, wanted.search, wanted.batch_id)

    def _found(self, connection: Connection) -> list[ColumnElement[bool]]:
        return queries.conditions(self._effective, connection.dialect.name)

    def _build_search(self, connection: Connection) -> None:
        """A search reads every text once: keep the ids it finds, unless they are too many."""
        statement = queries.id_query(self._found(connection), Sort("time", self.sort.descending))
        found = array("q", connection.execute(statement.limit(LISTED_MOST + 1)).scalars())
        if len(found) <= LISTED_MOST:
            self._ids = found if self._by_time else self._sorted(connection, found)
            self.count = len(found)
            return
        self._refuse_long_sort()
        self.count = queries.count(connection, self._found(connection))

    def _build_plain(self, connection: Connection) -> None:
        """List what no index gives in this order, while it is not too long."""
        only_states = self._effective == Filter(states=self._effective.states)
        in_order = self._by_time and not (only_states and len(self._effective.states) > 1)
        if in_order or (self._effective.is_empty and self.sort.is_indexed):
            return
        if self.count <= LISTED_MOST:
            statement = queries.id_query(self._found(connection), self.sort)
            self._ids = array("q", connection.execute(statement).scalars())
            return
        self._refuse_long_sort()

    def _refuse_long_sort(self) -> None:
        if not self.sort.is_indexed:
            raise RequestError("request.sort_too_large", most=LISTED_MOST)

    def _sorted(self, connection: Connection, found: array[int]) -> array[int]:
        """Ids in this view's order. Walking the order's own index would look at every text in random places."""
        keys: list[tuple[bool, object, int]] = []
        for at in range(0, len(found), 5_000):
            statement = queries.keys_of(self.sort, found[at : at + 5_000])
            keys += [(key is not None, key, message_id) for message_id, key in connection.execute(statement)]
        keys.sort(key=_comparable, reverse=self.sort.descending)
        return array("q", [message_id for _, _, message_id in keys])

    def _page(self, connection: Connection, start: int, size: int) -> Sequence[int]:
        from_end = self.count - start - size
        backwards = from_end < start
        offset = from_end if backwards else start
        in_id_order = self._by_time and len(self._effective.states) < 2
        if self._most_pass and not in_id_order:
            found = queries.complement(self._effective, connection.dialect.name, with_search=offset > FAR)
        else:
            found = self._found(connection)
        if self._by_time:  # rows that came after the last look would move every position
            found.append(messages.c.message_id <= self._newest)
        statement = queries.id_query(found, self.sort, backwards=backwards).limit(size).offset(offset)
        ids = connection.execute(statement).scalars().all()
        return ids[::-1] if backwards else ids

    def _take_new(self, connection: Connection) -> int | None:
        """Let in what was released since the last look; None if that may stand anywhere. Returns the rows on top."""
        newest = queries.id_range(connection)[1]
        if newest <= self._newest:
            return 0
        since = messages.c.message_id > self._newest
        upto = messages.c.message_id <= newest
        new = queries.conditions(self.filter, connection.dialect.name)
        statement = queries.id_query([since, upto, *new], self.sort)
        arrived = array("q", connection.execute(statement).scalars())
        everything = queries.count(connection, [since, upto])
        if len(arrived) != everything and self._effective != self.filter:
            return None
        if arrived and not self._by_time:
            return None
        if self._ids is not None:
            self._ids = arrived + self._ids if self.sort.descending else self._ids + arrived
        self._dense = self._dense and everything == newest - self._newest
        self._newest = newest
        self.count += len(arrived)
        return len(arrived) if self.sort.descending else 0

    def _changed(
        self, connection: Connection, first: int, last: int, inserted: int, revision: int
    ) -> tuple[int, list[RowMapping]]:
        """The run of rows from the first to the last changed one, among those looked at and those on top of them."""
        start = max(0, first)
        end = max(start, last) + inserted
        if end - start >= REFRESH_MOST:
            start += inserted
        rows = self.rows(connection, start, min(end - start + 1, REFRESH_MOST))
        changed = [place for place, row in enumerate(rows) if row["revision"] > revision]
        if not changed:
            return start, []
        return start + changed[0], rows[changed[0] : changed[-1] + 1]


def _comparable(key: tuple[bool, object, int]) -> tuple[bool, object, int]:
    # NULL stands first, as SQLite orders it; the keys of one column are otherwise of one type.
    return (key[0], key[1] if key[0] else 0, key[2])

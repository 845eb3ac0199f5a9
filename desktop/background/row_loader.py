"""Asks the clerk for what the table shows: views, pages of rows, one message with its tries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.background.clerk import Clerk

FIRST_ROWS: Final = 200
ROWS_MOST: Final = 400
"""The wire's limit for one request."""
COLLECT_MOST: Final = 5_000
"""The most rows that are gathered for the clipboard."""
RETRY_MS: Final = 1_000
REOPEN_MS: Final = 3_000
"""So long after a ledger that could not be read, the view is asked for again."""

Range = tuple[int, int]
"""(first, last) row."""


class RowLoader(QObject):
    """One view at a time. Every answer carries the life of the view it was asked for; outdated ones are dropped.

    At most one page is asked for at once; of the wishes that come meanwhile only the last one counts: whoever drags the
    scroll bar through a million rows sees where it stops, not where it passed.
    """

    opened = Signal(object, int, object)
    """(view, count, revision) of a new view."""
    rows_arrived = Signal(int, object, object)
    """(start, list of rows, revision)"""
    view_refused = Signal(str, object)
    """(code, params): this filter or order cannot be shown; the former view stays."""
    failed = Signal(str, object)
    """(code, params): rows could not be read. It is tried again by itself."""
    detail_arrived = Signal(object)
    """dict: the answer of `message.detail`."""
    detail_failed = Signal(object, str, object)
    """(message id, code, params)"""
    collected = Signal(object, int)
    """(list of rows, how many had been asked for): an answer to `collect`."""

    def __init__(self, clerk: Clerk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clerk = clerk
        self._life = 0
        self._view: object = None
        self._shown: dict[str, Any] | None = None
        """Filter and order of the view that is open; what is opened again when the clerk has started anew."""
        self._opening: int | None = None
        self._asked: Range | None = None
        self._wish: Range | None = None
        self._in_vain: Range | None = None
        self._detail_of: int | None = None
        self._detail_request: int | None = None
        self._gathering = 0
        self._retry = QTimer(self, singleShot=True, interval=RETRY_MS)
        self._retry.timeout.connect(self._ask)
        self._reopen_later = QTimer(self, singleShot=True, interval=REOPEN_MS)
        self._reopen_later.timeout.connect(self.reopen)
        clerk.ready.connect(self.reopen)

    @property
    def view(self) -> object:
        """The view that is open, None before the first one."""
        return self._view

    # -- views ------------------------------------------------------------------------------------------

    def open(self, wanted: Mapping[str, Any], sort: Mapping[str, Any]) -> None:
        """Show another filter or order. The former view stays until the answer is here."""
        self._open({"filter": dict(wanted), "sort": dict(sort)})

    def reopen(self, _hello: object = None) -> None:
        """Ask for the same view again: the clerk has started anew and knows none, or the ledger has changed."""
        if self._shown is not None:
            self._open(self._shown)

    def _open(self, params: dict[str, Any]) -> None:
        if self._opening is not None:
            self._clerk.cancel(self._opening)
        self._reopen_later.stop()
        self._life += 1
        life = self._life
        former, self._shown = self._shown, params
        self._opening = self._clerk.request(
            "view.open",
            params,
            lambda answer: self._opened(life, answer),
            lambda code, refused: self._not_opened(life, former, code, refused),
        )

    def _opened(self, life: int, answer: dict[str, Any]) -> None:
        if life != self._life:
            return
        self._opening = None
        self._view = answer["view"]
        self._asked = self._wish = self._in_vain = None
        self._retry.stop()
        self.opened.emit(answer["view"], answer["count"], answer["revision"])
        if answer["count"]:
            self.want(0, min(FIRST_ROWS, answer["count"]))

    def _not_opened(self, life: int, former: dict[str, Any] | None, code: str, params: dict[str, Any]) -> None:
        if life != self._life:
            return
        self._opening = self._asked = None
        if code == "clerk.gone":  # it starts again by itself, and `ready` opens this view
            return
        if not code.startswith("request."):  # not what was asked for is wrong, but the ledger, for now
            self._reopen_later.start()
            self.failed.emit(code, params)
            return
        self._shown = former if former is not None else self._shown
        self.view_refused.emit(code, params)
        self._ask()

    # -- pages of rows ----------------------------------------------------------------------------------

    def want(self, start: int, count: int) -> None:
        """These rows are looked at."""
        self._wish = (start, min(count, ROWS_MOST))
        if self._asked is None and not self._retry.isActive():
            self._ask()

    def forget_vain(self) -> None:
        """The view has changed: rows that were not there may be there now."""
        self._in_vain = None

    def _ask(self) -> None:
        if self._opening is not None:  # the clerk closes the former view
            return
        wish, self._wish = self._wish, None
        if wish is None or wish == self._in_vain or self._view is None:
            return
        self._asked = wish
        life = self._life
        self._clerk.request(
            "view.rows",
            {"view": self._view, "start": wish[0], "count": wish[1]},
            lambda answer: self._rows_came(life, wish, answer),
            lambda code, params: self._rows_failed(life, wish, code, params),
        )

    def _rows_came(self, life: int, asked: Range, answer: dict[str, Any]) -> None:
        if life != self._life:
            return
        # A short answer would be asked for again at every painting.
        self._in_vain = asked if len(answer["rows"]) < asked[1] else None
        self._asked = None
        self.rows_arrived.emit(answer["start"], answer["rows"], answer["revision"])
        if self._asked is None:
            self._ask()

    def _rows_failed(self, life: int, asked: Range, code: str, params: dict[str, Any]) -> None:
        if life != self._life:
            return
        self._asked = None
        self._wish = self._wish or asked
        if code == "request.view_closed":
            self.reopen()
        elif code != "clerk.gone":
            self._retry.start()
            self.failed.emit(code, params)

    # -- one message ------------------------------------------------------------------------------------

    def ask_detail(self, message_id: int) -> None:
        """One message with its tries; an unanswered question about another one is given up."""
        if self._detail_request is not None:
            if self._detail_of == message_id:
                return
            self._clerk.cancel(self._detail_request)
        self._detail_of = message_id
        self._detail_request = self._clerk.request(
            "message.detail",
            {"message_id": message_id},
            lambda answer: self._detail_came(message_id, answer),
            lambda code, params: self._detail_refused(message_id, code, params),
        )

    def _detail_came(self, message_id: int, answer: dict[str, Any]) -> None:
        if message_id == self._detail_of:
            self._detail_request = None
            self.detail_arrived.emit(answer)

    def _detail_refused(self, message_id: int, code: str, params: dict[str, Any]) -> None:
        if message_id == self._detail_of:
            self._detail_request = None
            self.detail_failed.emit(message_id, code, params)

    # -- many rows for the clipboard --------------------------------------------------------------------

    def collect(self, ranges: Sequence[Range]) -> None:
        """Read the rows of these ranges, at most `COLLECT_MOST`; `collected` follows."""
        self._gathering += 1
        total = sum(last - first + 1 for first, last in ranges)
        pieces = pieces_of(ranges, COLLECT_MOST)
        self._gather((self._life, self._gathering), pieces, [], total)

    def _gather(self, mark: tuple[int, int], pieces: list[Range], rows: list[dict[str, Any]], total: int) -> None:
        if mark != (self._life, self._gathering):
            return
        if not pieces:
            self.collected.emit(rows, total)
            return
        start, count = pieces[0]
        self._clerk.request(
            "view.rows",
            {"view": self._view, "start": start, "count": count},
            lambda answer: self._gather(mark, pieces[1:], [*rows, *answer["rows"]], total),
            lambda code, params: self.failed.emit(code, params),
        )


def pieces_of(ranges: Sequence[Range], most: int) -> list[Range]:
    """(start, count) of requests that read these ranges, `most` rows at all, `ROWS_MOST` each."""
    pieces: list[Range] = []
    for first, last in ranges:
        last = min(last, first + most - 1)
        most -= max(0, last - first + 1)
        pieces += [(at, min(ROWS_MOST, last - at + 1)) for at in range(first, last + 1, ROWS_MOST)]
    return pieces

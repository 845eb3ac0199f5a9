"""`view.*` and `message.detail`: what the table of deliveries shows. All of it runs in the reading line."""

from __future__ import annotations

from typing import Any

from sqlalchemy import RowMapping

from tasks.clerk.desk import Desk
from tasks.clerk.row_shaper import RowShaper
from tasks.clerk.rows import content_of
from tasks.clerk.waiting import look_at_service
from tasks.clerk.wire import Request
from tasks.errors import RequestError
from tasks.ledger import queries
from tasks.ledger.decisions import decisions_about
from tasks.ledger.engine import current_revision
from tasks.ledger.views import View

ROWS_MOST = 400
"""The most rows of one answer."""


class Views:
    """The one view that is open, by its number."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._number = 0
        self._view: View | None = None

    def open(self, request: Request) -> dict[str, Any]:
        """`view.open`: the former view is closed."""
        wanted = queries.read_filter(request.params.get("filter"))
        sort = queries.read_sort(request.params.get("sort"))
        with self._desk.ledger().reading() as connection:
            view = View(connection, wanted, sort)
        self._view = view
        self._number += 1
        return {"view": self._number, "count": view.count, "revision": view.revision}

    def rows(self, request: Request) -> dict[str, Any]:
        """`view.rows`"""
        view = self._wanted(request)
        start, size = request.param("start", int), min(request.param("count", int), ROWS_MOST)
        ledger = self._desk.ledger()
        with ledger.reading() as connection:
            revision = current_revision(connection)
            rows = RowShaper(connection, ledger.uuid).rows(view.rows(connection, start, size))
        return {"start": start, "rows": rows, "revision": revision}

    def refresh(self, request: Request) -> dict[str, Any]:
        """`view.refresh`"""
        view = self._wanted(request)
        first, last = request.param("first", int), request.param("last", int)
        ledger = self._desk.ledger()
        with ledger.reading() as connection:
            change = view.refresh(connection, first, last, request.param("revision", int))
            service = look_at_service(connection).token
            rows = RowShaper(connection, ledger.uuid).rows(change.rows) if change.rows else []
        return {
            "count": change.count,
            "inserted": change.inserted,
            "reset": change.reset,
            "start": change.start,
            "rows": rows,
            "revision": change.revision,
            "service": service,
        }

    def detail(self, request: Request) -> dict[str, Any]:
        """`message.detail`. RequestError `request.no_message`."""
        message_id = request.param("message_id", int)
        ledger = self._desk.ledger()
        with ledger.reading() as connection:
            found = queries.rows_of(connection, [message_id])
            if not found:
                raise RequestError("request.no_message", message_id=message_id)
            row = RowShaper(connection, ledger.uuid).row(found[0])
            tries = [shape_try(one) for one in queries.tries_of(connection, message_id)]
            decided = decisions_about(connection, message_id, found[0]["batch_id"])
        decisions = [{name: one[name] for name in ("at_ms", "who", "action")} for one in decided]
        return {"row": row, "tries": tries, "content": content_of(found[0]), "decisions": decisions}

    def _wanted(self, request: Request) -> View:
        if self._view is None or request.param("view", int) != self._number:
            raise RequestError("request.view_closed")
        return self._view


def shape_try(found: RowMapping) -> dict[str, Any]:
    """The wire's `Try`."""
    names = ("number", "worker", "started_ms", "ended_ms", "outcome", "code", "provider_id")
    return {name: found[name] for name in names}

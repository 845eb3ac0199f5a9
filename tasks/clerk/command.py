"""The operator's command over sending, as the window gives it. All of it runs in a line of its own, in its order."""

from __future__ import annotations

import getpass
import logging
import socket
from functools import lru_cache
from typing import Any

from tasks.clerk.desk import Desk
from tasks.clerk.wire import Request
from tasks.clock import now_ms
from tasks.errors import DeskError, RequestError
from tasks.ledger import batches, control, queries, unknowns
from tasks.ledger.control import Scope
from tasks.ledger.marks import is_stopped
from tasks.ledger.states import State

MOST_IDS = 10_000
"""Messages that one request may name; more are named by a filter."""

log = logging.getLogger("tasks.clerk")


@lru_cache(maxsize=1)
def who() -> str:
    """Who sits at this window: user@host, as the system names them."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        user = "?"
    return f"{user}@{socket.gethostname()}"


class Command:
    """`batch.*`, `messages.cancel`, `sending.*`, `unknown.*`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def pause(self, request: Request) -> dict[str, Any]:
        """`batch.pause`. RequestError `request.no_batch`."""
        batch_id = request.param("batch_id", int)
        return self._batch(batch_id, control.pause(self._desk.ledger(), Scope(batch_id), who()))

    def resume(self, request: Request) -> dict[str, Any]:
        """`batch.resume`. RequestError `request.no_batch`."""
        batch_id = request.param("batch_id", int)
        return self._batch(batch_id, control.resume(self._desk.ledger(), Scope(batch_id), who()))

    def cancel(self, request: Request) -> dict[str, Any]:
        """`batch.cancel`. RequestError `request.no_batch`."""
        batch_id = request.param("batch_id", int)
        return self._batch(batch_id, control.cancel_all(self._desk.ledger(), Scope(batch_id), who()))

    def undo(self, request: Request) -> dict[str, Any]:
        """`batch.undo`: `changed` is how many messages were caught. RequestError `request.no_batch`."""
        batch_id = request.param("batch_id", int)
        return self._batch(batch_id, control.undo(self._desk.ledger(), batch_id, who()))

    def counts(self, request: Request) -> dict[str, Any]:
        """`batch.counts`: exact, from one snapshot. RequestError `request.no_batch`."""
        with self._desk.ledger().reading() as connection:
            batch = batches.find(connection, request.param("batch_id", int))
            return dict(batches.look(connection, batch, now_ms()))

    def cancel_messages(self, request: Request) -> dict[str, Any]:
        """`messages.cancel`"""
        message_ids = self._ids(request)
        return {"changed": control.cancel_all(self._desk.ledger(), Scope(message_ids=message_ids), who())}

    def stop(self, _request: Request) -> dict[str, Any]:
        """`sending.stop`"""
        return {"changed": control.stop(self._desk.ledger(), who())}

    def start_again(self, _request: Request) -> dict[str, Any]:
        """`sending.resume`"""
        return {"changed": control.start_again(self._desk.ledger(), who())}

    def count_as_sent(self, request: Request) -> dict[str, Any]:
        """`unknown.count_as_sent`"""
        wait_ms = self._desk.settings().receipt_wait_hours * 3_600_000
        changed = unknowns.count_as_sent(self._desk.ledger(), self._unknown(request), who(), wait_ms)
        return {"changed": changed}

    def send_again(self, request: Request) -> dict[str, Any]:
        """`unknown.send_again`: on disk when it answers; what the broker does not take now follows from maintenance."""
        again = unknowns.send_again(self._desk.ledger(), self._unknown(request), who())
        try:
            client = self._desk.client("command")
            client.publish_chunks(again.chunk_ids)
            for message_id in again.message_ids:
                client.publish_message(message_id)
        except DeskError as error:
            log.warning("not published, a worker will: %s", error)
        return {"changed": again.count}

    def ask(self, request: Request) -> dict[str, Any]:
        """`unknown.ask`: a worker asks the gateways within its next round; those that cannot tell leave it as it is."""
        return {"changed": unknowns.ask(self._desk.ledger(), self._unknown(request), who())}

    def _batch(self, batch_id: int, changed: int) -> dict[str, Any]:
        """What a command changed, and how the batch stands now."""
        with self._desk.ledger().reading() as connection:
            batch = batches.find(connection, batch_id)
            return {"changed": changed, **batches.look(connection, batch, now_ms())}

    def _ids(self, request: Request) -> tuple[int, ...]:
        """The messages that a request names. RequestError `request.malformed`."""
        message_ids = request.param("message_ids", list)
        if len(message_ids) > MOST_IDS or not all(type(message_id) is int for message_id in message_ids):
            raise RequestError("request.malformed", field="message_ids")
        return tuple(message_ids)

    def _unknown(self, request: Request) -> tuple[int, ...]:
        """The Unknown messages that a request is about: named, or all that a filter finds."""
        if "filter" not in request.params:
            return self._ids(request)
        wanted = queries.read_filter(request.params["filter"])
        ledger = self._desk.ledger()
        with ledger.reading() as connection:
            found = queries.conditions(queries.only(wanted, State.UNKNOWN), connection.dialect.name)
            return tuple(connection.execute(queries.id_query(found, queries.Sort())).scalars())


def look_at_command(connection: Any) -> dict[str, Any]:
    """What `status.look` says of it: whether all is stopped, and the batches that have not ended."""
    now = now_ms()
    running = [batches.look(connection, batch, now) for batch in batches.running(connection)]
    return {"stopped": is_stopped(connection), "running": running}

"""Kombu's transport over a database, made safe for one file: a message is deleted when it is acknowledged.

Kombu's own forgets a message when it is handed out, and keeps its row for ever. Here the row stays, hidden, until the
acknowledgement; a worker that dies without one leaves it, and whoever next finds it hidden for too long takes it again.
"""

from __future__ import annotations

import datetime
import threading
from queue import Empty
from typing import Any

from kombu.transport import sqlalchemy as kombu_sql
from kombu.utils.encoding import bytes_to_str
from kombu.utils.json import loads
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import OperationalError

POLLING_S = 0.05
"""How often a worker looks for messages."""

HIDDEN_S = 600
"""A message that was handed out this long ago and not acknowledged is handed out again. Longer than any task takes."""

FIND = text(
    "SELECT m.id FROM kombu_message m JOIN kombu_queue q ON q.id = m.queue_id WHERE q.name = :queue"
    " AND (m.visible OR m.timestamp < :lost) ORDER BY m.id LIMIT 1"
)
TAKE = text(
    "UPDATE kombu_message SET visible = 0, timestamp = :now"
    " WHERE id = :id AND (visible OR timestamp < :lost) RETURNING payload"
)
GIVE_BACK = text("UPDATE kombu_message SET visible = 1, timestamp = NULL WHERE id = :id")
FORGET = text("DELETE FROM kombu_message WHERE id = :id")
COUNT = text(
    "SELECT count(*) FROM kombu_message m JOIN kombu_queue q ON q.id = m.queue_id WHERE q.name = :queue AND m.visible"
)


class Channel(kombu_sql.Channel):  # type: ignore[misc]
    """Connections are taken for each statement: acknowledgements come from other threads than messages go to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._rows: dict[str, int] = {}
        self._rows_lock = threading.Lock()

    def _open(self) -> Any:
        try:
            opened = super()._open()
        except OperationalError:
            opened = super()._open()  # another program has just made the tables
        return opened

    def _engine_from_config(self) -> Engine:
        engine: Engine = super()._engine_from_config()

        @event.listens_for(engine, "connect")
        def prepare(connection: Any, _record: object) -> None:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")

        return engine

    @property
    def _engine(self) -> Engine:
        engine: Engine = self._open()[0]
        return engine

    def _get(self, queue: str) -> Any:
        now = datetime.datetime.now()
        times = {"now": now, "lost": now - datetime.timedelta(seconds=HIDDEN_S)}
        with self._engine.connect() as connection:
            found = connection.execute(FIND, {"queue": queue, "lost": times["lost"]}).scalar()
        if found is None:  # without a lock of the file, twenty times a second
            raise Empty
        with self._engine.begin() as connection:
            payload = connection.execute(TAKE, {"id": found, **times}).scalar()
        if payload is None:  # another worker was faster
            raise Empty
        message = loads(bytes_to_str(payload))
        with self._rows_lock:
            self._rows[message["properties"]["delivery_tag"]] = found
        return message

    def _size(self, queue: str) -> int:
        with self._engine.connect() as connection:
            return int(connection.execute(COUNT, {"queue": queue}).scalar_one())

    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:
        """The message is done with."""
        super().basic_ack(delivery_tag, multiple)
        self._settle(delivery_tag, FORGET)

    def basic_reject(self, delivery_tag: str, requeue: bool = False) -> None:
        """The message goes back, or away."""
        super().basic_reject(delivery_tag, requeue)
        self._settle(delivery_tag, FORGET)

    def _restore(self, message: Any) -> None:
        """Hand it out again, from its old place."""
        self._settle(message.delivery_tag, GIVE_BACK)

    def _settle(self, delivery_tag: str, statement: Any) -> None:
        with self._rows_lock:
            row = self._rows.pop(delivery_tag, None)
        if row is not None:
            with self._engine.begin() as connection:
                connection.execute(statement, {"id": row})


class Transport(kombu_sql.Transport):  # type: ignore[misc]
    """Named in the broker's address: `smsdesk+sqlite:///…`."""

    Channel = Channel
    polling_interval = POLLING_S

"""The columns and roles of the table of deliveries: names instead of numbers."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from PySide6.QtCore import Qt


class Column(IntEnum):
    """In the order of the table. Stored with the widths, so new ones go to the end."""

    TIME = 0
    RECIPIENT = 1
    TEXT = 2
    GATEWAY = 3
    STATE = 4
    REASON = 5
    """Why it stands so, and what to do."""
    TRIES = 6
    TASK = 7
    """Celery's own word for the task that carries the message; never taken for the message's state."""
    WORKER = 8
    SEGMENTS = 9
    COST = 10
    SOURCE = 11


class Role(IntEnum):
    """What `data` answers beside Qt's own roles."""

    RECORD = int(Qt.ItemDataRole.UserRole) + 1
    """The whole row as the clerk sent it, None while it is on its way."""
    MESSAGE_ID = int(Qt.ItemDataRole.UserRole) + 2
    STATE = int(Qt.ItemDataRole.UserRole) + 3
    """The state's name in the ledger, for symbol and colour."""


SORT_KEYS: Final[dict[Column, str]] = {
    Column.TIME: "time",
    Column.RECIPIENT: "recipient",
    Column.TEXT: "text",
    Column.GATEWAY: "account",
    Column.STATE: "state",
    Column.REASON: "reason",
    Column.TRIES: "tries",
    Column.WORKER: "worker",
    Column.SEGMENTS: "segments",
    Column.COST: "price",
}
"""Column → its name in the wire's `sort`. A column that is not here cannot be sorted."""

RIGHT_ALIGNED: Final = frozenset({Column.TRIES, Column.SEGMENTS, Column.COST})

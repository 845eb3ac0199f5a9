"""Waiting for the write lock of an SQLite ledger, in turns that come as often for all.

SQLite's own waiting (`sqliteDefaultBusyCallback` in its main.c) asks less and less often, in the end ten times a
second, so that among many writers whoever has waited long is passed by whoever just came: a single message amid a
campaign was seen to wait over half a second. Here SQLite waits for `TURN_S` at most and is asked again at once.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from tasks.green import is_green

WAIT_S = 10.0
"""How long a writer waits for another one before it gives up with `ledger.locked`."""

TURN_S = 0.02
"""How long SQLite waits at a time: it asks after 0, 1, 3, 8 and 18 ms."""

PAUSE_S = 0.0005
"""Between two turns."""

_WAITS = "smsdesk_write_lock_wait_s"


def begin_immediate(connection: Connection) -> None:
    """Begin a transaction that holds the write lock.

    Where threads are greenlets the others go on between two turns, among them the one that is waited for.
    Raises the driver's "locked", as SQLAlchemy's OperationalError, after `WAIT_S` or what `waiting` says.
    """
    ends = time.monotonic() + connection.info.get(_WAITS, WAIT_S)
    pause_s = TURN_S if is_green() else PAUSE_S
    while time.monotonic() < ends:
        try:
            connection.connection.cursor().execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                break
            time.sleep(pause_s)
        else:
            return
    connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def waiting(connection: Connection, wait_s: float) -> Iterator[None]:
    """Let transactions of a connection wait that long for the lock meanwhile."""
    connection.info[_WAITS] = wait_s
    try:
        yield
    finally:
        connection.info.pop(_WAITS, None)

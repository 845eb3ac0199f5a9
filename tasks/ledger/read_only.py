"""Looking at a ledger without changing anything: no tables, no migration, no file beside the database's.

For the doctor, which may be asked before the first start, and for metrics, which must not hold a connection across a
fork: each look is a connection of its own.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from sqlalchemy import Connection, Engine, NullPool, create_engine, make_url

from tasks.errors import LedgerError
from tasks.ledger import postgresql
from tasks.ledger.engine import file_of
from tasks.ledger.faults import translated_errors

LOCK_WAIT_S = 2.0
"""How long a look waits for a writer; readers of a ledger in WAL hardly ever do."""

CONNECT_S = 4


class NoLedgerError(LedgerError):
    """There is no file of that name (yet)."""


@contextmanager
def looking(url: str) -> Iterator[Connection]:
    """A connection that cannot write, with one snapshot. Raises LedgerError, NoLedgerError."""
    file = file_of(url)
    engine = sqlite_engine(file) if file is not None else postgresql_engine(url)
    try:
        with translated_errors(file), engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def sqlite_engine(file: str) -> Engine:
    """An engine that reads a ledger's file. Raises NoLedgerError, LedgerError `ledger.damaged` (an empty one)."""
    if not os.path.exists(file):
        raise NoLedgerError("ledger.cannot_open", reason="no such file")
    if os.path.isfile(file) and os.path.getsize(file) == 0:
        raise LedgerError("ledger.damaged")
    # A reader of a file in WAL mode makes the files that go with it and leaves them there. While nobody has the ledger
    # open there are none, and none are needed: nobody changes the file.
    alone = "" if os.path.exists(f"{file}-wal") else "&immutable=1"
    address = f"file:{quote(os.path.abspath(file))}?mode=ro{alone}"
    return create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(address, uri=True, timeout=LOCK_WAIT_S, check_same_thread=False),
        poolclass=NullPool,
        hide_parameters=True,
    )


def postgresql_engine(url: str) -> Engine:
    """An engine whose transactions the server keeps from writing. Raises LedgerError `ledger.no_driver`."""
    parsed = make_url(url)
    if not postgresql.is_postgresql(url):
        raise LedgerError("ledger.no_driver", kind=parsed.get_backend_name())
    if "connect_timeout" not in parsed.query:
        parsed = parsed.update_query_dict({"connect_timeout": str(CONNECT_S)})
    session = postgresql.SESSION + postgresql.READER_SESSION
    return postgresql.new_engine(parsed.render_as_string(hide_password=False), session, poolclass=NullPool)

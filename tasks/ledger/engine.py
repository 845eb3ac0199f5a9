"""Opening the ledger: SQLite in WAL with every commit on disk, or PostgreSQL.

A claim lost in a power cut is a message sent twice, so SQLite runs with `synchronous=FULL`. Writers begin with
IMMEDIATE: a transaction that reads first and writes later would otherwise fail with "locked" and no waiting.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, select, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from tasks.disk import is_full
from tasks.errors import LedgerError
from tasks.ledger import migration
from tasks.ledger.claim_statements import RAISE_COUNTER
from tasks.ledger.new_file import ensure_file
from tasks.ledger.schema import counters, ledger_info

BUSY_TIMEOUT_S = 10.0
"""How long a writer waits for another one before it gives up with `ledger.locked`."""

MAPPED_BYTES = 1 << 30
"""How much of an SQLite file is read through memory mapping. Address space, not memory."""


class Ledger:
    """An open ledger. Safe to share between threads, never across a fork."""

    def __init__(self, url: str, reader: Engine, writer: Engine, uuid: str) -> None:
        self.url = url
        self.uuid = uuid
        self._reader = reader
        self._writer = writer
        self._file = file_of(url)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one snapshot and must not write. Raises LedgerError."""
        with translated_errors(self._file), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that holds the write lock from its start and is on disk at its end. Raises LedgerError."""
        with translated_errors(self._file), self._writer.begin() as connection:
            yield connection

    def close(self) -> None:
        """Give back all connections."""
        self._reader.dispose()
        self._writer.dispose()


def open_ledger(url: str) -> Ledger:
    """Open the ledger at a database URL; make or migrate its tables first.

    Raises LedgerError: `ledger.cannot_open`, `ledger.damaged`, `ledger.newer`, `ledger.locked`, `ledger.disk_full`.
    """
    file = file_of(url)
    if file:
        ensure_file(file, fill_new)
    reader, writer = make_engines(url, sqlite=file is not None)
    try:
        with translated_errors(file):
            if not migration.is_current(reader):
                migration.upgrade(writer)
            with reader.connect() as connection:
                uuid = connection.execute(select(ledger_info.c.value).where(ledger_info.c.name == "uuid")).scalar_one()
    except BaseException:
        reader.dispose()
        writer.dispose()
        raise
    return Ledger(url, reader, writer, uuid)


def file_of(url: str) -> str | None:
    """The file of an SQLite ledger."""
    parsed = make_url(url)
    return parsed.database if parsed.get_backend_name() == "sqlite" else None


def fill_new(path: str) -> None:
    """Write the tables of a new ledger into an empty SQLite file. Raises LedgerError."""
    engine = sqlite_engine(f"sqlite:///{path}", "BEGIN IMMEDIATE")
    try:
        with translated_errors(path):
            migration.upgrade(engine)
    finally:
        engine.dispose()


def make_engines(url: str, sqlite: bool) -> tuple[Engine, Engine]:
    """A reader and a writer; on PostgreSQL both are the same engine."""
    if not sqlite:
        engine = create_engine(url, pool_pre_ping=True, hide_parameters=True)
        return engine, engine
    reader = sqlite_engine(url, "BEGIN")
    writer = sqlite_engine(url, "BEGIN IMMEDIATE")
    return reader, writer


def sqlite_engine(url: str, begin: str) -> Engine:
    """An engine whose transactions start with `begin` and whose commits are on disk."""
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=60,
        hide_parameters=True,
        connect_args={"timeout": BUSY_TIMEOUT_S, "check_same_thread": False, "isolation_level": None},
    )

    @event.listens_for(engine, "connect")
    def prepare(dbapi_connection: Any, _record: object) -> None:
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            f"busy_timeout={int(BUSY_TIMEOUT_S * 1000)}",
            "cache_size=-16000",
            "temp_store=MEMORY",
            # A search through a million texts reads all of the file: mapped, it takes half the time.
            f"mmap_size={MAPPED_BYTES}",
        ):
            dbapi_connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def next_revision(connection: Connection) -> int:
    """Raise the ledger's revision and return it: the first statement of every transaction that writes messages.

    The row's lock is held until the commit, so revisions become visible in their order: whoever looks for "rows
    changed since revision r" misses none, on PostgreSQL too.
    """
    return take_ids(connection, "revision", 1)


def take_ids(connection: Connection, name: str, count: int) -> int:
    """Reserve `count` ids of a counter; returns the first."""
    last = connection.execute(RAISE_COUNTER, {"the_name": name, "the_count": count}).scalar_one()
    return int(last) - count + 1


def current_revision(connection: Connection) -> int:
    """The revision of the last committed change of any message."""
    return int(connection.execute(select(counters.c.value).where(counters.c.name == "revision")).scalar_one())


@contextmanager
def translated_errors(file: str | None = None) -> Iterator[None]:
    """Turn the database's errors into LedgerError with a code a person can be told; values never come along.

    `file`: an SQLite ledger's; when its disk is full, SQLite reports a fault of the disk or a file it cannot open.
    """
    try:
        yield
    except DBAPIError as error:
        code = error_code(str(error.orig))
        if code in ("ledger.disk_error", "ledger.cannot_open") and file and is_full(file):
            code = "ledger.disk_full"
        raise LedgerError(code) from None
    except SQLAlchemyError as error:
        raise LedgerError("ledger.failed", kind=type(error).__name__) from None


def error_code(reason: str) -> str:
    """The code for a driver's message (SQLite's result texts, https://www.sqlite.org/rescode.html)."""
    reason = reason.lower()
    for fragment, code in (
        ("disk is full", "ledger.disk_full"),
        ("no space left", "ledger.disk_full"),
        ("disk i/o error", "ledger.disk_error"),
        ("locked", "ledger.locked"),
        ("malformed", "ledger.damaged"),
        ("not a database", "ledger.damaged"),
        ("unable to open", "ledger.cannot_open"),
        ("readonly", "ledger.read_only"),
        ("connection refused", "ledger.unreachable"),
        ("could not connect", "ledger.unreachable"),
        ("authentication failed", "ledger.refused"),
    ):
        if fragment in reason:
            return code
    return "ledger.failed"


def ping(ledger: Ledger) -> None:
    """Raise LedgerError unless the ledger answers."""
    with ledger.reading() as connection:
        connection.execute(text("SELECT 1"))

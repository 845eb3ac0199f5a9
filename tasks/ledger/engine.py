"""Opening the ledger: SQLite in WAL with every commit on disk, or PostgreSQL.

A claim lost in a power cut is a message sent twice, so SQLite runs with `synchronous=FULL`. Writers begin with
IMMEDIATE: a transaction that reads first and writes later would otherwise fail with "locked" and no waiting.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url, select, text
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

from tasks import clock
from tasks.errors import LedgerError
from tasks.files import sqlite_url
from tasks.ledger import migration, postgresql
from tasks.ledger.backup import Told, silent
from tasks.ledger.faults import COMMIT_LOST, CONFLICT, UNREACHABLE, translated_errors
from tasks.ledger.new_file import ensure_file
from tasks.ledger.revision import current_revision, next_revision, take_ids
from tasks.ledger.schema import ledger_info
from tasks.ledger.server_clock import ServerClock
from tasks.ledger.write_lock import TURN_S, WAIT_S, begin_immediate

__all__ = ["Ledger", "current_revision", "next_revision", "open_ledger", "take_ids"]

MAPPED_BYTES = 1 << 30
"""How much of an SQLite file is read through memory mapping. Address space, not memory."""

AGAIN_MOST = 5
"""How often a transaction is run that the database rolls back for another one's sake."""

T = TypeVar("T")


class Ledger:
    """An open ledger. Safe to share between threads, never across a fork."""

    def __init__(self, url: str, reader: Engine, writer: Engine, uuid: str, copy: Path | None = None) -> None:
        self.url = url
        self.uuid = uuid
        self.copy = copy
        """Where it lies as it was, if this opening carried it over from an earlier version."""
        self._reader = reader
        self._writer = writer
        self._file = file_of(url)
        self._clock = None if self._file is not None else ServerClock()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one snapshot and must not write. Raises LedgerError."""
        with translated_errors(self._file), self._reader.connect() as connection:
            if self._clock is not None:
                self._clock.look(connection)
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is on disk at its end; on SQLite it holds the write lock from its start.

        Raises LedgerError; `ledger.commit_lost` where nobody knows whether it is on disk.
        """
        with translated_errors(self._file), self._writer.connect() as connection, connection.begin() as transaction:
            if self._clock is not None:
                self._clock.look(connection)
            yield connection
            try:
                with translated_errors(self._file):
                    transaction.commit()
            except LedgerError as error:
                raise LedgerError(COMMIT_LOST) if error.code == UNREACHABLE else error from None

    def write(self, work: Callable[[Connection], T]) -> T:
        """What `work` answers from inside `writing`; run again where nothing of it was written.

        So it is after a deadlock with another transaction, and where the connection broke before the commit: the
        server may just have been restarted. `work` may be called several times and must do nothing but write.
        """
        for remaining in reversed(range(AGAIN_MOST)):
            try:
                with self.writing() as connection:
                    return work(connection)
            except LedgerError as error:
                if error.code not in (CONFLICT, UNREACHABLE) or not remaining:
                    raise
                # A server that cannot be reached at all costs the time-out of a connect each time: once is enough.
                if error.code == UNREACHABLE and remaining < AGAIN_MOST - 1:
                    raise
            time.sleep(random.uniform(0.005, 0.05))
        raise AssertionError

    @property
    def is_file(self) -> bool:
        """Whether it is a file of this machine, so that its clock is this machine's."""
        return self._file is not None

    def close(self) -> None:
        """Give back all connections."""
        self._reader.dispose()
        self._writer.dispose()


def open_ledger(url: str, told: Told = silent) -> Ledger:
    """Open the ledger at a database URL; make or migrate its tables first. `told` hears how far that is.

    Raises LedgerError: `ledger.cannot_open`, `ledger.damaged`, `ledger.newer`, `ledger.locked`, `ledger.disk_full`,
    `ledger.no_room_for_copy`;
    of PostgreSQL also `ledger.no_driver`, `ledger.unreachable`, `ledger.refused`, `ledger.tls`, `ledger.no_database`,
    `ledger.no_rights`, `ledger.foreign`, `ledger.old_server`, `ledger.encoding`, `ledger.connections`.
    """
    clock.set_offset(0)
    file = file_of(url)
    if file:
        ensure_file(file, fill_new)
    reader, writer = make_engines(url)
    try:
        copy = None
        with translated_errors(file):
            if file is None:
                with reader.connect() as connection:
                    postgresql.check_server(connection)
            if not migration.is_current(reader):
                copy = migration.upgrade(writer, told)
            with reader.connect() as connection:
                uuid = connection.execute(select(ledger_info.c.value).where(ledger_info.c.name == "uuid")).scalar_one()
        ledger = Ledger(url, reader, writer, uuid, copy)
        ping(ledger)
    except BaseException:
        reader.dispose()
        writer.dispose()
        raise
    return ledger


def file_of(url: str) -> str | None:
    """The file of an SQLite ledger. Raises LedgerError for what is no address."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise LedgerError("ledger.cannot_open", reason="not an address") from None
    return parsed.database if parsed.get_backend_name() == "sqlite" else None


def fill_new(path: str) -> None:
    """Write the tables of a new ledger into an empty SQLite file. Raises LedgerError."""
    engine = sqlite_engine(sqlite_url(path))
    try:
        with translated_errors(path):
            migration.upgrade(engine)
    finally:
        engine.dispose()


def make_engines(url: str) -> tuple[Engine, Engine]:
    """A reader and a writer. Raises LedgerError `ledger.no_driver`."""
    kind = make_url(url).get_backend_name()
    if kind == "postgresql":
        return postgresql.make_engines(url)
    if kind != "sqlite":
        raise LedgerError("ledger.no_driver", kind=kind)
    return sqlite_engine(url, only_reads=True), sqlite_engine(url)


def sqlite_engine(url: str, only_reads: bool = False) -> Engine:
    """An engine whose transactions hold the write lock from their start and whose commits are on disk.

    `only_reads`: it cannot write by mistake, in a transaction that did not begin as a writer's must.
    """
    busy_s = WAIT_S if only_reads else TURN_S
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=60,
        hide_parameters=True,
        connect_args={"timeout": WAIT_S, "check_same_thread": False, "isolation_level": None},
    )

    @event.listens_for(engine, "connect")
    def prepare(dbapi_connection: Any, _record: object) -> None:
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            f"busy_timeout={int(busy_s * 1000)}",
            "cache_size=-16000",
            "temp_store=MEMORY",
            # A search through a million texts reads all of the file: mapped, it takes half the time.
            f"mmap_size={MAPPED_BYTES}",
        ):
            dbapi_connection.execute(f"PRAGMA {pragma}")
        if only_reads:
            dbapi_connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        if only_reads:
            connection.exec_driver_sql("BEGIN")
        else:
            begin_immediate(connection)

    return engine


def ping(ledger: Ledger) -> None:
    """Raise LedgerError unless the ledger answers."""
    with ledger.reading() as connection:
        connection.execute(text("SELECT 1"))

"""Bringing a ledger's tables to this version with Alembic."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect
from sqlalchemy.exc import DBAPIError

from tasks.errors import LedgerError
from tasks.ledger import write_lock
from tasks.ledger.backup import Told, keep_copy, silent, under_way
from tasks.ledger.faults import CONFLICT, translated_errors
from tasks.ledger.postgresql import lock_for_migration, lock_out_writers
from tasks.ledger.version import HEAD, refuse_foreign, refuse_newer, version_of

SCRIPTS = Path(__file__).parent / "migrations"

WAIT_S = 10.0
"""How long a ledger that another program holds is waited for, unless that program is carrying it over."""

QUICK_S = 0.25
AGAIN_MOST = 5
AGAIN_PAUSE_S = 0.2

log = logging.getLogger(__name__)

_one_at_a_time = threading.Lock()
"""Alembic keeps the migration it runs in variables of its modules."""


def is_current(engine: Engine) -> bool:
    """Whether the ledger is at HEAD. Raises LedgerError `ledger.newer` for one from a later program."""
    with engine.connect() as connection:
        version = version_of(connection)
        if version != HEAD:
            refuse_foreign(connection, version)
    refuse_newer(version)
    return version == HEAD


def upgrade(engine: Engine, told: Told = silent) -> Path | None:
    """Run what is missing, in one transaction that holds the write lock: two programs may start at once.

    Whoever comes second finds all done: the version is looked at only then. An SQLite ledger is copied first; the
    answer says where the copy lies. `told` hears how far the copy is, also where another program makes it.
    """
    with _one_at_a_time:
        if engine.dialect.name != "postgresql":
            return upgrade_file(engine, told)
        upgrade_database(engine)
        return None


def upgrade_database(engine: Engine) -> None:
    """PostgreSQL: all or nothing, by its transaction; again where it and a writer waited for each other."""
    for remaining in reversed(range(AGAIN_MOST)):
        try:
            with translated_errors(), engine.begin() as connection:
                lock_for_migration(connection)
                if inspect(connection).has_table("alembic_version"):
                    refuse_newer(version_of(connection))
                    lock_out_writers(connection)
                run(connection)
            return
        except LedgerError as error:
            if error.code != CONFLICT or not remaining:
                raise
            time.sleep(AGAIN_PAUSE_S)


def upgrade_file(engine: Engine, told: Told) -> Path | None:
    """SQLite: copied, then changed in one transaction."""
    copy: Path | None = None
    path = str(engine.url.database)
    try:
        with engine.connect() as connection, alone(connection, path, told):
            if inspect(connection).has_table("alembic_version"):
                version = version_of(connection)
                refuse_newer(version)
                if version not in (None, HEAD):
                    log.warning("a ledger of version %s is copied and carried over to %s", version, HEAD)
                    copy = keep_copy(path, str(version), told)
            run(connection)
    except BaseException:
        if copy is not None:  # nothing was changed, and every further attempt would leave another one
            copy.unlink(missing_ok=True)
        raise
    if copy is not None:
        log.warning("the ledger is carried over; as it was, it lies in %s", copy)
    return copy


@contextmanager
def alone(connection: Connection, path: str, told: Told) -> Iterator[None]:
    """A transaction that holds the write lock. Waits for as long as another program copies the ledger."""
    ends, waits = time.monotonic() + WAIT_S, False
    while True:
        try:
            with write_lock.waiting(connection, QUICK_S):
                transaction = connection.begin()
            break
        except DBAPIError as error:
            copying = under_way(path)
            if "locked" not in str(error.orig) or (copying is None and time.monotonic() > ends):
                raise
            if copying is not None:
                if not waits:
                    waits = True
                    log.warning("another program copies the ledger to carry it over: waiting for it")
                ends = time.monotonic() + WAIT_S
                told(*copying)
            time.sleep(QUICK_S)
    with transaction:
        yield


def run(connection: Connection) -> None:
    """Alembic's part."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)

"""Bringing a ledger's tables to this version with Alembic.

The version is looked up first without Alembic, whose import costs a tenth of a second at every start.
"""

from __future__ import annotations

import threading
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from tasks.errors import LedgerError
from tasks.ledger.backup import keep_copy
from tasks.ledger.postgresql import lock_for_migration
from tasks.ledger.schema import metadata

HEAD = "0006"
"""The newest revision in `migrations/versions`; a test holds it to the files."""

SCRIPTS = Path(__file__).parent / "migrations"

_one_at_a_time = threading.Lock()
"""Alembic keeps the migration it runs in variables of its modules."""


def version_of(connection: Connection) -> str | None:
    """The revision a ledger is at; None for an empty database."""
    try:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except DBAPIError as error:
        if "alembic_version" in str(error.orig):
            connection.rollback()
            return None
        raise
    return None if found is None else str(found)


def refuse_foreign(connection: Connection, version: str | None) -> None:
    """Raise LedgerError `ledger.foreign` for a database in which another program has its tables.

    On a server that is a slip of the address, and tables of the same names may stand there.
    """
    if connection.dialect.name != "postgresql":
        return
    there = set(inspect(connection).get_table_names())
    if (version is None and there & set(metadata.tables)) or (version is not None and "ledger_info" not in there):
        raise LedgerError("ledger.foreign")


def is_current(engine: Engine) -> bool:
    """Whether the ledger is at HEAD. Raises LedgerError `ledger.newer` for one from a later program."""
    with engine.connect() as connection:
        version = version_of(connection)
        if version != HEAD:
            refuse_foreign(connection, version)
    if version is not None and version > HEAD:
        raise LedgerError("ledger.newer", version=version, known=HEAD)
    return version == HEAD


def upgrade(engine: Engine) -> None:
    """Run what is missing, in one transaction that holds the write lock: two programs may start at once.

    Whoever comes second finds all done: Alembic looks at the version only then. An SQLite ledger is copied first.
    """
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    with _one_at_a_time, engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            lock_for_migration(connection)
        elif inspect(connection).has_table("alembic_version"):
            version = version_of(connection)
            if version not in (None, HEAD):
                keep_copy(str(engine.url.database), str(version))
        config.attributes["connection"] = connection
        command.upgrade(config, HEAD)

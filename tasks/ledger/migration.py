"""Bringing a ledger's tables to this version with Alembic.

The version is looked up first without Alembic, whose import costs a tenth of a second at every start.
"""

from __future__ import annotations

import threading
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from tasks.errors import LedgerError

HEAD = "0001"
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
            return None
        raise
    return None if found is None else str(found)


def is_current(engine: Engine) -> bool:
    """Whether the ledger is at HEAD. Raises LedgerError `ledger.newer` for one from a later program."""
    with engine.connect() as connection:
        version = version_of(connection)
    if version is not None and version > HEAD:
        raise LedgerError("ledger.newer", version=version, known=HEAD)
    return version == HEAD


def upgrade(engine: Engine) -> None:
    """Run what is missing, in one transaction that holds the write lock: two programs may start at once."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    with _one_at_a_time, engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, HEAD)

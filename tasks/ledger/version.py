"""Which version a ledger's tables have, and whose tables this program leaves alone.

Looked up without Alembic, whose import costs a tenth of a second at every start.
"""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from tasks.errors import LedgerError
from tasks.ledger.schema import metadata

HEAD = "0006"
"""The newest revision in `migrations/versions`; a test holds it to the files."""


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


def refuse_newer(version: str | None) -> None:
    """Raise LedgerError `ledger.newer` for the tables of a later program."""
    if version is not None and version > HEAD:
        raise LedgerError("ledger.newer", version=version, known=HEAD)

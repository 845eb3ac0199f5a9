"""The ledger: whether it is there, of this version, can be written, and is whole."""

from __future__ import annotations

import os
import time
from pathlib import Path

from sqlalchemy import Connection, text

from tasks.doctor.files import megabytes, share_kind
from tasks.doctor.finding import Finding, found, of_error
from tasks.doctor.patient import Patient
from tasks.errors import LedgerError
from tasks.ledger import postgresql
from tasks.ledger.backup import copies_of
from tasks.ledger.engine import file_of
from tasks.ledger.read_only import NoLedgerError, looking
from tasks.ledger.version import HEAD, refuse_foreign, version_of

READ_S = 3.0
"""How long a file is read in search of damage: some hundred megabytes."""

WAL_HEADER = bytes((2, 2))
"""Bytes 18 and 19 of an SQLite file in WAL mode (https://www.sqlite.org/fileformat.html)."""


def check_ledger(patient: Patient) -> list[Finding]:
    """Reach it and look at the version of its tables."""
    if "ledger_url" in patient.refused_addresses:
        return [found("doctor.see_settings")]
    try:
        with looking(patient.settings.ledger_url) as connection:
            return [found_version(connection)]
    except NoLedgerError:
        return [found("doctor.ledger.missing")]
    except LedgerError as error:
        return [of_error(error)]


def found_version(connection: Connection) -> Finding:
    """How the ledger's tables are to this program's. Raises LedgerError."""
    kind = "SQLite"
    if connection.dialect.name == "postgresql":
        postgresql.check_server(connection)
        kind = "PostgreSQL " + str(connection.scalar(text("SHOW server_version"))).split()[0]
    version = version_of(connection)
    if version != HEAD:
        refuse_foreign(connection, version)
    if version is None:
        return found("doctor.ledger.empty", kind=kind)
    if version > HEAD:
        raise LedgerError("ledger.newer", version=version, known=HEAD)
    if version < HEAD:
        return found("doctor.ledger.older", version=version, known=HEAD, kind=kind)
    plain = connection.dialect.name == "postgresql" and not postgresql.is_protected(connection)
    return found("doctor.ledger.plain" if plain else "doctor.ledger.ok", version=version, kind=kind)


def check_ledger_storage(patient: Patient) -> list[Finding]:
    """Whether the ledger can be written, and is whole."""
    if "ledger_url" in patient.refused_addresses:
        return [found("doctor.see_settings")]
    try:
        file = file_of(patient.settings.ledger_url)
        if file is not None:
            path = Path(file).absolute()
            return [found_file(path), *found_copies(path)]
        with looking(patient.settings.ledger_url) as connection:
            return [found_rights(connection)]
    except LedgerError:
        return [found("doctor.needs_ledger")]


def found_file(path: Path) -> Finding:
    """What can be said of an SQLite file. Raises LedgerError where it cannot be opened."""
    kind = share_kind(path)
    if kind is not None:
        return found("doctor.file.network_share", kind=kind, path=path)
    if not path.exists():
        return found("doctor.file.missing", path=path)
    if not (os.access(path, os.R_OK | os.W_OK) and os.access(path.parent, os.W_OK | os.X_OK)):
        return of_error(LedgerError("ledger.read_only"))
    whole = is_whole(path)
    if whole is False:
        return of_error(LedgerError("ledger.damaged"))
    with path.open("rb") as file:
        mode = file.read(20)[18:20]
    if mode != WAL_HEADER:
        return found("doctor.file.not_wal", path=path)
    return found("doctor.file.ok" if whole else "doctor.file.ok_so_far", path=path, seconds=int(READ_S))


def found_copies(path: Path) -> list[Finding]:
    """Copies of earlier versions of an SQLite ledger, which nobody deletes but a person."""
    copies = copies_of(str(path))
    if not copies:
        return []
    taken = sum(copy.stat().st_size for copy in copies)
    return [found("doctor.file.copies", count=len(copies), newest=copies[-1], size=megabytes(taken))]


def is_whole(path: Path) -> bool | None:
    """Whether nothing in the file is damaged; None where it is too large to be read in `READ_S`. Raises LedgerError."""
    answer = quick_check(path)
    # A program that opened the ledger just now changes it under a reader that took it to be at rest: look again.
    return quick_check(path) if answer is False and os.path.exists(f"{path}-wal") else answer


def quick_check(path: Path) -> bool | None:
    """One `PRAGMA quick_check`, cut off after `READ_S`."""
    ends = time.monotonic() + READ_S
    try:
        with looking(f"sqlite:///{path}") as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.set_progress_handler(lambda: int(time.monotonic() > ends), 100_000)
            rows = driver.execute("PRAGMA quick_check(1)").fetchall()
            return [row[0] for row in rows] == ["ok"]
    except LedgerError as error:
        if error.code == "ledger.damaged":
            return False
        raise
    except Exception as error:  # the driver's own, as it was asked directly
        if "interrupted" in str(error):
            return None
        if "malformed" in str(error) or "not a database" in str(error):
            return False
        raise


def found_rights(connection: Connection) -> Finding:
    """Whether a PostgreSQL ledger can be written by this user."""
    if version_of(connection) is None:
        return found("doctor.needs_ledger")
    standby, may_write = connection.execute(
        text(
            "SELECT pg_is_in_recovery(), bool_and(has_table_privilege(name, privilege))"
            " FROM unnest(ARRAY['messages', 'tries', 'accounts', 'workers', 'counters']) AS name,"
            " unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS privilege"
        )
    ).one()
    if standby:
        return of_error(LedgerError("ledger.standby"))
    if not may_write:
        return of_error(LedgerError("ledger.no_rights"))
    return found("doctor.rights.ok")

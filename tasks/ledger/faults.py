"""What databases and drivers raise, told apart: a LedgerError with a code that a person can be told.

SQLite says what happened in words (https://www.sqlite.org/rescode.html), PostgreSQL by SQLSTATE
(https://www.postgresql.org/docs/current/errcodes-appendix.html), except while connecting, where libpq hands on words
alone, in the server's language.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFreeError

from tasks.disk import is_full
from tasks.errors import LedgerError

CONFLICT = "ledger.conflict"
"""The database rolled a transaction back for another one's sake: to run it again is right."""

COMMIT_LOST = "ledger.commit_lost"
"""The connection broke while a commit was under way: it may be on disk or not."""

UNREACHABLE = "ledger.unreachable"

BAD_VALUE = "ledger.bad_value"
"""A value that the database does not take, ever: to try again is useless."""

MAY_COME_BACK = frozenset((
    CONFLICT, COMMIT_LOST, UNREACHABLE, "ledger.locked", "ledger.slow", "ledger.disk_full", "ledger.server_full",
    "ledger.disk_error", "ledger.cannot_open", "ledger.read_only", "ledger.damaged", "ledger.refused",
    "ledger.connections", "ledger.tls", "ledger.no_database", "ledger.no_rights", "ledger.standby",
))  # fmt: skip
"""Codes of a ledger that may serve again as it is; the others need another program, address or value."""

BY_STATE = (
    ("40001", CONFLICT),
    ("40P01", CONFLICT),
    ("55P03", "ledger.locked"),
    ("57014", "ledger.slow"),
    ("57P", UNREACHABLE),
    ("08", UNREACHABLE),
    ("28", "ledger.refused"),
    ("3D000", "ledger.no_database"),
    ("42501", "ledger.no_rights"),
    ("53100", "ledger.server_full"),
    ("53300", "ledger.connections"),
    ("25006", "ledger.standby"),
    ("22", BAD_VALUE),
    ("54", BAD_VALUE),
    ("58", "ledger.disk_error"),
    ("XX001", "ledger.damaged"),
    ("XX002", "ledger.damaged"),
)
"""Beginnings of a SQLSTATE."""

BY_WORDS = (
    ("disk is full", "ledger.disk_full"),
    ("no space left", "ledger.disk_full"),
    ("disk i/o error", "ledger.disk_error"),
    ("locked", "ledger.locked"),
    ("malformed", "ledger.damaged"),
    ("not a database", "ledger.damaged"),
    ("unable to open", "ledger.cannot_open"),
    ("readonly", "ledger.read_only"),
)
"""Parts of SQLite's messages."""

BY_WORDS_OF_LIBPQ = (
    # Before the others: a certificate's trouble may name a file or a host of any words.
    (("certificate", "证书", "does not support ssl", "不支持 ssl"), "ledger.tls"),
    (("authentication failed", "认证失败", "pg_hba.conf", "no password supplied", "role "), "ledger.refused"),
    (("too many clients", "太多的客户", "connection slots", "too many connections"), "ledger.connections"),
    (("permission denied for database",), "ledger.no_rights"),
    (("database \"", "数据库 \""), "ledger.no_database"),
)  # fmt: skip
"""Parts of what a server says while connecting; anything else means that it cannot be reached."""


@contextmanager
def translated_errors(file: str | None = None) -> Iterator[None]:
    """Turn the database's errors into LedgerError; values never come along.

    `file`: an SQLite ledger's; when its disk is full, SQLite reports a fault of the disk or a file it cannot open.
    """
    try:
        yield
    except DBAPIError as error:
        code = code_of(error)
        if code in ("ledger.disk_error", "ledger.cannot_open") and file and is_full(file):
            code = "ledger.disk_full"
        raise LedgerError(code, **({"kind": type(error.orig).__name__} if code == "ledger.failed" else {})) from None
    except NoConnectionFreeError:
        raise LedgerError("ledger.locked") from None
    except SQLAlchemyError as error:
        raise LedgerError("ledger.failed", kind=type(error).__name__) from None


@contextmanager
def driver_errors(connection: Connection) -> Iterator[None]:
    """The same around what is asked of the driver itself, past SQLAlchemy."""
    driver: Any = connection.connection.driver_connection
    try:
        yield
    except Exception as error:
        if not is_of_psycopg(error):
            raise
        if driver.closed:
            connection.invalidate()
        kind = DataError if type(error).__name__ == "DataError" else OperationalError
        code = code_of(kind("", {}, error))
        raise LedgerError(code, **({"kind": type(error).__name__} if code == "ledger.failed" else {})) from None


def is_of_psycopg(error: BaseException | None) -> bool:
    """Whether PostgreSQL's driver raised it; the driver may not be installed."""
    return type(error).__module__.partition(".")[0] == "psycopg"


def code_of(error: DBAPIError) -> str:
    """The code for a driver's error."""
    driver_error = error.orig
    if not is_of_psycopg(driver_error):
        words = str(driver_error).lower()
        return next((code for fragment, code in BY_WORDS if fragment in words), "ledger.failed")
    state = getattr(driver_error, "sqlstate", None)
    if state is not None:
        return next((code for beginning, code in BY_STATE if state.startswith(beginning)), "ledger.failed")
    if isinstance(error, DataError):  # refused by the driver itself: a NUL
        return BAD_VALUE
    if not isinstance(error, OperationalError):
        return "ledger.failed"
    words = str(driver_error).lower()
    found = (code for fragments, code in BY_WORDS_OF_LIBPQ if any(fragment in words for fragment in fragments))
    return next(found, UNREACHABLE)

"""A copy of an SQLite ledger as it was before its tables were changed, beside it.

On PostgreSQL the change is one transaction, and copies are the administrator's.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy.exc import OperationalError


def copy_of(path: str, version: str) -> Path:
    """Where the copy of a ledger of that version lies."""
    return Path(f"{path}.version-{version}")


def keep_copy(path: str, version: str) -> None:
    """Write the copy, whole or not at all, readable by the user alone; one that is there is replaced.

    The ledger may be locked by the caller: it is read as of its last commit. Raises sqlalchemy's OperationalError.
    """
    target = copy_of(path, version)
    unfinished = target.with_name(f"{target.name}.unfinished-{os.getpid()}")
    try:
        os.close(os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
        with closing(sqlite3.connect(path, timeout=10)) as connection:
            connection.execute("VACUUM INTO ?", (str(unfinished),))
        descriptor = os.open(unfinished, os.O_RDWR)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.replace(unfinished, target)
    except (sqlite3.Error, OSError) as error:
        raise OperationalError("copy", {}, error) from None
    finally:
        unfinished.unlink(missing_ok=True)

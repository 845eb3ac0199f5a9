"""A copy of an SQLite ledger as it was before its tables were changed, beside it.

On PostgreSQL the change is one transaction, and copies are the administrator's.

In the copy all sending is stopped. Messages that waited are sent by this program; an earlier one that is given the copy
back would not know it and send them again. So a person looks first, and then resumes.
"""

from __future__ import annotations

import glob
import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy.exc import OperationalError

from tasks.errors import LedgerError
from tasks.files import time_in_name

Told = Callable[[int, int], None]
"""How far it is: done, of how much."""

PAGES_AT_ONCE = 1_000
SPARE_BYTES = 4 << 20
"""What the change itself needs beside the copy."""

STILL_S = 60.0
"""A copy that has not grown for so long is one that nobody writes any more."""

MB = 1 << 20


def silent(_done: int, _total: int) -> None:
    """For whom it makes no difference how far it is."""


def copies_of(path: str) -> list[Path]:
    """The complete copies that lie beside a ledger, oldest first."""
    file = Path(path)
    return sorted(
        copy for copy in file.parent.glob(f"{glob.escape(file.name)}.version-*") if ".unfinished" not in copy.name
    )


def keep_copy(path: str, version: str, told: Told = silent) -> Path:
    """Write the copy, whole or not at all, readable by the user alone; returns where it lies.

    For whoever holds the ledger's write lock: it is read as of its last commit, and nobody else makes a copy.
    Raises LedgerError `ledger.no_room_for_copy`, sqlalchemy's OperationalError.
    """
    target = new_name(path, version)
    unfinished = target.with_name(f"{target.name}.unfinished")
    for left in unfinished_of(path):
        left.unlink(missing_ok=True)  # of a program that was killed
    try:
        with closing(sqlite3.connect(path, timeout=10)) as source:
            refuse_without_room(source, Path(path).absolute().parent, version)
            os.close(os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600))
            write_copy(source, unfinished, told)
        flush(unfinished)
        os.replace(unfinished, target)
        flush_folder(target.parent)
    except (sqlite3.Error, OSError) as error:
        raise OperationalError("copy", {}, error) from None
    finally:
        unfinished.unlink(missing_ok=True)
    return target


def new_name(path: str, version: str) -> Path:
    """A name with version and date that is not taken."""
    stem = f"{path}.version-{version}.{time_in_name()}"
    name, number = Path(stem), 1
    while name.exists():
        number += 1
        name = Path(f"{stem}-{number}")
    return name


def refuse_without_room(source: sqlite3.Connection, folder: Path, version: str) -> None:
    """Raise LedgerError where the disk cannot take the copy: better before it is full than by filling it."""
    pages, size = (int(source.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("page_count", "page_size"))
    needed, free = pages * size + SPARE_BYTES, shutil.disk_usage(folder).free
    if free < needed:
        raise LedgerError("ledger.no_room_for_copy", version=version, needed_mb=-(-needed // MB), free_mb=free // MB)


STOP = (
    # As an operator's stop would have (`tasks.ledger.marks.hold`), in the words of every version so far.
    "UPDATE messages SET state = 'held', reason = 'operator.stopped',"
    " due_ms = CASE state WHEN 'scheduled' THEN due_ms END WHERE state IN ('queued', 'retrying', 'scheduled')",
    "UPDATE ledger_info SET value = CAST(strftime('%s', 'now') * 1000 AS TEXT)"
    " WHERE name = 'stopped_ms' AND value = ''",
)


def write_copy(source: sqlite3.Connection, target: Path, told: Told) -> None:
    """Page by page, so that it can be told how far it is."""
    with closing(sqlite3.connect(target)) as copy:
        copy.execute("PRAGMA journal_mode=OFF")  # thrown away where it is not finished
        copy.execute("PRAGMA synchronous=OFF")
        source.backup(copy, pages=PAGES_AT_ONCE, progress=lambda _, left, total: told(total - left, total), sleep=0.05)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, no log beside it
        for statement in STOP:
            copy.execute(statement)
        copy.commit()


def flush(file: Path) -> None:
    """Onto the disk."""
    descriptor = os.open(file, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def flush_folder(folder: Path) -> None:
    """The names in it onto the disk, where a folder can be opened."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def unfinished_of(path: str) -> list[Path]:
    """Copies that somebody writes, or wrote until he was killed."""
    file = Path(path)
    return list(file.parent.glob(f"{glob.escape(file.name)}.version-*.unfinished*"))


def under_way(path: str) -> tuple[int, int] | None:
    """How far another program is with its copy, in bytes; None where nobody writes one."""
    for unfinished in unfinished_of(path):
        try:
            seen, total = unfinished.stat(), os.path.getsize(path)
        except OSError:
            continue  # done in this moment
        if time.time() - seen.st_mtime < STILL_S:
            return min(seen.st_size, total), total
    return None

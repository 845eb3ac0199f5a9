"""Making the file of a new SQLite ledger: whole, private, and never over one that is there.

The file is made beside its place and then linked to its name. Whoever finds an empty file under that name so knows
that it is no new ledger, but one that was lost or one that somebody is just copying back: to begin a new one in it
would spoil the backup.
"""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from tasks.disk import NO_SPACE
from tasks.errors import LedgerError


def ensure_file(path: str, fill: Callable[[str], None]) -> None:
    """Make sure that a ledger's file is there; `fill` writes a new one's tables into the path it is given.

    Raises LedgerError: `ledger.damaged` for an empty file, `ledger.cannot_open`, `ledger.disk_full`, and what `fill`
    raises.
    """
    try:
        if not os.path.exists(path):
            make(Path(path).absolute(), fill)
        elif os.path.isfile(path) and os.path.getsize(path) == 0:
            raise LedgerError("ledger.damaged")
    except OSError as error:
        if error.errno in NO_SPACE:
            raise LedgerError("ledger.disk_full") from None
        raise LedgerError("ledger.cannot_open", reason=error.strerror or "") from None


def make(path: Path, fill: Callable[[str], None]) -> None:
    """Fill a file in a folder of its own beside `path`, and give it that name unless another program was faster."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new-ledger-", dir=path.parent) as folder:
        new = Path(folder) / path.name
        os.close(os.open(new, os.O_CREAT | os.O_RDWR | os.O_EXCL, 0o600))
        fill(str(new))
        give_name(new, path)


def give_name(new: Path, path: Path) -> None:
    """Put the file under its name without replacing one. Raises OSError."""
    try:
        os.link(new, path)
    except FileExistsError:
        return
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK):
            raise
        if not path.exists():  # a file system without links
            new.rename(path)

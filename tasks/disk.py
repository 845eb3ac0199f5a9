"""Whether a disk is full: what databases and servers report of it is often only "input/output error"."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

LEAST_FREE_BYTES = 1 << 16
"""With less than this the ledger cannot grow by a single step of its shared memory (32 KiB)."""

NO_SPACE = frozenset((errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)))


def is_full(place: str | Path) -> bool:
    """Whether next to nothing can be written where a file or folder is; False where that cannot be told."""
    path = Path(place).absolute()
    while not path.exists() and path != path.parent:
        path = path.parent
    try:
        return shutil.disk_usage(path).free < LEAST_FREE_BYTES
    except OSError:
        return False

"""Which machine this is, so that processes of one are not taken for those of another."""

from __future__ import annotations

import hashlib
import os
import uuid
from functools import cache
from pathlib import Path

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@cache
def machine_tag() -> str:
    """Six hex digits for this machine, its present run and its numbering of processes.

    A name does not say that: containers and copied machines share one, and a process number of the one means another
    process, or none, in the other.
    """
    try:
        told = BOOT_ID.read_text() + os.readlink("/proc/self/ns/pid")
    except OSError:
        told = f"{uuid.getnode():x}"
    return hashlib.sha256(told.encode()).hexdigest()[:6]

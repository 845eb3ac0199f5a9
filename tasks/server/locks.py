"""Who may serve a home: file locks that the kernel gives back however their holder ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from tasks.server.record import ServerRecord
from tasks.server.valkey import shut_down

PATIENCE_S = 0.5
"""How long a server whose supervisor has gone may take to end by itself (the kernel has told it to)."""
LAST_RESORT_S = 3.0


def acquire(path: Path) -> int | None:
    """Lock a file for this process; None while another holds it. The lock lasts while the descriptor is open."""
    import fcntl  # there is none on Windows, where no binary is either

    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def end_leftover(record: ServerRecord | None, waited_s: float) -> None:
    """Ask, and at last force, a server to end that outlived its supervisor (no parent-death signal, or hung)."""
    if record is None or waited_s < PATIENCE_S:
        return
    if waited_s < LAST_RESORT_S:
        shut_down(record, 0.3)
    elif record.pid is not None and _is_server(record.pid):
        os.kill(record.pid, signal.SIGKILL)


def _is_server(pid: int) -> bool:
    """Numbers of processes are used again: only a server binary is ended."""
    return _program_name(pid).startswith(("valkey-server", "redis-server"))


def _program_name(pid: int) -> str:
    """What a process runs; empty where there is none of that number (any more)."""
    if sys.platform == "linux":  # where `ps` may be missing
        try:
            return Path(f"/proc/{pid}/comm").read_text("utf-8", errors="replace").strip()
        except OSError:
            return ""
    answer = subprocess.run(["ps", "-o", "comm=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return os.path.basename(answer.stdout.strip())

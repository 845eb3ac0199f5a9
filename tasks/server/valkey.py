"""One run of valkey-server: its configuration through standard input, its life tied to this process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tasks.files import time_in_name
from tasks.launch import foreign_environment
from tasks.server.record import ServerRecord
from tasks.server.wire import Wire, WireError

LOG_LIMIT = 1_000_000
"""Bytes of the server's log that are kept over a start."""
_LOAD_TROUBLE = (b"append only file", b"AOF", b"manifest")


class Valkey:
    """A started valkey-server. `lock` is a file that it keeps open, and so locked, until it is really gone."""

    def __init__(self, binary: str, home: Path, record: ServerRecord, lock: int) -> None:
        self._record = record
        self._folder = home / "server"
        self._log = home / "logs" / "server.log"
        for folder in (self._folder, self._log.parent):
            folder.mkdir(mode=0o700, exist_ok=True)
        self._log_start = _trimmed(self._log)
        self._process = subprocess.Popen(
            [binary, "-"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=foreign_environment(),
            pass_fds=(lock,),
            umask=0o077,
            # Ctrl-C in a terminal reaches the whole group: the server must outlive the worker's warm shutdown.
            start_new_session=True,
            preexec_fn=_die_with_parent(os.getpid()) if sys.platform == "linux" else None,
        )
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(self._configuration().encode())
            self._process.stdin.close()
        except BrokenPipeError:
            pass  # it ended at once; `poll` tells

    @property
    def pid(self) -> int:
        return self._process.pid

    def poll(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs."""
        return self._process.poll()

    def answers(self) -> bool:
        """Whether it serves already."""
        try:
            with Wire(self._record.socket, self._record.password, 0.5) as wire:
                return wire.ping()
        except (OSError, WireError):
            return False

    def other_clients(self) -> int:
        """Connections of anybody else; 0 where it does not answer."""
        try:
            with Wire(self._record.socket, self._record.password, 0.5) as wire:
                return wire.other_clients()
        except (OSError, WireError):
            return 0

    def stop(self, within_s: float = 3.0) -> None:
        """SHUTDOWN (at once), SIGTERM where it does not listen yet, and at last SIGKILL."""
        if self.poll() is None and not shut_down(self._record, 1.0):
            self._process.terminate()
        try:
            self._process.wait(within_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def could_not_load(self) -> bool:
        """Whether its log says that it ended because its file cannot be read."""
        try:
            with open(self._log, "rb") as file:
                file.seek(self._log_start)
                said = file.read(100_000)
        except OSError:
            return False
        fatal = [line for line in said.splitlines() if b" # " in line]
        return any(word in line for line in fatal for word in _LOAD_TROUBLE)

    def _configuration(self) -> str:
        lines = {
            "bind": "127.0.0.1",
            "port": "0",
            "protected-mode": "yes",
            "unixsocket": _quoted(self._record.socket),
            "unixsocketperm": "700",
            "requirepass": self._record.password,
            "daemonize": "no",
            "logfile": _quoted(str(self._log)),
            "dir": _quoted(str(self._folder)),
            "save": '""',
            "appendonly": "yes",
            "appendfsync": "everysec",
            "aof-load-truncated": "yes",
            "auto-aof-rewrite-min-size": "16mb",
            "maxmemory-policy": "noeviction",
        }
        return "".join(f"{name} {value}\n" for name, value in lines.items())


def shut_down(record: ServerRecord, timeout_s: float) -> bool:
    """Ask the server of a record to end. False where it could not be asked."""
    try:
        with Wire(record.socket, record.password, timeout_s) as wire:
            wire.shutdown()
    except (OSError, WireError):
        return False
    return True


def set_data_aside(home: Path) -> None:
    """Keep a file the server cannot read under another name: the queue is only a hint, the ledger has the truth."""
    stamp = time_in_name()
    folder = home / "server"
    kept = folder / f"appendonlydir.damaged-{stamp}-{os.getpid()}"
    number = 1
    while kept.exists():
        number += 1
        kept = folder / f"appendonlydir.damaged-{stamp}-{os.getpid()}-{number}"
    try:
        (folder / "appendonlydir").rename(kept)
    except FileNotFoundError:
        return


def _die_with_parent(parent: int) -> Callable[[], None]:
    """For the child, before it becomes the server: SIGTERM when its parent goes, however that happens."""
    import ctypes

    prctl = ctypes.CDLL(None).prctl

    def arrange() -> None:
        prctl(1, signal.SIGTERM, 0, 0, 0)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:
            os._exit(1)

    return arrange


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _trimmed(log: Path) -> int:
    """Start a log anew once it is large (the last one is kept); where what follows will begin."""
    try:
        size = log.stat().st_size
    except FileNotFoundError:
        return 0
    if size <= LOG_LIMIT:
        return size
    log.replace(log.with_suffix(".log.1"))
    return 0

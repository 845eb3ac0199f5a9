"""The process that keeps the embedded Valkey running: `python -m tasks server`.

Lives as long as its standard input is open. One per home serves; another one stands by and takes over. Tells what
happens as JSON lines on standard output:

    {"event": "standby"}                          another supervisor serves this home
    {"event": "ready", "pid": …}                  the server answers
    {"event": "restarted", "cause": …, "pid": …}  it had ended unasked ("signal 9", "exit 1") and answers again
    {"event": "queue_set_aside"}                  its file could not be read; it starts empty, the ledger has the truth
    {"event": "failed", "code": …, "params": …}   it cannot be started; tries go on unless the process ends

Single-threaded on purpose: the server's life is tied to this thread by the kernel.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import select
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tasks.disk import NO_SPACE, is_full
from tasks.errors import DeskError
from tasks.home import home
from tasks.server.binary import find_binary
from tasks.server.locks import acquire, end_leftover
from tasks.server.record import ServerRecord, read_record, remove_socket, socket_path, write_record
from tasks.server.valkey import Valkey, set_data_aside

LEAVE_S = 5.0
"""How long clients get to leave before the server is stopped."""
LONG_LIFE_S = 10.0
"""A server that lived this long is restarted at once."""
_DELAYS_S = (0.0, 0.1, 0.3, 1.0, 2.0, 5.0)
_TRIES_BEFORE_FAILED = 3
_STANDBY_S = 0.1
_ROOM_AGAIN_S = 2.0
"""Pause before a full disk is tried again."""
_STDIN, _STDOUT = 0, 1


def main() -> int:
    """Serve until standard input ends. 0 = ended as asked, 3 = there is no way to serve (the last event says why)."""
    os.umask(0o077)
    try:
        return Supervisor(home()).run()
    except DeskError as error:
        emit("failed", code=error.code, params=dict(error.params))
        return 3
    except OSError as error:
        emit("failed", code="server.cannot_start", params={"cause": _name_of(error)})
        return 3


class Supervisor:
    """One run of the supervisor for one home."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._stopping = False
        self._hurry = False
        self._open_stdin = True
        self._wake, self._wake_end = os.pipe()
        for descriptor in (self._wake, self._wake_end):
            os.set_blocking(descriptor, False)

    def run(self) -> int:
        """Stand by, serve, stop. Raises DeskError or OSError where serving is impossible."""
        self._listen_to_signals()
        if acquire(self._home / "server.lock") is None:
            emit("standby")
            while acquire(self._home / "server.lock") is None:
                self._wait(_STANDBY_S)
                if self._stopping:
                    return 0
        binary = find_binary()
        lock = self._lock_of_data()
        if lock is not None:
            self._serve(binary, lock)
        return 0

    def _listen_to_signals(self) -> None:
        signal.set_wakeup_fd(self._wake_end, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, self._asked_to_stop)
        by_hand = os.isatty(_STDIN)
        for number in (signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop if by_hand else signal.SIG_IGN)

    def _asked_to_stop(self, *_: object) -> None:
        self._hurry = self._stopping
        self._stopping = True

    def _lock_of_data(self) -> int | None:
        """The lock that a server keeps while it lives, even one whose supervisor was killed. None = asked to stop."""
        path = self._home / "server" / "data.lock"
        if not self._once_there_is_room(lambda: path.parent.mkdir(mode=0o700, exist_ok=True)):
            return None
        since = time.monotonic()
        while (lock := acquire(path)) is None:
            end_leftover(read_record(self._home), waited_s=time.monotonic() - since)
            self._wait(0.02)
            if self._stopping:
                return None
        return lock

    def _serve(self, binary: str, lock: int) -> None:
        record = self._prepare_record()
        if not self._once_there_is_room(lambda: write_record(self._home, record)):
            return
        cause: str | None = None
        failures = 0
        while not self._stopping:
            valkey = Valkey(binary, self._home, record, lock)
            began = time.monotonic()
            ready = self._until_ready(valkey)
            if ready:
                self._tell_ready(record, valkey, cause)
                self._until_end(valkey)
            if self._stopping:
                self._stop(valkey)
                break
            cause = _cause(valkey.poll())
            if not ready and valkey.could_not_load():
                set_data_aside(self._home)
                emit("queue_set_aside")
            failures = 1 if time.monotonic() - began > LONG_LIFE_S else failures + 1
            if not ready and failures >= _TRIES_BEFORE_FAILED:
                self._tell_failed(cause)
            self._rest(_DELAYS_S[min(failures, len(_DELAYS_S)) - 1])
        self._note(record)
        remove_socket(record.socket)

    def _once_there_is_room(self, write: Callable[[], object]) -> bool:
        """Write; a full disk is waited for, since it mends without a restart. False = asked to stop before that."""
        while not self._stopping:
            try:
                write()
            except OSError as error:
                if error.errno not in NO_SPACE:
                    raise
            else:
                return True
            emit("failed", code="server.disk_full", params={})
            self._rest(_ROOM_AGAIN_S)
        return False

    def _prepare_record(self) -> ServerRecord:
        """The same password for a home for ever, and the same socket while that is possible."""
        former = read_record(self._home)
        password = former.password if former is not None and former.password else os.urandom(24).hex()
        path = socket_path(self._home, None if former is None else former.socket)
        return ServerRecord(path, password, None, None)

    def _note(self, record: ServerRecord) -> None:
        """Bring the record up to date where there is room: address and password stand in it already."""
        try:
            write_record(self._home, record)
        except OSError as error:
            if error.errno not in NO_SPACE:
                raise

    def _tell_failed(self, cause: str) -> None:
        if is_full(self._home):
            emit("failed", code="server.disk_full", params={})
        else:
            emit("failed", code="server.cannot_start", params={"cause": cause})

    def _tell_ready(self, record: ServerRecord, valkey: Valkey, cause: str | None) -> None:
        self._note(ServerRecord(record.socket, record.password, valkey.pid, time.time()))
        if cause is None:
            emit("ready", pid=valkey.pid)
        else:
            emit("restarted", cause=cause, pid=valkey.pid)

    def _until_ready(self, valkey: Valkey) -> bool:
        while valkey.poll() is None and not self._stopping:
            if valkey.answers():
                return True
            self._wait(0.005)
        return False

    def _until_end(self, valkey: Valkey) -> None:
        while valkey.poll() is None and not self._stopping:
            self._wait(None)

    def _rest(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self._stopping and (left := until - time.monotonic()) > 0:
            self._wait(left)

    def _stop(self, valkey: Valkey) -> None:
        """Let the worker put back what it holds, then stop. A second request to stop waits for nobody."""
        until = time.monotonic() + LEAVE_S
        while not self._hurry and time.monotonic() < until and valkey.poll() is None and valkey.other_clients():
            self._wait(0.05)
        valkey.stop()

    def _wait(self, seconds: float | None) -> None:
        """Sleep until a signal, news on standard input, or the time."""
        watched = [self._wake, _STDIN] if self._open_stdin else [self._wake]
        try:
            readable, _, _ = select.select(watched, [], [], seconds)
        except OSError as error:
            if error.errno != errno.EBADF:
                raise
            readable = [_STDIN]  # started without a standard input
        if self._wake in readable:
            with contextlib.suppress(BlockingIOError):
                os.read(self._wake, 1024)
        if _STDIN in readable and not self._more_stdin():
            self._open_stdin = False
            self._asked_to_stop()

    def _more_stdin(self) -> bool:
        try:
            return bool(os.read(_STDIN, 4096))
        except OSError:
            return False


def emit(event: str, **details: Any) -> None:
    """Tell whoever started us. Never waits: a reader that left or does not read must not stop the server."""
    line = json.dumps({"event": event, **details}) + "\n"
    try:
        if select.select([], [_STDOUT], [], 0)[1]:
            os.write(_STDOUT, line.encode())
    except (OSError, ValueError):
        return


def _cause(code: int | None) -> str:
    return f"signal {-code}" if code is not None and code < 0 else f"exit {code}"


def _name_of(error: OSError) -> str:
    return errno.errorcode.get(error.errno or 0, "OSError")

"""Maintenance in a process of its own: for a worker whose main process forks (the prefork pool).

SQLite keeps its locks per process and file. A child that is forked while its parent has the ledger open believes that
it holds the parent's locks, and then writes into files that others have replaced
(https://www.sqlite.org/howtocorrupt.html, 2.6). So the process that forks has no ledger open, ever; the same holds for
connections to gateways and for the locks of all the threads behind them.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from typing import IO, Any

from tasks import log
from tasks.delivery.runtime import Place, Runtime
from tasks.errors import DeskError
from tasks.launch import child_environment, command
from tasks.maintenance.keeper import Keeper
from tasks.maintenance.worker_notes import note, notes
from tasks.metrics import serve_metrics
from tasks.settings import load, secrets

LOOK_S = 1.0
"""How often the parent looks whether the process lives and has news for it."""
LONGEST_PAUSE_S = 30.0
OUTGROWN = 75
"""The process's exit status where a later program has changed the ledger's tables."""
CLOSE_S = 10.0
"""Time for its last round and its goodbye."""

_logger = logging.getLogger(__name__)


class KeeperProcess:
    """The process, as the worker sees it: kept alive until stopped, ended by the end of its standard input."""

    def __init__(self, place: Place, outgrown: Callable[[], None]) -> None:
        """`outgrown` is called when a later program has changed the ledger's tables: the worker must end."""
        self._outgrown = outgrown
        self._told = {"pid": os.getpid(), "pool": place.pool, "concurrency": place.concurrency, "family": place.family}
        self._told_notes: list[str] = []
        self._stopping = threading.Event()
        self._process = self._begin()
        self._thread = threading.Thread(target=self._watch, name="maintenance", daemon=True)

    def start(self) -> None:
        """Keep it alive from now on."""
        self._thread.start()

    def stop(self, timeout_s: float = CLOSE_S) -> None:
        """Let it say in the ledger that this worker has stopped, and end."""
        self._stopping.set()
        self._thread.join(LOOK_S + 1)
        _close(self._process.stdin)
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _begin(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(command("maintenance"), stdin=subprocess.PIPE, env=child_environment())
        self._told_notes = notes()
        self._tell(process, self._told | {"secrets": secrets.session_secrets(), "notes": self._told_notes})
        return process

    def _tell(self, process: subprocess.Popen[bytes], what: Mapping[str, Any]) -> None:
        assert process.stdin is not None
        with contextlib.suppress(OSError):  # it has just ended: the next one is told all
            process.stdin.write(json.dumps(what).encode() + b"\n")
            process.stdin.flush()

    def _watch(self) -> None:
        pause_s = LOOK_S
        while not self._stopping.wait(LOOK_S):
            if self._process.poll() is None:
                pause_s = LOOK_S
                if notes() != self._told_notes:
                    self._told_notes = notes()
                    self._tell(self._process, {"notes": self._told_notes})
                continue
            if self._process.returncode == OUTGROWN:
                self._outgrown()
                return
            _logger.error("maintenance ended with %s; again in %.0f s", self._process.returncode, pause_s)
            if self._stopping.wait(pause_s):
                return
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)
            _close(self._process.stdin)
            self._process = self._begin()


def main() -> int:
    """The process itself: told on its standard input what worker it serves, until that ends."""
    for number in (signal.SIGINT, signal.SIGTERM):
        # Of a terminal or service manager that tells the whole group: the worker needs it until its children are done.
        signal.signal(number, signal.SIG_IGN)
    settings = load()
    log.install("maintenance", settings.home)
    with os.fdopen(os.dup(sys.stdin.fileno()), "rb") as parent:
        first = parent.readline()
        if not first:
            return 0
        told = json.loads(first)
        secrets.accept(told["secrets"])
        take_notes(told)
        place = Place(told["pool"], told["concurrency"], family=told["family"])
        try:
            runtime = Runtime(settings, place, pid=told["pid"])
        except DeskError as error:
            _logger.error("maintenance cannot start: %s", error)
            return OUTGROWN if error.code == "ledger.newer" else 1
        keeper = Keeper(runtime, lambda: os._exit(OUTGROWN))
        keeper.start()
        endpoint = serve_metrics(runtime, keeper)
        for line in parent:
            take_notes(json.loads(line))
    if endpoint is not None:
        endpoint.stop()
    keeper.stop(timeout_s=5)
    runtime.close()
    return 0


def take_notes(told: Mapping[str, Any]) -> None:
    """Keep what the worker's main process found out."""
    for code in told.get("notes", ()):
        note(code)


def _close(pipe: IO[bytes] | None) -> None:
    if pipe is not None:
        with contextlib.suppress(OSError):
            pipe.close()

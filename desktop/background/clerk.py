"""The window's end of the clerk: JSON lines to and from `python -m tasks clerk`, never waiting.

The clerk is the child process that reads and writes the ledger and talks to the broker, so nothing of
that ever runs in the window's process. Answers come as callbacks on the GUI thread. Handling them is
budgeted: a flood of answers is spread over turns of the event loop, so input and painting go on.
"""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

from desktop.background.line_reader import LineReader
from desktop.background.process import make_process

Answer = Callable[[dict[str, Any]], None]
Refusal = Callable[[str, dict[str, Any]], None]

TURN_BUDGET_S = 0.008
"""Longest time one turn of the event loop spends on answers (but always at least one line)."""
RESTART_DELAYS_MS = (250, 500, 1_000, 2_000, 5_000, 10_000)
STEADY_AFTER_S = 30.0
"""A clerk that lived this long starts again at the shortest delay."""
GREET_AGAIN_MS = 2_000
"""Pause before a clerk that could not open the ledger is greeted again."""
STOP_WITHIN_MS = 12_000
"""Longer than the clerk may go on with what the operator released (10 s)."""
STDERR_LINES = 200


@dataclass(slots=True)
class _Open:
    do: str
    on_ok: Answer
    on_error: Refusal | None
    on_progress: Answer | None


class Clerk(QObject):
    """Asks the clerk and hands its answers on.

    Without `on_error` a refusal goes to `failed(do, code, params)`. Requests that are open when the
    process ends, or made while it is down, get the error code `clerk.gone`.
    """

    # `object`, not `dict`: PySide turns a dict into a C++ map and silently empties what it cannot convert.
    ready = Signal(object)
    """The answer of `hello`: after every start, as soon as the ledger is open."""
    carrying_over = Signal(int)
    """The ledger is of an earlier version: how many per cent of its copy are made. Before `ready`."""
    gone = Signal(str)
    """The process ended unasked (a cause in plain English for the log); it restarts by itself."""
    failed = Signal(str, str, object)
    stopped = Signal()
    """After `stop`: the process is gone."""

    def __init__(self, command: Sequence[str] = (), parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._command = tuple(command)
        self._next_id = 1
        self._open: dict[int, _Open] = {}
        self._process: QProcess | None = None
        self._reader = LineReader()
        self._lines: deque[bytes] = deque()
        self._stderr: deque[str] = deque(maxlen=STDERR_LINES)
        self._stderr_reader = LineReader()
        self._ended: str | None = None
        self._stopping = False
        self._deaths = 0
        self._started_at = 0.0
        self._turn = QTimer(self, interval=0, singleShot=True)
        self._turn.timeout.connect(self._handle_lines)
        self._restart = QTimer(self, singleShot=True)
        self._restart.timeout.connect(self.start)
        self._greet_again = QTimer(self, singleShot=True, interval=GREET_AGAIN_MS)
        self._greet_again.timeout.connect(self._greet)
        self._kill = QTimer(self, singleShot=True, interval=STOP_WITHIN_MS)
        self._kill.timeout.connect(self._kill_now)

    # -- what pages' agents use -------------------------------------------------------------------------

    def request(
        self,
        do: str,
        params: dict[str, Any],
        on_ok: Answer,
        on_error: Refusal | None = None,
        on_progress: Answer | None = None,
    ) -> int:
        """Send one request; returns its id for `cancel`. Never waits, never calls back before it returns."""
        request_id = self._next_id
        self._next_id += 1
        self._open[request_id] = _Open(do, on_ok, on_error, on_progress)
        if self._process is None:
            QTimer.singleShot(0, self, lambda: self._refuse(request_id, "clerk.gone", {}))
        else:
            self._write({"id": request_id, "do": do, "with": params})
        return request_id

    def cancel(self, request_id: int) -> None:
        """Forget a request and tell the clerk; none of its callbacks comes any more. An ended id is harmless."""
        if self._open.pop(request_id, None) is not None and self._process is not None:
            self._write({"cancel": request_id})

    # -- life of the process ----------------------------------------------------------------------------

    @property
    def running(self) -> bool:
        return self._process is not None

    @property
    def process_id(self) -> int:
        """The child's process id, 0 while there is none."""
        return self._process.processId() if self._process is not None else 0

    def stderr_tail(self) -> list[str]:
        """What the clerk last wrote to its standard error, oldest first; for bug reports."""
        return list(self._stderr)

    def start(self) -> None:
        """Start the process and greet it. Harmless while it runs."""
        if self._process is not None or self._stopping:
            return
        self._restart.stop()
        self._reader, self._ended = LineReader(), None
        process = make_process(self._command, self)
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._read_stderr)
        process.finished.connect(self._finished)
        process.errorOccurred.connect(self._error)
        self._process = process
        self._started_at = time.monotonic()
        process.start()
        if self._process is not None:
            self._greet()

    def restart(self) -> None:
        """End the process and start a new one, for settings that changed."""
        if self._process is None:
            self.start()
        else:
            self._deaths = 0
            self._process.closeWriteChannel()
            self._kill.start()

    def stop(self) -> None:
        """Close the child's standard input, which ends it; `stopped` follows within a bounded time."""
        self._stopping = True
        self._restart.stop()
        if self._process is None:
            QTimer.singleShot(0, self, self.stopped.emit)
            return
        self._process.closeWriteChannel()
        self._kill.start()

    def _greet(self) -> None:
        """A ledger that cannot be opened may be mended meanwhile: then all pages have to be filled, as at the start."""
        if self._process is not None and not self._stopping:
            self.request("hello", {}, self.ready.emit, self._not_greeted, self._tell_copy)

    def _not_greeted(self, code: str, params: dict[str, Any]) -> None:
        self.failed.emit("hello", code, params)
        if code != "clerk.gone":
            self._greet_again.start()

    def _tell_copy(self, progress: dict[str, Any]) -> None:
        self.carrying_over.emit(100 * int(progress["done"]) // max(1, int(progress["total"])))

    def _kill_now(self) -> None:
        if self._process is not None:
            self._process.kill()

    def _write(self, message: dict[str, Any]) -> None:
        if self._process is not None:
            line = json.dumps(message, ensure_ascii=False, separators=(",", ":")) + "\n"
            self._process.write(line.encode())

    # -- what comes back --------------------------------------------------------------------------------

    def _read(self) -> None:
        if self._process is None:
            return
        self._lines.extend(self._reader.feed(bytes(self._process.readAllStandardOutput().data())))
        if self._lines and not self._turn.isActive():
            self._turn.start()

    def _read_stderr(self) -> None:
        if self._process is not None:
            lines = self._stderr_reader.feed(bytes(self._process.readAllStandardError().data()))
            self._stderr.extend(line.decode(errors="replace") for line in lines)

    def _handle_lines(self) -> None:
        end = time.perf_counter() + TURN_BUDGET_S
        while self._lines:
            line = self._lines.popleft()
            if self._lines or self._ended is not None:
                self._turn.start()  # before the callback: one that raises must not strand the rest
            self._handle(line)
            if time.perf_counter() >= end:
                return
        self._turn.stop()
        if self._ended is not None:
            self._settle_end(self._ended)

    def _handle(self, line: bytes) -> None:
        try:
            message = json.loads(line)
            request_id = int(message["id"])
        except (ValueError, KeyError, TypeError):
            self._stderr.append("(a line that is no answer)")
            return
        if "progress" in message:
            request = self._open.get(request_id)
            if request is not None and request.on_progress is not None:
                request.on_progress(message["progress"])
        elif "error" in message:
            error = message["error"]
            self._refuse(request_id, error["code"], error.get("params", {}))
        else:
            request = self._open.pop(request_id, None)
            if request is not None:
                request.on_ok(message["ok"])

    def _refuse(self, request_id: int, code: str, params: dict[str, Any]) -> None:
        request = self._open.pop(request_id, None)
        if request is None:
            return
        if request.on_error is not None:
            request.on_error(code, params)
        else:
            self.failed.emit(request.do, code, params)

    # -- how it ends ------------------------------------------------------------------------------------

    def _error(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:  # the only one that no `finished` follows
            self._end("it could not be started")

    def _finished(self, exit_code: int, status: QProcess.ExitStatus) -> None:
        self._read()
        self._read_stderr()
        crashed = status is QProcess.ExitStatus.CrashExit
        self._end("it crashed" if crashed else f"it ended with code {exit_code}")

    def _end(self, cause: str) -> None:
        self._kill.stop()
        self._greet_again.stop()
        if self._process is not None:
            self._process.deleteLater()
            self._process = None
        self._ended = cause
        self._turn.start()

    def _settle_end(self, cause: str) -> None:
        """All that the process still said is handled: refuse what is open, and start again."""
        self._ended = None
        for request_id in list(self._open):
            self._refuse(request_id, "clerk.gone", {})
        if self._stopping:
            self.stopped.emit()
            return
        if time.monotonic() - self._started_at > STEADY_AFTER_S:
            self._deaths = 0
        self._restart.start(RESTART_DELAYS_MS[min(self._deaths, len(RESTART_DELAYS_MS) - 1)])
        self._deaths += 1
        self.gone.emit(cause)

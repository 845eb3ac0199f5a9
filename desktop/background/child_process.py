"""A child process that is kept alive: started, watched, restarted after an unasked end, stopped in order.

The child lives as long as its standard input is open, so it also ends when this process is killed.
"""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

from desktop.background.line_reader import LineReader
from desktop.background.process import make_process

LOG_LINES: Final = 2_000
RESTART_DELAYS_MS: Final = (1_000, 2_000, 4_000, 8_000, 16_000, 30_000)
STEADY_AFTER_S: Final = 60.0
"""A child that lived this long is restarted with the shortest delay again."""
QUICK_DEATH_S: Final = 10.0
QUICK_DEATHS: Final = 5
"""After so many in a row the child is given up: something is wrong that a restart does not mend."""
RESTARTS_KEPT: Final = 50


class ChildState(StrEnum):
    """Where a child stands."""

    STOPPED = "stopped"
    STARTING = "starting"
    """Its process is there or about to be, but not ready for work."""
    RUNNING = "running"
    STOPPING = "stopping"
    FAILED = "failed"
    """Given up after `QUICK_DEATHS`; only a person starts it again."""


class EndCause(StrEnum):
    """Why a child ended unasked."""

    EXITED = "exited"
    CRASHED = "crashed"
    NOT_STARTED = "not_started"


@dataclass(frozen=True, slots=True)
class Restart:
    """One unasked end. `exit_code` is None where there was none (a crash, a program that is missing)."""

    at_ms: int
    exit_code: int | None
    cause: EndCause
    last_line: str
    """What it last wrote, which mostly names the reason."""
    gave_up: bool


class ChildProcess(QObject):
    """One supervised child. Subclasses say when it is ready for work (`_notice`)."""

    state_changed = Signal(str)
    logged = Signal(object)
    """list[str]: lines that came together."""
    restarted = Signal(object)
    """A `Restart`, at each unasked end."""
    stopped = Signal()
    """An asked-for end is complete."""

    def __init__(self, command: Sequence[str], stop_within_s: float, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._command = tuple(command)
        self._state = ChildState.STOPPED
        self._process: QProcess | None = None
        self._reader = LineReader()
        self._log: deque[str] = deque(maxlen=LOG_LINES)
        self._restarts: deque[Restart] = deque(maxlen=RESTARTS_KEPT)
        self._quick_deaths = 0
        self._deaths = 0
        self._since_ms = int(time.time() * 1000)
        self._started_at = 0.0
        self._start_after_stop = False
        self._later = QTimer(self, singleShot=True)
        self._later.timeout.connect(self._launch)
        self._kill = QTimer(self, singleShot=True, interval=int(stop_within_s * 1000))
        self._kill.timeout.connect(self._kill_now)

    # -- what is known ----------------------------------------------------------------------------------

    @property
    def state(self) -> ChildState:
        return self._state

    @property
    def since_ms(self) -> int:
        """Since when the state holds, milliseconds since the epoch."""
        return self._since_ms

    @property
    def process_id(self) -> int:
        """0 while there is no process."""
        return self._process.processId() if self._process is not None else 0

    def log_tail(self) -> list[str]:
        """The last lines it wrote, oldest first."""
        return list(self._log)

    def restarts(self) -> list[Restart]:
        """Its unasked ends, oldest first."""
        return list(self._restarts)

    # -- what a person or the application asks ----------------------------------------------------------

    def start(self) -> None:
        """Start it, also out of a pause between restarts or after it was given up."""
        self._quick_deaths = self._deaths = 0
        if self._state is ChildState.STOPPING:
            self._start_after_stop = True
        elif self._process is None:
            self._launch()

    def stop(self) -> None:
        """Ask it to finish what it has in hand and end; killed when that takes too long. `stopped` follows."""
        self._start_after_stop = False
        self._later.stop()
        if self._process is None:
            self._set_state(ChildState.STOPPED)
            QTimer.singleShot(0, self, self.stopped.emit)
        elif self._state is not ChildState.STOPPING:
            self._set_state(ChildState.STOPPING)
            self._process.closeWriteChannel()
            self._kill.start()

    def restart(self) -> None:
        """Stop it in order, then start it."""
        if self._process is None:
            self.start()
            return
        self.stop()
        self._start_after_stop = True

    def note_alive(self) -> None:
        """Somebody who knows (the ledger's list of workers) saw it at work."""
        if self._state is ChildState.STARTING and self._process is not None:
            self._set_state(ChildState.RUNNING)

    # -- for subclasses ---------------------------------------------------------------------------------

    def _first_line(self) -> Mapping[str, Any] | None:
        """What is written to its standard input at once, as a JSON line; None for nothing."""
        return None

    def _notice(self, line: str) -> str:
        """Look at a line it wrote; call `note_alive` when it says that it is ready. Returns what the log shows."""
        return line

    def _is_hopeless(self, exit_code: int | None) -> bool:
        """Whether it ended in a way that another start cannot mend."""
        return False

    # -- its life ---------------------------------------------------------------------------------------

    def _launch(self) -> None:
        self._later.stop()
        process = make_process(self._command, self)
        process.setProcessChannelMode(QProcess.ProcessChannelMode.MergedChannels)
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._finished)
        process.errorOccurred.connect(self._error)
        self._reader = LineReader()
        self._process = process
        self._started_at = time.monotonic()
        self._set_state(ChildState.STARTING)
        process.start()
        first = self._first_line()
        if first is not None and self._process is process:
            process.write(json.dumps(first).encode() + b"\n")

    def _set_state(self, state: ChildState) -> None:
        if state is not self._state:
            self._state = state
            self._since_ms = int(time.time() * 1000)
            self.state_changed.emit(state.value)

    def _kill_now(self) -> None:
        if self._process is not None:
            self._process.kill()

    def _read(self) -> None:
        if self._process is None:
            return
        raw = self._reader.feed(bytes(self._process.readAllStandardOutput().data()))
        lines = [line.decode(errors="replace").rstrip("\r") for line in raw]
        told = [shown for line in lines if (shown := self._notice(line))]
        if told:
            self._log.extend(told)
            self.logged.emit(told)

    def _error(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:  # the only one that no `finished` follows
            self._ended(EndCause.NOT_STARTED, None)

    def _finished(self, exit_code: int, status: QProcess.ExitStatus) -> None:
        self._read()
        crashed = status is QProcess.ExitStatus.CrashExit
        self._ended(EndCause.CRASHED if crashed else EndCause.EXITED, None if crashed else exit_code)

    def _ended(self, cause: EndCause, exit_code: int | None) -> None:
        self._kill.stop()
        if self._process is not None:
            self._process.deleteLater()
            self._process = None
        if self._state is not ChildState.STOPPING:
            self._ended_unasked(cause, exit_code)
            return
        self._set_state(ChildState.STOPPED)
        if self._start_after_stop:
            self._start_after_stop = False
            self.start()
        else:
            self.stopped.emit()

    def _ended_unasked(self, cause: EndCause, exit_code: int | None) -> None:
        lived_s = time.monotonic() - self._started_at
        self._quick_deaths = self._quick_deaths + 1 if lived_s < QUICK_DEATH_S else 0
        if lived_s >= STEADY_AFTER_S:
            self._deaths = 0
        gives_up = self._quick_deaths >= QUICK_DEATHS or self._is_hopeless(exit_code)
        last_line = self._log[-1] if self._log else ""
        restart = Restart(int(time.time() * 1000), exit_code, cause, last_line, gives_up)
        self._restarts.append(restart)
        if gives_up:
            self._set_state(ChildState.FAILED)
        else:
            self._set_state(ChildState.STARTING)
            self._later.start(RESTART_DELAYS_MS[min(self._deaths, len(RESTART_DELAYS_MS) - 1)])
            self._deaths += 1
        self.restarted.emit(restart)

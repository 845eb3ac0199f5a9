"""The three child processes together: in which order they start and end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from desktop.background.child_process import ChildState
from desktop.background.clerk import Clerk
from desktop.background.server_process import ServerProcess
from desktop.background.worker_process import WorkerProcess


@dataclass(frozen=True, slots=True)
class Commands:
    """Program and arguments of each child. `server` is None where a broker is configured."""

    clerk: Sequence[str]
    worker: Sequence[str]
    server: Sequence[str] | None


class Children(QObject):
    """Server and clerk start at once, the worker when the server is ready. They end in the opposite order."""

    all_stopped = Signal()

    def __init__(self, commands: Commands, *, call_deadline_s: float, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.clerk = Clerk(commands.clerk, self)
        self.worker = WorkerProcess(commands.worker, call_deadline_s, self)
        self.server = ServerProcess(commands.server, self) if commands.server is not None else None
        self._worker_is_due = False
        self._stopping = False
        if self.server is not None:
            self.server.state_changed.connect(self._server_changed)
            self.server.stopped.connect(self.all_stopped)
        self.worker.stopped.connect(self._worker_stopped)
        self.clerk.stopped.connect(self._clerk_stopped)

    def start(self) -> None:
        """Start server and clerk."""
        if self.server is not None:
            self.server.start()
        self.clerk.start()

    def start_worker_when_ready(self) -> None:
        """Start the worker now, or as soon as the server is ready."""
        self._worker_is_due = True
        if self.server is None or self.server.state is ChildState.RUNNING:
            self._start_due_worker()

    def stop(self) -> None:
        """The worker finishes what it has in hand, then the clerk, then the server; `all_stopped` follows.

        The server comes last: it waits for whoever is still connected to it.
        """
        if not self._stopping:
            self._stopping = True
            self.worker.stop()

    def _server_changed(self, state: str) -> None:
        if state == ChildState.RUNNING:
            self._start_due_worker()

    def _start_due_worker(self) -> None:
        if self._worker_is_due and not self._stopping:
            self._worker_is_due = False
            self.worker.start()

    def _worker_stopped(self) -> None:
        if self._stopping:
            self.clerk.stop()

    def _clerk_stopped(self) -> None:
        if not self._stopping:
            return
        if self.server is not None:
            self.server.stop()
        else:
            self.all_stopped.emit()

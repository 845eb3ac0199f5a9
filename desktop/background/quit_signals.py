"""SIGINT and SIGTERM as a Qt signal, at once, although Python runs nothing while Qt waits."""

from __future__ import annotations

import signal
import socket

from PySide6.QtCore import QObject, QSocketNotifier, Signal


class QuitSignals(QObject):
    """The C-level handler writes a byte into a socket that Qt's event loop watches."""

    asked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._read_end, self._write_end = socket.socketpair()
        for end in (self._read_end, self._write_end):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._read_end.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._woken)

    def install(self) -> None:
        """Take both signals over; must be called on the main thread."""
        signal.set_wakeup_fd(self._write_end.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: None)

    def _woken(self) -> None:
        numbers = self._read_end.recv(64)
        if any(number in (signal.SIGINT, signal.SIGTERM) for number in numbers):
            self.asked.emit()

"""One window a home: a second start brings the first window forward and ends."""

from __future__ import annotations

import hashlib
import os
from enum import StrEnum
from pathlib import Path
from typing import Final

from PySide6.QtCore import QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

ANSWER_WITHIN_MS: Final = 3_000
FINISH_WITHIN_MS: Final = 60_000
"""How long a new start waits for a window that is about to end."""
_LONGEST_SOCKET_PATH: Final = 100
"""Unix allows 104 to 108 bytes."""


class Claim(StrEnum):
    """What `claim` found."""

    FIRST = "first"
    """This process may open the window."""
    SHOWN = "shown"
    """Another process has the window and brought it forward."""
    SILENT = "silent"
    """Another process holds the home and does not answer."""
    UNUSABLE = "unusable"
    """Nobody holds the home: nothing can be written there."""


class SingleInstance(QObject):
    """Holds the lock of a home and listens for second starts."""

    show_wanted = Signal()

    def __init__(self, home: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._home = home
        self._lock = QLockFile(str(home / "window.lock"))
        self._lock.setStaleLockTime(0)  # never stale by age; a dead owner is recognised by its process id
        self._address = _address(home)
        self._server: QLocalServer | None = None
        self._finishing = False

    def claim(self, answer_within_ms: int = ANSWER_WITHIN_MS) -> Claim:
        """Try to become the one. Waits a bounded time for the other's answer: there is no window to freeze yet."""
        if self._lock.tryLock(0):
            self._listen()
            return Claim.FIRST
        if self._lock.error() is not QLockFile.LockError.LockFailedError:  # no permission, no room, no such folder
            return Claim.UNUSABLE
        answer = self._ask_the_other(answer_within_ms)
        if answer == b"shown":
            return Claim.SHOWN
        if answer == b"finishing" and self._lock.tryLock(FINISH_WITHIN_MS):
            self._listen()
            return Claim.FIRST
        if answer is None and self._lock.tryLock(0):  # it ended between the two questions
            self._listen()
            return Claim.FIRST
        # The lock of one who has ended stays where it may not be taken away.
        return Claim.SILENT if os.access(self._home, os.W_OK | os.X_OK) else Claim.UNUSABLE

    def note_finishing(self) -> None:
        """The window is ending: a new start waits for the lock from now on."""
        self._finishing = True

    def release(self) -> None:
        """Let the next start have the home."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self._lock.unlock()

    def _listen(self) -> None:
        QLocalServer.removeServer(self._address)  # left by a killed window: the lock is ours now
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._answer)
        self._server.listen(self._address)

    def _answer(self) -> None:
        while self._server is not None and (socket := self._server.nextPendingConnection()) is not None:
            socket.disconnected.connect(socket.deleteLater)
            socket.write(b"finishing\n" if self._finishing else b"shown\n")
            socket.flush()
            socket.disconnectFromServer()
            if not self._finishing:
                self.show_wanted.emit()

    def _ask_the_other(self, within_ms: int) -> bytes | None:
        socket = QLocalSocket()
        socket.connectToServer(self._address)
        if not socket.waitForConnected(within_ms):
            return None
        if not socket.bytesAvailable():
            socket.waitForReadyRead(within_ms)
        return bytes(socket.readAll().data()).strip() or None


def _address(home: Path) -> str:
    path = str(home / "window.sock")
    if len(path.encode()) <= _LONGEST_SOCKET_PATH and "\\" not in path:
        return path
    return "smsdesk-" + hashlib.sha256(str(home).encode()).hexdigest()[:16]

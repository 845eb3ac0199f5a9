"""The little of the server's protocol that its supervisor needs, over a plain socket with a time-out."""

from __future__ import annotations

import socket
import time
from types import TracebackType


class WireError(Exception):
    """The server answered something else than was hoped: its first word (LOADING, NOAUTH, WRONGPASS, …)."""


class Wire:
    """One authenticated connection. Every wait ends `timeout_s` after it was opened. OSError or WireError."""

    def __init__(self, path: str, password: str, timeout_s: float) -> None:
        self._until = time.monotonic() + timeout_s
        self._buffer = b""
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._limit()
            self._socket.connect(path)
            self.ask("AUTH", password)
        except BaseException:
            self._socket.close()
            raise

    def __enter__(self) -> Wire:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def ping(self) -> bool:
        """Whether it serves; WireError LOADING while it reads its file."""
        return self.ask("PING") == b"PONG"

    def other_clients(self) -> int:
        """Connections beside this one."""
        return max(0, self.ask("CLIENT", "LIST").count(b"\n") - 1)

    def shutdown(self) -> None:
        """Ask it to write what it has and end. Its answer is that the connection closes."""
        try:
            self.ask("SHUTDOWN", "NOSAVE")
        except OSError:
            return

    def ask(self, *words: str) -> bytes:
        """Send one command, return its answer (a line or one text)."""
        parts = [word.encode() for word in words]
        request = b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)
        self._limit()
        self._socket.sendall(request)
        line = self._line()
        if line[:1] == b"-":
            raise WireError(line[1:].split(b" ", 1)[0].decode("ascii", "replace"))
        return self._exactly(int(line[1:]) + 2)[:-2] if line[:1] == b"$" else line[1:]

    def _line(self) -> bytes:
        while b"\r\n" not in self._buffer:
            self._receive()
        line, self._buffer = self._buffer.split(b"\r\n", 1)
        return line

    def _exactly(self, count: int) -> bytes:
        while len(self._buffer) < count:
            self._receive()
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken

    def _receive(self) -> None:
        self._limit()
        received = self._socket.recv(65_536)
        if not received:
            raise ConnectionResetError("the server closed the connection")
        self._buffer += received

    def _limit(self) -> None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the server did not answer in time")
        self._socket.settimeout(left)

"""A network between a program and its database that breaks at the worst moment."""

from __future__ import annotations

import contextlib
import socket
import threading
from pathlib import Path
from types import TracebackType
from typing import Self


class CuttingProxy:
    """Hands bytes on to a port of this machine, until it is told otherwise."""

    def __init__(self, target: int | Path) -> None:
        """`target`: a port of this machine, or the path of a Unix socket."""
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept)]
        self._sockets: list[socket.socket] = []
        self._word: bytes | None = None
        self._delivered = False
        self._flowing = threading.Event()
        self._flowing.set()
        self.refusing = False
        self.cuts = 0

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._flowing.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()
        for thread in self._threads:
            thread.join()

    def cut_once_at(self, word: bytes, *, delivered: bool) -> None:
        """Break the connection that says `word` next: after the server has answered it, or before it hears it."""
        self._delivered = delivered
        self._word = word

    def freeze(self) -> None:
        """Hand on nothing more, in either direction, without closing anything."""
        self._flowing.clear()

    def thaw(self) -> None:
        self._flowing.set()

    def cut(self) -> None:
        """Break all connections."""
        sockets, self._sockets = self._sockets, []
        self._close(*sockets)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self.refusing:
                client.close()
                continue
            try:
                server = self._connect()
            except OSError:
                client.close()
                continue
            self._sockets += [client, server]
            thread = threading.Thread(target=self._carry, args=(client, server))
            self._threads = [one for one in self._threads if one.is_alive()] + [thread]
            thread.start()

    def _carry(self, client: socket.socket, server: socket.socket) -> None:
        """Hand on both ways until either end has gone."""
        doomed = threading.Event()
        back = threading.Thread(target=self._to_client, args=(server, client, doomed))
        back.start()
        self._to_server(client, server, doomed)
        back.join()
        for one in (client, server):
            one.close()
            with contextlib.suppress(ValueError):
                self._sockets.remove(one)

    def _connect(self) -> socket.socket:
        if isinstance(self._target, int):
            return socket.create_connection(("127.0.0.1", self._target))
        made = socket.socket(socket.AF_UNIX)
        try:
            made.connect(str(self._target))
        except OSError:
            made.close()
            raise
        return made

    def _to_server(self, client: socket.socket, server: socket.socket, doomed: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(65_536):
                self._flowing.wait()
                if self._word is not None and self._word in data:
                    self._word = None
                    self.cuts += 1
                    if not self._delivered:
                        break
                    doomed.set()
                server.sendall(data)
        self._close(client, server)

    def _to_client(self, server: socket.socket, client: socket.socket, doomed: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(65_536):
                self._flowing.wait()
                if doomed.is_set():
                    break
                client.sendall(data)
        self._close(client, server)

    def _close(self, *sockets: socket.socket) -> None:
        for one in sockets:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

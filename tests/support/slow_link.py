"""A link with a round trip: a port of this machine leads to a server, each direction so much later, at any throughput.

`with SlowLink(port, delay_ms=2.5) as link:` runs it as a process of its own; connect to `link.port`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self, cast


class _End(asyncio.Protocol):
    """One end of a connection: what it receives is written to the other end, in order, `delay_s` later."""

    def __init__(self, delay_s: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._delay_s = delay_s
        self._due = 0.0
        self._waiting: list[bytes] = []
        self._transport: asyncio.Transport | None = None
        self.other: _End | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for data in self._waiting:
            self._transport.write(data)
        self._waiting.clear()

    def data_received(self, data: bytes) -> None:
        if self.other is not None:
            self._later(self.other.write, data)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.other is not None:
            self._later(self.other.close)
        self._transport = None

    def write(self, data: bytes) -> None:
        if self._transport is None:
            self._waiting.append(data)
        else:
            self._transport.write(data)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def _later(self, action: Callable[..., None], *data: bytes) -> None:
        # Two timers of the same instant may go off in either order.
        self._due = max(self._due + 1e-7, self._loop.time() + self._delay_s)
        self._loop.call_at(self._due, action, *data)


async def _serve(to: int, delay_s: float) -> asyncio.Server:
    loop = asyncio.get_running_loop()
    connecting: set[asyncio.Task[Any]] = set()

    def accept() -> _End:
        near, far = _End(delay_s), _End(delay_s)
        near.other, far.other = far, near
        task = loop.create_task(loop.create_connection(lambda: far, "127.0.0.1", to))
        connecting.add(task)
        task.add_done_callback(connecting.discard)
        return near

    return await loop.create_server(accept, "127.0.0.1", 0)


class SlowLink:
    """The link as a process of its own; ends when this object is left or its owner dies."""

    def __init__(self, to: int, *, delay_ms: float) -> None:
        self._arguments = ("--to", str(to), "--delay-ms", str(delay_ms))
        self._process: subprocess.Popen[str] | None = None
        self.port = 0

    def __enter__(self) -> Self:
        root = Path(__file__).resolve().parent.parent
        self._process = subprocess.Popen(
            [sys.executable, "-m", "support.slow_link", *self._arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(root)},
        )
        assert self._process.stdout is not None
        self.port = json.loads(self._process.stdout.readline())["port"]
        return self

    def __exit__(self, *exc: object) -> None:
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m support.slow_link")
    parser.add_argument("--to", type=int, required=True)
    parser.add_argument("--delay-ms", type=float, default=0)
    asked = parser.parse_args()
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    listening = loop.run_until_complete(_serve(asked.to, asked.delay_ms / 1000))
    print(json.dumps({"port": listening.sockets[0].getsockname()[1]}), flush=True)
    threading.Thread(target=_read_until_closed, args=(loop,), daemon=True).start()
    loop.run_forever()


def _read_until_closed(loop: asyncio.AbstractEventLoop) -> None:
    sys.stdin.buffer.read()
    loop.call_soon_threadsafe(loop.stop)


if __name__ == "__main__":
    main()

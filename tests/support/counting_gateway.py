"""A gateway that counts: speaks Yuntongxun's answers, keeps every request that reached it, and misbehaves on demand.

In a test, in a thread of the same process:

    with CountingGateway(delay_ms=5) as gateway:
        ...                                      # send to gateway.url
        assert gateway.state()["duplicates"] == 0

As a process of its own, for loads (same methods, over HTTP): `with CountingProcess(delay_ms=50) as gateway:`, or by
hand `python -m support.counting_gateway --port 0 --delay-ms 50`, which prints `{"port": …, "url": …}` and lives as
long as its standard input is open.

Control over HTTP: `GET /_state`, `GET /_taken`, `POST /_set {behaviour…}`, `POST /_reset`.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import dataclasses
import hashlib
import json
import os
import random
import socket
import struct
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Self, cast

from support.gateway_book import ACCEPTED, Behaviour, Book, Taken


class _Connection(asyncio.Protocol):
    """One HTTP/1.1 connection; requests one after the other, no chunked bodies."""

    def __init__(self, server: _Server) -> None:
        self._server = server
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._server.connections.add(self._transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._transport is not None:
            self._server.connections.discard(self._transport)
        self._transport = None

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while self._transport is not None:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            head = self._buffer[:end].decode("latin-1")
            headers = {
                name.strip().lower(): value.strip()
                for name, _, value in (line.partition(":") for line in head.split("\r\n")[1:])
            }
            length = int(headers.get("content-length", "0"))
            if len(self._buffer) < end + 4 + length:
                return
            body, self._buffer = self._buffer[end + 4 : end + 4 + length], self._buffer[end + 4 + length :]
            method, target, _ = head.split("\r\n", 1)[0].split(" ", 2)
            self._server.handle(self, method, target, headers, body)

    def answer(self, status: int, body: bytes, *, headers: str = "", drip: bool = False, half: bool = False) -> None:
        if self._transport is None:
            return
        raw = (
            f"HTTP/1.1 {status} Answer\r\nContent-Type: application/json;charset=utf-8\r\n"
            f"Content-Length: {len(body)}\r\n{headers}\r\n"
        ).encode() + body
        if half:
            self._transport.write(raw[: len(raw) - len(body) // 2])
            self._transport.close()
        elif drip:
            self._drip(raw)
        else:
            self._transport.write(raw)

    def _drip(self, rest: bytes) -> None:
        if self._transport is not None and rest:
            self._transport.write(rest[:1])
            asyncio.get_running_loop().call_later(0.05, self._drip, rest[1:])

    def close(self, *, reset: bool = False) -> None:
        if self._transport is not None:
            if reset:
                # No lingering: the peer sees a reset, not an orderly end.
                handle = self._transport.get_extra_info("socket")
                handle.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self._transport.abort()
            else:
                self._transport.close()


class _Server:
    """Behaviour and book of one gateway; everything runs on its event loop."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self.book = Book()
        self.connections: set[asyncio.Transport] = set()
        self._random = random.Random(20_221)
        self._serial = 0

    def handle(self, connection: _Connection, method: str, target: str, headers: dict[str, str], body: bytes) -> None:
        path, _, query = target.partition("?")
        if path.startswith("/_"):
            connection.answer(200, json.dumps(self._control(path, body)).encode())
            return
        if path.endswith("/AccountInfo"):
            code = self._signature_fault(path, query, headers) or self.behaviour.status_code
            connection.answer(self.behaviour.http_status, json.dumps({"statusCode": code}).encode())
            return
        self.book.in_flight += 1
        self.book.in_flight_max = max(self.book.in_flight_max, self.book.in_flight)
        finish = self._take(connection, path, query, headers, body)
        delay_ms = self.behaviour.delay_ms + self._random.random() * self.behaviour.jitter_ms
        if delay_ms:
            asyncio.get_running_loop().call_later(delay_ms / 1000, self._finish, finish)
        else:
            self._finish(finish)

    def _finish(self, finish: Callable[[], None]) -> None:
        self.book.in_flight -= 1
        finish()

    def _take(
        self, connection: _Connection, path: str, query: str, headers: dict[str, str], body: bytes
    ) -> Callable[[], None]:
        """Write the request into the book and say how it will be answered."""
        now = self.behaviour
        content = json.loads(body)
        to = str(content["to"]).split(",")
        status = now.http_status
        if now.busy_first > 0:
            now.busy_first -= 1
            status = 429
        code = self._signature_fault(path, query, headers) or next(
            (now.code_by_number[number] for number in to if number in now.code_by_number), now.status_code
        )
        if len(to) > now.max_numbers:
            code = "160017"
        mode = self._mode()
        taken = status not in (400, 401, 403, 404, 429) and code == ACCEPTED and mode != "unread"
        self.book.add(to, content, taken, mode)
        if mode in ("close", "reset", "unread"):
            return lambda: connection.close(reset=mode == "reset")
        if mode == "hang":
            return lambda: None
        unreadable = {"garbage": b"<html>not JSON</html>", "empty": b""}
        answer = unreadable[mode] if mode in unreadable else self._answer(code)
        extra = f"Retry-After: {now.retry_after}\r\n" if now.retry_after is not None else ""
        finish = partial(connection.answer, status, answer, headers=extra, drip=mode == "drip", half=mode == "half")
        if mode == "late":
            return lambda: _later(now.late_ms, finish)
        return finish

    def _mode(self) -> str:
        """How the next request is answered."""
        drawn = self._random.random()
        for mode, share in [("close", self.behaviour.drop_rate), *self.behaviour.moods.items()]:
            if drawn < share:
                return mode
            drawn -= share
        return self.behaviour.mode

    def _answer(self, code: str) -> bytes:
        if code != ACCEPTED:
            return json.dumps({"statusCode": code, "statusMsg": "refused"}).encode()
        self._serial += 1
        template = {"smsMessageSid": f"{self._serial:032x}", "dateCreated": "20261122000000"}
        return json.dumps({"statusCode": ACCEPTED, "templateSMS": template}).encode()

    def _signature_fault(self, path: str, query: str, headers: dict[str, str]) -> str | None:
        token = self.behaviour.token
        if token is None:
            return None
        account = path.split("/Accounts/")[1].split("/")[0]
        named, _, timestamp = base64.b64decode(headers.get("authorization", "")).decode().partition(":")
        expected = hashlib.md5(f"{account}{token}{timestamp}".encode()).hexdigest().upper()
        if named == account and query == f"sig={expected}" and len(timestamp) == 14:
            return None
        self.book.bad_signatures += 1
        return "111109"

    def _control(self, path: str, body: bytes) -> Any:
        if path == "/_set":
            for name, value in json.loads(body).items():
                if name not in {entry.name for entry in dataclasses.fields(Behaviour)}:
                    return {"error": f"no such behaviour: {name}"}
                setattr(self.behaviour, name, value)
        elif path == "/_reset":
            self.book.reset()
        elif path == "/_taken":
            return [dataclasses.asdict(entry) for entry in self.book.arrived]
        return self.book.state()

    async def open(self, port: int) -> asyncio.Server:
        loop = asyncio.get_running_loop()
        return await loop.create_server(lambda: _Connection(self), "127.0.0.1", port, backlog=1024)


def _later(after_ms: float, call: Callable[[], None]) -> None:
    asyncio.get_running_loop().call_later(after_ms / 1000, call)


class CountingGateway:
    """The gateway in a thread of this process. Keyword arguments are fields of `Behaviour`."""

    def __init__(self, *, port: int = 0, **behaviour: Any) -> None:
        self._server = _Server(Behaviour(**behaviour))
        self._loop = asyncio.new_event_loop()
        self._opened = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(port,), name="counting-gateway", daemon=True)
        self.port = 0

    def _run(self, port: int) -> None:
        asyncio.set_event_loop(self._loop)
        listening = self._loop.run_until_complete(self._server.open(port))
        self.port = listening.sockets[0].getsockname()[1]
        self._opened.set()
        self._loop.run_forever()
        listening.close()
        for transport in list(self._server.connections):
            transport.abort()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._opened.wait(10):
            raise RuntimeError("the counting gateway did not open its port")
        return self

    def __exit__(self, *exc: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def arrived(self) -> list[Taken]:
        """Every number of every request so far, in order of arrival."""
        with self._server.book.lock:
            return list(self._server.book.arrived)

    def set(self, **behaviour: Any) -> None:
        for name, value in behaviour.items():
            if not hasattr(self._server.behaviour, name):
                raise AttributeError(name)
            setattr(self._server.behaviour, name, value)

    def reset(self) -> None:
        self._server.book.reset()

    def state(self) -> dict[str, Any]:
        return self._server.book.state()

    def wait_for_numbers(self, count: int, timeout_s: float = 10) -> bool:
        """Wait until that many numbers have arrived; False when they have not in time."""
        book = self._server.book
        with book.lock:
            return book.lock.wait_for(lambda: len(book.arrived) >= count, timeout_s)


class CountingProcess:
    """The gateway as a process of its own, for loads; ends when this object is left or its owner dies."""

    def __init__(self, *, port: int = 0, **behaviour: Any) -> None:
        self._port, self._behaviour = port, behaviour
        self._process: subprocess.Popen[str] | None = None
        self.url = ""

    def __enter__(self) -> Self:
        root = Path(__file__).resolve().parent.parent
        self._process = subprocess.Popen(
            [sys.executable, "-m", "support.counting_gateway", "--port", str(self._port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(root)},
        )
        assert self._process.stdout is not None
        self.url = json.loads(self._process.stdout.readline())["url"]
        self.set(**self._behaviour)
        return self

    def __exit__(self, *exc: object) -> None:
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        process.wait(10)
        process.stdout.close()

    def _call(self, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(urllib.request.Request(self.url + path, data=data), timeout=10) as answer:
            return json.load(answer)

    @property
    def arrived(self) -> list[Taken]:
        return [Taken(**{**row, "datas": tuple(row["datas"])}) for row in self._call("/_taken")]

    def set(self, **behaviour: Any) -> None:
        answer = self._call("/_set", behaviour)
        if "error" in answer:
            raise AttributeError(answer["error"])

    def reset(self) -> None:
        self._call("/_reset", {})

    def state(self) -> dict[str, Any]:
        return cast("dict[str, Any]", self._call("/_state"))


def _read_until_closed(loop: asyncio.AbstractEventLoop) -> None:
    sys.stdin.buffer.read()
    loop.call_soon_threadsafe(loop.stop)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m support.counting_gateway")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--delay-ms", type=float, default=0)
    asked = parser.parse_args()
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    listening = loop.run_until_complete(_Server(Behaviour(delay_ms=asked.delay_ms)).open(asked.port))
    port = listening.sockets[0].getsockname()[1]
    print(json.dumps({"port": port, "url": f"http://127.0.0.1:{port}"}), flush=True)
    threading.Thread(target=_read_until_closed, args=(loop,), daemon=True).start()
    loop.run_forever()


if __name__ == "__main__":
    main()

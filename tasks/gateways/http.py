"""One careful way to POST: never repeated, ended at its deadline, and certain about whether a byte was written.

A library that repeats a POST sends an SMS twice (one vendor's client made ten requests of one call), so nothing here or
below retries. The request is written here, in one piece, and the answer is read by `http.client.HTTPResponse`: no proxy
from the environment, no redirect, no log. Why not a larger library: docs/decisions/0003-http-client.md.
"""

from __future__ import annotations

import http.client
import io
import re
import socket
import ssl
from collections.abc import Mapping
from typing import Any, cast

from tasks.clock import steady_s
from tasks.gateways.answers import CallError, HttpAnswer, StatusClass, classify_status, retry_after
from tasks.gateways.network import NoAddressError, connect, limit_wait
from tasks.gateways.protocol import Deadline, OutcomeKind

__all__ = ["CallError", "HttpAnswer", "HttpCaller", "StatusClass", "classify_status", "retry_after"]

KEEPALIVE_S = 2.0
"""A connection idle for longer is not used again: it may be closed by the server just as we write."""
MAX_ANSWER_BYTES = 1024 * 1024

_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>(?:\[(?P<ipv6>[0-9A-Fa-f:.]+)\]|(?P<name>[0-9A-Za-z._-]+))(?::(?P<port>[0-9]{1,5}))?)"
    r"(?P<target>[/?][!-\"$-~]*)?"
)
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+: [\t -~]*")

Server = tuple[bool, str, int]
"""Whether it speaks TLS, host, port."""


class HttpCaller:
    """The connections of one sending thread (one for all threads was three times slower). Not for two at once."""

    def __init__(self, keepalive_s: float = KEEPALIVE_S) -> None:
        self._keepalive_s = keepalive_s
        self._kept: dict[Server, _Connection] = {}
        self._written = False

    def post(self, url: str, headers: Mapping[str, str], body: bytes, deadline: Deadline) -> HttpAnswer:
        """Send once and give the whole answer, whatever its status; raise CallError otherwise.

        UNREACHED is raised only if not one byte of the request was handed to the system.
        """
        return self._call("POST", url, headers, body, deadline)

    def get(self, url: str, headers: Mapping[str, str], deadline: Deadline) -> HttpAnswer:
        """As `post`, for what changes nothing at the gateway."""
        return self._call("GET", url, headers, b"", deadline)

    def close(self) -> None:
        while self._kept:
            self._kept.popitem()[1].close()

    def _call(self, method: str, url: str, headers: Mapping[str, str], body: bytes, deadline: Deadline) -> HttpAnswer:
        if deadline.left_s() <= 0:
            raise CallError(OutcomeKind.UNREACHED, "deadline.passed")
        self._written = False
        try:
            server, request = _compose(method, url, headers, body)
            return self._exchange(server, method, request, deadline)
        except Exception as error:
            code = _code_after_writing(error) if self._written else _code_before_writing(error)
        # Raised outside of the handler: what was caught may hold the address or part of the answer.
        raise CallError(OutcomeKind.UNKNOWN if self._written else OutcomeKind.UNREACHED, code)

    def _exchange(self, server: Server, method: str, request: bytes, deadline: Deadline) -> HttpAnswer:
        connection = self._connection(server, deadline)
        reusable = False
        try:
            # The computer may have slept since the claim: a request after the deadline could meet a second one.
            connection.start(deadline)
            self._written = True
            connection.write(request)
            answer, reusable = connection.read_answer(method)
            return answer
        finally:
            if reusable:
                self._kept[server] = connection
            else:
                connection.close()

    def _connection(self, server: Server, deadline: Deadline) -> _Connection:
        kept = self._kept.pop(server, None)
        if kept is not None:
            if kept.is_fresh(self._keepalive_s):
                return kept
            kept.close()
        tls, host, port = server
        return _Connection(connect(host, port, tls=tls, deadline=deadline))


class _Wire(io.RawIOBase):
    """What comes in through a socket. Each read ends at the deadline: time-outs alone let an answer drip for ever."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self.deadline: Deadline | None = None
        """None: no read waits at all."""
        self.ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self.deadline is None:
            self._socket.settimeout(0)
        else:
            limit_wait(self._socket, self.deadline)
        count = self._socket.recv_into(buffer)
        self.ended = count == 0
        return count


class _Answers(io.BufferedReader):
    """Answers one after the other: what came beyond one is still here when the connection is looked at again."""

    def close(self) -> None:
        """Called by `HTTPResponse` at the end of an answer, which is not the end of the connection."""


class _Connection:
    """A connected socket and when it was last of use."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._wire = _Wire(connected)
        self._answers = _Answers(self._wire)
        self._idle_since = 0.0

    def is_fresh(self, keepalive_s: float) -> bool:
        """Whether it was in use just now and the server has since neither closed it nor said anything unasked."""
        if not 0 <= steady_s() - self._idle_since < keepalive_s:
            return False
        self._wire.deadline = None
        try:
            self._answers.peek()
        except (BlockingIOError, ssl.SSLWantReadError):
            return True
        except OSError:
            pass
        return False

    def start(self, deadline: Deadline) -> None:
        """Bind everything up to the end of the answer to `deadline`. Raises TimeoutError if it has passed."""
        limit_wait(self._socket, deadline)
        self._wire.deadline = deadline

    def write(self, request: bytes) -> None:
        sent = self._socket.send(request)
        while sent < len(request):
            limit_wait(self._socket, cast(Deadline, self._wire.deadline))
            sent += self._socket.send(memoryview(request)[sent:])

    def read_answer(self, method: str) -> tuple[HttpAnswer, bool]:
        """The whole answer, and whether the connection can be used again."""
        while True:
            # All that it wants of a socket is `makefile`.
            response = http.client.HTTPResponse(cast(socket.socket, self), method=method)
            response.begin()
            if self._wire.ended:
                # http.client takes the end of the stream for the end of the headers.
                raise http.client.IncompleteRead(b"")
            if response.status >= 200:
                break
        if (response.length or 0) > MAX_ANSWER_BYTES:
            raise _TooLongError
        # With a size it would not complain of a body that ends early; without one it would read without end.
        body = response.read() if response.length is not None else response.read(MAX_ANSWER_BYTES + 1)
        if len(body) > MAX_ANSWER_BYTES:
            raise _TooLongError
        self._idle_since = steady_s()
        names = {name.lower(): value for name, value in response.headers.items()}
        return HttpAnswer(response.status, names, body), not response.will_close

    def makefile(self, mode: str) -> _Answers:
        return self._answers

    def close(self) -> None:
        self._socket.close()


class _TooLongError(Exception):
    """The answer is longer than any gateway's."""


class _BadAddressError(Exception):
    """What was asked for cannot be written as an HTTP request."""


def _compose(method: str, url: str, headers: Mapping[str, str], body: bytes) -> tuple[Server, bytes]:
    """The server and all bytes for it: one packet, where header and body apart would wait for each other."""
    parts = _URL.fullmatch(url)
    lines = [f"{name}: {value}" for name, value in headers.items()]
    if parts is None or not all(map(_HEADER.fullmatch, lines)):
        raise _BadAddressError
    tls = parts["scheme"] == "https"
    port = int(parts["port"] or (443 if tls else 80))
    target = parts["target"] or "/"
    if port > 65535:
        raise _BadAddressError
    if not target.startswith("/"):
        target = "/" + target
    lines[:0] = [f"{method} {target} HTTP/1.1", f"Host: {parts['host']}", "Accept-Encoding: identity"]
    if method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return (tls, parts["ipv6"] or parts["name"], port), "\r\n".join([*lines, "\r\n"]).encode("ascii") + body


def _code_before_writing(error: Exception) -> str:
    match error:
        case NoAddressError():
            return "http.no_address"
        case ssl.SSLError():
            return "http.tls"
        case TimeoutError():
            return "http.connect_timeout"
        case OSError():
            return "http.connect_refused"
        case _BadAddressError() | UnicodeError():
            return "http.bad_address"
    return "http.failed"


def _code_after_writing(error: Exception) -> str:
    match error:
        case _TooLongError():
            return "http.answer_too_long"
        # Before OSError: one of these is a ConnectionResetError too.
        case http.client.HTTPException():
            return "http.closed"
        case TimeoutError():
            return "http.read_timeout"
        case OSError():
            return "http.reset"
    return "http.failed"

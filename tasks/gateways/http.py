"""One careful way to POST: never repeated, ended by a wall clock, and certain about whether a byte was written.

A library that repeats a POST sends an SMS twice (one vendor's client made ten requests of one call), so nothing here or
below retries. httpcore is used bare: it takes no proxy from the environment, follows no redirect and logs nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

import httpcore

from tasks.gateways.answers import CallError, HttpAnswer, StatusClass, classify_status, retry_after
from tasks.gateways.network import CONNECT_TIMEOUT_S, CallClock, DeadlineBackend, NoAddressError, TlsError, tls_context
from tasks.gateways.protocol import Deadline, OutcomeKind

__all__ = ["CallError", "HttpAnswer", "HttpCaller", "StatusClass", "classify_status", "retry_after"]

KEEPALIVE_S = 2.0
"""A connection idle for longer is not used again: it may be closed by the server just as we write."""
MAX_ANSWER_BYTES = 1024 * 1024

# At DEBUG httpcore writes addresses and headers, and these carry account, signature and numbers.
logging.getLogger("httpcore").setLevel(logging.CRITICAL)


class HttpCaller:
    """The connections of one sending thread (one for all threads was three times slower). Not for two at once."""

    def __init__(self, keepalive_s: float = KEEPALIVE_S) -> None:
        self._clock = CallClock()
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls_context(),
            max_connections=2,
            max_keepalive_connections=1,
            keepalive_expiry=keepalive_s,
            retries=0,
            network_backend=DeadlineBackend(self._clock),
        )

    def post(self, url: str, headers: Mapping[str, str], body: bytes, deadline: Deadline) -> HttpAnswer:
        """Send once and give the whole answer, whatever its status; raise CallError otherwise.

        UNREACHED is raised only if not one byte of the request was handed to the system.
        """
        return self._call("POST", url, headers, body, deadline)

    def get(self, url: str, headers: Mapping[str, str], deadline: Deadline) -> HttpAnswer:
        """As `post`, for what changes nothing at the gateway."""
        return self._call("GET", url, headers, b"", deadline)

    def close(self) -> None:
        self._pool.close()

    def _call(self, method: str, url: str, headers: Mapping[str, str], body: bytes, deadline: Deadline) -> HttpAnswer:
        self._clock.start(deadline)
        if deadline.left_s() <= 0:
            raise CallError(OutcomeKind.UNREACHED, "deadline.passed")
        try:
            return self._exchange(method, url, headers, body)
        except Exception as error:
            code = self._code_of(error)
        # Raised outside of the handler: the library's exception holds the request with its address.
        kind = OutcomeKind.UNKNOWN if self._clock.written else OutcomeKind.UNREACHED
        raise CallError(kind, code)

    def _exchange(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> HttpAnswer:
        timeout = {"connect": CONNECT_TIMEOUT_S, "pool": 0.0}
        with self._pool.stream(
            method, url, headers=list(headers.items()), content=body, extensions={"timeout": timeout}
        ) as answer:
            received = bytearray()
            for part in answer.iter_stream():
                received += part
                if len(received) > MAX_ANSWER_BYTES:
                    raise _TooLongError
            names = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers}
            return HttpAnswer(answer.status, names, bytes(received))

    def _code_of(self, error: Exception) -> str:
        if isinstance(error, NoAddressError):
            return "http.no_address"
        if isinstance(error, TlsError):
            return "http.tls"
        if not self._clock.written:
            return self._code_before_writing(error)
        match error:
            case _TooLongError():
                return "http.answer_too_long"
            case httpcore.RemoteProtocolError():
                return "http.closed"
            case httpcore.ReadError() | httpcore.WriteError():
                return "http.reset"
            case httpcore.TimeoutException():
                return "http.read_timeout"
        return "http.failed"

    def _code_before_writing(self, error: Exception) -> str:
        match error:
            case httpcore.TimeoutException():
                return "http.connect_timeout"
            case httpcore.NetworkError():
                return "http.connect_refused"
            case httpcore.UnsupportedProtocol() | httpcore.LocalProtocolError() | UnicodeError():
                return "http.bad_address"
        return "http.failed"


class _TooLongError(Exception):
    """The answer is longer than any gateway's."""

"""The sockets under a gateway call: every wait ends at the call's deadline, and the first byte written is noted.

httpcore's time-outs are per socket operation (an answer that drips a byte a second never ends), its name lookup has
none, and its exceptions do not say for certain whether anything was written. This network backend settles all three.
"""

from __future__ import annotations

import functools
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterable
from typing import Any

import certifi
import httpcore

from tasks.gateways.protocol import Deadline

CONNECT_TIMEOUT_S = 3.0
"""For name lookup, TCP and TLS together."""
ADDRESSES_KEPT_S = 30.0


class NoAddressError(Exception):
    """The name of the server could not be looked up in time."""


class TlsError(Exception):
    """The server's certificate or its TLS is not acceptable."""


class _SharedContext(ssl.SSLContext):
    """One context for all threads (its certificates take megabytes and milliseconds)."""

    def set_alpn_protocols(self, alpn_protocols: Iterable[str]) -> None:
        """Ignored: httpcore sets it anew before each connection, under another thread's handshake."""


@functools.lru_cache(maxsize=1)
def tls_context() -> ssl.SSLContext:
    """Verifies certificate and name, by the system's authorities and certifi's: a frozen program may lack the first."""
    context = _SharedContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_default_certs(ssl.Purpose.SERVER_AUTH)
    context.load_verify_locations(certifi.where())
    return context


class _Resolver:
    """Name lookup that can be given up on: the system's has no time-out. One lookup per name at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: dict[tuple[str, int], tuple[float, list[str]]] = {}
        self._running: dict[tuple[str, int], threading.Event] = {}

    def addresses(self, host: str, port: int, timeout_s: float) -> list[str]:
        try:
            return [str(ipaddress.ip_address(host))]
        except ValueError:
            pass
        key = (host, port)
        with self._lock:
            until, addresses = self._found.get(key, (0.0, []))
            if time.monotonic() < until:
                return addresses
            done = self._running.get(key)
            if done is None:
                done = self._running[key] = threading.Event()
                threading.Thread(target=self._look_up, args=(key, done), name="name-lookup", daemon=True).start()
        if not done.wait(timeout_s):
            raise NoAddressError
        with self._lock:
            until, addresses = self._found.get(key, (0.0, []))
        if not addresses:
            raise NoAddressError
        return addresses

    def _look_up(self, key: tuple[str, int], done: threading.Event) -> None:
        addresses: list[str] = []
        try:
            found = socket.getaddrinfo(*key, type=socket.SOCK_STREAM)
            addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        except (OSError, UnicodeError):
            pass
        with self._lock:
            # A failure is not kept: the next call looks again.
            kept = ADDRESSES_KEPT_S if addresses else 0.0
            self._found[key] = (time.monotonic() + kept, addresses)
            del self._running[key]
        done.set()


_resolver = _Resolver()


class CallClock:
    """The deadline of the call in hand and whether it has written anything. Shared by a caller and its streams."""

    def __init__(self) -> None:
        self._deadline = Deadline(0.0)
        self.written = False

    def start(self, deadline: Deadline) -> None:
        self._deadline = deadline
        self.written = False

    def left_s(self, at_most: float | None = None) -> float:
        """Seconds an operation may take; 0.0 when the call is over."""
        left = self._deadline.left_s()
        return left if at_most is None else min(left, at_most)


class _Stream(httpcore.NetworkStream):
    """A socket whose operations end at the call's deadline."""

    def __init__(self, inner: httpcore.NetworkStream, clock: CallClock) -> None:
        self._inner = inner
        self._clock = clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        left = self._clock.left_s(timeout)
        if left <= 0:
            raise httpcore.ReadTimeout
        return self._inner.read(max_bytes, left)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        left = self._clock.left_s(timeout)
        if left <= 0:
            # The computer may have slept since the claim: a request after the deadline could meet a second one.
            raise httpcore.WriteTimeout
        self._clock.written = True
        self._inner.write(buffer, left)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = self._clock.left_s(timeout)
        if left <= 0:
            self.close()
            raise httpcore.ConnectTimeout
        try:
            return _Stream(self._inner.start_tls(ssl_context, server_hostname, left), self._clock)
        except httpcore.ConnectError as error:
            if isinstance(error.__cause__, (ssl.SSLError, ssl.CertificateError)):
                raise TlsError from None
            raise

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class DeadlineBackend(httpcore.NetworkBackend):
    """Opens streams that obey `clock`. Tries a name's addresses in turn within one budget."""

    def __init__(self, clock: CallClock) -> None:
        self._clock = clock
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        budget = Deadline.after(self._clock.left_s(CONNECT_TIMEOUT_S))
        addresses = _resolver.addresses(host, port, budget.left_s())
        failure: Exception = httpcore.ConnectTimeout()
        for tried, address in enumerate(addresses):
            # A dead first address (IPv6 without a route that says so) must leave time for the next.
            share = budget.left_s() / (len(addresses) - tried)
            if share <= 0:
                break
            try:
                inner = self._inner.connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _Stream(inner, self._clock)
        raise failure

    def sleep(self, seconds: float) -> None:
        """Only httpcore's own retries sleep, and they are off."""

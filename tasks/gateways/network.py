"""Sockets for gateway calls: name lookup, TCP and TLS that end in time. The system's lookup alone never gives up."""

from __future__ import annotations

import functools
import ipaddress
import socket
import ssl
import threading
import time

from tasks.gateways.protocol import Deadline

CONNECT_TIMEOUT_S = 3.0
"""For name lookup, TCP and TLS together."""
ADDRESSES_KEPT_S = 30.0


class NoAddressError(Exception):
    """The name of the server could not be looked up in time."""


def connect(host: str, port: int, *, tls: bool, deadline: Deadline) -> socket.socket:
    """A connected socket; with `tls` the server's certificate and name are verified.

    Raises NoAddressError, ssl.SSLError (the server's TLS is not acceptable), TimeoutError, OSError.
    """
    budget = Deadline.after(min(deadline.left_s(), CONNECT_TIMEOUT_S))
    connected = _connect_tcp(host, port, budget)
    try:
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not tls:
            return connected
        limit_wait(connected, budget)
        return tls_context().wrap_socket(connected, server_hostname=host)
    except BaseException:
        connected.close()
        raise


def limit_wait(connected: socket.socket, deadline: Deadline) -> None:
    """Let the socket's next operation wait until `deadline` at the longest. Raises TimeoutError if that has passed."""
    left = deadline.left_s()
    if left <= 0:
        raise TimeoutError
    connected.settimeout(left)


def tls_context() -> ssl.SSLContext:
    """The context of all threads (its certificates take megabytes and milliseconds). Verifies certificate and name."""
    with _context_lock:
        return _make_context()


_context_lock = threading.Lock()


@functools.cache
def _make_context() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if not context.cert_store_stats()["x509_ca"]:
        # A frozen program looks for the system's authorities where the Python that froze it had them.
        import certifi

        context.load_verify_locations(certifi.where())
    return context


def _connect_tcp(host: str, port: int, budget: Deadline) -> socket.socket:
    """Tries the addresses of a name in turn within one budget."""
    addresses = _resolver.addresses(host, port, budget.left_s())
    failure: OSError = TimeoutError()
    for tried, address in enumerate(addresses):
        # A dead first address (IPv6 without a route that says so) must leave time for the next.
        share = budget.left_s() / (len(addresses) - tried)
        if share <= 0:
            break
        try:
            return socket.create_connection((address, port), share)
        except OSError as error:
            failure = error
    raise failure


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

"""One POST, at most once, ended at its deadline, with certainty about whether a byte was written."""

from __future__ import annotations

import contextlib
import logging
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from tasks.gateways.answers import CallError
from tasks.gateways.http import MAX_ANSWER_BYTES, HttpCaller
from tasks.gateways.network import tls_context
from tasks.gateways.protocol import Deadline, OutcomeKind

SECRET = "a-secret-token"


def read_request(connection: socket.socket) -> bytes:
    """All of a request: what is left unread when a connection is closed turns the close into a reset."""
    request = b""
    while (part := connection.recv(65536)) != b"":
        request += part
        head, end, body = request.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        if not request.isascii() or (end and len(body) >= int(length[1] if length else 0)):
            break
    return request


@contextlib.contextmanager
def server(answer: Callable[[socket.socket, bytes], None]) -> Iterator[tuple[str, list[bytes]]]:
    """A server that hands each connection's request to `answer`; yields its address and the requests it has read."""
    listener = socket.create_server(("127.0.0.1", 0))
    requests: list[bytes] = []

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection:
                    connection.settimeout(5)
                    request = read_request(connection)
                    requests.append(request)
                    answer(connection, request)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/send?sig={SECRET}", requests
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)


@pytest.fixture
def caller() -> Iterator[HttpCaller]:
    made = HttpCaller()
    yield made
    made.close()


def failure(caller: HttpCaller, url: str, seconds: float = 5) -> CallError:
    with pytest.raises(CallError) as caught:
        caller.post(url, {"X-Token": SECRET}, b"body", Deadline.after(seconds))
    return caught.value


def test_a_whole_answer_of_any_status_is_given_back(caller: HttpCaller) -> None:
    def refuse(connection: socket.socket, request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 403 No\r\nX-Reason: Why\r\nContent-Length: 4\r\n\r\nnope")

    with server(refuse) as (url, requests):
        answer = caller.post(url, {"X-Token": "1"}, b"body", Deadline.after(5))
        assert (answer.status, answer.headers["x-reason"], answer.body) == (403, "Why", b"nope")
        assert requests[0].startswith(f"POST /send?sig={SECRET} HTTP/1.1\r\n".encode())
        assert requests[0].endswith(b"\r\n\r\nbody")


def test_connections_are_used_again_but_not_after_a_pause() -> None:
    accepted: list[int] = []

    def serve_many(connection: socket.socket, request: bytes) -> None:
        accepted.append(1)
        with contextlib.suppress(OSError):
            while request:
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                request = read_request(connection)

    with server(serve_many) as (url, _):
        keeping = HttpCaller()
        for _ in range(3):
            keeping.post(url, {}, b"", Deadline.after(5))
        assert len(accepted) == 1
        keeping.close()
        impatient = HttpCaller(keepalive_s=0.0)
        for _ in range(3):
            impatient.post(url, {}, b"", Deadline.after(5))
        assert len(accepted) == 4
        impatient.close()


@pytest.mark.parametrize(
    "after_the_answer",
    [
        pytest.param(lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\n"), id="says something unasked"),
        pytest.param(lambda connection: connection.shutdown(socket.SHUT_RDWR), id="closes"),
    ],
)
def test_a_connection_that_the_server_has_closed_or_spoken_on_is_not_used_again(
    caller: HttpCaller, after_the_answer: Callable[[socket.socket], None]
) -> None:
    def answer(connection: socket.socket, request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        if len(requests) == 1:
            assert asked_again.wait(5)
            after_the_answer(connection)
            done.set()
            assert read_request(connection) == b""

    asked_again, done = threading.Event(), threading.Event()
    with server(answer) as (url, requests):
        assert caller.post(url, {}, b"", Deadline.after(5)).body == b"ok"
        asked_again.set()
        assert done.wait(5)
        assert caller.post(url, {}, b"", Deadline.after(5)).body == b"ok"
        assert len(requests) == 2


def test_what_comes_in_one_packet_with_an_answer_is_not_taken_for_the_next(caller: HttpCaller) -> None:
    def answer(connection: socket.socket, request: bytes) -> None:
        forged = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged" if len(requests) == 1 else b""
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" + forged)

    with server(answer) as (url, requests):
        for _ in range(2):
            assert caller.post(url, {}, b"", Deadline.after(5)).body == b"ok"
        assert len(requests) == 2


def test_a_request_leaves_in_one_piece(caller: HttpCaller, monkeypatch: pytest.MonkeyPatch) -> None:
    pieces: list[bytes] = []

    def answer(connection: socket.socket, request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    def send(self: socket.socket, data: bytes) -> int:
        pieces.append(data)
        return real(self, data)

    real = socket.socket.send
    monkeypatch.setattr(socket.socket, "send", send)
    with server(answer) as (url, requests):
        caller.post(url, {"X-Token": "1"}, b"body" * 1000, Deadline.after(5))
        assert pieces == requests


def test_a_request_larger_than_the_systems_buffers_arrives_whole(caller: HttpCaller) -> None:
    def answer(connection: socket.socket, request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    body = b"0123456789" * 800_000
    with server(answer) as (url, requests):
        assert caller.post(url, {}, body, Deadline.after(20)).status == 200
        assert requests[0].endswith(b"\r\n\r\n" + body)


@pytest.mark.parametrize(
    "sent",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nwho\r\n2\r\nle\r\n0\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole",
        b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole",
        b"HTTP/1.0 200 OK\r\n\r\nwhole",
    ],
)
def test_every_form_of_a_whole_answer_is_read(caller: HttpCaller, sent: bytes) -> None:
    with server(lambda connection, request: connection.sendall(sent)) as (url, _):
        answer = caller.post(url, {}, b"", Deadline.after(5))
        assert (answer.status, answer.body) == (200, b"whole")


def test_a_refused_connection_was_not_reached(caller: HttpCaller) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    error = failure(caller, f"http://127.0.0.1:{port}/?sig={SECRET}")
    assert (error.kind, error.code) == (OutcomeKind.UNREACHED, "http.connect_refused")


def test_a_name_without_an_address_was_not_reached(caller: HttpCaller) -> None:
    error = failure(caller, f"http://no-such-host.invalid/?sig={SECRET}")
    assert (error.kind, error.code) == (OutcomeKind.UNREACHED, "http.no_address")


def test_a_name_lookup_that_hangs_ends_with_the_call(caller: HttpCaller, monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    def hang(*args: object, **options: object) -> list[object]:
        released.wait(30)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    started = time.monotonic()
    error = failure(caller, "http://hanging.invalid/", seconds=0.3)
    released.set()
    assert (error.kind, error.code) == (OutcomeKind.UNREACHED, "http.no_address")
    assert time.monotonic() - started < 3


def test_a_name_with_a_dead_address_first_is_reached_at_its_second(
    caller: HttpCaller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(connection: socket.socket, request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    with server(answer) as (url, _), socket.create_server(("127.0.0.1", 0)) as dead:
        port = int(url.split(":")[2].split("/")[0])
        dead.close()
        both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in ("127.0.0.99", "127.0.0.1")]
        real = socket.getaddrinfo
        monkeypatch.setattr(
            socket,
            "getaddrinfo",
            lambda host, *args, **options: both if host == "two.invalid" else real(host, *args, **options),
        )
        assert caller.post(f"http://two.invalid:{port}/", {}, b"", Deadline.after(5)).status == 200


def test_tls_that_is_none_was_not_reached(caller: HttpCaller) -> None:
    with server(lambda connection, request: connection.sendall(b"this is not TLS at all\r\n\r\n")) as (url, _):
        error = failure(caller, url.replace("http:", "https:"))
        assert (error.kind, error.code) == (OutcomeKind.UNREACHED, "http.tls")


def test_certificates_and_names_are_verified() -> None:
    context = tls_context()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert context.cert_store_stats()["x509_ca"] > 50
    assert tls_context() is context


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"", "http.closed"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", "http.closed"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Enc", "http.closed"),
        (b"\x00\x01 nonsense\r\n\r\n", "http.closed"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf", "http.closed"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhalf", "http.failed"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999\r\n\r\n", "http.answer_too_long"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffff\r\n", "http.answer_too_long"),
        (b"HTTP/1.1 200 OK\r\n\r\n", "http.answer_too_long"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (MAX_ANSWER_BYTES * 3), "http.answer_too_long"),
    ],
)
def test_after_the_first_byte_every_broken_answer_is_unknown(caller: HttpCaller, sent: bytes, code: str) -> None:
    def answer(connection: socket.socket, request: bytes) -> None:
        connection.sendall(sent)
        if code == "http.answer_too_long":
            with contextlib.suppress(OSError):
                connection.sendall(b"x" * (MAX_ANSWER_BYTES * 3))

    with server(answer) as (url, requests):
        error = failure(caller, url)
        assert (error.kind, error.code) == (OutcomeKind.UNKNOWN, code)
        assert len(requests) == 1


@pytest.mark.parametrize(
    "beginning",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nX-Long: ",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2000\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
    ],
)
def test_an_answer_that_drips_ends_at_the_deadline(caller: HttpCaller, beginning: bytes) -> None:
    stopped = threading.Event()

    def drip(connection: socket.socket, request: bytes) -> None:
        with contextlib.suppress(OSError):
            connection.sendall(beginning)
            while not stopped.wait(0.02):
                connection.sendall(b"H" if not stopped.is_set() else b"")

    with server(drip) as (url, _):
        started = time.monotonic()
        error = failure(caller, url, seconds=0.3)
        stopped.set()
        assert (error.kind, error.code) == (OutcomeKind.UNKNOWN, "http.read_timeout")
        assert time.monotonic() - started < 3


@pytest.mark.parametrize("set_by_s", [7_200, -7_200])
def test_an_answer_on_its_way_is_waited_for_though_the_clock_is_set(
    caller: HttpCaller, monkeypatch: pytest.MonkeyPatch, set_by_s: int
) -> None:
    true_time = time.time

    def set_and_answer(connection: socket.socket, request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n")
        monkeypatch.setattr(time, "time", lambda: true_time() + set_by_s)
        for byte in (b"o", b"k"):
            threading.Event().wait(0.05)
            connection.sendall(byte)

    with server(set_and_answer) as (url, _):
        assert caller.post(url, {}, b"", Deadline.after(5)).body == b"ok"


def test_after_the_deadline_nothing_is_written(caller: HttpCaller) -> None:
    with server(lambda connection, request: None) as (url, requests):
        error = failure(caller, url, seconds=-1)
        assert (error.kind, error.code) == (OutcomeKind.UNREACHED, "deadline.passed")
        assert requests == []


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "ftp://example.invalid/",
        "http://bücher.invalid/",
        "http://example.invalid:99999/",
        "http://example.invalid/a b",
        "http://example.invalid/\r\nX-Forged: 1",
    ],
)
def test_an_address_that_is_none_was_not_reached(caller: HttpCaller, url: str) -> None:
    error = failure(caller, url)
    assert (error.kind, error.code) == (OutcomeKind.UNREACHED, "http.bad_address")


@pytest.mark.parametrize("headers", [{"X-Token": "1\r\nX-Forged: 1"}, {"X-Token\r\nX": "1"}, {"X-Token": "令牌"}])
def test_a_header_that_is_none_is_never_written(caller: HttpCaller, headers: dict[str, str]) -> None:
    with server(lambda connection, request: None) as (url, requests):
        with pytest.raises(CallError) as caught:
            caller.post(url, headers, b"", Deadline.after(5))
        assert caught.value.kind is OutcomeKind.UNREACHED
        assert requests == []


def test_neither_log_nor_error_names_the_address(caller: HttpCaller, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with server(lambda connection, request: None) as (url, _):
        error = failure(caller, url)
    assert SECRET not in f"{error!r} {error.__cause__!r} {error.__context__!r}"
    assert error.__context__ is None
    assert SECRET not in caplog.text
    assert "127.0.0.1" not in caplog.text


def test_proxies_of_the_environment_are_not_used(caller: HttpCaller, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    def answer(connection: socket.socket, request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 204 None\r\n\r\n")

    with server(answer) as (url, _):
        assert caller.post(url, {}, b"", Deadline.after(5)).status == 204

"""TLS: a server that proves itself is written to, any other never sees a byte of the request."""

from __future__ import annotations

import contextlib
import datetime
import ipaddress
import os
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.gateways import network
from tasks.gateways.answers import CallError
from tasks.gateways.http import HttpCaller
from tasks.gateways.protocol import Deadline, OutcomeKind

x509 = pytest.importorskip("cryptography.x509", reason="needs cryptography, which keyring brings along on Linux only")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a key and a certificate of its own for 127.0.0.1."""
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + signed.public_bytes(serialization.Encoding.PEM))
    return path


class TlsServer:
    """Answers every request with its number; counts handshakes and requests."""

    def __init__(self, certificate: Path) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.handshakes = 0
        self.requests: list[bytes] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def _serve(self) -> None:
        while True:
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            plain.settimeout(5)
            with contextlib.suppress(OSError), self._context.wrap_socket(plain, server_side=True) as connection:
                self.handshakes += 1
                while request := connection.recv(65536):
                    self.requests.append(request)
                    body = str(len(self.requests)).encode()
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
            plain.close()

    def __enter__(self) -> TlsServer:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)


@pytest.fixture
def caller() -> Iterator[HttpCaller]:
    made = HttpCaller()
    yield made
    made.close()


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr(network, "tls_context", lambda: context)


@pytest.mark.usefixtures("trusted")
def test_a_trusted_server_is_called_and_its_connection_used_again(caller: HttpCaller, certificate: Path) -> None:
    with TlsServer(certificate) as tls:
        url = f"https://127.0.0.1:{tls.port}/"
        bodies = [caller.post(url, {}, b"body", Deadline.after(5)).body for _ in range(3)]
        assert (bodies, tls.handshakes) == ([b"1", b"2", b"3"], 1)
        caller.close()


def test_a_certificate_of_nobodys_was_not_reached(caller: HttpCaller, certificate: Path) -> None:
    with TlsServer(certificate) as tls:
        with pytest.raises(CallError) as caught:
            caller.post(f"https://127.0.0.1:{tls.port}/", {}, b"body", Deadline.after(5))
        assert (caught.value.kind, caught.value.code) == (OutcomeKind.UNREACHED, "http.tls")
        assert tls.requests == []


@pytest.mark.usefixtures("trusted")
def test_a_certificate_for_another_name_was_not_reached(
    caller: HttpCaller, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0))]
    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *args, **options: found if host == "other.invalid" else real(host, *args, **options),
    )
    with TlsServer(certificate) as tls:
        with pytest.raises(CallError) as caught:
            caller.post(f"https://other.invalid:{tls.port}/", {}, b"body", Deadline.after(5))
        assert (caught.value.kind, caught.value.code) == (OutcomeKind.UNREACHED, "http.tls")
        assert tls.requests == []


def test_a_handshake_that_never_comes_ends_with_the_call(caller: HttpCaller) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        with pytest.raises(CallError) as caught:
            caller.post(f"https://127.0.0.1:{silent.getsockname()[1]}/", {}, b"body", Deadline.after(0.3))
        assert (caught.value.kind, caught.value.code) == (OutcomeKind.UNREACHED, "http.connect_timeout")


def test_a_system_without_authorities_gets_them_from_the_package(tmp_path: Path) -> None:
    code = "from tasks.gateways.network import tls_context; print(tls_context().cert_store_stats()['x509_ca'])"
    nowhere = {"SSL_CERT_FILE": str(tmp_path / "none.pem"), "SSL_CERT_DIR": str(tmp_path / "none")}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ, **nowhere}
    )
    assert int(done.stdout) > 50

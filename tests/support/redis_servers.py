"""Throwaway Redis servers on free ports of this machine: plain, with users (ACL), with TLS, and behind a Sentinel.

Each lives in a folder of the test and ends with its block. Where the program is missing the test is skipped.
"""

from __future__ import annotations

import contextlib
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from support.certificates import Certificates
from support.dying import die_with_us
from support.waiting import wait_until

HOST = "127.0.0.1"
MASTER = "desk"
"""The name under which the Sentinel knows the master."""

_TEN_S = 10.0


def free_port() -> int:
    """A port of this machine at which nobody listens."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@dataclass
class RedisServer:
    """One server process. `tls` are its certificates, where it speaks nothing but TLS."""

    port: int
    folder: Path
    process: subprocess.Popen[bytes]
    tls: Certificates | None = None

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"

    def url(self, user: str = "", password: str = "", database: int = 0, host: str = HOST) -> str:
        """Its address as a setting has it; with TLS it asks for the check of the certificate."""
        login = f"{user}:{password}@" if password else ""
        asked = f"?ssl_cert_reqs=required&ssl_ca_certs={self.tls.authority}" if self.tls else ""
        return f"{'rediss' if self.tls else 'redis'}://{login}{host}:{self.port}/{database}{asked}"

    def client(self, **options: Any) -> redis.Redis:
        """A client of the test's own. Close it by `with`."""
        if self.tls is not None:
            options |= {"ssl": True, "ssl_ca_certs": str(self.tls.authority)}
        return redis.Redis(HOST, self.port, socket_timeout=5, retry=Retry(NoBackoff(), 0), **options)

    def freeze(self) -> None:
        """Stop answering without ending."""
        self.process.send_signal(signal.SIGSTOP)

    def kill(self) -> None:
        """End it as a crash would."""
        self.process.kill()
        self.process.wait(_TEN_S)


@contextmanager
def redis_server(
    folder: Path,
    *options: str,
    users: Sequence[str] = (),
    tls: Certificates | None = None,
    program: str = "redis-server",
    port: int | None = None,
) -> Iterator[RedisServer]:
    """A server without persistence. `users` are lines of an ACL file; the first option may be a configuration file."""
    path = shutil.which(program)
    if path is None:
        pytest.skip(f"{program} is not installed on this machine")
    folder.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    listening = ["--port", "0", "--tls-port", str(port)] if tls else ["--port", str(port)]
    if tls is not None:
        files = ("--tls-cert-file", tls.certificate, "--tls-key-file", tls.key, "--tls-ca-cert-file", tls.authority)
        listening += [*map(str, files), "--tls-auth-clients", "no", "--tls-replication", "yes"]
    if users:
        (folder / "users.acl").write_text("\n".join(users) + "\n")
        listening += ["--aclfile", str(folder / "users.acl")]
    place = ["--bind", HOST, "--dir", str(folder), "--save", "", "--logfile", str(folder / "server.log")]
    # A configuration file is taken only as the first argument.
    file, further = ([options[0]], options[1:]) if options and not options[0].startswith("--") else ([], options)
    with running([path, *file, *listening, *place, *further], folder, port, tls) as server:
        yield server


@contextmanager
def running(command: Sequence[str], folder: Path, port: int, tls: Certificates | None) -> Iterator[RedisServer]:
    """The server that a command line starts, once it answers; its log is `server.log` in the folder."""
    started = subprocess.Popen(
        command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, preexec_fn=die_with_us
    )
    with _ending(started) as process:
        server = RedisServer(port, folder, process, tls)
        wait_until(lambda: process.poll() is not None or answers(server), _TEN_S)
        if process.poll() is not None:
            raise RuntimeError(f"{command[0]} ended at once: {(folder / 'server.log').read_text()[-500:]}")
        yield server


def answers(server: RedisServer) -> bool:
    """Whether the server speaks, be it only to ask for a password."""
    try:
        with server.client() as client:
            client.ping()
    except redis.AuthenticationError:
        return True
    except redis.RedisError:
        return False
    return True


@contextmanager
def _ending(process: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is surely gone afterwards, also when it is frozen."""
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGCONT)
            process.terminate()
        try:
            process.wait(_TEN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@dataclass
class SentinelSet:
    """A master, its replica, and the one Sentinel whose word is enough."""

    master: RedisServer
    replica: RedisServer
    sentinel: RedisServer

    def url(self, user: str = "", password: str = "", sentinel_password: str = "", ca: Path | None = None) -> str:
        """The address as a setting has it."""
        login = f"{user}:{password}@" if password else ""
        own = f"&sentinel_password={sentinel_password}" if sentinel_password else ""
        tls = f"&ssl_cert_reqs=required&ssl_ca_certs={ca}" if ca else ""
        return f"sentinel://{login}{self.sentinel.address}/0?master_name={MASTER}{own}{tls}"

    def master_port(self, **options: Any) -> int:
        """Where the Sentinel says the master is."""
        with self.sentinel.client(**options) as client:
            return int(client.sentinel_get_master_addr_by_name(MASTER)[1])


@contextmanager
def sentinel_set(
    folder: Path, *, password: str = "", sentinel_password: str = "", tls: Certificates | None = None
) -> Iterator[SentinelSet]:
    """A Sentinel that makes the replica master about a second after the master is gone."""
    login = ("--requirepass", password, "--masterauth", password) if password else ()
    with (
        redis_server(folder / "master", *login, "--repl-diskless-sync-delay", "0", tls=tls) as master,
        redis_server(folder / "replica", *login, "--replicaof", HOST, str(master.port), tls=tls) as replica,
    ):
        with replica.client(password=password or None) as client:
            wait_until(lambda: dict(client.info("replication"))["master_link_status"] == "up", _TEN_S)
        watch = _sentinel_file(folder / "sentinel", master.port, password, sentinel_password)
        with redis_server(folder / "sentinel", str(watch), tls=tls, program="redis-sentinel") as sentinel:
            made = SentinelSet(master, replica, sentinel)
            with sentinel.client(password=sentinel_password or None) as client:
                # Without a replica that it knows it has nobody to make master.
                wait_until(lambda: dict(client.sentinel_master(MASTER))["num-slaves"] == 1, _TEN_S)
            yield made


def _sentinel_file(folder: Path, master_port: int, password: str, own_password: str) -> Path:
    folder.mkdir(parents=True)
    lines = [
        f"sentinel monitor {MASTER} {HOST} {master_port} 1",
        f"sentinel down-after-milliseconds {MASTER} 1000",
        f"sentinel failover-timeout {MASTER} 5000",
    ]
    if password:
        lines.append(f"sentinel auth-pass {MASTER} {password}")
    if own_password:
        lines.append(f"requirepass {own_password}")
    file = folder / "sentinel.conf"
    file.write_text("\n".join(lines) + "\n")
    return file

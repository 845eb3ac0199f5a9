"""A throwaway PostgreSQL server for the tests that need one, and a database of its own for each of them.

The cluster lies in a folder of its own below the system's temporary folder: the server's user must be able to reach
it, and pytest's folders are closed to others. Fixtures for every test module:

    postgres            the server, started once per run (skips where there is none)
    postgres_url        address of a database with a new ledger's tables
    empty_postgres_url  address of a database without tables

The server is a child of the tests' process and ends with it, however that ends.
"""

from __future__ import annotations

import contextlib
import glob
import itertools
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil
import pytest
from support.dying import end_with_us
from support.lasting import LASTING
from support.waiting import wait_until

PROGRAMS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin", "/usr/local/bin")
"""Where distributions keep `initdb` and `postgres`, which are rarely on the path."""

USERS = ("postgres", "nobody")
"""Whom to run as where the tests run as root, which PostgreSQL refuses."""

USER = "desk"
PASSWORD = "password-of-the-test"

SETTINGS = {
    "fsync": "on",
    "shared_buffers": "64MB",
    "max_connections": "80",
    "min_wal_size": "64MB",
    "max_wal_size": "512MB",
    "checkpoint_timeout": "1h",
    # It starts and ends processes whenever it likes, which would be taken for what a test left behind.
    "autovacuum": "off",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "log_min_messages": "fatal",
    "log_min_error_statement": "panic",
}


def binaries() -> Path | None:
    """The folder with PostgreSQL's programs, the newest version first; None where there is none."""
    found = [Path(folder) for pattern in PROGRAMS for folder in sorted(glob.glob(pattern), reverse=True)]
    on_path = shutil.which("initdb")
    found += [Path(on_path).parent] if on_path else []
    return next((folder for folder in found if (folder / "initdb").exists() and (folder / "postgres").exists()), None)


def owner() -> dict[str, Any]:
    """As whom the server runs, as arguments of Popen: ourselves unless we are root."""
    import pwd  # not on Windows

    if os.geteuid() != 0:
        return {}
    for name in USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    pytest.skip("PostgreSQL does not run as root, and there is no user postgres or nobody")


def free_port() -> int:
    """A port of the loopback interface that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class PostgresServer:
    """One cluster and its server; on loopback and on a socket in its folder. Can be stopped and started again."""

    programs: Path
    settings: dict[str, str] = field(default_factory=dict)
    superuser: str = USER
    password: str = PASSWORD
    wanted_port: int | None = None
    folder: Path = field(init=False)
    port: int = field(init=False)
    process: subprocess.Popen[bytes] | None = field(init=False, default=None)

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="sms-desk-postgres-"))
        try:
            self._make()
            self.start()
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.remove()

    def _make(self) -> None:
        who = owner()
        if who:
            os.chown(self.folder, who["user"], who["group"])
        secret = self.folder / "password"
        secret.write_text(self.password)
        if who:
            os.chown(secret, who["user"], who["group"])
        command: list[str | Path] = [self.programs / "initdb", "-D", self.data, "-U", self.superuser]
        command += ["-A", "scram-sha-256", "--pwfile", secret]
        subprocess.run(
            [*command, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self.folder,
            **who,
        )
        self.port = self.wanted_port or free_port()

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        chosen = SETTINGS | self.settings | {"port": str(self.port), "listen_addresses": "127.0.0.1"}
        options = [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.programs / "postgres", "-D", self.data, "-k", self.folder, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                preexec_fn=end_with_us,
                **owner(),
            )
        LASTING.add(self.process.pid)
        wait_until(self.answers, 30)

    def answers(self) -> bool:
        """Whether it takes connections. Raises RuntimeError when it has ended."""
        if self.process is None or self.process.poll() is not None:
            raise RuntimeError("PostgreSQL ended: " + (self.folder / "log").read_text(errors="replace")[-2000:])
        command: list[str | Path] = [self.programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(command, check=False).returncode == 0

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End the server: SIGINT disconnects everybody, SIGQUIT is as good as a crash."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(30)
            LASTING.discard(self.process.pid)
            self.process = None

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Server and all its processes hang as long as this lasts."""
        assert self.process is not None
        server = psutil.Process(self.process.pid)
        server.suspend()  # first, so that it starts no further process
        stopped = [server]
        for child in server.children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                child.suspend()
                stopped.append(child)
        try:
            yield
        finally:
            for process in stopped:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.resume()

    @contextmanager
    def speaking_tls(self, certificate: Path, key: Path) -> Iterator[None]:
        """It shows this certificate to whoever asks for TLS, as long as this lasts; nobody is disconnected."""
        for name, file in (("server.crt", certificate), ("server.key", key)):
            copy = self.data / name
            copy.write_bytes(file.read_bytes())
            copy.chmod(0o600)
            shutil.chown(copy, self.data.owner(), self.data.group())
        try:
            self.execute("ALTER SYSTEM SET ssl = on", "SELECT pg_reload_conf()")
            wait_until(lambda: self.execute("SHOW ssl") == [("on",)], 10)
            yield
        finally:
            self.execute("ALTER SYSTEM RESET ssl", "SELECT pg_reload_conf()")
            wait_until(lambda: self.execute("SHOW ssl") == [("off",)], 10)

    def remove(self) -> None:
        """End the server and leave no file."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str) -> str:
        """The address of a database, as a person would write it into the settings."""
        return f"postgresql://{self.superuser}:{self.password}@127.0.0.1:{self.port}/{database}"

    def execute(self, *statements: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run statements one after the other outside a transaction; the rows of the last one."""
        import psycopg

        rows: list[tuple[Any, ...]] = []
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement.encode())
                rows = cursor.fetchall() if cursor.description else []
        return rows


CLEAN = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid()",
    "DELETE FROM chunks; DELETE FROM batches; DELETE FROM messages; DELETE FROM tries; DELETE FROM accounts;"
    " DELETE FROM account_days; DELETE FROM templates; DELETE FROM workers; DELETE FROM leases; DELETE FROM decisions;"
    " UPDATE counters SET value = 0; UPDATE ledger_info SET value = '' WHERE name = 'stopped_ms'",
)


class Databases:
    """Databases with a new ledger's tables. One that a test is done with is emptied for the next: to make or to drop
    one costs a checkpoint.
    """

    def __init__(self, server: PostgresServer) -> None:
        self.server = server
        self._numbers = itertools.count(1)
        self._free: list[str] = []

    def take(self) -> str:
        """The name of a database with the tables of a ledger in which nothing was ever written."""
        if not self._free:
            from tasks.ledger.engine import open_ledger

            name = self.new()
            open_ledger(self.server.url(name)).close()
            return name
        name = self._free.pop()
        self.server.execute(*CLEAN, database=name)
        return name

    def give_back(self, name: str) -> None:
        """The test is done with it. Not for one whose tables it changed."""
        self._free.append(name)

    def new(self) -> str:
        """The name of a new and empty database."""
        name = f"ledger_{next(self._numbers)}"
        self.server.execute(f"CREATE DATABASE {name}")
        return name


def started(**settings: str) -> PostgresServer:
    """A server to enter; skips the test where PostgreSQL is not installed."""
    programs = binaries()
    if sys.platform == "win32" or programs is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    return PostgresServer(programs, settings)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Databases]:
    """The run's PostgreSQL server."""
    with started() as server:
        yield Databases(server)


@pytest.fixture
def postgres_url(postgres: Databases) -> Iterator[str]:
    """The address of a database of the test's own with a new ledger's tables."""
    name = postgres.take()
    yield postgres.server.url(name)
    postgres.give_back(name)


@pytest.fixture
def empty_postgres_url(postgres: Databases) -> str:
    """The address of a new database without tables."""
    return postgres.server.url(postgres.new())

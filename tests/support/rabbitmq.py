"""One throwaway RabbitMQ node for all tests that need one, on free ports of the loopback interface.

Mnesia, log, home and cookie are in a folder of its own, and so is its epmd: nothing of the machine's is touched. It
ends with the tests' process. Where the program is missing the tests are skipped. Users and virtual hosts are made at
its start; `rabbitmqctl`, which takes two seconds, is left to the few tests that have nothing else.

    rabbitmq       the node, started once per run
    vhost          an empty virtual host of its own for each test that asks
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import itertools
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest
from support.certificates import Certificates, make_certificates
from support.dying import die_with_us
from support.lasting import LASTING
from support.redis_servers import free_port
from support.waiting import wait_until

PROGRAMS = (Path("/usr/lib/rabbitmq/bin"), Path("/opt/homebrew/opt/rabbitmq/sbin"))
"""Where the program itself lies; the one on the path is a script that changes to the system's own folders."""

HOST = "127.0.0.1"
USER, PASSWORD = "desk", "geheim"
LIMITED = "smsdesk"
"""A user with the rights that docs/rabbitmq.md names, in the virtual host `limited`."""
VHOSTS = 10

START_S = 60.0


def programs() -> Path | None:
    """The folder with `rabbitmq-server`; None where there is none."""
    return next((folder for folder in PROGRAMS if (folder / "rabbitmq-server").exists()), None)


@dataclass
class RabbitNode:
    """The node. It can be frozen, killed and started again with its data."""

    programs: Path
    rights: Mapping[str, str]
    """`configure`, `write` and `read` of the user `smsdesk`."""
    tls: Certificates | None = None
    folder: Path = field(init=False)
    port: int = field(init=False)
    tls_port: int = field(init=False)
    process: subprocess.Popen[bytes] | None = field(init=False, default=None)
    _epmd: subprocess.Popen[bytes] | None = field(init=False, default=None)

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="sms-desk-rabbitmq-"))
        self.port, self.tls_port, self._dist_port, self._epmd_port = (free_port() for _ in range(4))
        try:
            self._configure()
            self.start()
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.remove()

    def url(self, vhost: str, user: str = USER, password: str = PASSWORD) -> str:
        """Its address as a setting has it."""
        return f"amqp://{user}:{password}@{HOST}:{self.port}/{vhost}"

    def tls_url(self, vhost: str, host: str = HOST) -> str:
        """The same by TLS, with the check of the certificate."""
        assert self.tls is not None
        asked = f"?ssl_cert_reqs=required&ssl_ca_certs={self.tls.authority}"
        return f"amqps://{USER}:{PASSWORD}@{host}:{self.tls_port}/{vhost}{asked}"

    def start(self) -> None:
        """Start it and wait until it takes connections, with whatever data there is."""
        if self._epmd is None:
            command = ["epmd", "-port", str(self._epmd_port), "-address", HOST]
            self._epmd = subprocess.Popen(
                command,
                env=self._environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                preexec_fn=die_with_us,
            )
            LASTING.add(self._epmd.pid)
        with (self.folder / "out").open("ab") as out:
            self.process = subprocess.Popen(
                [self.programs / "rabbitmq-server"],
                env=self._environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_us,
            )
        LASTING.add(self.process.pid)
        wait_until(lambda: self._ended() or self._listens(), START_S)
        if self._ended():
            raise RuntimeError(f"RabbitMQ ended at once: {(self.folder / 'out').read_text()[-2000:]}")

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """As long as the block lasts it does not answer."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    @contextlib.contextmanager
    def alarmed(self) -> Iterator[None]:
        """As long as the block lasts its memory is full, as far as it knows: it takes nothing from publishers."""
        self.control("set_vm_memory_high_watermark", "0.0001")
        try:
            yield
        finally:
            self.control("set_vm_memory_high_watermark", "0.6")

    def kill(self) -> None:
        """End it as a crash would."""
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def control(self, *words: str) -> str:
        """`rabbitmqctl`."""
        done = subprocess.run(
            [self.programs / "rabbitmqctl", "-q", *words],
            env=self._environment | {"RABBITMQ_ALLOW_INPUT": ""},
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        )
        return done.stdout

    def knows_after_a_crash(self, queue: str) -> bool:
        """Whether a quorum queue's name is on disk, where the node writes it up to three seconds late."""
        files = self.folder.glob("mnesia/*/quorum/*/names.dets")
        return any(queue.encode() in file.read_bytes() for file in files)

    def refused(self, user: str) -> list[str]:
        """What the node has refused a user so far."""
        lines = "".join(file.read_text() for file in (self.folder / "log").glob("*.log")).splitlines()
        return [line for line in lines if f"'{user}'" in line and "refused" in line]

    def remove(self) -> None:
        """End node and epmd, and take everything away."""
        if self.process is not None:
            self.kill()
        if self._epmd is not None:
            self._epmd.kill()
            self._epmd.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def _listens(self) -> bool:
        """Its ports open last of all; by TLS after the plain one."""
        for port in (self.tls_port if self.tls else self.port,):
            with contextlib.suppress(OSError), socket.create_connection((HOST, port), 0.5):
                return True
        return False

    @property
    def _environment(self) -> dict[str, str]:
        return {name: value for name, value in os.environ.items() if not name.startswith(("RABBITMQ_", "ERL_"))} | {
            "HOME": str(self.folder),
            "RABBITMQ_NODENAME": f"desk{self.port}@localhost",
            "RABBITMQ_DIST_PORT": str(self._dist_port),
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": HOST,
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq"),
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "none"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            # The node in place of the script, so that signals reach it.
            "RABBITMQ_ALLOW_INPUT": "1",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1} -noinput",
            "RABBITMQ_CTL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        }

    def _configure(self) -> None:
        lines = [
            f"listeners.tcp.1 = {HOST}:{self.port}",
            f"load_definitions = {self.folder}/definitions.json",
            "vm_memory_high_watermark.relative = 0.6",
            "disk_free_limit.absolute = 1MB",
        ]
        if self.tls is not None:
            lines += [
                f"listeners.ssl.1 = {HOST}:{self.tls_port}",
                f"ssl_options.cacertfile = {self.tls.authority}",
                f"ssl_options.certfile = {self.tls.certificate}",
                f"ssl_options.keyfile = {self.tls.key}",
                "ssl_options.verify = verify_none",
            ]
        (self.folder / "rabbitmq.conf").write_text("\n".join(lines) + "\n")
        (self.folder / "plugins").write_text("[].\n")
        (self.folder / "definitions.json").write_text(json.dumps(self._definitions()))

    def _definitions(self) -> dict[str, Any]:
        everything = {"configure": ".*", "write": ".*", "read": ".*"}
        vhosts = ["limited", *(f"test{number}" for number in range(VHOSTS))]
        allowed = [{"user": USER, "vhost": vhost, **everything} for vhost in vhosts]
        return {
            # A short way to the hash: loading tens of thousands of rounds is not what is tested.
            "users": [_user(USER), _user(LIMITED), _user("nobody")],
            "vhosts": [{"name": vhost} for vhost in vhosts],
            "permissions": [*allowed, {"user": LIMITED, "vhost": "limited", **self.rights}],
        }


def _user(name: str) -> dict[str, str]:
    salt = os.urandom(4)
    hashed = base64.b64encode(salt + hashlib.sha256(salt + PASSWORD.encode()).digest()).decode()
    algorithm = "rabbit_password_hashing_sha256"
    return {"name": name, "password_hash": hashed, "hashing_algorithm": algorithm, "tags": ""}


def documented_rights(text: str) -> dict[str, str]:
    """The three patterns of docs/rabbitmq.md, from its line with `set_permissions`."""
    line = next(line for line in text.splitlines() if "set_permissions" in line)
    configure, write, read = line.split("'")[1::2]
    return {"configure": configure, "write": write, "read": read}


@pytest.fixture(scope="session")
def rabbitmq(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitNode]:
    folder = programs()
    if folder is None or shutil.which("epmd") is None:
        pytest.skip("rabbitmq-server is not installed on this machine")
    page = Path(__file__).resolve().parents[2] / "docs" / "rabbitmq.md"
    rights = documented_rights(page.read_text("utf-8"))
    certificates = make_certificates(tmp_path_factory.mktemp("rabbitmq-tls"), HOST)
    with RabbitNode(folder, rights, certificates) as node:
        yield node


_numbers = itertools.count()


@pytest.fixture
def vhost() -> str:
    """The name of a virtual host that no other test uses."""
    return f"test{next(_numbers)}"


def lengths(url: str, *names: str) -> list[int]:
    """Messages that wait in these queues."""
    from kombu import Connection

    with Connection(url) as connection, connection.channel() as channel:
        return [channel.queue_declare(name, passive=True).message_count for name in names]

"""packaging/compose without containers: its own configuration, scripts and command lines, as processes of this machine.

What a container has at a path of its own lies elsewhere here, so paths are translated, and ports are free ones. The
broker is Redis instead of Valkey, whose package for tests has no TLS.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from support.celery_worker import CeleryWorker
from support.certificates import Certificates
from support.desk import ROOT
from support.postgres import PostgresServer, binaries, free_port, owner
from support.redis_servers import HOST, RedisServer, running

FOLDER = ROOT / "packaging" / "compose"
FILE = FOLDER / "compose.yaml"
SECRETS = "/run/secrets"
GUIDES = ("README.md", "README.zh-CN.md")
TYPED = re.compile(r"docker compose exec -T postgres (\w+) -U postgres (.*?) [<>] ")
"""A command that a guide has one type for the database; its input or output is a file."""


def parsed() -> dict[str, Any]:
    """The compose file as YAML has it."""
    import yaml

    with FILE.open(encoding="utf-8") as file:
        return dict(yaml.safe_load(file))


def assignments(file: Path) -> dict[str, str]:
    """What an environment file sets."""
    lines = [line.strip() for line in file.read_text("utf-8").splitlines()]
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def for_the_database(guide: str) -> dict[str, list[str]]:
    """What a guide has one type for the database, in its order: program → words after the user."""
    return {program: words.split() for program, words in TYPED.findall((FOLDER / guide).read_text("utf-8"))}


def prepare(secrets: Path, host: str = HOST, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the script that makes certificates, passwords and addresses."""
    environment = {"PATH": os.environ["PATH"], "KEEP_OWNER": "1", "SECRETS": str(secrets), **variables}
    return subprocess.run([FOLDER / "prepare", host], env=environment, capture_output=True, text=True, timeout=60)


class ComposedWorker(CeleryWorker):
    """The worker's service: entry point and command of its container."""

    program = (sys.executable, "-m", "tasks")

    def __init__(self, environment: dict[str, str], *arguments: str) -> None:
        super().__init__(environment, *arguments)
        self.environment = environment


@dataclass
class ComposedPostgres(PostgresServer):
    """The database's service, its files readable for the user that it runs as."""

    secrets: Path = Path()
    service: dict[str, Any] | None = None

    def _make(self) -> None:
        super()._make()
        assert self.service is not None
        who = owner()
        for name in self.service["secrets"]:
            self._give(self.secrets / name, self.folder / name, who)
        self._give(FOLDER / "pg_hba.conf", self.folder / "pg_hba.conf", who)
        program, *options = self.service["command"]
        assert program == "postgres"
        for name, value in (option.split("=", 1) for option in options if option != "-c"):
            here = value.replace(SECRETS, str(self.folder)).replace("/etc/sms-desk", str(self.folder))
            self.settings[name] = here

    def _give(self, file: Path, place: Path, who: dict[str, Any]) -> None:
        shutil.copy(file, place)
        place.chmod(0o400)
        if who:
            os.chown(place, who["user"], who["group"])

    def start(self) -> None:
        """Started for the first time it runs what its image would run."""
        new = not (self.folder / "made").exists()
        super().start()
        if new:
            self.psql("-f", str(FOLDER / "roles.sql"))
            (self.folder / "made").touch()

    def psql(self, *words: str) -> str:
        """The answer to what is asked as the superuser."""
        done = self.inside("psql", "-d", "postgres", "-qtA", "--no-psqlrc", "-v", "ON_ERROR_STOP=1", *words)
        return done.stdout.decode()

    def inside(self, program: str, *words: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """As `docker compose exec -T postgres PROGRAM -U postgres …` does."""
        assert self.service is not None
        files = {name: value.replace(SECRETS, str(self.secrets)) for name, value in self.service["environment"].items()}
        environment = {**os.environ, **files, "PGHOST": str(self.folder), "PGPORT": str(self.port)}
        command = [str(self.programs / program), "-U", "postgres", "--no-password", *words]
        done = subprocess.run(command, env=environment, input=given, capture_output=True, timeout=30)
        assert (done.returncode, done.stderr) == (0, b"")
        return done


@dataclass
class Composed:
    """The whole set-up, running but for the workers."""

    secrets: Path
    redis: RedisServer
    postgres: ComposedPostgres
    folder: Path

    def password(self, name: str) -> str:
        return (self.secrets / name).read_text().strip()

    def panel(self) -> dict[str, str]:
        """What an operator's window is given."""
        return assignments(self.secrets / "for-panels" / "panel.env")

    def site(self) -> str:
        """The address of the broker that a web site is given."""
        return assignments(self.secrets / "for-web-sites" / "site.env")["SMSDESK_BROKER_URL"]

    def send_as_site(self, to: str) -> str:
        """One message of a Celery application that has nothing of this program; the state that it is told."""
        app = Celery("site", broker=self.site(), backend=self.site(), set_as_current=False)
        try:
            result = app.send_task("tasks.sms.send_sms", args=[to, ["9527", "5"], "1"])
            return str(result.get(timeout=15)["state"])
        finally:
            app.backend.result_consumer.stop()
            app.backend.client.connection_pool.disconnect()
            app.backend.remove_pending_result = lambda _: None
            app.close()

    def worker_environment(self, number: int, **of_the_file: str) -> dict[str, str]:
        """What the worker's container has in its environment, with these lines in worker.env, and nothing of ours."""
        service = parsed()["services"]["worker"]
        given = {name: str(value).replace(SECRETS, str(self.secrets)) for name, value in service["environment"].items()}
        own = {"SMSDESK_HOME": str(self.folder / f"worker-{number}"), "SMSDESK_METRICS_PORT": str(free_port())}
        system = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "PYTHONPATH") if name in os.environ}
        return system | of_the_file | given | own | {"HOME": own["SMSDESK_HOME"]}

    def redis_log(self) -> str:
        return (self.folder / "redis" / "server.log").read_text()


@contextmanager
def composed(folder: Path) -> Iterator[Composed]:
    """Broker and database as the compose file has them. Skips the test where a program is missing."""
    redis_program, programs = shutil.which("redis-server"), binaries()
    for name, found in (
        ("redis-server", redis_program),
        ("PostgreSQL", programs),
        ("openssl", shutil.which("openssl")),
    ):
        if found is None:
            pytest.skip(f"{name} is not installed on this machine")
    assert redis_program is not None
    assert programs is not None
    services, secrets = parsed()["services"], folder / "secrets"
    with ExitStack() as stack:
        postgres_port, redis_port = free_port(), free_port()
        done = prepare(
            secrets,
            REDIS_ADDRESS=f"{HOST}:{redis_port}",
            POSTGRES_ADDRESS=f"{HOST}:{postgres_port}",
            AUTHORITY_FILE=str(secrets / "ca.pem"),
            INSIDE_AUTHORITY_FILE=str(secrets / "ca.pem"),
        )
        assert done.returncode == 0, done.stderr
        database = ComposedPostgres(programs, superuser="postgres", secrets=secrets, service=services["postgres"])
        database.password = (secrets / "postgres_password").read_text().strip()
        database.wanted_port = postgres_port
        stack.enter_context(database)
        command = redis_command(redis_program, services["redis"], secrets, folder / "redis", redis_port)
        tls = Certificates(secrets / "ca.pem", secrets / "redis.pem", secrets / "redis.key")
        server = stack.enter_context(running(command, folder / "redis", redis_port, tls))
        yield Composed(secrets, server, database, folder)


def redis_command(
    program: str, service: dict[str, Any], secrets: Path, folder: Path, port: int, without: str = ""
) -> list[str]:
    """The broker's command line, with its configuration translated; lines that begin as told are left out."""
    folder.mkdir(parents=True, exist_ok=True)
    _, configuration = service["command"]
    (mounted,) = [volume.split(":")[0] for volume in service["volumes"] if configuration in volume]
    text = (FOLDER / mounted).read_text("utf-8").replace("/data", str(folder))
    users = (secrets / "users.acl").read_text("utf-8")
    if older_than_7_2(program):
        users = users.replace(" +client|setinfo", "")
    (folder / "users.acl").write_text(users, "utf-8")
    text = text.replace(f"{SECRETS}/users.acl", str(folder / "users.acl")).replace(SECRETS, str(secrets))
    kept = [line for line in text.splitlines() if not (without and line.startswith(without))]
    (folder / "redis.conf").write_text("\n".join(kept) + "\n", "utf-8")
    listening = ["--port" if without else "--tls-port", str(port), "--bind", HOST]
    return [program, str(folder / "redis.conf"), *listening, "--logfile", str(folder / "server.log")]


def older_than_7_2(program: str) -> bool:
    """Whether a server does not know CLIENT SETINFO, so that an ACL must not name it."""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"v=(\d+)\.(\d+)", said)
    assert found is not None
    return (int(found[1]), int(found[2])) < (7, 2)

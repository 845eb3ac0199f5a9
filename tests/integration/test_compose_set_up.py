"""The compose file's set-up, started without containers: two workers, an operator's window and a web site on it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import redis
from support.compose_file import (
    FOLDER,
    GUIDES,
    Composed,
    ComposedWorker,
    assignments,
    composed,
    for_the_database,
    parsed,
    prepare,
    redis_command,
)
from support.counting_gateway import CountingGateway
from support.desk import ROOT, Clerk, Desk, send, wait_until
from support.postgres import free_port
from support.redis_servers import running

from tasks.client import check_broker
from tasks.errors import BrokerError, LedgerError
from tasks.ledger import control
from tasks.ledger.engine import open_ledger
from tasks.server.binary import find_binary

pytestmark = [pytest.mark.server, pytest.mark.slow]

RECIPIENTS = [f"138001380{number:02d}" for number in range(40)]
FROM_THE_SITE = "13900139000"
TOKEN = "token-of-the-test-in-a-file"
ENDS_WITHIN_S = 40


@pytest.fixture(scope="module")
def setup(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Composed]:
    with composed(tmp_path_factory.mktemp("compose")) as started:
        yield started


@pytest.fixture
def gateway() -> Iterator[CountingGateway]:
    with CountingGateway(token=TOKEN) as gateway:
        yield gateway


@pytest.fixture
def workers(setup: Composed, gateway: CountingGateway) -> Iterator[list[ComposedWorker]]:
    """`docker compose up` with `WORKERS=2`: the service's command in the service's environment."""
    command = parsed()["services"]["worker"]["command"]
    account = {
        "SMSDESK_GATEWAY": "yuntongxun",
        "SMSDESK_YUNTONGXUN_ACCOUNT_SID": "a" * 32,
        "SMSDESK_YUNTONGXUN_APP_ID": "application",
        "SMSDESK_YUNTONGXUN_BASE_URL": gateway.url,
    }
    token = setup.secrets / "yuntongxun_auth_token"
    token.chmod(0o600)
    token.write_text(TOKEN + "\n")
    started = [ComposedWorker(setup.worker_environment(number, **account), *command) for number in (1, 2)]
    try:
        for worker in started:
            worker.wait_until_ready()
        yield started
    finally:
        token.write_text("")
        ended = [worker.stop(ENDS_WITHIN_S) for worker in started]
    assert ended == [0, 0]


def test_a_window_and_a_web_site_send_through_two_workers(
    setup: Composed, workers: list[ComposedWorker], gateway: CountingGateway, tmp_path: Path
) -> None:
    with Desk(tmp_path / "panel") as desk:
        desk.environment |= setup.panel()
        clerk = desk.clerk()
        wait_until(lambda: len(clerk.ask("status.look")["workers"]) == 2, 20)
        batch = send(clerk, RECIPIENTS, {"text": "你好", "sender": None}, "simulator", "compose-1")
        assert batch["count"] == len(RECIPIENTS)
        assert setup.send_as_site(FROM_THE_SITE) == "submitted"
        assert site_with_the_package_sends(setup, tmp_path) == "submitted"
        wait_until(lambda: states(clerk) == {"delivered": len(RECIPIENTS), "submitted": 2}, 40, 0.2)
    assert [taken.to for taken in gateway.arrived] == [FROM_THE_SITE] * 2
    assert gateway.state()["bad_signatures"] == 0  # the token came out of its file
    check_that_all_is_well(setup, workers)
    check_that_nothing_is_left_to_see(setup, workers)


def states(clerk: Clerk) -> Counter[str]:
    view = clerk.ask("view.open", filter={}, sort={})["view"]
    return Counter(row["state"] for row in clerk.ask("view.rows", view=view, start=0, count=100)["rows"])


SEND = f"""
from tasks.sms import send_sms
print(send_sms.delay("{FROM_THE_SITE}", ["9527", "5"], "1").get(timeout=15)["state"])
"""


def site_with_the_package_sends(setup: Composed, folder: Path) -> str:
    """A site that has this program's package, in the environment that it is given."""
    given = assignments(setup.secrets / "for-web-sites" / "site.env")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SMSDESK_")} | given
    environment |= {"SMSDESK_HOME": str(folder / "site"), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", SEND], env=environment, cwd=folder, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def refusals(setup: Composed) -> list[Any]:
    """What the broker refused anybody so far, with the user."""
    with administrator(setup) as client:
        return [(entry["username"], entry["reason"], entry["object"]) for entry in client.acl_log()]


def administrator(setup: Composed) -> redis.Redis:
    return setup.redis.client(username="admin", password=setup.password("admin_broker_password"))


def check_that_all_is_well(setup: Composed, workers: list[ComposedWorker]) -> None:
    examined = run("doctor", "--json", environment=workers[0].environment)
    told = json.loads(examined.stdout)
    assert (examined.returncode, examined.stderr) == (0, "")
    # The one thing that is not as one would wish is the gateway's own.
    assert [one["code"] for one in told["checks"] if one["level"] != "ok"] == ["doctor.receipts.pushed"], told
    said = {one["check"]: one["message"] for one in told["checks"]}
    assert "2" in said["workers"]
    assert "encrypted, its certificate is checked" in said["broker"]
    assert refusals(setup) == []
    # The health checks of the three services.
    test = [str(word) for word in parsed()["services"]["worker"]["healthcheck"]["test"]]
    assert test[:2] == ["CMD", "sms-desk-worker"]
    assert run(*test[2:], environment=workers[0].environment).stdout == "ok\n"
    test = [str(word) for word in parsed()["services"]["redis"]["healthcheck"]["test"]][1:]
    asked = [word.replace("/run/secrets", str(setup.secrets)) for word in test]
    asked[:1] = ["redis-cli", "-p", str(setup.redis.port)]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=20)
    assert (done.returncode, done.stdout) == (0, "PONG\n")


def test_the_health_check_of_the_database_leaves_no_line_in_its_log(setup: Composed) -> None:
    log = setup.postgres.folder / "log"
    test = [str(word) for word in parsed()["services"]["postgres"]["healthcheck"]["test"]][1:]
    asked = [str(setup.postgres.programs / test[0]), "-p", str(setup.postgres.port), *test[1:]]
    before = log.read_text()
    assert subprocess.run(asked, timeout=20).returncode == 0
    with pytest.raises(LedgerError):  # so that what was to be written is
        open_ledger(setup.password("worker_ledger_url").replace("/sms_desk?", "/postgres?")).close()
    assert len(log.read_text().removeprefix(before).splitlines()) == 1


def run(*words: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tasks", *words], env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60
    )


def check_that_nothing_is_left_to_see(setup: Composed, workers: list[ComposedWorker]) -> None:
    """No password in an environment, on a command line, in a log or in the broker's list of users."""
    passwords = [TOKEN, *(file.read_text().strip() for file in setup.secrets.glob("*_password"))]
    assert len(passwords) == 8
    seen = [setup.redis_log(), (setup.postgres.folder / "log").read_text(), (setup.secrets / "users.acl").read_text()]
    for worker in workers:
        seen += ["".join(worker.errors), *worker.environment.values(), *map(str, worker.process.args)]
    assert [text for text in seen if any(password in text for password in passwords)] == []


def test_the_tables_are_neither_the_workers_nor_the_panels_own(setup: Composed, tmp_path: Path) -> None:
    for user in ("worker", "panel"):
        open_ledger(ledger_url(setup, user)).close()
    owners = setup.postgres.psql("-d", "sms_desk", "-c", "SELECT DISTINCT tableowner FROM pg_tables "
                                 "WHERE schemaname = 'public'")  # fmt: skip
    assert owners.split() == ["sms_desk"]


def test_a_backup_comes_back_as_the_guide_says(setup: Composed) -> None:
    with closing(open_ledger(ledger_url(setup, "worker"))) as ledger:
        before = ledger.uuid
    typed = for_the_database(GUIDES[0])
    dump = setup.postgres.inside("pg_dump", *typed["pg_dump"]).stdout
    setup.postgres.psql("-d", "sms_desk", "-c", "UPDATE ledger_info SET value = 'lost' WHERE name = 'uuid'")
    setup.postgres.inside("pg_restore", *typed["pg_restore"], given=dump)
    setup.postgres.inside("psql", *typed["psql"], given=(FOLDER / "stop_sending.sql").read_bytes())
    with closing(open_ledger(ledger_url(setup, "panel"))) as ledger:
        assert ledger.uuid == before
        assert control.start_again(ledger, "ada@desk") == 0


def ledger_url(setup: Composed, user: str) -> str:
    if user == "worker":
        return setup.password("worker_ledger_url")
    return setup.panel()["SMSDESK_LEDGER_URL"]


def test_who_is_not_known_or_not_sure_is_refused(setup: Composed, tmp_path: Path) -> None:
    broker, ledger = setup.password("worker_broker_url"), setup.password("worker_ledger_url")
    stranger = tmp_path / "stranger"
    assert prepare(stranger).returncode == 0
    other = str(stranger / "ca.pem")
    check_broker(broker)
    own_password, ledger_password = setup.password("worker_broker_password"), setup.password("worker_ledger_password")
    of_a_stranger = broker.replace(str(setup.secrets / "ca.pem"), other)
    assert broker_refuses(broker.replace(own_password, "falsch")) == "broker.login"
    assert broker_refuses(broker.replace(own_password, ledger_password)) == "broker.login"
    assert broker_refuses(of_a_stranger) == "broker.tls"
    superuser = setup.password("postgres_password")
    refused = {
        "password": ledger.replace(ledger_password, "falsch"),
        "authority": ledger.replace(str(setup.secrets / "ca.pem"), other),
        "without TLS": f"{ledger.partition('?')[0]}?sslmode=disable",
        "superuser": ledger.replace(f"worker:{ledger_password}", f"postgres:{superuser}"),
    }
    assert {what: ledger_refuses(url) for what, url in refused.items()} == {
        "password": "ledger.refused",
        "authority": "ledger.tls",
        "without TLS": "ledger.refused",
        "superuser": "ledger.refused",
    }
    with pytest.raises(redis.AuthenticationError), setup.redis.client() as nobody:
        nobody.get("celery")


def broker_refuses(url: str) -> str:
    with pytest.raises(BrokerError) as told:
        check_broker(url)
    return told.value.code


def ledger_refuses(url: str) -> str:
    with pytest.raises(LedgerError) as told:
        open_ledger(url).close()
    return told.value.code


@pytest.mark.parametrize(
    ("user", "allowed", "command"),
    [
        ("site", True, "LPUSH celery x"),
        ("site", True, "GET celery-task-meta-1"),
        # What waits in the queue, and other results than one's own, are nothing for a web site.
        ("site", False, "LRANGE celery 0 -1"),
        ("site", False, "RPOP celery"),
        ("site", False, "DEL celery"),
        ("site", False, "SET celery-task-meta-1 x"),
        ("site", False, "LPUSH smsdesk.1.single x"),
        ("site", False, "SCAN 0"),
        ("site", False, "PUBLISH /0.celery.pidbox x"),
        ("worker", False, "FLUSHALL"),
        ("panel", False, "CONFIG GET *"),
        ("health", True, "PING"),
        ("health", False, "GET celery"),
    ],
)
def test_what_each_user_of_the_broker_may(setup: Composed, user: str, allowed: bool, command: str) -> None:
    with administrator(setup) as client:
        assert (client.execute_command("ACL DRYRUN", user, *command.split(" ")) == b"OK") == allowed


def test_the_valkey_of_the_compose_file_takes_the_configuration_and_the_users(setup: Composed, tmp_path: Path) -> None:
    """Its TLS is not in the package that is at hand here; all other lines are."""
    program = str(find_binary())
    command = redis_command(program, parsed()["services"]["redis"], setup.secrets, tmp_path, free_port(), "tls-")
    image = parsed()["services"]["redis"]["image"].partition(":")[2]
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    assert f"v={image}." in said
    with running(command, tmp_path, int(command[3]), None) as server:
        with server.client(username="admin", password=setup.password("admin_broker_password")) as client:
            users = {line.split(" ")[1] for line in map(str, client.acl_list())}
            assert users == {"default", "health", "admin", "worker", "panel", "site"}
            assert "+client|setinfo" in str(client.acl_list())
        server.kill()


def test_prepared_again_only_the_certificates_are_new(tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    assert prepare(secrets, "desk.example.com").returncode == 0
    before = {file.name: file.read_bytes() for file in secrets.iterdir() if file.is_file()}
    assert prepare(secrets, "desk.example.com").returncode == 0
    after = {file.name: file.read_bytes() for file in secrets.iterdir() if file.is_file()}
    assert {name for name in before if before[name] != after[name]} == {"redis.pem", "postgres.pem"}
    assert {file.stat().st_mode & 0o777 for file in secrets.glob("*_*")} == {0o400}


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away")
def test_each_file_belongs_to_the_one_that_reads_it(tmp_path: Path) -> None:
    """As an administrator types it: by sudo, in a copy of the sources."""
    for name in ("packaging/compose", "packaging/systemd"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("secrets", "worker.env"))
    (tmp_path / "docs").mkdir()
    shutil.copy(ROOT / "docs" / "redis.md", tmp_path / "docs")
    folder = tmp_path / "packaging" / "compose"
    sudo = {"PATH": os.environ["PATH"], "SUDO_UID": "1234", "SUDO_GID": "1234"}
    for _ in range(2):
        done = subprocess.run([folder / "prepare", "192.0.2.7"], env=sudo, capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stderr) == (0, "")
    owners = {file.relative_to(folder).as_posix(): file.stat().st_uid for file in folder.rglob("*") if file.is_file()}
    for name, service in parsed()["services"].items():
        uid = int(service["user"].partition(":")[0])
        for secret in service["secrets"]:
            assert owners[f"secrets/{secret}"] == (0 if secret.endswith(".pem") else uid), (name, secret)
    mine = {name for name, owner in owners.items() if owner == 1234}
    assert mine == {"worker.env", *(name for name in owners if "/for-" in name)}
    assert {(folder / name).stat().st_mode & 0o777 for name in mine if not name.endswith(".pem")} == {0o600}
    assert (folder / "secrets").stat().st_mode & 0o777 == 0o711
    told = subprocess.run(
        ["openssl", "x509", "-noout", "-ext", "subjectAltName", "-in", folder / "secrets" / "redis.pem"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "IP Address:192.0.2.7" in told.stdout


@pytest.mark.parametrize("host", ["", "https://desk", "desk:6379/0", "a b", "$(id)"])
def test_a_host_that_is_none_makes_nothing(tmp_path: Path, host: str) -> None:
    done = prepare(tmp_path / "secrets", host)
    assert done.returncode == 2
    assert not (tmp_path / "secrets").exists()

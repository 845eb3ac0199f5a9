"""packaging/compose holds together: what one part names (file, secret, port, user, setting), another part has."""

from __future__ import annotations

import fnmatch
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from support.compose_file import FILE, FOLDER, GUIDES, SECRETS, assignments, for_the_database, parsed, prepare
from support.desk import ROOT

from tasks import usage
from tasks.settings import FIELDS, account_fields, load
from tasks.settings.schema import account_env

OUR_UID = "10001"
IMAGES_UID = "999"
"""Of the user in the images of Valkey and PostgreSQL."""
MADE_IN_THE_IMAGE = {"redis": {"/data"}, "postgres": {"/var/lib/postgresql/data"}}
"""Folders that belong to that user there, so that a new volume does too."""
ENDS_OF_A_STOP_S = 30


def known_variables() -> set[str]:
    own = {account_env("yuntongxun", field.key) for field in account_fields("yuntongxun")}
    return own | {field.env for field in FIELDS}


def services() -> dict[str, dict[str, Any]]:
    return dict(parsed()["services"])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that ./prepare fills."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed on this machine")
    folder = tmp_path_factory.mktemp("prepared") / "secrets"
    done = prepare(folder, "desk.example.com")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize("name", ["redis", "postgres", "worker"])
def test_a_container_can_do_little_and_is_nobody(name: str) -> None:
    service = services()[name]
    assert (service["read_only"], service["cap_drop"], service["security_opt"]) == (
        True,
        ["ALL"],
        ["no-new-privileges:true"],
    )
    uid = OUR_UID if name == "worker" else IMAGES_UID
    assert service["user"] == f"{uid}:{uid}"
    assert not {"privileged", "network_mode", "pid", "cap_add", "devices"} & service.keys()
    # What is read-only has a place for what it writes, which belongs to it.
    for mount in service.get("tmpfs", []):
        assert mount == "/tmp" or f"uid={uid},gid={uid},mode=0700" in mount
    volumes = {target for _, target, *_ in (volume.split(":") for volume in service.get("volumes", []))}
    written = {target for target in volumes if not target.startswith(("/etc/", "/docker-"))}
    assert written == MADE_IN_THE_IMAGE.get(name, set())
    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"][0] == "CMD"
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}


def test_images_have_versions() -> None:
    assert [one["image"] for one in services().values() if "build" not in one] == ["valkey/valkey:9.1", "postgres:17"]
    assert re.findall(r"^FROM (\S+)", containerfile(), re.MULTILINE) == ["python:3.11-slim-bookworm"] * 2


def test_every_secret_is_made_and_mounted_for_the_one_that_reads_it(made: Path) -> None:
    declared = {name: entry["file"] for name, entry in parsed()["secrets"].items()}
    assert all(file == f"./secrets/{name}" for name, file in declared.items())
    assert {name for service in services().values() for name in service["secrets"]} == set(declared)
    assert [name for name in declared if not (made / name).is_file()] == []
    for name, service in services().items():
        text = str(service) + "".join((FOLDER / file).read_text("utf-8") for file in mounted(service))
        used = {path.removeprefix(f"{SECRETS}/") for path in re.findall(rf"{SECRETS}/[\w.]+", text)}
        inside = {"ca.pem"} if name == "worker" else set()  # named by the two addresses
        assert used | inside == set(service["secrets"]), name
    script = (FOLDER / "prepare").read_text("utf-8")
    for uid, names in ((IMAGES_UID, ("redis", "postgres")), (OUR_UID, ("worker",))):
        readers = {secret for one in names for secret in services()[one]["secrets"] if not secret.endswith(".pem")}
        given = re.search(rf"chown {uid}:{uid} (.*)", script)
        assert given is not None
        assert set(given[1].split()) == readers
    open_to_all = {file.name for file in made.iterdir() if file.is_file() and file.stat().st_mode & 0o077}
    assert open_to_all == {"ca.pem", "redis.pem", "postgres.pem"}


def mounted(service: dict[str, Any]) -> list[str]:
    """The files of this folder that a service sees."""
    return [volume.split(":")[0] for volume in service.get("volumes", []) if volume.startswith("./")]


def test_every_file_that_is_mounted_is_there_and_read_only() -> None:
    for service in services().values():
        for volume in service.get("volumes", []):
            source, _, *how = volume.split(":")
            if source.startswith("./"):
                assert (FOLDER / source).is_file()
                assert how == ["ro"]
            else:
                assert source in parsed()["volumes"]


def test_no_secret_is_in_the_repository_or_in_an_environment(made: Path) -> None:
    for service in services().values():
        for name, value in service.get("environment", {}).items():
            if re.search("PASSWORD|TOKEN|URL|SECRET|PASSFILE", name):
                assert name.endswith("FILE")
                assert str(value).removeprefix(f"{SECRETS}/") in service["secrets"]
    ignored = (ROOT / ".gitignore").read_text("utf-8").splitlines()
    assert {"/packaging/compose/secrets/", "/packaging/compose/worker.env"} <= set(ignored)
    sent = (FOLDER / "Containerfile.dockerignore").read_text("utf-8").splitlines()
    assert "*" in sent
    assert not [line for line in sent if line.startswith("!") and fnmatch.fnmatch("packaging", line[1:])]


def test_the_workers_variables_are_settings_of_the_program(made: Path) -> None:
    known = known_variables()
    given = services()["worker"]["environment"]
    assert {name.removesuffix("_FILE") for name in given} <= known
    values = {name: str(value).replace(SECRETS, str(made)) for name, value in given.items()}
    settings = load({"SMSDESK_HOME": str(made.parent / "home"), **values})
    assert settings.problems == ()  # the token's file is empty, which is as good as not there
    assert settings.metrics_port == 9464
    assert set(settings.accounts) == {"simulator"}
    (made / "yuntongxun_auth_token").chmod(0o600)
    (made / "yuntongxun_auth_token").write_text("a-token\n")
    assert set(load({"SMSDESK_HOME": str(made.parent / "home"), **values}).accounts) == {"simulator", "yuntongxun"}


def test_the_addresses_name_services_ports_and_certificates(made: Path) -> None:
    broker, ledger = ((made / f"worker_{what}_url").read_text("utf-8") for what in ("broker", "ledger"))
    assert re.fullmatch(rf"rediss://worker:\w{{48}}@redis:6379/0\?ssl_cert_reqs=required&ssl_ca_certs={SECRETS}/ca.pem\n",
                        broker)  # fmt: skip
    assert "@postgres:5432/sms_desk?sslmode=verify-full&" in ledger
    assert services()["redis"]["ports"] == ["${PUBLISH:-127.0.0.1}:6379:6379"]
    assert services()["postgres"]["ports"] == ["${PUBLISH:-127.0.0.1}:5432:5432"]
    assert "ports" not in services()["worker"]
    assert "tls-port 6379\n" in (FOLDER / "redis.conf").read_text("utf-8")
    panel = assignments(made / "for-panels" / "panel.env")
    site = assignments(made / "for-web-sites" / "site.env")
    assert panel.keys() == {"SMSDESK_BROKER_URL", "SMSDESK_LEDGER_URL"}
    assert site.keys() == panel.keys()
    assert site["SMSDESK_LEDGER_URL"] == "postgresql://desk.example.com:5432/sms_desk"  # no login
    for given in (panel, site):
        settings = load({"SMSDESK_HOME": str(made.parent / "home"), **given})
        assert settings.problems == ()
        assert settings.broker_url is not None
        assert "@desk.example.com:6379/0?" in settings.broker_url
    assert "@desk.example.com:5432/" in panel["SMSDESK_LEDGER_URL"]


def test_a_stop_leaves_time_for_the_calls_in_flight() -> None:
    given = int(services()["worker"]["stop_grace_period"].removesuffix("s"))
    assert given >= 2 * load().call_deadline_s + ENDS_OF_A_STOP_S


def test_the_image_starts_what_there_is() -> None:
    text = containerfile()
    assert 'ENTRYPOINT ["sms-desk-worker"]' in text
    assert services()["worker"]["command"][0] in usage.PAGES
    assert services()["worker"]["healthcheck"]["test"][1:] == ["sms-desk-worker", "health"]
    assert f"USER {OUR_UID}:{OUR_UID}" in text
    assert "'.[postgresql]'" in text
    copied = [name for line in re.findall(r"^COPY (?!--)(.*) \S+$", text, re.MULTILINE) for name in line.split()]
    assert [name for name in copied if not (ROOT / name).exists()] == []
    sent = (FOLDER / "Containerfile.dockerignore").read_text("utf-8").splitlines()
    assert {f"!{name}" for name in copied} == {line for line in sent if line.startswith("!")}
    build = services()["worker"]["build"]
    assert (FILE.parent / build["context"]).resolve() == ROOT
    assert (ROOT / build["dockerfile"]).is_file()


def containerfile() -> str:
    return (FOLDER / "Containerfile").read_text("utf-8")


def test_every_up_keeps_the_number_of_workers() -> None:
    """`--scale` counts for one `up` only: the next one, of an upgrade, ends all workers but one."""
    assert services()["worker"]["deploy"] == {"replicas": "${WORKERS:-1}"}
    assert [name for name, service in services().items() if "deploy" in service or "scale" in service] == ["worker"]


@pytest.mark.parametrize("name", GUIDES)
def test_the_guides_set_what_the_file_reads_from_its_environment(name: str) -> None:
    text = (FOLDER / name).read_text("utf-8")
    assert set(re.findall(r"`([A-Z]+)=[\d.]+`", text)) == set(re.findall(r"\$\{(\w+):-", FILE.read_text("utf-8")))
    assert "--scale" not in text


@pytest.mark.parametrize("name", GUIDES)
def test_the_guides_stop_all_sending_before_a_worker_sees_a_restored_ledger(name: str) -> None:
    text = (FOLDER / name).read_text("utf-8")
    steps = re.findall(r"^\d\. `docker compose (.*?)`", text.partition("pg_dump")[2], re.MULTILINE)
    assert [step.split()[0] for step in steps] == ["stop", "exec", "exec", "up"]
    assert list(for_the_database(name)) == ["pg_dump", "pg_restore", "psql"]
    assert steps[2].endswith(" < stop_sending.sql")
    assert for_the_database(name) == for_the_database(GUIDES[0])


@pytest.mark.parametrize("name", GUIDES)
def test_an_upgrade_fetches_every_image_before_anything_stops(name: str) -> None:
    """Building fetches what it builds on, and nothing else."""
    steps = re.findall(r"^    docker compose (.*)$", (FOLDER / name).read_text("utf-8"), re.MULTILINE)
    fetched = {service for service, entry in services().items() if "build" not in entry}
    pulled = next(step for step in steps if step.startswith("pull "))
    assert set(pulled.split()[1:]) == fetched
    following = steps[steps.index(pulled) + 1 :]
    assert following == ["build --pull", "stop worker", "up -d --wait"]


@pytest.mark.parametrize("name", GUIDES)
def test_what_the_guides_name_exists(name: str, made: Path) -> None:
    text = (FOLDER / name).read_text("utf-8")
    for service in re.findall(r"docker compose (?:exec|logs -f|restart|stop) (?:-T )?(\w+)", text):
        assert service in services()
    for path in re.findall(r"\]\((?!http)([^)#]+)\)", text):
        assert (FOLDER / path).exists(), path
    for secret in re.findall(r"`secrets/([\w.-]+)`", text):
        assert (made / secret).exists(), secret
    variables = set(re.findall(r"SMSDESK_[A-Z_]+", text))
    known = known_variables()
    assert variables <= known | {f"{variable}_FILE" for variable in known}

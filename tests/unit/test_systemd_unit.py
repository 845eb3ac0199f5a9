"""The service of a server: systemd takes the unit, and its environment file names settings that exist."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import sys
import tempfile
from importlib import import_module
from itertools import takewhile
from pathlib import Path

import pytest

from tasks.server.record import LONGEST_SOCKET_PATH, socket_path
from tasks.settings import FIELDS, account_fields, load
from tasks.settings.schema import account_env

PACKAGING = Path(__file__).parents[2] / "packaging"
SYSTEMD = PACKAGING / "systemd"
OF_THE_PACKAGE = """
import sys
from pathlib import Path
sys.path.append(sys.argv[1])
from debian_package import write_service
write_service(Path(sys.argv[2]))
"""
UNIT = SYSTEMD / "sms-desk-worker.service"
EXAMPLE = SYSTEMD / "worker.env.example"
ASSIGNMENT = re.compile(r"#?(SMSDESK_[A-Z_]+)=(.*)")
CHINESE = re.compile("[\u4e00-\u9fff]")
MOST_EXPOSED_TENTHS = 12
ENDS_OF_A_STOP_S = 30
"""What a warm stop takes beside the calls in flight."""


def service() -> configparser.SectionProxy:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(UNIT, "utf-8")
    return unit["Service"]


def examples() -> dict[str, str]:
    found = [ASSIGNMENT.fullmatch(line) for line in EXAMPLE.read_text("utf-8").splitlines()]
    return {one[1]: one[2] for one in found if one}


def declared() -> dict[str, object]:
    """Every variable of the program and of the account named after its gateway, with its default."""
    own = {account_env("yuntongxun", field.key): field.default for field in account_fields("yuntongxun")}
    return own | {field.env: field.default for field in FIELDS}


@pytest.fixture(params=["pip", "deb", "archive"])
def unit(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The unit as each kind of installation has it, but for the program, which systemd wants to be there."""
    if request.param == "pip":
        text, program = UNIT.read_text("utf-8"), "/opt/sms-desk/bin/sms-desk-worker"
    elif request.param == "archive":
        monkeypatch.syspath_prepend(str(PACKAGING))
        archive = import_module("archive")
        program = f"{archive.PLACE}/sms-desk-worker"
        text = archive.unit_for(program, archive.HEAD)
        assert text.startswith("# The SMS Desk worker as a service, with this folder as /opt/sms-desk.")
    else:
        subprocess.run([sys.executable, "-c", OF_THE_PACKAGE, PACKAGING, tmp_path / "root"], check=True, timeout=60)
        text = (tmp_path / "root/usr/lib/systemd/system" / UNIT.name).read_text("utf-8")
        program = "/usr/bin/sms-desk-worker"
        assert "/opt/" not in text
        preset = (tmp_path / "root/usr/lib/systemd/system-preset/50-sms-desk.preset").read_text("utf-8")
        assert f"\ndisable {UNIT.name}\n" in preset
    started = f"ExecStart={program} worker\n"
    assert started in text
    made = tmp_path / UNIT.name
    made.write_text(text.replace(started, f"ExecStart={sys.executable} worker\n"), "utf-8")
    return made


def systemd_analyze(*words: str | Path) -> subprocess.CompletedProcess[str]:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed on this machine")
    return subprocess.run([program, *words], capture_output=True, text=True, timeout=60, check=False)


def test_systemd_takes_the_unit(unit: Path) -> None:
    done = systemd_analyze("verify", unit)
    ours = [line for line in done.stderr.splitlines() if UNIT.name in line]
    newer = ("RestartSteps", "RestartMaxDelaySec")
    assert [line for line in ours if not any(f"Unknown key '{key}'" in line for key in newer)] == []
    assert done.returncode == 0, done.stderr


def test_a_secret_can_be_a_credential_as_the_unit_says(tmp_path: Path) -> None:
    text = UNIT.read_text("utf-8").replace("/opt/sms-desk/bin/sms-desk-worker", sys.executable)
    shown = re.findall(r"^#   (\w+=.*)$", text, re.MULTILINE)
    assert [line.partition("=")[0] for line in shown] == ["LoadCredential", "Environment"]
    (tmp_path / UNIT.name).write_text(re.sub(r"^#   (\w+=)", r"\1", text, flags=re.MULTILINE), "utf-8")
    done = systemd_analyze("verify", tmp_path / UNIT.name)
    assert done.returncode == 0, done.stderr
    assert not [line for line in done.stderr.splitlines() if "redential" in line or "nvironment" in line]
    credential = tmp_path / "broker_url"
    credential.write_text("redis://host:6379/0\n")
    variable, _, value = shown[1].removeprefix("Environment=").partition("=")
    settings = load({variable: value.replace("%d", str(tmp_path)), "SMSDESK_LEDGER_URL": "postgresql://host/desk"})
    assert settings.broker_url == "redis://host:6379/0"


def test_the_service_can_do_little_more_than_send(unit: Path) -> None:
    """10 is a service that can do all; nothing that needs the network gets much below 1."""
    done = systemd_analyze("security", "--offline=true", f"--threshold={MOST_EXPOSED_TENTHS}", "--no-pager", unit)
    if "offline" in done.stderr:
        pytest.skip("this systemd judges no files (it does from version 250 on)")
    assert done.returncode == 0, done.stdout[-300:]


def test_a_stop_leaves_time_for_the_calls_in_flight() -> None:
    assert int(service()["TimeoutStopSec"]) >= 2 * load().call_deadline_s + ENDS_OF_A_STOP_S
    # SIGTERM for the whole group would end a pool's children amid their calls, and the embedded server first of all.
    assert (service()["KillMode"], service()["KillSignal"], service()["Restart"]) == ("mixed", "SIGTERM", "always")


def test_the_doctor_and_other_clients_of_its_user_reach_the_embedded_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """They read the socket's path in the home; it must lie in no folder that the service has for itself."""
    said = dict(re.findall(r"^Environment=(\w+)=(.*)$", UNIT.read_text("utf-8"), re.MULTILINE))
    assert (service()["PrivateTmp"], service()["RuntimeDirectoryMode"]) == ("yes", "0700")
    assert said["XDG_RUNTIME_DIR"] == "%t/" + service()["RuntimeDirectory"]
    with tempfile.TemporaryDirectory() as run:  # as short as the service's: a socket's path has little room
        monkeypatch.setenv("XDG_RUNTIME_DIR", run)
        made = Path(socket_path(Path("/var/lib/sms-desk"), None))
    assert made.parent.parent == Path(run)
    assert len(str(Path("/run/sms-desk") / made.relative_to(run))) <= LONGEST_SOCKET_PATH


def test_every_variable_of_the_example_is_a_setting_with_its_default() -> None:
    settings = declared()
    shown = examples()
    assert sorted(set(shown) - set(settings)) == []
    assert {field.env for field in FIELDS} <= set(shown)
    own_values = {"SMSDESK_BROKER_URL", "SMSDESK_LEDGER_URL"}
    wrong = {name for name, value in shown.items() if value and value != str(settings[name]) and name not in own_values}
    assert wrong == set()


def test_the_example_can_be_used_as_it_is(tmp_path: Path) -> None:
    assert [line for line in EXAMPLE.read_text("utf-8").splitlines() if line and not line.startswith("#")] == []
    all_of_it = {name: value for name, value in examples().items() if value}
    assert load({"SMSDESK_HOME": str(tmp_path / "home"), **all_of_it}).problems == ()


def test_every_variable_is_explained_in_both_languages() -> None:
    lines = EXAMPLE.read_text("utf-8").splitlines()
    for place, line in enumerate(lines):
        if ASSIGNMENT.fullmatch(line):
            said = list(takewhile(str.strip, reversed(lines[:place])))
            assert any(CHINESE.search(one) for one in said), line
            assert any(not CHINESE.search(one) and not ASSIGNMENT.fullmatch(one) for one in said), line

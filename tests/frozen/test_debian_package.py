"""The .deb on a machine that has nothing: it installs, runs, and is removed without a trace but people's data."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from support.at_spi import ScreenReader
from support.debian_root import QUIET, DebianRoot
from support.seen_operator import SeenOperator
from support.virtual_screen import VirtualScreen
from support.waiting import wait_until

from tasks import __version__

pytestmark = [pytest.mark.frozen, pytest.mark.slow, pytest.mark.server, pytest.mark.timeout(1_200)]

OURS = re.compile("(?i)sms-?desk")
ROOT = Path(__file__).resolve().parents[2]
STATE_COLUMN = 4
DATA = "/root/.local/share/sms-desk"
DELIVERED_WITHIN_S = 60.0
SETTINGS = "/etc/sms-desk/worker.env"
UNIT = "sms-desk-worker.service"
CONTROL = ROOT / "packaging/debian/control.in"
OLD_CONTROL = """\
Package: sms-desk
Version: 0.0.1
Architecture: all
Maintainer: nobody <nobody@example.com>
Description: what came before
"""


@pytest.fixture(scope="module")
def package(program_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The .deb of the program as it is now, packed fast instead of small."""
    into = tmp_path_factory.mktemp("packages")
    done = subprocess.run(
        [sys.executable, "packaging/package.py", "--bundle", program_folder, "--into", into, "--only", "deb", "--fast"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    (made,) = into.glob("*.deb")
    return made


@pytest.fixture(scope="module")
def debian(tmp_path_factory: pytest.TempPathFactory) -> DebianRoot:
    return DebianRoot(ROOT / "build" / "debian-root", tmp_path_factory.mktemp("debian") / "root")


def files_in(debian: DebianRoot) -> set[str]:
    """Everything that lies where packages lay their files."""
    places = [debian.path(place) for place in ("/usr", "/etc", "/opt", "/lib", "/var/lib")]
    return {
        str(path.relative_to(debian.folder)) for place in places for path in place.rglob("*") if OURS.search(path.name)
    }


def test_it_installs_runs_and_is_removed(debian: DebianRoot, package: Path, tmp_path: Path) -> None:
    before = files_in(debian)
    debian.path("/root/sms-desk.deb").write_bytes(package.read_bytes())
    done(debian, "apt-get", "-qq", "update")
    done(debian, "apt-get", "install", "-y", "--no-install-recommends", "/root/sms-desk.deb")
    assert debian.run("sh", "-c", "command -v python3").stdout == ""
    assert __version__ in debian.run("sms-desk-worker", "--version").stdout
    assert debian.path(SETTINGS).stat().st_mode & 0o777 == 0o600
    without_libraries = debian.run("sms-desk")
    assert (without_libraries.returncode, "Traceback" in without_libraries.stdout) == (2, False)
    assert "apt install libgl1 libegl1" in without_libraries.stdout

    done(debian, "apt-get", "install", "-y", "--no-install-recommends", *of_the_window())
    assert debian.run("sms-desk", "--version").stdout.split() == ["SMS", "Desk", __version__]
    send_one(debian, tmp_path)
    enabled = enable(debian)

    removed = done(debian, "apt-get", "remove", "-y", "sms-desk")
    assert "~/.local/share/sms-desk" in removed
    assert not enabled.is_symlink()
    done(debian, "apt-get", "purge", "-y", "sms-desk")
    assert debian.path(f"{DATA}/ledger.sqlite").exists()
    assert {name for name in files_in(debian) - before if not name.startswith("var/lib/dpkg")} == set()


def test_an_upgrade_keeps_the_settings_and_asks_about_nothing(debian: DebianRoot, package: Path) -> None:
    """They were a conffile once, at whose changes dpkg stops and asks."""
    debian.run("dpkg", "-P", "sms-desk")
    debian.path("/root/sms-desk.deb").write_bytes(package.read_bytes())
    debian.path("/root/old").mkdir()
    debian.path("/root/old/DEBIAN").mkdir(mode=0o755)
    debian.path("/root/old/DEBIAN/control").write_text(OLD_CONTROL, "utf-8")
    debian.path("/root/old/DEBIAN/conffiles").write_text(f"{SETTINGS}\n", "utf-8")
    debian.path(f"/root/old{SETTINGS}").parent.mkdir(parents=True)
    debian.path(f"/root/old{SETTINGS}").write_text("#SMSDESK_WORKER_POOL=threads\n", "utf-8")
    done(debian, "dpkg-deb", "--root-owner-group", "-Znone", "--build", "/root/old", "/root/old.deb")
    done(debian, "dpkg", "-i", "/root/old.deb")
    debian.path(SETTINGS).write_text("SMSDESK_WORKER_POOL=solo\n", "utf-8")
    for _ in range(2):
        done(debian, "dpkg", "-i", "/root/sms-desk.deb")
        assert debian.path(SETTINGS).read_text("utf-8") == "SMSDESK_WORKER_POOL=solo\n"
    enabled = enable(debian)
    done(debian, "dpkg", "-r", "sms-desk")
    assert debian.path(SETTINGS).read_text("utf-8") == "SMSDESK_WORKER_POOL=solo\n"
    done(debian, "dpkg", "-P", "sms-desk")
    assert not enabled.is_symlink()
    assert not debian.path(SETTINGS).parent.exists()


def of_the_window() -> list[str]:
    """What the package recommends, the first where it names several, but for the large Chinese fonts."""
    recommended = re.search(r"^Recommends: (.*)$", CONTROL.read_text("utf-8"), re.MULTILINE)
    assert recommended is not None
    return [entry.split(" | ")[0] for entry in recommended[1].split(", ") if "cjk" not in entry]


def done(debian: DebianRoot, *command: str) -> str:
    """What a command said that has to succeed."""
    ran = debian.run(*command)
    assert ran.returncode == 0, ran.stdout
    return ran.stdout


def enable(debian: DebianRoot) -> Path:
    """The link of `systemctl enable`, which a root without systemd has nobody to make."""
    link = debian.path(f"/etc/systemd/system/multi-user.target.wants/{UNIT}")
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(f"/lib/systemd/system/{UNIT}")
    return link


def send_one(debian: DebianRoot, folder: Path) -> None:
    """What a new user does first."""
    with VirtualScreen() as screen, ScreenReader(folder) as reader:
        command = debian.inside("sms-desk", shared=folder)
        with SeenOperator(screen, reader, command, QUIET, folder) as operator:
            operator.begin()
            operator.wait_until_ready()
            operator.compose(["13800138000"], "你好")
            operator.send()
            operator.go("Deliveries")
            wait_until(lambda: operator.cells(STATE_COLUMN) == ["Delivered"], DELIVERED_WITHIN_S)
            operator.leave()
            assert operator.said() == ""

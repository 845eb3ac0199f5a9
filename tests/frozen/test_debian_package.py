"""The .deb on a machine that has nothing: it installs, runs, and is removed without a trace but people's data."""

from __future__ import annotations

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

ROOT = Path(__file__).resolve().parents[2]
STATE_COLUMN = 4
DATA = "/root/.local/share/sms-desk"
DELIVERED_WITHIN_S = 60.0


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
    return {str(path.relative_to(debian.folder)) for place in places for path in place.rglob("*sms-desk*")}


def test_it_installs_runs_and_is_removed(debian: DebianRoot, package: Path, tmp_path: Path) -> None:
    before = files_in(debian)
    debian.path("/root/sms-desk.deb").write_bytes(package.read_bytes())
    assert debian.run("apt-get", "-qq", "update").returncode == 0
    installed = debian.run("apt-get", "install", "-y", "--no-install-recommends", "/root/sms-desk.deb")
    assert installed.returncode == 0, installed.stdout
    assert debian.run("sh", "-c", "command -v python3").stdout == ""
    assert debian.run("sms-desk", "--version").stdout.split() == ["SMS", "Desk", __version__]
    assert __version__ in debian.run("sms-desk-worker", "--version").stdout
    assert debian.path("/etc/sms-desk/worker.env").stat().st_mode & 0o777 == 0o600
    send_one(debian, tmp_path)

    removed = debian.run("apt-get", "remove", "-y", "sms-desk")
    assert removed.returncode == 0, removed.stdout
    assert "~/.local/share/sms-desk" in removed.stdout
    purged = debian.run("apt-get", "purge", "-y", "sms-desk")
    assert purged.returncode == 0, purged.stdout
    assert debian.path(f"{DATA}/ledger.sqlite").exists()
    assert {name for name in files_in(debian) - before if not name.startswith("var/lib/dpkg")} == set()


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

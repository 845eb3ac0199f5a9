"""Taking the program off a machine, or putting a newer one there: the service stops first, people's data stay."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux's packages")

PACKAGING = Path(__file__).parents[2] / "packaging"
UNIT = "sms-desk-worker.service"


class Machine:
    """A root of its own in which dpkg's scripts run, with a systemctl that only notes what it is told."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "root"
        (self.root / "run/systemd/system").mkdir(parents=True)
        self.data = self.root / "var/lib/sms-desk"
        self.data.mkdir(parents=True)
        (self.data / "ledger.sqlite").write_bytes(b"records")
        self.settings = self.root / "etc/sms-desk/worker.env"
        for source, place in (
            ("systemd/worker.env.example", "usr/share/sms-desk/worker.env"),
            (f"systemd/{UNIT}", f"usr/lib/systemd/system/{UNIT}"),
        ):
            (self.root / place).parent.mkdir(parents=True)
            shutil.copy(PACKAGING / source, self.root / place)
        self.asked = folder / "asked"
        self.state = folder / "state"
        commands = folder / "bin"
        commands.mkdir()
        (commands / "systemctl").write_text(
            f'#!/bin/sh\n[ "$1" != show ] || exec cat {self.state}\necho "$*" >>{self.asked}\n', "utf-8"
        )
        (commands / "systemd-sysusers").write_text("#!/bin/sh\n", "utf-8")
        for command in commands.iterdir():
            command.chmod(0o755)
        self.environment = {
            "PATH": f"{commands}:/usr/bin:/bin",
            "DPKG_ROOT": str(self.root),
            "DPKG_MAINTSCRIPT_PACKAGE": "sms-desk",
        }

    def run(self, script: str, *arguments: str, language: str = "C.UTF-8") -> str:
        """What one of dpkg's scripts says."""
        done = subprocess.run(
            ["sh", str(PACKAGING / "debian" / script), *arguments],
            env=self.environment | {"LANG": language},
            capture_output=True,
            text=True,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    def is_in(self, state: str) -> None:
        """What systemd says of the service from now on."""
        self.state.write_text(f"{state}\n", "utf-8")

    def told_systemd(self) -> list[str]:
        """What systemctl was told to do, and forget it."""
        told = self.asked.read_text("utf-8").splitlines() if self.asked.exists() else []
        self.asked.unlink(missing_ok=True)
        return told


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_the_package_leaves_the_data_and_says_where(machine: Machine) -> None:
    said = machine.run("postrm", "remove")
    assert "~/.local/share/sms-desk" in said
    assert "/var/lib/sms-desk" in said
    assert (machine.data / "ledger.sqlite").read_bytes() == b"records"
    assert "台账" in machine.run("postrm", "remove", language="zh_CN.UTF-8")


@pytest.mark.skipif(shutil.which("deb-systemd-helper") is None, reason="no Debian")
@pytest.mark.parametrize("runs", [True, False], ids=["machine", "image"])
def test_nothing_stays_enabled_that_is_not_there(machine: Machine, runs: bool) -> None:
    """`systemctl enable` in an image that is made in a folder links it, too, and systemd does not run there."""
    machine.is_in("inactive")
    if not runs:
        (machine.root / "run/systemd/system").rmdir()
    machine.run("postinst", "configure")
    enabled = machine.root / "etc/systemd/system/multi-user.target.wants" / UNIT
    enabled.parent.mkdir(parents=True)
    enabled.symlink_to(f"/lib/systemd/system/{UNIT}")
    machine.run("prerm", "upgrade", "2.0")
    machine.run("postinst", "configure", "1.0")
    assert enabled.is_symlink()
    machine.run("prerm", "remove")
    assert not enabled.is_symlink()
    (machine.root / f"usr/lib/systemd/system/{UNIT}").unlink()
    machine.run("postrm", "remove")
    machine.run("postrm", "purge")
    left = list(machine.root.rglob(f"*{UNIT}*"))
    assert left == []


def test_settings_are_made_once_and_kept_for_whoever_changed_them(machine: Machine) -> None:
    machine.is_in("inactive")
    machine.run("postinst", "configure")
    assert machine.settings.read_bytes() == (PACKAGING / "systemd/worker.env.example").read_bytes()
    assert machine.settings.stat().st_mode & 0o777 == 0o600
    machine.settings.write_text("SMSDESK_WORKER_POOL=solo\n", "utf-8")
    machine.settings.chmod(0o640)
    machine.run("postinst", "configure", "1.0")
    machine.run("prerm", "remove")
    machine.run("postrm", "remove")
    assert machine.settings.read_text("utf-8") == "SMSDESK_WORKER_POOL=solo\n"
    assert machine.settings.stat().st_mode & 0o777 == 0o640
    machine.run("postrm", "purge")
    assert not machine.settings.parent.exists()


@pytest.mark.parametrize("what", [("purge",), ("upgrade", "2.0")])
def test_it_says_so_once_and_only_when_it_goes(machine: Machine, what: tuple[str, ...]) -> None:
    """dpkg purges after it has removed."""
    assert machine.run("postrm", *what) == ""
    assert (machine.data / "ledger.sqlite").read_bytes() == b"records"


def test_a_machine_without_the_service_hears_nothing_of_it(machine: Machine) -> None:
    shutil.rmtree(machine.data)
    assert "/var/lib" not in machine.run("postrm", "remove")


def test_the_running_service_stops_before_its_files_go(machine: Machine) -> None:
    machine.is_in("active")
    machine.run("prerm", "remove")
    assert machine.told_systemd() == [f"stop {UNIT}"]


@pytest.mark.parametrize("state", ["active", "activating", "reloading"])
def test_an_upgrade_stops_the_running_service_and_starts_it_again(machine: Machine, state: str) -> None:
    """A worker that ends again and again is "activating" until systemd's next try."""
    machine.is_in(state)
    machine.run("prerm", "upgrade", "2.0")
    assert machine.told_systemd() == [f"stop {UNIT}"]
    machine.run("postinst", "configure", "1.0")
    assert machine.told_systemd() == ["daemon-reload", f"start {UNIT}"]
    machine.run("postinst", "configure", "1.0")
    assert machine.told_systemd() == ["daemon-reload"]


@pytest.mark.parametrize("state", ["inactive", "failed", ""])
def test_an_upgrade_starts_no_service_that_was_not_running(machine: Machine, state: str) -> None:
    machine.is_in(state)
    machine.run("prerm", "upgrade", "2.0")
    machine.run("postinst", "configure", "1.0")
    assert machine.told_systemd() == ["daemon-reload"]


def test_an_upgrade_goes_on_where_systemd_does_not_run_or_does_not_answer(machine: Machine) -> None:
    machine.run("prerm", "upgrade", "2.0")
    machine.is_in("active")
    (machine.root / "run/systemd/system").rmdir()
    machine.run("prerm", "upgrade", "2.0")
    assert machine.told_systemd() == []

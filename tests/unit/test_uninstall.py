"""Taking the program off a machine, or putting a newer one there: the service stops first, people's data stay."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux's packages")

PACKAGING = Path(__file__).parents[2] / "packaging"
UNIT = "sms-desk-worker.service"


class Machine:
    """A root of its own in which dpkg's scripts run, with a systemctl that only notes what it is asked."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "root"
        (self.root / "run/systemd/system").mkdir(parents=True)
        self.data = self.root / "var/lib/sms-desk"
        self.data.mkdir(parents=True)
        (self.data / "ledger.sqlite").write_bytes(b"records")
        self.asked = folder / "asked"
        self.active = folder / "active"
        commands = folder / "bin"
        commands.mkdir()
        (commands / "systemctl").write_text(
            f'#!/bin/sh\necho "$*" >>{self.asked}\n[ "$2" != is-active ] || [ -e {self.active} ]\n', "utf-8"
        )
        (commands / "systemd-sysusers").write_text("#!/bin/sh\n", "utf-8")
        for command in commands.iterdir():
            command.chmod(0o755)
        self.environment = {"PATH": f"{commands}:/usr/bin:/bin", "DPKG_ROOT": str(self.root)}

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

    def told_systemd(self) -> list[str]:
        """What systemctl was asked, and forget it."""
        told = self.asked.read_text("utf-8").splitlines() if self.asked.exists() else []
        self.asked.unlink(missing_ok=True)
        return told


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.mark.parametrize("what", ["remove", "purge"])
def test_the_package_leaves_the_data_and_says_where(machine: Machine, what: str) -> None:
    said = machine.run("postrm", what)
    assert "~/.local/share/sms-desk" in said
    assert "/var/lib/sms-desk" in said
    assert (machine.data / "ledger.sqlite").read_bytes() == b"records"
    assert "台账" in machine.run("postrm", what, language="zh_CN.UTF-8")
    assert machine.run("postrm", "upgrade", "2.0") == ""


def test_a_machine_without_the_service_hears_nothing_of_it(machine: Machine) -> None:
    shutil.rmtree(machine.data)
    assert "/var/lib" not in machine.run("postrm", "remove")


def test_the_running_service_stops_before_its_files_go(machine: Machine) -> None:
    machine.active.touch()
    machine.run("prerm", "remove")
    assert machine.told_systemd() == [f"--no-reload disable --now {UNIT}"]


def test_an_upgrade_stops_the_running_service_and_starts_it_again(machine: Machine) -> None:
    machine.active.touch()
    machine.run("prerm", "upgrade", "2.0")
    assert machine.told_systemd() == [f"--quiet is-active {UNIT}", f"stop {UNIT}"]
    machine.run("postinst", "configure", "1.0")
    assert machine.told_systemd() == ["daemon-reload", f"start {UNIT}"]
    machine.run("postinst", "configure", "1.0")
    assert machine.told_systemd() == ["daemon-reload"]


def test_an_upgrade_starts_no_service_that_was_not_running(machine: Machine) -> None:
    machine.run("prerm", "upgrade", "2.0")
    machine.run("postinst", "configure", "1.0")
    assert machine.told_systemd() == [f"--quiet is-active {UNIT}", "daemon-reload"]


def install_for_me(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the installer of one user, whose home is in the folder."""
    return subprocess.run(
        ["sh", str(folder / "program" / "install-for-me"), *arguments],
        env={"PATH": os.environ["PATH"], "HOME": str(folder / "home"), **environment},
        capture_output=True,
        text=True,
    )


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    """The archive, unpacked, and a user who has records."""
    share = tmp_path / "program" / "share"
    (share / "applications").mkdir(parents=True)
    shutil.copy(PACKAGING / "linux" / "install-for-me", tmp_path / "program")
    shutil.copy(PACKAGING / "linux" / "io.github.smsdesk.SmsDesk.desktop", share / "applications")
    records = tmp_path / "home/.local/share/sms-desk"
    records.mkdir(parents=True)
    (records / "ledger.sqlite").write_bytes(b"records")
    return tmp_path


def test_the_users_installer_puts_the_program_into_the_menu_and_out_again(unpacked: Path) -> None:
    assert install_for_me(unpacked).returncode == 0
    entry = unpacked / "home/.local/share/applications/io.github.smsdesk.SmsDesk.desktop"
    assert f'Exec="{unpacked}/program/sms-desk"' in entry.read_text("utf-8")
    removed = install_for_me(unpacked, "--remove")
    assert removed.returncode == 0
    assert not entry.exists()
    records = unpacked / "home/.local/share/sms-desk"
    assert f"  {records}\n" in removed.stdout
    assert f"  {unpacked}/program\n" in removed.stdout
    assert (records / "ledger.sqlite").read_bytes() == b"records"
    assert "台账" in install_for_me(unpacked, "--remove", LANG="zh_CN.UTF-8").stdout


def test_it_names_the_folder_that_the_user_chose(unpacked: Path) -> None:
    assert "  /srv/records\n" in install_for_me(unpacked, "--remove", SMSDESK_HOME="/srv/records").stdout


def test_it_does_nothing_for_a_word_it_does_not_know(unpacked: Path) -> None:
    asked = install_for_me(unpacked, "--uninstal")
    assert (asked.returncode, "--remove" in asked.stderr) == (2, True)
    assert not (unpacked / "home/.local/share/applications").exists()

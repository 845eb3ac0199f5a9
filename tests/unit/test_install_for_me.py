"""The archive's installer puts the program into one user's menu and out again, wherever it was unpacked."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.waiting import wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux's packages")

LINUX = Path(__file__).parents[2] / "packaging" / "linux"
ENTRY = "applications/io.github.smsdesk.SmsDesk.desktop"
ICON = "icons/hicolor/64x64/apps/io.github.smsdesk.SmsDesk.png"
MANUAL = "man/man1/sms-desk.1"
ODD_NAMES = ["R & D | SMS", "短信 台", "a\\b", "it's $HOME `x`", '"quoted"', "a#b;c*d?(e)~<f>!"]


def install_for_me(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the installer of one user, whose home is in the folder."""
    return subprocess.run(
        ["sh", str(folder / "program" / "install-for-me"), *arguments],
        env={"PATH": os.environ["PATH"], "HOME": str(folder / "home"), **environment},
        capture_output=True,
        text=True,
    )


def unpack(folder: Path) -> Path:
    """The archive, unpacked, and a user who has records."""
    share = folder / "program" / "share"
    for name in (ENTRY, ICON, MANUAL):
        (share / name).parent.mkdir(parents=True)
    shutil.copy(LINUX / "install-for-me", folder / "program")
    shutil.copy(LINUX / Path(ENTRY).name, share / ENTRY)
    shutil.copy(LINUX / Path(MANUAL).name, share / MANUAL)
    (share / ICON).write_bytes(b"icon")
    program = folder / "program" / "sms-desk"
    program.write_text('#!/bin/sh\ntouch "$0.started"\n', "utf-8")
    program.chmod(0o755)
    records = folder / "home/.local/share/sms-desk"
    records.mkdir(parents=True)
    (records / "ledger.sqlite").write_bytes(b"records")
    return folder


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    return unpack(tmp_path)


def test_it_puts_the_program_into_the_menu_and_out_again(unpacked: Path) -> None:
    assert install_for_me(unpacked).returncode == 0
    share = unpacked / "home/.local/share"
    assert f'Exec="{unpacked}/program/sms-desk"' in (share / ENTRY).read_text("utf-8")
    assert (share / ICON).read_bytes() == b"icon"
    assert (share / MANUAL).is_file()
    removed = install_for_me(unpacked, "--remove")
    assert removed.returncode == 0
    assert not (share / ENTRY).exists()
    assert not (share / ICON).exists()
    assert not (share / MANUAL).exists()
    assert f"  {share}/sms-desk\n" in removed.stdout
    assert f"  {unpacked}/program\n" in removed.stdout
    assert (share / "sms-desk/ledger.sqlite").read_bytes() == b"records"
    assert "keyring" in removed.stdout
    in_chinese = install_for_me(unpacked, "--remove", LANG="zh_CN.UTF-8").stdout
    assert ("台账" in in_chinese, "密钥环" in in_chinese) == (True, True)


def test_folders_that_are_there_stay_as_they_are(unpacked: Path) -> None:
    share = unpacked / "home/.local/share"
    there = [share, share / "applications", share / "icons", share / "man"]
    for folder in there:
        folder.mkdir(exist_ok=True)
        folder.chmod(0o700)
    os.utime(share, (1, 1))
    for _ in range(2):
        assert install_for_me(unpacked).returncode == 0
    assert {folder.stat().st_mode & 0o777 for folder in there} == {0o700}
    assert share.stat().st_mtime == 1


@pytest.mark.parametrize("name", ODD_NAMES)
def test_the_menu_starts_it_in_a_folder_of_any_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    unpack(folder)
    done = install_for_me(folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{folder}/program/install-for-me --remove" in done.stdout
    entry = folder / "home/.local/share" / ENTRY
    assert started_by(entry) == str(folder / "program/sms-desk")
    judge = shutil.which("desktop-file-validate")
    if judge is not None:
        judged = subprocess.run([judge, entry], capture_output=True, text=True, timeout=60)
        assert (judged.returncode, judged.stdout) == (0, "")
    launcher = shutil.which("gio")
    if launcher is not None:
        subprocess.run([launcher, "launch", entry], check=True, capture_output=True, timeout=60)
        wait_until((folder / "program/sms-desk.started").exists, 20)


def started_by(entry: Path) -> str:
    """The program that an entry starts, read as the Desktop Entry Specification says; TryExec names the same."""
    values = dict(line.split("=", 1) for line in entry.read_text("utf-8").splitlines() if "=" in line)
    texts = {key: re.sub(r"\\(.)", r"\1", values[key]) for key in ("Exec", "TryExec")}
    quoted = re.fullmatch(r'"((?:[^"`$\\]|\\["`$\\])*)"', texts["Exec"])
    assert quoted is not None, texts["Exec"]
    argument = re.sub(r"\\(.)", r"\1", quoted[1])
    assert argument == texts["TryExec"]
    return argument


@pytest.mark.parametrize("name", ["a=b", "100%", "two\nlines"])
def test_a_folder_that_no_menu_can_name_is_refused(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    unpack(folder)
    done = install_for_me(folder)
    assert (done.returncode, "Rename the folder" in done.stderr, str(folder) in done.stderr) == (1, True, True)
    assert "重命名" in install_for_me(folder, LANG="zh_CN.UTF-8").stderr
    assert not (folder / "home/.local/share" / ENTRY).exists()


def test_it_names_the_folder_that_the_user_chose(unpacked: Path) -> None:
    assert "  /srv/records\n" in install_for_me(unpacked, "--remove", SMSDESK_HOME="/srv/records").stdout


@pytest.mark.parametrize("word", ["--help", "-h"])
def test_it_explains_itself(unpacked: Path, word: str) -> None:
    asked = install_for_me(unpacked, word)
    assert (asked.returncode, "--remove" in asked.stdout, asked.stderr) == (0, True, "")
    assert "用法" in install_for_me(unpacked, word, LANG="zh_CN.UTF-8").stdout
    assert not (unpacked / "home/.local/share/applications").exists()


def test_it_does_nothing_for_a_word_it_does_not_know(unpacked: Path) -> None:
    asked = install_for_me(unpacked, "--uninstal")
    assert (asked.returncode, "--remove" in asked.stderr) == (2, True)
    assert not (unpacked / "home/.local/share/applications").exists()

"""One window a home, with real second processes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QProcess
from pytestqt.qtbot import QtBot

from desktop.single_instance import Claim, SingleInstance

ROOT = Path(__file__).parent.parent.parent
SECOND = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from desktop.single_instance import SingleInstance
app = QCoreApplication([])
instance = SingleInstance(Path(sys.argv[1]))
print(instance.claim(answer_within_ms=int(sys.argv[2])).value, flush=True)
if sys.argv[3] == "hold":
    sys.stdin.read()
instance.release()
"""
AS_ANYBODY = """
import ctypes, os, sys
if sys.platform == "linux":
    PR_CAPBSET_DROP, CAP_DAC_OVERRIDE = 24, 1
    ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0)  # or root could write anywhere
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


def second_start(qtbot: QtBot, home: Path, within_ms: int = 5_000) -> str:
    process = QProcess()
    process.setWorkingDirectory(str(ROOT))
    process.setProcessChannelMode(QProcess.ProcessChannelMode.MergedChannels)
    with qtbot.waitSignal(process.finished, timeout=20_000):
        process.start(sys.executable, ["-c", SECOND, str(home), str(within_ms), "end"])
    return bytes(process.readAll().data()).decode().strip()


def test_a_second_start_shows_the_first_window(qtbot: QtBot, home: Path) -> None:
    first = SingleInstance(home)
    assert first.claim() is Claim.FIRST
    with qtbot.waitSignal(first.show_wanted, timeout=20_000):
        assert second_start(qtbot, home) == Claim.SHOWN
    first.release()


def test_after_the_first_has_ended_the_next_is_first(qtbot: QtBot, home: Path) -> None:
    first = SingleInstance(home)
    first.claim()
    first.release()
    assert second_start(qtbot, home) == Claim.FIRST


def test_another_home_has_its_own_window(qtbot: QtBot, home: Path) -> None:
    (home / "other").mkdir()
    first = SingleInstance(home)
    first.claim()
    assert second_start(qtbot, home / "other") == Claim.FIRST
    first.release()


def test_a_start_while_the_window_ends_waits_for_its_end(qtbot: QtBot, home: Path) -> None:
    first = SingleInstance(home)
    first.claim()
    first.note_finishing()
    process = QProcess()
    process.setWorkingDirectory(str(ROOT))
    process.start(sys.executable, ["-c", SECOND, str(home), "5000", "end"])
    assert first._server is not None
    with qtbot.waitSignal(first._server.newConnection, timeout=20_000):
        pass
    with qtbot.waitSignal(process.finished, timeout=20_000):
        first.release()
    assert bytes(process.readAll().data()).decode().strip() == Claim.FIRST


def claim_without_rights(home: Path) -> str:
    """What a process finds that has no more rights than the folder gives it."""
    found = subprocess.run(
        [sys.executable, "-c", AS_ANYBODY, "-c", SECOND, str(home), "300", "end"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return found.stdout.strip()


def holder(home: Path) -> subprocess.Popen[str]:
    held = subprocess.Popen(
        [sys.executable, "-c", SECOND, str(home), "100", "hold"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    assert held.stdout is not None
    assert held.stdout.readline().strip() == Claim.FIRST
    return held


def test_an_owner_that_does_not_answer_is_said(qtbot: QtBot, home: Path) -> None:
    held = holder(home)  # it never turns its event loop
    assert SingleInstance(home).claim(answer_within_ms=300) is Claim.SILENT
    held.communicate()


@pytest.mark.skipif(os.name == "nt", reason="a killed process leaves no socket there")
def test_what_a_killed_window_left_behind_does_not_matter(qtbot: QtBot, home: Path) -> None:
    held = holder(home)
    held.kill()
    held.communicate()
    first = SingleInstance(home)
    assert first.claim() is Claim.FIRST
    with qtbot.waitSignal(first.show_wanted, timeout=20_000):
        assert second_start(qtbot, home) == Claim.SHOWN
    first.release()


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no other user here")
@pytest.mark.parametrize("left_behind", [False, True])
def test_a_home_that_may_not_be_written_is_not_taken_for_a_second_window(tmp_path: Path, left_behind: bool) -> None:
    home = tmp_path / "home"
    home.mkdir()
    if left_behind:  # by a window of somebody else that was killed
        held = holder(home)
        held.kill()
        held.communicate()
    home.chmod(0o555)
    assert claim_without_rights(home) == Claim.UNUSABLE
    home.chmod(0o755)


def test_a_home_with_a_very_long_path(qtbot: QtBot, home: Path) -> None:
    long = home / ("x" * 120)
    long.mkdir()
    first = SingleInstance(long)
    assert first.claim() is Claim.FIRST
    with qtbot.waitSignal(first.show_wanted, timeout=20_000):
        assert second_start(qtbot, long) == Claim.SHOWN
    first.release()

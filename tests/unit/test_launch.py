"""Starting ourselves in another role, from a checkout and frozen; what the program answers on a command line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tasks import __version__
from tasks.launch import child_environment, command, foreign_environment


@pytest.fixture
def frozen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    program = tmp_path / "app" / "sms-desk"
    program.parent.mkdir()
    program.write_text("")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(program))
    return program


def test_from_a_checkout_the_interpreter_runs_the_package() -> None:
    assert command("worker", "--under-panel") == [sys.executable, "-m", "tasks", "worker", "--under-panel"]


def test_frozen_the_console_program_beside_the_window_is_taken(frozen: Path) -> None:
    suffix = ".exe" if sys.platform == "win32" else ""
    beside = frozen.with_name("sms-desk-worker" + suffix)
    beside.write_text("")
    assert command("clerk") == [str(beside), "clerk"]


def test_frozen_without_it_the_window_program_takes_the_role_as_an_option(frozen: Path) -> None:
    assert command("server", "x") == [str(frozen), "--server", "x"]


def test_a_child_finds_our_package_and_not_one_in_the_current_folder(tmp_path: Path) -> None:
    (tmp_path / "tasks").mkdir()
    (tmp_path / "tasks" / "__init__.py").write_text("raise SystemExit('somebody else')")
    answer = subprocess.run(
        [*command("worker")[:-1], "--version"],
        cwd=tmp_path,
        env=child_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.stdout.strip() == __version__


def test_a_foreign_program_gets_neither_our_library_path_nor_our_settings(
    frozen: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", "/bundle")
    monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", "/usr/local/lib")
    monkeypatch.setenv("SMSDESK_YUNTONGXUN_AUTH_TOKEN", "a-real-token")
    environment = foreign_environment()
    assert environment["LD_LIBRARY_PATH"] == "/usr/local/lib"
    assert not any(name.startswith("SMSDESK_") for name in environment)
    monkeypatch.delenv("LD_LIBRARY_PATH_ORIG")
    assert "LD_LIBRARY_PATH" not in foreign_environment()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [(["--version"], 0, __version__), (["--help"], 0, "usage:"), ([], 0, "usage:"), (["fly"], 2, "")],
)
def test_the_command_line_answers(words: list[str], code: int, said: str) -> None:
    answer = run(*words)
    assert answer.returncode == code
    assert said in answer.stdout
    assert ("usage:" in answer.stderr) == (code == 2)


def test_a_reader_that_leaves_early_is_no_error() -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        answer = subprocess.run(
            [*command("clerk")[:-1], "--help"],
            stdout=write,
            stderr=subprocess.PIPE,
            text=True,
            env=child_environment(),
            check=False,
        )
    finally:
        os.close(write)
    assert (answer.returncode, answer.stderr) == (0, "")


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*command("clerk")[:-1], *words], capture_output=True, text=True, env=child_environment(), check=False
    )

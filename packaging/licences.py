"""The licences of all that is inside the bundle: a folder with every text, and a list that the About page shows.

Which parts are inside is read from what PyInstaller collected, so nobody keeps the list by hand; a part whose licence
cannot be found stops the build.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from email.message import Message
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import cast

HERE = Path(__file__).resolve().parent
TEXTS = HERE / "licence_texts"
OURS = ("sms-desk", "sms_desk")
LICENCE_NAMES = ("licen", "copying", "notice", "authors", "copyright")
QT_TEXTS = (TEXTS / "LGPL-3.0-only.txt", TEXTS / "GPL-3.0-only.txt")
"""Qt's and Qt for Python's wheels carry no text of their licence; the Lesser one builds on the other."""
FOLDER = "licences"
LIST = "components.json"


@dataclass(frozen=True, slots=True)
class Component:
    """One part that others made."""

    name: str
    version: str
    licence: str
    homepage: str = ""
    texts: tuple[Path, ...] = field(default=(), repr=False)


def write_licences(bundle: Path, sources: Path) -> list[Component]:
    """Put the folder `licences` into the bundle. `sources` is what the spec noted of the files inside."""
    files = [Path(source) for _, source in json.loads(sources.read_text()) if Path(source).is_absolute()]
    components = sorted(components_of(files), key=lambda component: component.name.lower())
    without = [component.name for component in components if not component.texts]
    if without:
        raise SystemExit(f"bundle: no licence was found of: {', '.join(without)}")
    folder = bundle / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    for component in components:
        copy_texts(component, folder / component.name)
    shutil.copy(HERE.parent / "LICENSE", folder / "SMS-Desk.txt")
    listed = [{name: value for name, value in asdict(component).items() if name != "texts"} for component in components]
    (folder / LIST).write_text(json.dumps(listed, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return components


def copy_texts(component: Component, folder: Path) -> None:
    """Its texts, each under its own name."""
    folder.mkdir(parents=True)
    for number, text in enumerate(component.texts):
        name = text.name if not (folder / text.name).exists() else f"{number}-{text.name}"
        shutil.copy(text, folder / name)


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
    standard = Path(sysconfig.get_path("stdlib")).resolve().parent.parent
    own = HERE.parent
    rest = {file for file in wanted - ours if not file.is_relative_to(standard) and not file.is_relative_to(own)}
    yield from of_system(file for file in rest if ".so" in file.name)


def python() -> Component:
    """Python itself, with its standard library."""
    places = [
        Path(sysconfig.get_path("stdlib")) / "LICENSE.txt",
        Path(sys.base_prefix) / "LICENSE.txt",  # Windows
        Path("/usr/share/doc/python3/copyright"),
    ]
    version = ".".join(map(str, sys.version_info[:3]))
    texts = tuple(place for place in places if place.is_file())[:1]
    return Component("Python", version, "PSF-2.0", "https://www.python.org/", texts)


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
    return Component(distribution.name, distribution.version, licence or "see the text", homepage(distribution), texts)


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
        (named[name] for name in ("homepage", "source", "source code", "repository", "github") if name in named), ""
    )


def of_system(files: Iterable[Path]) -> Iterator[Component]:
    """Libraries of the system on which the bundle is built, by its package database."""
    packages: dict[str, str] = {}
    for file in files:
        package, version = owner(file)
        packages[package] = version
    for package, version in packages.items():
        texts = tuple(place for place in [Path(f"/usr/share/doc/{package}/copyright")] if place.is_file())
        yield Component(package, version, "see the text", "", texts)


def owner(file: Path) -> tuple[str, str]:
    """The Debian package of a file, and its version; the file itself where no package has it."""
    for asked in {str(file), str(file).removeprefix("/usr")}:
        found = subprocess.run(["dpkg-query", "-S", asked], capture_output=True, text=True)
        if found.returncode == 0:
            package = found.stdout.partition(":")[0]
            shown = subprocess.run(["dpkg-query", "-W", "-f", "${Version}\n", package], capture_output=True, text=True)
            return package, shown.stdout.partition("\n")[0]
    return file.name, ""

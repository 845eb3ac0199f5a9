"""The folder `licences` of the bundle: every text, a list that the About page shows, and where the sources are.

It stands alone: what a text only points to on a Debian is in it, too. A part without a licence stops the build.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from licences import LISTS, TEXTS, Component, components_of

FOLDER = "licences"
LIST = "components.json"
SOURCES = "SOURCES.txt"
SHARED = "common-licenses"
DEBIANS = Path("/usr/share") / SHARED
NAMED = re.compile(rf"/usr/share/{SHARED}/([A-Za-z0-9][A-Za-z0-9.-]*)")
UNTOLD = "the Python Package Index has it under this name and version; its wheel names no other place"
KEPT = {
    "Apache-2.0": "Apache-2.0.txt", "CC0-1.0": "CC0-1.0.txt", "GPL": "GPL-3.0-only.txt", "GPL-2": "GPL-2.0-only.txt",
    "GPL-3": "GPL-3.0-only.txt", "LGPL-2": "LGPL-2.0-only.txt", "LGPL-2.1": "LGPL-2.1-only.txt",
    "LGPL-3": "LGPL-3.0-only.txt",
}  # fmt: skip
"""Shared texts by Debian's name, for a build on another system."""


def write_licences(bundle: Path, sources: Path) -> list[Component]:
    """Put the folder into the bundle. `sources` is what the spec noted of the files inside."""
    files = [Path(source) for _, source in json.loads(sources.read_text()) if Path(source).is_absolute()]
    components = sorted(components_of(files), key=lambda component: component.name.lower())
    without = [component.name for component in components if not component.texts]
    if without:
        raise SystemExit(f"bundle: no licence was found of: {', '.join(without)}")
    folder = bundle / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    for component in components:
        copy_texts(component, folder / component.name)
    copy_shared(folder)
    shutil.copy(TEXTS.parent.parent / "LICENSE", folder / "SMS-Desk.txt")
    listed = [{name: value for name, value in asdict(component).items() if name != "texts"} for component in components]
    (folder / LIST).write_text(json.dumps(listed, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / SOURCES).write_text(where_the_sources_are(components), "utf-8")
    return components


def copy_texts(component: Component, folder: Path) -> None:
    """Its texts, each under its own name; lists for machines apart, where the About page does not show them."""
    folder.mkdir(parents=True)
    for number, text in enumerate(component.texts):
        place = folder / LISTS if LISTS in text.parent.parts else folder
        place.mkdir(exist_ok=True)
        name = text.name if not (place / text.name).exists() else f"{number}-{text.name}"
        shutil.copy(text, place / name)


def copy_shared(folder: Path) -> None:
    """The texts that the others only point to."""
    texts = [path.read_text("utf-8", errors="replace") for path in folder.rglob("*") if path.is_file()]
    names = {name.rstrip(".-") for text in texts for name in NAMED.findall(text)}
    (folder / SHARED).mkdir()
    missing = [name for name in sorted(names) if not copy_one_shared(name, folder / SHARED / name)]
    if missing:
        raise SystemExit(f"bundle: licences point to texts that are nowhere: {', '.join(missing)}")


def copy_one_shared(name: str, target: Path) -> bool:
    """Debian's, else ours; whether there is one."""
    places: Sequence[Path] = [DEBIANS / name, *([TEXTS / KEPT[name]] if name in KEPT else [])]
    found = next((place for place in places if place.is_file()), None)
    if found is not None:
        shutil.copy(found, target)
    return found is not None


def where_the_sources_are(components: Iterable[Component]) -> str:
    """For whoever wants to build a part anew: what the licences ask for, in one text."""
    lines = []
    for component in components:
        debian = f"Debian source package {component.source}" if component.source else ""
        lines.append(f"{component.name} {component.version} ({component.licence})".replace("  ", " "))
        lines.append("    " + ("; ".join(filter(None, [debian, component.homepage])) or UNTOLD))
    return (TEXTS / "SOURCES.txt.in").read_text("utf-8").replace("@PARTS@", "\n".join(lines))

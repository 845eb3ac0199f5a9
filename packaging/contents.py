"""What of the collected files the bundle really needs, for the spec.

PyInstaller takes along every plug-in of Qt and whatever those link to; GTK's theme alone drags twenty libraries in.
So what is never loaded is left out first, and then every shared library that nothing of the rest asks for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from PyInstaller.depend.bindepend import get_imports

Entry = tuple[str, str, str]
"""(name in the bundle, file it comes from, PyInstaller's kind)."""

PLUGINS_NOT_USED = (
    # Screens without a desktop, and GTK's theme.
    "qeglfs", "qlinuxfb", "qvnc", "qminimal", "qvkkhrdisplay", "qgtk3",
    # Input devices read without a desktop.
    "qevdev", "qtuiotouch",
    # Pictures that the window never shows.
    "qtiff", "qwebp", "qtga", "qwbmp", "qicns", "qgif", "qjpeg",
    # Nobody asks whether there is a network.
    "qnetworkmanager", "qconnman", "qglib",
    # A client is all that we are of Wayland.
    "qt-plugin-wayland", "dmabuf-server", "shm-emulation", "vulkan-server", "drm-egl-server",
)  # fmt: skip
LANGUAGES = ("qt_zh_CN.qm", "qtbase_zh_CN.qm")


def loaded(entries: Iterable[Entry]) -> list[Entry]:
    """Without what of Qt is never loaded."""
    return [entry for entry in entries if not _is_unused(Path(entry[0]))]


def _is_unused(name: Path) -> bool:
    unused_plugin = "plugins" in name.parts and name.name.removeprefix("lib").startswith(PLUGINS_NOT_USED)
    unused_language = "translations" in name.parts and name.suffix == ".qm" and name.name not in LANGUAGES
    return unused_plugin or unused_language


def needed(entries: Sequence[Entry]) -> list[Entry]:
    """Without shared libraries that only something left out had asked for.

    What lies beside the packages' own files is kept whole (they open those by name); only libraries in the bundle's
    own folder and in Qt's are there because something links to them.
    """
    by_file_name = {Path(name).name: (name, source) for name, source, _ in entries}
    kept = {name for name, source, kind in entries if kind != "BINARY" or not _is_linked_only(name)}
    looked_at: set[str] = set()
    to_look_at = [entry for entry in entries if entry[0] in kept and entry[2] in ("BINARY", "EXTENSION")]
    while to_look_at:
        _, source, _ = to_look_at.pop()
        if source in looked_at:
            continue
        looked_at.add(source)
        for library, _path in get_imports(source):
            found = by_file_name.get(Path(library).name)
            if found is not None and found[1] not in looked_at:
                kept.add(found[0])
                to_look_at.append((*found, "BINARY"))
    return [entry for entry in entries if entry[0] in kept and not _leads_nowhere(entry, kept)]


def leading_somewhere(entries: Iterable[Entry], others: Iterable[Entry]) -> list[Entry]:
    """Without second names of libraries that were left out; some stand among the data."""
    entries = list(entries)
    there = {name for name, _, _ in (*entries, *others)}
    return [entry for entry in entries if not _leads_nowhere(entry, there)]


def _leads_nowhere(entry: Entry, kept: set[str]) -> bool:
    """A second name of a library that is not there any more."""
    name, target, kind = entry
    return kind == "SYMLINK" and (Path(name).parent / target).as_posix() not in kept


def _is_linked_only(name: str) -> bool:
    place = Path(name).parent
    if Path(name).name.startswith("libpython"):
        return False  # what the programs themselves open
    return ".so" in Path(name).name and (place == Path(".") or place.as_posix().endswith("PySide6/Qt/lib"))


def write_sources(path: Path, entries: Iterable[Entry]) -> None:
    """Note which file each part of the bundle comes from: that is how its licence is found."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(sorted({(name, source) for name, source, _ in entries if source}), indent=0))

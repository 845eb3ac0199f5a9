"""settings.toml on disk: read it without ever losing what a person wrote, and set a damaged one aside.

The file has a version, in `settings_version`; one without is of the programs before there was any. A newer one is not
read: what a value means there, this program cannot know.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tasks.errors import SettingsError
from tasks.files import time_in_name

SETTINGS_FILE = "settings.toml"
LEDGER_FILE = "ledger.sqlite"
"""Where the ledger is unless a setting names another place."""


VERSION = 1
VERSION_KEY = "settings_version"


def read_text(path: Path) -> str:
    """The file's text, "" where there is none. A byte-order mark (Windows' Notepad) is dropped.

    Raises SettingsError `settings.unreadable` (path), `settings.corrupt` (path, line) or, where there is an earlier
    copy, `settings.corrupt_but_kept` (path, line, backup).
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise SettingsError("settings.unreadable", path=str(path)) from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise corrupt(path, line) from None


def may_name(path: Path, key: str) -> bool:
    """Whether a file that cannot be used may hold a value of this key."""
    try:
        raw = path.read_bytes()
    except OSError:
        return True
    return re.search(rb"(?m)^\s*[\"']?" + key.encode() + rb"[\"']?\s*=", raw) is not None


def parse(text: str, path: Path) -> dict[str, Any]:
    """The tables of a settings file.

    Raises SettingsError `settings.corrupt`, `settings.corrupt_but_kept`, or `settings.newer` (path, version, known).
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # The error's own text quotes the file; only the line is told.
        place = re.search(r"line (\d+)", str(error))
        line = int(place[1]) if place else text.count("\n") + 1
        raise corrupt(path, line) from None
    if version_of(tables) > VERSION:
        raise SettingsError("settings.newer", path=str(path), version=version_of(tables), known=VERSION)
    return tables


def version_of(tables: Mapping[str, Any]) -> int:
    """The version of a file's form; 0 where it says none."""
    version = tables.get(VERSION_KEY, 0)
    return version if isinstance(version, int) else 0


def corrupt(path: Path, line: int) -> SettingsError:
    """What is wrong with a damaged file, and which earlier one could take its place."""
    backup = newest_backup(path)
    if backup is None:
        return SettingsError("settings.corrupt", path=str(path), line=line)
    return SettingsError("settings.corrupt_but_kept", path=str(path), line=line, backup=backup.name)


def is_corrupt(error: SettingsError) -> bool:
    """Whether the file is damaged, as opposed to not being readable or from a newer program."""
    return error.code in ("settings.corrupt", "settings.corrupt_but_kept")


def newest_backup(path: Path) -> Path | None:
    """The last copy beside a settings file that can be read."""
    found: list[tuple[float, Path]] = []
    for copy in path.parent.glob(f"{path.name}*.bak"):
        try:
            tomllib.loads(copy.read_text("utf-8-sig"))
            found.append((copy.stat().st_mtime, copy))
        except (OSError, ValueError):
            continue
    return max(found)[1] if found else None


def backup_name(path: Path, version: int) -> Path:
    """Where the file as it is goes before it is written: one of an earlier version keeps a name of its own."""
    if version == VERSION:
        return path.with_name(f"{path.name}.bak")
    return path.with_name(f"{path.name}.version-{version}.{time_in_name()}.bak")


def set_aside(path: Path) -> Path:
    """Rename a damaged file to `<name>.damaged-<time>` and return the new name."""
    stamp = time_in_name()
    aside = path.with_name(f"{path.name}.damaged-{stamp}")
    number = 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"{path.name}.damaged-{stamp}-{number}")
    path.rename(aside)
    return aside

"""settings.toml on disk: read it without ever losing what a person wrote, and set a damaged one aside."""

from __future__ import annotations

import re
import time
import tomllib
from pathlib import Path
from typing import Any

from tasks.errors import SettingsError

SETTINGS_FILE = "settings.toml"


def read_text(path: Path) -> str:
    """The file's text, "" where there is none. A byte-order mark (Windows' Notepad) is dropped.

    Raises SettingsError `settings.unreadable` (path) or `settings.corrupt` (path, line).
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
        raise SettingsError("settings.corrupt", path=str(path), line=line) from None


def parse(text: str, path: Path) -> dict[str, Any]:
    """The tables of a settings file. Raises SettingsError `settings.corrupt` (path, line)."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # The error's own text quotes the file; only the line is told.
        place = re.search(r"line (\d+)", str(error))
        line = int(place[1]) if place else text.count("\n") + 1
        raise SettingsError("settings.corrupt", path=str(path), line=line) from None


def set_aside(path: Path) -> Path:
    """Rename a damaged file to `<name>.damaged-<time>` and return the new name."""
    stamp = time.strftime("%Y%m%d-%H%M%S")
    aside = path.with_name(f"{path.name}.damaged-{stamp}")
    number = 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"{path.name}.damaged-{stamp}-{number}")
    path.rename(aside)
    return aside

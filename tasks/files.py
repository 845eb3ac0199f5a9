"""Names of files: of an SQLite file as an address, and the time in the name of a copy."""

from __future__ import annotations

import time
from pathlib import Path
from urllib.parse import unquote

_SQLITE = "sqlite:///"


def sqlite_url(path: Path | str) -> str:
    """The address of the file at a path, for SQLAlchemy: there `?` and `%` have a meaning of their own."""
    return _SQLITE + str(path).replace("%", "%25").replace("?", "%3F")


def sqlite_path(url: str) -> str:
    """The path that an address of an SQLite file names."""
    return unquote(url.partition("///")[2].partition("?")[0])


def time_in_name() -> str:
    """Now, for the name of a copy, without a run of digits so long that a log takes it for a phone number."""
    return time.strftime("%Y-%m-%d-%H%M%S")

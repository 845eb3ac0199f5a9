"""`<home>/server.json`: where the embedded server listens and its password, readable by its user only."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

RECORD_FILE = "server.json"
SOCKET_NAME = "valkey.sock"
LONGEST_SOCKET_PATH = 100
"""Bytes. Systems end at 104 or 108; the server adds nothing to it."""


class ServerRecord(NamedTuple):  # a dataclass would cost the supervisor 10 ms at its start
    """What clients need to reach the embedded server of a home."""

    socket: str
    password: str
    pid: int | None
    """Process of valkey-server, None while it is not up."""
    started: float | None
    """When it became ready, in seconds since the epoch."""

    def __repr__(self) -> str:
        return f"ServerRecord(socket={self.socket!r}, pid={self.pid!r})"


def read_record(home: Path) -> ServerRecord | None:
    """The record of a home; None where there is none or it cannot be used (a new one is then made)."""
    try:
        entries = json.loads((home / RECORD_FILE).read_text("utf-8"))
        return ServerRecord(
            str(entries["socket"]), str(entries["password"]), entries.get("pid"), entries.get("started")
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def write_record(home: Path, record: ServerRecord) -> None:
    """Replace the record in one step, mode 0600. Raises OSError; then the former one is still there."""
    temporary = home / f".{RECORD_FILE}.{os.getpid()}.new"
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(record._asdict(), file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, home / RECORD_FILE)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def url_of(record: ServerRecord) -> str:
    """Celery's URL for broker and results over the Unix socket."""
    return f"redis+socket://:{quote(record.password, safe='')}@{quote(record.socket)}?virtual_host=0"


def socket_path(home: Path, previous: str | None) -> str:
    """A short path for the socket, in a folder that is ours alone; the previous one while it can be used.

    A service has a folder of its own from systemd, which comes first: the previous one may have been in a `/tmp` that
    nobody else sees. Raises OSError where no folder can be made.
    """
    name = f"smsdesk-{os.getuid()}-{hashlib.sha256(os.fsencode(home)).hexdigest()[:12]}"
    folders = [] if previous is None else [os.path.dirname(previous)]
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    if runtime and os.path.isabs(runtime):
        of_service = runtime == os.environ.get("RUNTIME_DIRECTORY")
        folders.insert(0 if of_service else len(folders), os.path.join(runtime, name))
    folders.append(os.path.join("/tmp", name))
    failure: OSError | None = None
    for folder in folders:
        path = os.path.join(folder, SOCKET_NAME)
        if len(os.fsencode(path)) > LONGEST_SOCKET_PATH:
            continue
        try:
            _make_private(folder)
            return path
        except OSError as error:
            failure = error
    return _in_fresh_folder(name, failure)


def remove_socket(path: str) -> None:
    """Leave nothing in the shared folder. The same path is taken again next time."""
    with contextlib.suppress(OSError):
        os.unlink(path)
    with contextlib.suppress(OSError):
        os.rmdir(os.path.dirname(path))


def _in_fresh_folder(name: str, failure: OSError | None) -> str:
    """Somebody else sits on our name in the shared folder: take one that nobody could know."""
    import tempfile

    path = os.path.join(tempfile.mkdtemp(prefix=f"{name[:24]}-", dir="/tmp"), SOCKET_NAME)
    if len(os.fsencode(path)) > LONGEST_SOCKET_PATH:
        raise failure or OSError("no short path for a socket")
    return path


def _make_private(folder: str) -> None:
    """Make a folder for this user only; refuse one that another user made, or a link."""
    try:
        os.mkdir(folder, 0o700)
    except FileExistsError:
        found = os.lstat(folder)
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
            raise PermissionError(f"{folder} belongs to someone else") from None
        if stat.S_IMODE(found.st_mode) != 0o700:
            os.chmod(folder, 0o700)

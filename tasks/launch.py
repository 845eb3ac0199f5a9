"""How this program starts itself in another role, from a checkout and when frozen."""

from __future__ import annotations

import os
import sys
from typing import Literal

Role = Literal["clerk", "server", "worker", "maintenance", "health"]

WORKER_PROGRAM = "sms-desk-worker"
"""The console program that a frozen installation has beside the window's: all roles, no Qt."""


def command(role: Role, *args: str) -> list[str]:
    """The command line of a child process in a role."""
    if not is_frozen():
        return [sys.executable, "-m", "tasks", role, *args]
    suffix = ".exe" if sys.platform == "win32" else ""
    beside = os.path.join(os.path.dirname(sys.executable), WORKER_PROGRAM + suffix)
    if os.path.isfile(beside):
        return [beside, role, *args]
    return [sys.executable, f"--{role}", *args]


def is_frozen() -> bool:
    """Whether this program runs from a bundle without a Python of its own."""
    return bool(getattr(sys, "frozen", False))


def child_environment() -> dict[str, str]:
    """The environment for a child in one of our roles.

    From a checkout it names the folder this package is in and shuts the current directory out: the window may be
    started in a project that has a `tasks` of its own.
    """
    environment = dict(os.environ)
    environment["PYTHONUNBUFFERED"] = "1"
    environment["PYTHONIOENCODING"] = "utf-8"
    if is_frozen():
        return environment
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    known = [entry for entry in environment.get("PYTHONPATH", "").split(os.pathsep) if entry and entry != here]
    environment["PYTHONPATH"] = os.pathsep.join([here, *known])
    environment["PYTHONSAFEPATH"] = "1"
    return environment


def foreign_environment() -> dict[str, str]:
    """The environment for a program that is not ours: without a frozen program's library path and our secrets."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SMSDESK_")}
    if is_frozen():
        original = environment.pop("LD_LIBRARY_PATH_ORIG", None)
        environment.pop("LD_LIBRARY_PATH", None)
        if original:
            environment["LD_LIBRARY_PATH"] = original
    return environment

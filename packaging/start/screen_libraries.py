"""What the window needs of the system, and a server does without: where it is missing, a sentence says so."""

from __future__ import annotations

import ctypes
import os
import sys

PACKAGES = "libgl1 libegl1 libxcb1 libwayland-client0 libwayland-cursor0"
"""Debian's names."""
OF_WAYLAND = ("libwayland-client.so.0", "libwayland-cursor.so.0")
"""Without these Qt ends the process where there is no X beside Wayland; without the others it cannot be imported."""


def missing_for_wayland() -> str:
    """What the only screen there is asks for in vain; "" where nothing is missing, or X is there."""
    if not os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY") or os.environ.get("QT_QPA_PLATFORM"):
        return ""
    for library in OF_WAYLAND:
        try:
            ctypes.CDLL(library)
        except OSError:  # what it says is PyInstaller's guess
            return library
    return ""


def say_missing(what: str) -> int:
    """Print it, and return the status for it. Without Qt there is no translator."""
    locale = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    if locale.startswith("zh"):
        said = f"sms-desk：缺少窗口需要的系统库（{what}），请安装：apt install {PACKAGES}"
        other = "工作进程不需要这些库：sms-desk-worker --help"
    else:
        said = f"sms-desk: the window needs a library that is not here ({what}). Install it: apt install {PACKAGES}"
        other = "The worker needs none of them: sms-desk-worker --help"
    print(said, other, sep="\n", file=sys.stderr)
    return 2

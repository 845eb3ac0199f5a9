"""A screen that nobody sees, for programs that want a real one."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

WINDOW_WITHIN_S = 60


class VirtualScreen:
    """Xvfb on the first number that is free; `environment` leads a program to it."""

    def __init__(self, width: int = 1280, height: int = 800) -> None:
        self._size = f"{width}x{height}x24"
        self._server: subprocess.Popen[bytes] | None = None
        self.display = ""

    def __enter__(self) -> Self:
        if shutil.which("Xvfb") is None:
            pytest.skip("Xvfb is not installed")
        reading, writing = os.pipe()
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", self._size, "-nolisten", "tcp"],
            pass_fds=(writing,),
            stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(writing)
        with os.fdopen(reading) as said:
            self.display = f":{said.readline().strip()}"
        assert self.display != ":", "Xvfb did not start"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.terminate()
        self._server.wait(10)

    @property
    def environment(self) -> dict[str, str]:
        """What leads a Qt program here, and not to a screen of the machine."""
        return {"DISPLAY": self.display, "QT_QPA_PLATFORM": "xcb", "WAYLAND_DISPLAY": "", "XAUTHORITY": ""}

    def wait_for_window(self, title: str) -> None:
        """Until a window with this title (a regular expression) is on the screen."""
        subprocess.run(
            ["xdotool", "search", "--sync", "--onlyvisible", "--name", title],
            env={**os.environ, "DISPLAY": self.display},
            stdout=subprocess.DEVNULL,
            check=True,
            timeout=WINDOW_WITHIN_S,
        )

    def focus_window(self, title: str) -> None:
        """Let the keys go to the window with this title: nobody else does, there is no window manager."""
        command = ["xdotool", "search", "--onlyvisible", "--name", title, "windowfocus"]
        subprocess.run(command, env={**os.environ, "DISPLAY": self.display}, check=True)

    def press(self, *keys: str) -> None:
        """Press keys, by X's names for them: Tab, Down, Return, space."""
        subprocess.run(["xdotool", "key", *keys], env={**os.environ, "DISPLAY": self.display}, check=True)

    def type(self, text: str) -> None:
        """Type on one line."""
        command = ["xdotool", "type", "--delay", "5", text]
        subprocess.run(command, env={**os.environ, "DISPLAY": self.display}, check=True)

    def picture(self, path: Path) -> None:
        """Write what is to be seen, as PNG (needs ImageMagick)."""
        subprocess.run(["import", "-display", self.display, "-window", "root", path], check=True)

"""The window where there is no screen: a sentence, not the end of a process."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from support.desk import ROOT

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a screen")
@pytest.mark.parametrize(
    ("language", "said"), [("C.UTF-8", "there is no screen"), ("zh_CN.UTF-8", "没有可显示窗口的屏幕")]
)
def test_without_a_screen_the_window_says_so(language: str, said: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in SCREENS}
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-m", "desktop"],
        cwd=ROOT,
        env=environment | {"LC_ALL": language},
        capture_output=True,
        encoding="utf-8",
        timeout=30,
    )
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1

"""PySide6 6.12.0 drops references to None, True and False below Python 3.12 and aborts the interpreter."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2] / "pyproject.toml"
BROKEN_FROM = (6, 12)
IMMORTAL_NONE_FROM = (3, 12)

MANY_CALLS = """
from PySide6.QtCore import QCoreApplication, QObject, Signal

class Sender(QObject):
    sent = Signal(bool)

application = QCoreApplication([])
sender = Sender()
heard = 0

def hear(value):
    global heard
    heard += value

sender.sent.connect(hear)
for number in range(20_000):
    sender.setObjectName("name")
    sender.property("unset")
    sender.blockSignals(False)
    sender.sent.emit(True)
print(heard)
"""


def test_twenty_thousand_calls_do_not_use_up_none() -> None:
    done = subprocess.run([sys.executable, "-c", MANY_CALLS], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout.strip()) == (0, "20000"), done.stderr


@pytest.mark.skipif(sys.version_info >= IMMORTAL_NONE_FROM, reason="None cannot be used up on this Python")
def test_the_installed_pyside_is_one_that_this_python_survives() -> None:
    for name in ("PySide6-Essentials", "shiboken6"):
        major, minor = version(name).split(".")[:2]
        assert (int(major), int(minor)) < BROKEN_FROM


def test_the_pin_is_there() -> None:
    project = tomllib.loads(PROJECT.read_text("utf-8"))["project"]
    (pin,) = project["optional-dependencies"]["desktop"]
    assert re.fullmatch(r"PySide6-Essentials>=6\.\d+\.\d+,<6\.12", pin)

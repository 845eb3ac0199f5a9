"""What is said where the program cannot start: in a box on the screen, for a click shows nothing else."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox

from desktop.errors import whole

_UNSEEN: Final = ("offscreen", "minimal")
"""Qt's platforms without a screen."""


def refuse(code: str, params: Mapping[str, Any]) -> int:
    """Say why nothing opens; the exit code of the program."""
    say(code, params)
    if _is_seen() and not _is_typed():
        box(code, params).exec()
    return 1


def say(code: str, params: Mapping[str, Any]) -> None:
    """For whoever started it in a terminal, and for the session's log."""
    if sys.stderr is not None:  # there is none in a windowed program on Windows
        print(whole(code, params), file=sys.stderr)


def box(code: str, params: Mapping[str, Any]) -> QMessageBox:
    """The sentence with its remedy; it can be selected, to be handed on."""
    made = QMessageBox()
    made.setIcon(QMessageBox.Icon.Critical)
    made.setWindowTitle("SMS Desk")
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setText(whole(code, params))
    made.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    made.setStandardButtons(QMessageBox.StandardButton.Close)
    return made


def _is_seen() -> bool:
    return QGuiApplication.platformName() not in _UNSEEN


def _is_typed() -> bool:
    """A person at a terminal reads it there."""
    return sys.stderr is not None and sys.stderr.isatty()

"""Colours by role, for light and dark, and the look of a message's state.

Every text colour has a contrast of at least 4.5 : 1 on the window's and the tables' ground (WCAG 2.2, 1.4.3);
tests/gui/test_shell_theme.py computes it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication


class Role(StrEnum):
    """What a colour says."""

    NEUTRAL = "neutral"
    """Nothing to say: unknown to the program, not started."""
    WAITING = "waiting"
    BUSY = "busy"
    GOOD = "good"
    ATTENTION = "attention"
    """Something a person may want to look at."""
    BAD = "bad"
    ACCENT = "accent"
    MUTED = "muted"
    """Secondary text."""
    BASE = "base"
    WINDOW = "window"
    CARD = "card"
    LINE = "line"
    TEXT = "text"
    ON_ACCENT = "on_accent"
    NOTICE = "notice"
    """Ground of the notice line."""


SYMBOLS: Final = {
    Role.GOOD: "●",
    Role.BUSY: "◐",
    Role.ATTENTION: "▲",
    Role.BAD: "■",
    Role.NEUTRAL: "○",
}
"""Told apart by shape too, not by colour alone."""


_LIGHT = {
    Role.NEUTRAL: "#57606a",
    Role.WAITING: "#475569",
    Role.BUSY: "#1d5fb4",
    Role.GOOD: "#18794e",
    Role.ATTENTION: "#8f5200",
    Role.BAD: "#b42318",
    Role.ACCENT: "#1f6feb",
    Role.MUTED: "#5b6572",
    Role.BASE: "#ffffff",
    Role.WINDOW: "#f4f6f8",
    Role.CARD: "#ffffff",
    Role.LINE: "#d8dee5",
    Role.TEXT: "#1b1f24",
    Role.ON_ACCENT: "#ffffff",
    Role.NOTICE: "#fff4dc",
}

_DARK = {
    Role.NEUTRAL: "#a3acb7",
    Role.WAITING: "#b3bfce",
    Role.BUSY: "#79b0ff",
    Role.GOOD: "#5fce95",
    Role.ATTENTION: "#f0b352",
    Role.BAD: "#ff9488",
    Role.ACCENT: "#2f6bd8",
    Role.MUTED: "#a3acb7",
    Role.BASE: "#1a1e24",
    Role.WINDOW: "#14171c",
    Role.CARD: "#1d2229",
    Role.LINE: "#343c47",
    Role.TEXT: "#e8ebef",
    Role.ON_ACCENT: "#ffffff",
    Role.NOTICE: "#3a2f17",
}

_STATE_LOOKS: dict[str, tuple[str, Role]] = {
    "scheduled": ("◷", Role.WAITING),
    "held": ("‖", Role.ATTENTION),
    "queued": ("○", Role.WAITING),
    "sending": ("▸", Role.BUSY),
    "retrying": ("↻", Role.ATTENTION),
    "submitted": ("↗", Role.BUSY),
    "delivered": ("✓", Role.GOOD),
    "undelivered": ("↩", Role.BAD),
    "rejected": ("⊘", Role.BAD),
    "failed": ("✗", Role.BAD),
    "expired": ("⊖", Role.NEUTRAL),
    "cancelled": ("–", Role.NEUTRAL),
    "no_receipt": ("◌", Role.NEUTRAL),
    "unknown": ("?", Role.ATTENTION),
}


_asked_dark: bool | None = None


def ask_dark(dark: bool | None) -> None:
    """Dark or light whatever the system says; None follows the system again. `Theme.apply` then shows it."""
    global _asked_dark
    _asked_dark = dark


def is_dark() -> bool:
    """Whether the window is dark: as the system asks, unless `ask_dark` said otherwise."""
    if _asked_dark is not None:
        return _asked_dark
    return QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark


def colour(role: Role | str, dark: bool | None = None) -> QColor:
    """The colour of a role in the scheme that is on (or the one asked for). Ask while painting, never keep it."""
    table = _DARK if (is_dark() if dark is None else dark) else _LIGHT
    return QColor(table[Role(role)])


def state_look(state: str) -> tuple[str, Role]:
    """(symbol, colour role) of a message's state; a neutral dot for a state this program does not know."""
    return _STATE_LOOKS.get(str(state), ("•", Role.NEUTRAL))

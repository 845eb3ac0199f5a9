"""Colours by role, for light and dark and for those who ask for more contrast, and the look of a message's state.

Every text colour has a contrast of at least 4.5 : 1 on the window's and the tables' ground (WCAG 2.2, 1.4.3), and of
7 : 1 in the schemes of high contrast (1.4.6). The edge of fields and the ring of the focus have 3 : 1 (1.4.11), in the
schemes of high contrast every line has;
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
    EDGE = "edge"
    """Where a field begins, and the handle of a scroll bar."""
    TEXT = "text"
    OFF = "off"
    """Text of what cannot be used now."""
    ON_ACCENT = "on_accent"
    NOTICE = "notice"
    """Ground of the notice line."""
    GRAVE = "grave"
    """Its ground where the trouble keeps messages from being sent."""


class Scheme(StrEnum):
    """A set of colours."""

    LIGHT = "light"
    DARK = "dark"
    LIGHT_CONTRAST = "light_contrast"
    DARK_CONTRAST = "dark_contrast"


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
    Role.EDGE: "#7f8994",
    Role.TEXT: "#1b1f24",
    Role.OFF: "#7c8693",
    Role.ON_ACCENT: "#ffffff",
    Role.NOTICE: "#fff4dc",
    Role.GRAVE: "#fdeae8",
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
    Role.EDGE: "#6f7a87",
    Role.TEXT: "#e8ebef",
    Role.OFF: "#7f8995",
    Role.ON_ACCENT: "#ffffff",
    Role.NOTICE: "#2b2413",
    Role.GRAVE: "#331b1a",
}

_LIGHT_CONTRAST = {
    Role.NEUTRAL: "#303030",
    Role.WAITING: "#22303f",
    Role.BUSY: "#00337f",
    Role.GOOD: "#00481f",
    Role.ATTENTION: "#553000",
    Role.BAD: "#850000",
    Role.ACCENT: "#0a3d91",
    Role.MUTED: "#303030",
    Role.BASE: "#ffffff",
    Role.WINDOW: "#ffffff",
    Role.CARD: "#ffffff",
    Role.LINE: "#404040",
    Role.EDGE: "#404040",
    Role.TEXT: "#000000",
    Role.OFF: "#6a6a6a",
    Role.ON_ACCENT: "#ffffff",
    Role.NOTICE: "#fff6dc",
    Role.GRAVE: "#ffefed",
}

_DARK_CONTRAST = {
    Role.NEUTRAL: "#e4e4e4",
    Role.WAITING: "#dbe6f5",
    Role.BUSY: "#a5d0ff",
    Role.GOOD: "#7df0b0",
    Role.ATTENTION: "#ffd45e",
    Role.BAD: "#ffb9b0",
    Role.ACCENT: "#8cc4ff",
    Role.MUTED: "#e4e4e4",
    Role.BASE: "#000000",
    Role.WINDOW: "#000000",
    Role.CARD: "#000000",
    Role.LINE: "#c8c8c8",
    Role.EDGE: "#c8c8c8",
    Role.TEXT: "#ffffff",
    Role.OFF: "#969696",
    Role.ON_ACCENT: "#000000",
    Role.NOTICE: "#241c00",
    Role.GRAVE: "#2c0500",
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


_TABLES: Final = {
    Scheme.LIGHT: _LIGHT,
    Scheme.DARK: _DARK,
    Scheme.LIGHT_CONTRAST: _LIGHT_CONTRAST,
    Scheme.DARK_CONTRAST: _DARK_CONTRAST,
}

_asked: Scheme | None = None


def ask_scheme(scheme: Scheme | None) -> None:
    """This scheme whatever the system says; None follows the system again. `Theme.apply` then shows it."""
    global _asked
    _asked = scheme


def current_scheme() -> Scheme:
    """What the window is shown in: as the system asks, unless `ask_scheme` said otherwise."""
    if _asked is not None:
        return _asked
    hints = QGuiApplication.styleHints()
    dark = hints.colorScheme() is Qt.ColorScheme.Dark
    if hints.accessibility().contrastPreference() is Qt.ContrastPreference.HighContrast:
        return Scheme.DARK_CONTRAST if dark else Scheme.LIGHT_CONTRAST
    return Scheme.DARK if dark else Scheme.LIGHT


def is_dark() -> bool:
    """Whether the window's ground is dark."""
    return current_scheme() in (Scheme.DARK, Scheme.DARK_CONTRAST)


def colour(role: Role | str, scheme: Scheme | None = None) -> QColor:
    """The colour of a role in the scheme that is on (or the one asked for). Ask while painting, never keep it."""
    return QColor(_TABLES[scheme or current_scheme()][Role(role)])


def state_look(state: str) -> tuple[str, Role]:
    """(symbol, colour role) of a message's state; a neutral dot for a state this program does not know."""
    return _STATE_LOOKS.get(str(state), ("•", Role.NEUTRAL))

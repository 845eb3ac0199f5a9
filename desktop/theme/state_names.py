"""Names of the states of a message, in the window's language."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

_NAMES: Final = {
    "scheduled": QT_TRANSLATE_NOOP("states", "Scheduled"),
    "held": QT_TRANSLATE_NOOP("states", "Held"),
    "queued": QT_TRANSLATE_NOOP("states", "Queued"),
    "sending": QT_TRANSLATE_NOOP("states", "Sending"),
    "retrying": QT_TRANSLATE_NOOP("states", "Retrying"),
    "submitted": QT_TRANSLATE_NOOP("states", "Submitted"),
    "delivered": QT_TRANSLATE_NOOP("states", "Delivered"),
    "undelivered": QT_TRANSLATE_NOOP("states", "Undelivered"),
    "rejected": QT_TRANSLATE_NOOP("states", "Rejected"),
    "failed": QT_TRANSLATE_NOOP("states", "Failed"),
    "expired": QT_TRANSLATE_NOOP("states", "Expired"),
    "cancelled": QT_TRANSLATE_NOOP("states", "Cancelled"),
    "no_receipt": QT_TRANSLATE_NOOP("states", "No receipt"),
    "unknown": QT_TRANSLATE_NOOP("states", "Unknown"),
}


def state_name(state: str) -> str:
    """The name of a state; the raw word itself for a state this program does not know."""
    name = _NAMES.get(str(state))
    return QCoreApplication.translate("states", str(name)) if name is not None else str(state)


def state_names() -> list[tuple[str, str]]:
    """(state, name) of all states, in the order a message meets them; for filters."""
    return [(state, state_name(state)) for state in _NAMES]

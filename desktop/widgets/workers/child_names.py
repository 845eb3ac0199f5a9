"""The states of the child processes and the causes of their ends, in words."""

from __future__ import annotations

from typing import Final, Protocol

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from desktop.errors import joined
from desktop.theme.colours import Role


class Ended(Protocol):
    """An unasked end of a child process, as the page needs to know it."""

    @property
    def at_ms(self) -> int: ...
    @property
    def exit_code(self) -> int | None: ...
    @property
    def cause(self) -> str: ...
    @property
    def last_line(self) -> str: ...
    @property
    def gave_up(self) -> bool: ...


_STATES: Final = {
    "stopped": (QT_TRANSLATE_NOOP("children", "Stopped"), Role.ATTENTION),
    "starting": (QT_TRANSLATE_NOOP("children", "Starting"), Role.BUSY),
    "running": (QT_TRANSLATE_NOOP("children", "Running"), Role.GOOD),
    "stopping": (QT_TRANSLATE_NOOP("children", "Finishing what it has in hand"), Role.BUSY),
    "failed": (QT_TRANSLATE_NOOP("children", "Given up: it ended too often right after its start"), Role.BAD),
}
_CAUSES: Final = {
    "exited": QT_TRANSLATE_NOOP("children", "It ended by itself with exit code {code}."),
    "crashed": QT_TRANSLATE_NOOP("children", "It crashed or was killed from outside."),
    "not_started": QT_TRANSLATE_NOOP("children", "Its program could not be started."),
}


def state_in_words(state: str) -> tuple[str, Role]:
    """(words, colour role) of a child's state."""
    text, role = _STATES.get(state, (state, Role.NEUTRAL))
    return QCoreApplication.translate("children", str(text)), role


def cause_sentence(end: Ended) -> str:
    """Why it ended, and what the program did about it."""
    text = QCoreApplication.translate("children", str(_CAUSES.get(str(end.cause), ""))).format(code=end.exit_code)
    if end.gave_up:
        after = QCoreApplication.translate("children", "It is not started again by itself.")
    else:
        after = QCoreApplication.translate("children", "It was started again.")
    return joined(text, after)

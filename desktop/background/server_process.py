"""The embedded server (the broker on this computer), started only where no other broker is set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QObject

from desktop.background.child_process import ChildProcess

STOP_WITHIN_S: Final = 10.0


class ServerProcess(ChildProcess):
    """`tasks server` writes one line that begins with `ready` once clients may connect."""

    def __init__(self, command: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(command, STOP_WITHIN_S, parent)

    def _notice(self, line: str) -> None:
        if line.startswith("ready"):
            self.note_alive()

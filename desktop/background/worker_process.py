"""The bundled worker: the same Celery worker an administrator runs on a server, as a child of the window."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import QObject

from desktop.background.child_process import ChildProcess

_READY: Final = re.compile(r"\bready\.\s*$")
"""Celery's own line: `celery@host ready.`"""
STOP_GRACE_S: Final = 5.0
"""Time for its own end, on top of the longest call that may be in flight."""


class WorkerProcess(ChildProcess):
    """Secrets that live only for this session go to it through its standard input, never as an argument."""

    def __init__(self, command: Sequence[str], call_deadline_s: float, parent: QObject | None = None) -> None:
        super().__init__(command, call_deadline_s + STOP_GRACE_S, parent)
        self._secrets: dict[str, str] = {}

    def set_session_secrets(self, secrets: Mapping[str, str]) -> None:
        """Secrets by `account.field` for the next start; a running worker has to be restarted to get them."""
        self._secrets = dict(secrets)

    def _first_line(self) -> Mapping[str, Any]:
        return {"secrets": self._secrets}

    def _notice(self, line: str) -> str:
        if _READY.search(line):
            self.note_alive()
        return line

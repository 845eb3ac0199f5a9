"""The embedded server (the broker on this computer), started only where no other broker is set."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QObject, Signal

from desktop.background.child_process import ChildProcess

STOP_WITHIN_S: Final = 10.0
NO_WAY: Final = 3
"""The supervisor's exit code where serving is impossible; its last event says why."""


class ServerProcess(ChildProcess):
    """`tasks server` tells what happens as JSON lines: see tasks/server/supervisor.py."""

    told = Signal(str, object)
    """(code, params) of a trouble it tells of: `server.…`."""

    def __init__(self, command: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(command, STOP_WITHIN_S, parent)

    def _is_hopeless(self, exit_code: int | None) -> bool:
        return exit_code == NO_WAY

    def _notice(self, line: str) -> str:
        event = _read_event(line)
        if event is None:
            return line
        match event["event"]:
            case "ready" | "restarted" | "standby":  # standby: another supervisor of this home serves
                self.note_alive()
            case "queue_set_aside":
                self.told.emit("server.queue_set_aside", {})
            case "failed":
                self.told.emit(str(event.get("code")), dict(event.get("params") or {}))
        details = " ".join(f"{name}={value}" for name, value in event.items() if name != "event")
        return f"[built-in broker] {event['event']} {details}".rstrip()


def _read_event(line: str) -> dict[str, Any] | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) and "event" in event else None

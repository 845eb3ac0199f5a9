"""What the window has to know before its first moment: home, language, and which children it needs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from desktop.background.children import Commands


@dataclass(frozen=True, slots=True)
class Boot:
    """Read once at start; the Settings page changes the file, not this."""

    home: Path
    commands: Commands
    language: str = "auto"
    autostart_worker: bool = True
    call_deadline_s: float = 30.0
    trouble: tuple[str, dict[str, object]] | None = None
    """(code, params) of a settings file that could not be used; shown in the notice line."""

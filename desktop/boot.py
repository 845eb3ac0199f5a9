"""What the window has to know before its first moment: home, language, and which children it needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSettings

from desktop.background.children import Commands
from tasks.brokers import stand_in
from tasks.launch import command
from tasks.settings import load

AUTOSTART_KEY = "worker/autostart"

Trouble = tuple[str, dict[str, Any]]
"""(code, params) of an error."""


@dataclass(frozen=True, slots=True)
class Boot:
    """Read once at start; the Settings page changes the file, not this."""

    home: Path
    commands: Commands
    language: str = "auto"
    default_account: str = "simulator"
    call_deadline_s: float = 30.0
    autostart_worker: bool = True
    """Whether the bundled worker starts together with the window: a choice of the window, kept in its own file."""
    troubles: list[Trouble] = field(default_factory=list)
    """What in the settings could not be used; shown in the notice line."""


def read_boot() -> Boot:
    """From the settings in force. Raises SettingsError `settings.home_unusable`."""
    settings = load()
    needs_server = settings.broker_url is None and not stand_in.is_used(settings)
    return Boot(
        home=settings.home,
        commands=Commands(
            clerk=command("clerk"),
            worker=command("worker", "--under-panel"),
            server=command("server") if needs_server else None,
        ),
        language=settings.language,
        default_account=settings.gateway,
        call_deadline_s=float(settings.call_deadline_s),
        autostart_worker=bool(window_memory(settings.home).value(AUTOSTART_KEY, True, type=bool)),
        troubles=[(problem.code, dict(problem.params)) for problem in settings.problems],
    )


def window_memory(home: Path) -> QSettings:
    """What the window keeps for itself: where it stood, widths of columns, whether the worker starts with it."""
    return QSettings(str(home / "window.ini"), QSettings.Format.IniFormat)

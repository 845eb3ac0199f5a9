"""What the window has to know before its first moment: home, language, and which children it needs."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSettings

from desktop.background.children import Commands
from tasks.brokers import stand_in
from tasks.launch import command
from tasks.settings import Settings, load
from tasks.settings.document import LEDGER_FILE, SETTINGS_FILE, set_aside

AUTOSTART_KEY = "worker/autostart"
WELCOMED_KEY = "welcome/seen"

Trouble = tuple[str, dict[str, Any]]
"""(code, params) of an error."""


@dataclass(frozen=True, slots=True)
class Boot:
    """Read once at start; the Settings page changes the file, not this."""

    home: Path
    commands: Commands
    first_start: bool = False
    """Nobody has used or set up this home before."""
    language: str = "auto"
    region: str = "CN"
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
        first_start=is_first_start(settings),
        language=settings.language,
        region=settings.region,
        default_account=settings.gateway,
        call_deadline_s=float(settings.call_deadline_s),
        autostart_worker=bool(window_memory(settings.home).value(AUTOSTART_KEY, True, type=bool)),
        troubles=[(problem.code, dict(problem.params)) for problem in settings.problems],
    )


def is_first_start(settings: Settings) -> bool:
    """Whether the welcome is due: no window, no settings and no ledger yet, and nobody chose any by the environment."""
    prepared = set(settings.sources.values()) - {"default"}
    used = any((settings.home / name).exists() for name in (SETTINGS_FILE, LEDGER_FILE))
    return not prepared and not used and not window_memory(settings.home).contains(WELCOMED_KEY)


def window_memory(home: Path) -> QSettings:
    """What the window keeps for itself: where it stood, widths of columns, whether the worker starts with it.

    A damaged file is set aside: the window begins anew, and what stood in it is not lost.
    """
    path = home / "window.ini"
    memory = QSettings(str(path), QSettings.Format.IniFormat)
    memory.allKeys()  # Qt reads all of it only now
    if memory.status() is QSettings.Status.FormatError:
        with suppress(OSError):  # then what can be read of it is in force
            set_aside(path)
            memory = QSettings(str(path), QSettings.Format.IniFormat)
    return memory

"""What the window knows of the computer it runs on, for About and reports."""

from __future__ import annotations

import platform

import PySide6
from PySide6.QtCore import QSysInfo, qVersion
from PySide6.QtGui import QGuiApplication

from desktop.i18n import current_language


def described() -> dict[str, str]:
    """Name → version or value: Qt, the system, screens, language."""
    return {
        "Qt": str(qVersion()),
        "Qt for Python": PySide6.__version__,
        "System": f"{QSysInfo.prettyProductName()}, {platform.machine()}",
        "Shown by": QGuiApplication.platformName(),
        "Screens": ", ".join(
            f"{screen.size().width()}x{screen.size().height()} at {screen.devicePixelRatio():g}"
            for screen in QGuiApplication.screens()
        ),
        "Language": current_language(),
    }

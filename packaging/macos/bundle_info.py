"""What macOS reads of the program: Info.plist of SMS Desk.app."""

from __future__ import annotations

from typing import Any

BUNDLE_ID = "io.github.smsdesk.SmsDesk"
OLDEST_MACOS = "13.0"
"""Of the wheels of Qt for Python 6.11."""


def info_plist(version: str) -> dict[str, Any]:
    """The entries that PyInstaller's BUNDLE does not know by itself."""
    return {
        "CFBundleDisplayName": "SMS Desk",
        "CFBundleShortVersionString": version,
        "CFBundleVersion": version,
        "CFBundleDevelopmentRegion": "en",
        "CFBundleLocalizations": ["en", "zh-Hans"],
        "LSApplicationCategoryType": "public.app-category.business",
        "LSMinimumSystemVersion": OLDEST_MACOS,
        "NSHighResolutionCapable": True,
        "NSSupportsAutomaticGraphicsSwitching": True,
        "NSHumanReadableCopyright": "SMS Desk contributors, MIT licence",
    }

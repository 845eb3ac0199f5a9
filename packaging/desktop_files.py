"""What a desktop wants to know of the program: its entry in the menu, its description, its icons."""

from __future__ import annotations

import shutil
from pathlib import Path

from icons import write_icons
from release import Release

LINUX = Path(__file__).resolve().parent / "linux"
APPLICATION_ID = "io.github.smsdesk.SmsDesk"


def write_desktop_files(share: Path, release: Release) -> None:
    """Fill a folder that is laid out as /usr/share."""
    for folder in ("applications", "metainfo"):
        (share / folder).mkdir(parents=True, exist_ok=True)
    shutil.copy(LINUX / f"{APPLICATION_ID}.desktop", share / "applications")
    described = release.fill((LINUX / f"{APPLICATION_ID}.metainfo.xml.in").read_text("utf-8"))
    (share / "metainfo" / f"{APPLICATION_ID}.metainfo.xml").write_text(described, "utf-8")
    write_icons(share / "icons" / "hicolor", APPLICATION_ID)

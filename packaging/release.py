"""What is released: version, machine, date."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import tarfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEBIAN_MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}
LIBRARY = re.compile(r"\.so(\.[0-9.]+)?$")


@dataclass(frozen=True, slots=True)
class Release:
    """The same sources give the same packages: every date in them is that of the last change."""

    version: str
    machine: str
    date_s: int
    """Seconds since the epoch."""

    @property
    def day(self) -> str:
        """As in a changelog."""
        return time.strftime("%Y-%m-%d", time.gmtime(self.date_s))

    @property
    def mail_date(self) -> str:
        """As in a mail's head, which Debian's changelog has too."""
        return format_datetime(datetime.fromtimestamp(self.date_s, UTC))

    @property
    def debian_machine(self) -> str:
        """The machine as Debian names it."""
        return DEBIAN_MACHINES.get(self.machine, self.machine)

    def stamped(self, entry: tarfile.TarInfo) -> tarfile.TarInfo:
        """An entry of an archive without whose machine it was made on."""
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = "root"
        entry.mtime = self.date_s
        if entry.isfile():
            entry.mode = self.mode_of(entry.name, entry.mode)
        return entry

    def mode_of(self, name: str, mode: int) -> int:
        """Programs are executable, libraries and data are not, whatever the wheels say."""
        return 0o755 if mode & 0o100 and not LIBRARY.search(name) else 0o644

    def fill(self, template: str, **more: object) -> str:
        """A text with its @PLACES@ filled."""
        values = {
            "VERSION": self.version,
            "DATE": self.day,
            "MAIL_DATE": self.mail_date,
            "ARCHITECTURE": self.debian_machine,
            **more,
        }
        return re.sub("@([A-Z_]+)@", lambda place: str(values[place[1]]), template)


def read_release() -> Release:
    """From the sources and the environment (SOURCE_DATE_EPOCH, else the last commit, else now)."""
    found = re.search(r'^__version__ = "([^"]+)"', (ROOT / "tasks" / "__init__.py").read_text("utf-8"), re.MULTILINE)
    if found is None:
        raise SystemExit("package: tasks/__init__.py names no version")
    return Release(found[1], platform.machine(), date_s())


def date_s() -> int:
    """When the sources were last changed."""
    said = os.environ.get("SOURCE_DATE_EPOCH")
    if said:
        return int(said)
    last = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True)
    return int(last.stdout) if last.returncode == 0 and last.stdout.strip() else int(time.time())

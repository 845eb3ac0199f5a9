"""Home, disk, and what a ledger's file lies on."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

from tasks.disk import is_full
from tasks.doctor.finding import Finding, found, of_error
from tasks.doctor.patient import Patient
from tasks.errors import SettingsError
from tasks.ledger.engine import file_of

LITTLE_BYTES = 1 << 30
VERY_LITTLE_BYTES = 100 << 20
"""A campaign of 100,000 messages takes some 60 MB of the ledger, and a log rotates at 2 MB."""

SHARES = frozenset(
    (
        "9p", "afs", "ceph", "cifs", "davfs", "fuse.davfs2", "fuse.glusterfs", "fuse.rclone", "fuse.s3fs", "fuse.sshfs",
        "gfs2", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4", "smb3", "smbfs",
    )
)  # fmt: skip
"""Kinds of file systems (Linux) that reach another machine: their locks are not to be trusted, and SQLite's WAL needs
memory that all its users share (https://www.sqlite.org/wal.html)."""


def check_home(patient: Patient) -> list[Finding]:
    """Whether the program's folder can be used, and by its user alone."""
    home = patient.settings.home
    if not home.exists():
        if os.access(existing(home), os.W_OK | os.X_OK):
            return [found("doctor.home.missing", path=home)]
        return [of_error(SettingsError("settings.home_unusable", path=str(home)))]
    if not home.is_dir() or not os.access(home, os.R_OK | os.W_OK | os.X_OK):
        return [of_error(SettingsError("settings.home_unusable", path=str(home)))]
    if os.name == "posix" and stat.S_IMODE(home.stat().st_mode) & 0o077:
        return [found("doctor.home.open", path=home)]
    return [found("doctor.home.ok", path=home)]


def check_disk(patient: Patient) -> list[Finding]:
    """Free space where home and ledger are; the place that has least is told."""
    places = {existing(patient.settings.home)}
    file = file_of(patient.settings.ledger_url)
    if file is not None:
        places.add(existing(Path(file).absolute().parent))
    free, path = min((shutil.disk_usage(place).free, str(place)) for place in places)
    code = "ok"
    if free < VERY_LITTLE_BYTES or is_full(path):
        code = "full"
    elif free < LITTLE_BYTES:
        code = "low"
    return [found(f"doctor.disk.{code}", free=megabytes(free), path=path)]


def existing(path: Path) -> Path:
    """The path, or the nearest folder above it that is there."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return path


def megabytes(count: int) -> str:
    """Bytes as people read them."""
    return f"{count / (1 << 30):.1f} GB" if count >= 1 << 30 else f"{count // (1 << 20)} MB"


def share_kind(path: Path, mounts: str = "/proc/self/mountinfo") -> str | None:
    """The kind of network share that a path lies on; None for a disk of this machine, or where it cannot be told."""
    try:
        lines = Path(mounts).read_text("utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return None
    real = os.path.realpath(path)
    best, kind = "", ""
    for line in lines:  # https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html
        before, _, after = line.partition(" - ")
        point = before.split(" ")[4].encode("utf-8", "surrogateescape").decode("unicode_escape")
        if (real == point or real.startswith(point.rstrip("/") + "/")) and len(point) >= len(best):
            best, kind = point, after.split(" ")[0]
    return kind if kind in SHARES else None

"""A bare Debian in a folder: what a person's fresh machine has, and nothing that a developer's has."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SUITE = "bookworm"
MADE_WITHIN_S = 600
QUIET = {
    "DEBIAN_FRONTEND": "noninteractive",
    "LC_ALL": "C.UTF-8",
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
}


class DebianRoot:
    """Root of a Debian with its smallest set of packages. Needs root's rights, debootstrap and Debian's mirror."""

    def __init__(self, kept: Path, folder: Path) -> None:
        """Copy the untouched root at `kept` (made first where it is missing) into `folder`."""
        for program in ("debootstrap", "unshare"):
            if shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin") is None:
                pytest.skip(f"{program} is not installed")
        if os.geteuid() != 0:
            pytest.skip("only root can make a root of its own")
        if not kept.exists():
            make_root(kept)
        self.folder = folder
        subprocess.run(["cp", "-a", "--reflink=auto", kept, folder], check=True)

    def run(self, *command: str, timeout_s: float = 300) -> subprocess.CompletedProcess[str]:
        """Run a command inside and return what it said, both streams as one."""
        return subprocess.run(
            self.inside(*command),
            env=QUIET,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout_s,
        )

    def inside(self, *command: str, shared: Path | None = None) -> list[str]:
        """The command line that runs a command inside, with a folder of the outside at its own place there.

        Its mounts are seen by it alone and go with it; it keeps its process number.
        """
        mounts = 'for place in proc dev "$1"; do mkdir -p "$0/$place"; mount --rbind "/$place" "$0/$place"; done; '
        script = mounts + 'root=$0; shift; exec chroot "$root" "$@"'
        return ["unshare", "--mount", "sh", "-ec", script, str(self.folder), str(shared or "sys").lstrip("/"), *command]

    def path(self, place: str) -> Path:
        """Where a file of the inside is seen from here."""
        return self.folder / place.lstrip("/")


def make_root(kept: Path) -> None:
    """Fetch and unpack it; it appears under its name only when it is complete."""
    making = kept.with_name(kept.name + ".making")
    shutil.rmtree(making, ignore_errors=True)
    making.parent.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        ["debootstrap", "--variant=minbase", SUITE, making],
        env={**os.environ, "PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=MADE_WITHIN_S,
    )
    assert done.returncode == 0, f"debootstrap: {done.stdout[-2_000:]}"
    making.rename(kept)

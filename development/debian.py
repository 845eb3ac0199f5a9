"""Debian's packages: installed where that is allowed, else named with the line to type."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from development.console import last_lines, say, stop
from development.stamp import PYTHON

NO_SERVICES: Final = Path("/usr/sbin/policy-rc.d")

PROBE: Final = """
import ctypes, sys
for name in sys.argv[1:]:
    try:
        ctypes.CDLL(name)
    except OSError:
        print(name)
"""


def install_packages(packages: Sequence[str], why: str) -> None:
    """Install Debian packages where that is allowed, else say the line to type and stop."""
    line = "apt-get install -y --no-install-recommends " + " ".join(packages)
    if not shutil.which("apt-get"):
        stop(f"{why} Install with your system's package manager what Debian calls: {' '.join(packages)}")
    if os.geteuid() != 0:
        stop(f"{why} Type this, then start again:\n\n    sudo apt-get update && sudo {line}\n")
    say(f"{why} Installing {' '.join(packages)} ...")
    apt_get("update")  # what fails here shows in the next one
    status, output = apt_get(*line.split()[1:])
    if status != 0:
        stop(f"this failed; its last lines say why:\n\n    {line}\n\n{last_lines(output)}")


def apt_get(*arguments: str) -> tuple[int, str]:
    """Run apt-get without questions; returns its status and what it wrote."""
    done = subprocess.run(
        ["apt-get", "-qq", *arguments],
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    return done.returncode, done.stdout


def missing_libraries(libraries: Mapping[str, str]) -> list[str]:
    """Debian's names of the libraries that cannot be loaded. They are tried in a child: loading has effects."""
    found = subprocess.run([PYTHON, "-c", PROBE, *libraries], capture_output=True, text=True, check=True)
    return [libraries[name] for name in found.stdout.split()]


@contextmanager
def no_services_started() -> Iterator[None]:
    """Debian's packages start what they install, and the tests want programs only."""
    if NO_SERVICES.exists():
        yield
        return
    try:
        NO_SERVICES.write_text("#!/bin/sh\nexit 101\n", "utf-8")
        NO_SERVICES.chmod(0o755)
        yield
    finally:
        NO_SERVICES.unlink(missing_ok=True)

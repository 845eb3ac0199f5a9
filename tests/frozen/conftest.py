"""The frozen program, built once for the sources as they are."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILDS = ROOT / "build" / "frozen"
MADE_FROM = ("tasks", "desktop", "packaging", "requirements.lock")
LONGEST_BUILD_S = 900


@pytest.fixture(scope="session")
def program_folder() -> Path:
    """The folder with `sms-desk` and `sms-desk-worker`; kept below build/ until a source changes."""
    folder = BUILDS / _fingerprint() / "sms-desk"
    if not folder.exists():
        shutil.rmtree(BUILDS, ignore_errors=True)
        _build(folder.parent)
    return folder


def _fingerprint() -> str:
    """Changes with the sources, the lock and the version of Python."""
    digest = hashlib.sha256(sys.version.encode())
    for place in MADE_FROM:
        root = ROOT / place
        for path in [root] if root.is_file() else sorted(root.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _build(place: Path) -> None:
    """Build it as a maintainer does; a folder that is too large fails too."""
    done = subprocess.run(
        [sys.executable, ROOT / "packaging" / "bundle.py", "--into", place],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LONGEST_BUILD_S,
    )
    assert done.returncode == 0, done.stdout[-5_000:]

"""Where the environment is, what it is made from, and a stamp in it that says what was done already."""

import hashlib
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
VENV: Final = ROOT / ".venv"
LOCK: Final = ROOT / "requirements.lock"
PROJECT: Final = ROOT / "pyproject.toml"
STAMP: Final = VENV / "smsdesk-stamp"
ON_WINDOWS: Final = sys.platform == "win32"
BIN: Final = VENV / ("Scripts" if ON_WINDOWS else "bin")
PYTHON: Final = BIN / ("python.exe" if ON_WINDOWS else "python")
VERSION: Final = f"{sys.version_info[0]}.{sys.version_info[1]}"


def fingerprint() -> str:
    """Changes with whatever the environment is made from."""
    digest = hashlib.sha256(f"{VERSION} {ROOT}".encode())
    for path in (LOCK, PROJECT):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def noted(what: str = "installed") -> bool:
    """Whether the stamp says that this was done for the present environment."""
    try:
        first, *notes = STAMP.read_text("utf-8").split()
    except (OSError, ValueError):
        return False
    return first == fingerprint() and what in notes


def note(*done: str) -> None:
    """Add to the stamp."""
    kept = STAMP.read_text("utf-8").split()[1:] if noted() else []
    STAMP.write_text("\n".join([fingerprint(), *dict.fromkeys([*kept, *done])]) + "\n", "utf-8")

"""What was written and not sent when the program ended: kept in the home folder until the next start."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from desktop.models.kept_draft import KeptDraft

NAME: Final = "draft.json"
MOST_BYTES: Final = 4_000_000
"""More than ten thousand numbers and a long text need by far."""


class DraftFile:
    """Holds numbers and texts, so nobody but its owner may read it. Neither a start nor an end fails because of it."""

    def __init__(self, home: Path) -> None:
        self._path = home / NAME

    def write(self, draft: KeptDraft) -> None:
        """In place of what was kept; where there is nothing to keep, or it has no room, nothing is."""
        data = b"" if draft.is_empty else draft.to_json().encode("ascii")
        if not data or len(data) > MOST_BYTES:
            self.remove()
            return
        temporary = self._path.with_name(f".{NAME}.{os.getpid()}.new")
        try:
            temporary.unlink(missing_ok=True)
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, self._path)
        except OSError:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)

    def read(self) -> KeptDraft | None:
        """What was kept; None where there is nothing of use."""
        try:
            if self._path.stat().st_size > MOST_BYTES:
                return None
            return KeptDraft.from_json(self._path.read_text("ascii"))
        except (OSError, ValueError, RecursionError):
            return None

    def remove(self) -> None:
        with suppress(OSError):
            self._path.unlink(missing_ok=True)

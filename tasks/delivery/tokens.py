"""What the processes of one worker share: as many tokens as calls may be in flight over all of them.

A token is a lock on one byte of a file without a name, which every child of a prefork pool inherits. The system gives
a child's locks back when it ends, however it ends; a child that is added or replaced finds what the others leave.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable


class Tokens:
    """The tokens as one process sees them. Made before the fork, used after it; not for two threads at once."""

    def __init__(self, total: int) -> None:
        with tempfile.TemporaryFile() as nameless:
            # Never closed: to close any descriptor of a file gives back all locks that the process has on it.
            self._file = os.dup(nameless.fileno())
        self._somebody_waits = total
        self._stop = total + 1
        self._own: set[int] = set()

    def take(self, among: Iterable[int], count: int) -> list[int]:
        """Take up to `count` of some tokens. Never waits."""
        got: list[int] = []
        for token in among:
            if len(got) == count:
                break
            if token not in self._own and self._lock(token):
                self._own.add(token)
                got.append(token)
        return got

    def give(self, token: int) -> None:
        """Give a token back."""
        self._own.discard(token)
        self._unlock(token)

    def wait_here(self, waiting: bool) -> None:
        """Say whether a single message waits in this process for the only token there is."""
        import fcntl

        # Blocking: the byte is only ever locked by others for the moment of their asking.
        fcntl.lockf(self._file, fcntl.LOCK_SH if waiting else fcntl.LOCK_UN, 1, self._somebody_waits, os.SEEK_SET)

    def somebody_waits(self) -> bool:
        """Whether a single message waits in another process. Not to be asked while one waits in this one."""
        if self._lock(self._somebody_waits):
            self._unlock(self._somebody_waits)
            return False
        return True

    def say_stop(self) -> None:
        """In the main process: have no child claim anything more. May be called from a signal's handler."""
        import fcntl

        fcntl.lockf(self._file, fcntl.LOCK_EX, 1, self._stop, os.SEEK_SET)

    def told_to_stop(self) -> bool:
        """In a child, in any thread of it: whether the worker is about to end."""
        if self._lock(self._stop, shared=True):
            self._unlock(self._stop)
            return False
        return True

    def _lock(self, place: int, shared: bool = False) -> bool:
        import fcntl  # there is no prefork pool where this does not exist

        try:
            fcntl.lockf(self._file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB, 1, place, os.SEEK_SET)
        except OSError:
            return False
        return True

    def _unlock(self, place: int) -> None:
        import fcntl

        fcntl.lockf(self._file, fcntl.LOCK_UN, 1, place, os.SEEK_SET)

"""What a worker has found out and the operator should know: codes that go with its presence."""

from __future__ import annotations

QUEUE_SHARED = "broker.queue_shared"
"""The broker's default queue holds tasks of another application; this worker no longer takes from it."""

CLOCK_SET = "worker.clock_set"
"""The machine's clock was set while this worker ran."""

_notes: set[str] = set()


def note(code: str) -> bool:
    """Keep a code for as long as this process lives; answers whether it is new."""
    if code in _notes:
        return False
    _notes.add(code)
    return True


def notes() -> list[str]:
    """The codes noted so far, sorted."""
    return sorted(_notes)

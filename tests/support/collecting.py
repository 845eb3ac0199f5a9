"""Cyclic garbage is collected in the main thread alone.

Python collects in whichever thread happens to allocate. Where that is a test's gateway or a reader of a pipe, the
QObjects of a window that was closed some tests ago are deleted outside their thread: their timers stay in the main
thread's event loop, which then calls into what is gone, and the whole run dies of it.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

ENOUGH = 20_000
"""Collect after a test once so many more objects were made than deleted."""

gc.disable()


@pytest.fixture(autouse=True)
def collected_in_the_main_thread() -> Iterator[None]:
    """What `gc.disable` leaves to us, where it is safe."""
    yield
    if gc.get_count()[0] > ENOUGH:
        gc.collect()

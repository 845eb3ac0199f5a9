"""Lines of work: what runs in one of them runs in order, and never waits for another line."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from tasks.clerk.wire import Request
from tasks.errors import RequestError


@dataclass(frozen=True, slots=True)
class Route:
    """How one kind of request is served."""

    line: str
    """`read`, `write`, `command`, `broker`, `compute`, or `own` for a thread of its own."""
    serve: Callable[[Request], dict[str, object]]
    keep: int | None = None
    """Of this kind only so many may wait; older ones answer `request.superseded` at once."""


class Line:
    """One thread with a queue before it."""

    def __init__(self, name: str, run: Callable[[Request, Route], None]) -> None:
        self._run = run
        self._waiting: deque[tuple[Request, Route]] = deque()
        self._change = threading.Condition()
        self._ending = False
        self._thread = threading.Thread(target=self._work, name=f"clerk-{name}", daemon=True)
        self._thread.start()

    def put(self, request: Request, route: Route) -> None:
        """Add a request; those it makes pointless are answered at once."""
        superseded: list[Request] = []
        with self._change:
            self._waiting.append((request, route))
            if route.keep is not None:
                same = [entry for entry in self._waiting if entry[0].do == request.do]
                for entry in same[: -route.keep]:
                    self._waiting.remove(entry)
                    superseded.append(entry[0])
            self._change.notify()
        for old in superseded:
            old.error(RequestError("request.superseded"))

    def end(self, *, drain: bool) -> None:
        """Let the thread end after the request in hand, or after all that wait (`drain`)."""
        with self._change:
            self._ending = True
            if not drain:
                self._waiting.clear()
            self._change.notify()

    def join(self, timeout_s: float) -> None:
        """Wait for the thread, no longer than `timeout_s`."""
        self._thread.join(timeout_s)

    def _work(self) -> None:
        while True:
            with self._change:
                while not self._waiting and not self._ending:
                    self._change.wait()
                if not self._waiting:
                    return
                request, route = self._waiting.popleft()
            self._run(request, route)

"""The clerk: the window's child that reads, writes and waits for it. Lives as long as its standard input is open."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from tasks.clerk.desk import Desk
from tasks.clerk.exports import ARGUMENT, child_main
from tasks.clerk.lines import Line, Route
from tasks.clerk.routes import routes
from tasks.clerk.wire import Cancel, Replies, Request, WindowGoneError, read_frames, take_stdout
from tasks.errors import DeskError, RequestError
from tasks.home import home
from tasks.log import install

NICENESS = 3
"""The window wins over the clerk when both want the processor."""

LINES = ("read", "write", "command", "broker", "compute")

DONE_ANYWAY = ("command", "write")
"""Lines whose requests are done even if the window no longer waits for the answer."""

LAST_WRITES_S = 4.0
"""How long the clerk goes on with what the operator released after the window has closed."""

log = logging.getLogger("tasks.clerk")


class Server:
    """Reads frames and hands each request to its line of work."""

    def __init__(self, replies: Replies, table: Mapping[str, Route]) -> None:
        self._replies = replies
        self._table = table
        self._lines = {name: Line(name, self._serve) for name in LINES}
        self._open: dict[int, Request] = {}
        self._lock = threading.Lock()

    def run(self, stream: BinaryIO) -> None:
        """Serve until the window closes its end; then finish the writes and give up everything else."""
        try:
            for frame in read_frames(stream, self._replies):
                if isinstance(frame, Cancel):
                    self._cancel(frame.request_id)
                else:
                    self._accept(frame)
        except WindowGoneError:
            pass
        with self._lock:
            given_up = list(self._open.values())
        for request in given_up:
            request.cancel()
        for name, line in self._lines.items():
            line.end(drain=name in DONE_ANYWAY)
        for name in DONE_ANYWAY:
            self._lines[name].join(LAST_WRITES_S)

    def _accept(self, request: Request) -> None:
        route = self._table.get(request.do)
        if route is None:
            request.error(RequestError("request.unknown", do=request.do[:40]))
            return
        with self._lock:
            self._open[request.request_id] = request
        if route.line == "own":
            threading.Thread(target=self._serve, args=(request, route), name=request.do, daemon=True).start()
        else:
            self._lines[route.line].put(request, route)

    def _cancel(self, request_id: int) -> None:
        with self._lock:
            request = self._open.get(request_id)
        if request is not None:
            request.cancel()

    def _serve(self, request: Request, route: Route) -> None:
        try:
            if route.line not in DONE_ANYWAY:  # what the operator released is done, asked for or not
                request.raise_if_cancelled()
            request.ok(route.serve(request))
        except WindowGoneError:
            pass
        except DeskError as error:
            self._report(request, error)
        except Exception as error:
            where = place_of(error.__traceback__)
            # No message and no traceback: they may hold numbers and texts.
            log.error("bug in %s: %s at %s", request.do, type(error).__name__, where)
            self._report(request, DeskError("bug", where=f"{type(error).__name__} at {where}"))
        finally:
            with self._lock:
                self._open.pop(request.request_id, None)

    def _report(self, request: Request, error: DeskError) -> None:
        with contextlib.suppress(WindowGoneError):
            request.error(error)


def place_of(traceback: TracebackType | None) -> str:
    """The innermost line of our own code in a traceback: `views.py:120`."""
    place = "?"
    while traceback is not None:
        path = Path(traceback.tb_frame.f_code.co_filename)
        if "tasks" in path.parts and "site-packages" not in path.parts:
            place = f"{path.name}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return place


def install_log() -> None:
    """Log as every role does; without a home there is nowhere to, and `hello` will tell."""
    try:
        install("clerk", home())
    except DeskError:
        logging.basicConfig(level=logging.WARNING)


def main() -> int:
    """Serve the window on standard input and output; returns when it closes its end."""
    if ARGUMENT in sys.argv:
        return child_main()
    replies = take_stdout()
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    desk = Desk()
    install_log()
    server = Server(replies, routes(desk))
    server.run(sys.stdin.buffer)
    desk.close()
    logging.shutdown()
    # Threads that wait for a hung broker must not hold the process, nor run into an interpreter that is ending.
    os._exit(0)

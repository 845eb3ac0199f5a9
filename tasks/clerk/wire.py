"""The clerk's wire: one JSON object a line, from the window on standard input, to it on standard output.

Standard output carries frames and nothing else: `take_stdout` moves it aside, so that whatever else prints in this
process, from Python or from C, lands on standard error.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from tasks.errors import DeskError, RequestError


class WindowGoneError(Exception):
    """Nobody reads our answers any more."""


@dataclass(frozen=True, slots=True)
class Cancel:
    """`{"cancel": 7}`: the window no longer wants request 7."""

    request_id: int


class Replies:
    """The way to the window; safe to use from every thread, a frame is never torn."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def ok(self, request_id: int, answer: Mapping[str, Any]) -> None:
        self._send({"id": request_id, "ok": answer})

    def error(self, request_id: int | None, error: DeskError) -> None:
        self._send({"id": request_id, "error": {"code": error.code, "params": dict(error.params)}})

    def progress(self, request_id: int, done: int, total: int | None) -> None:
        self._send({"id": request_id, "progress": {"done": done, "total": total}})

    def _send(self, frame: Mapping[str, Any]) -> None:
        text = json.dumps(frame, ensure_ascii=False, separators=(",", ":"), default=str)
        # Half of a surrogate pair, as in a file's name that is no UTF-8, becomes the escape that JSON has for it.
        line = text.encode("utf-8", "backslashreplace") + b"\n"
        with self._lock:
            try:
                self._stream.write(line)
                self._stream.flush()
            except (OSError, ValueError):
                raise WindowGoneError from None


@dataclass(slots=True)
class Request:
    """One question of the window, with the means to report and to notice that it was given up."""

    request_id: int
    do: str
    params: Mapping[str, Any]
    replies: Replies
    cancelled: threading.Event = field(default_factory=threading.Event)
    _answered: bool = False
    _give_up: Callable[[], None] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ok(self, answer: Mapping[str, Any]) -> None:
        if self._first_answer():
            self.replies.ok(self.request_id, answer)

    def error(self, error: DeskError) -> None:
        if self._first_answer():
            self.replies.error(self.request_id, error)

    def progress(self, done: int, total: int | None) -> None:
        """Tell how far it is; raises RequestError `request.cancelled` when nobody wants it any more."""
        self.raise_if_cancelled()
        self.replies.progress(self.request_id, done, total)

    def cancel(self) -> None:
        """Nobody wants the answer any more."""
        with self._lock:
            self.cancelled.set()
            give_up = self._give_up
        if give_up is not None:
            give_up()

    def when_cancelled(self, give_up: Callable[[], None]) -> None:
        """Call `give_up` when it is cancelled, or now if it is."""
        with self._lock:
            self._give_up = give_up
        if self.cancelled.is_set():
            give_up()

    def raise_if_cancelled(self) -> None:
        if self.cancelled.is_set():
            raise RequestError("request.cancelled")

    def param(self, name: str, kind: type[Any]) -> Any:
        """A parameter that must be there and of this type. Raises RequestError `request.malformed`."""
        value = self.params.get(name)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise RequestError("request.malformed", field=name)
        return value

    def _first_answer(self) -> bool:
        with self._lock:
            first, self._answered = not self._answered, True
        return first


def take_stdout() -> Replies:
    """Keep standard output for frames; everything else that writes there goes to standard error from now on."""
    frames = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.stdout = sys.stderr
    return Replies(frames)


def read_frames(stream: BinaryIO, replies: Replies) -> Iterator[Request | Cancel]:
    """Requests until the window closes its end. A line that is no frame is answered `request.malformed`, without id."""
    for line in stream:
        if not line.strip():
            continue
        try:
            frame = json.loads(line)
            if "cancel" in frame:
                yield Cancel(int(frame["cancel"]))
                continue
            params = frame.get("with") or {}
            if not isinstance(params, dict):
                raise TypeError("with")
            request = Request(int(frame["id"]), str(frame["do"]), params, replies)
        except (ValueError, TypeError, KeyError, AttributeError):
            replies.error(None, RequestError("request.malformed"))
            continue
        yield request

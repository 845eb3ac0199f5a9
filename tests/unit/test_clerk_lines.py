"""Lines of work and the server: order, superseding, cancelling, bugs, and the end of the window."""

from __future__ import annotations

import io
import json
import os
import threading
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

import pytest
from support.waiting import wait_until

from tasks.clerk.lines import Line, Route
from tasks.clerk.server import Server
from tasks.clerk.wire import Cancel, Replies, Request, WindowGoneError, read_frames
from tasks.errors import LedgerError


class Answers(io.BytesIO):
    """Standard output of a clerk, as frames."""

    def frames(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().splitlines()]


class Served:
    """A server with routes of the test's own, fed through a pipe."""

    def __init__(self, table: dict[str, Route]) -> None:
        self.out = Answers()
        read_end, write_end = os.pipe()
        self._stream: BinaryIO = os.fdopen(read_end, "rb")
        self._input = os.fdopen(write_end, "wb")
        self._server = Server(Replies(self.out), table)
        self._thread = threading.Thread(target=self._server.run, args=(self._stream,))
        self._thread.start()

    def send(self, frame: dict[str, Any]) -> None:
        self._input.write(json.dumps(frame).encode() + b"\n")
        self._input.flush()

    def answer(self, request_id: int) -> dict[str, Any]:
        def found() -> list[dict[str, Any]]:
            return [one for one in self.out.frames() if one["id"] == request_id and "progress" not in one]

        return wait_until(found)[0]

    def close(self) -> None:
        if not self._input.closed:
            self._input.close()
        self._thread.join()
        self._stream.close()


@pytest.fixture
def serve() -> Iterator[Callable[[dict[str, Route]], Served]]:
    made: list[Served] = []

    def start(table: dict[str, Route]) -> Served:
        made.append(Served(table))
        return made[-1]

    yield start
    for served in made:
        served.close()


def request(do: str, request_id: int, out: Answers) -> Request:
    return Request(request_id, do, {}, Replies(out))


def test_only_the_newest_waiting_request_of_its_kind_is_kept() -> None:
    out, gate, ran = Answers(), threading.Event(), []

    def run(one: Request, _route: Route) -> None:
        gate.wait()
        ran.append(one.request_id)

    line = Line("test", run)
    newest, other = Route("x", lambda _: {}, keep=1), Route("x", lambda _: {})
    line.put(request("busy", 1, out), other)
    line.put(request("check", 2, out), newest)
    line.put(request("busy", 3, out), other)
    line.put(request("check", 4, out), newest)
    assert out.frames() == [{"id": 2, "error": {"code": "request.superseded", "params": {}}}]
    gate.set()
    line.end(drain=True)
    line.join(5)
    assert ran == [1, 3, 4]


def test_a_line_that_ends_without_draining_forgets_what_waits() -> None:
    gate, began, ran = threading.Event(), threading.Event(), []

    def run(one: Request, _route: Route) -> None:
        began.set()
        gate.wait()
        ran.append(one.request_id)

    line, route = Line("test", run), Route("x", lambda _: {})
    line.put(request("a", 1, Answers()), route)
    line.put(request("a", 2, Answers()), route)
    assert began.wait(5)
    line.end(drain=False)
    gate.set()
    line.join(5)
    assert ran == [1]


def test_one_line_never_waits_for_another(serve: Callable[[dict[str, Route]], Served]) -> None:
    gate = threading.Event()
    served = serve(
        {
            "hang": Route("broker", lambda _: {"waited": gate.wait(10)}),
            "rows": Route("read", lambda _: {"rows": []}),
        }
    )
    served.send({"id": 1, "do": "hang"})
    served.send({"id": 2, "do": "rows"})
    assert served.answer(2) == {"id": 2, "ok": {"rows": []}}
    gate.set()
    assert served.answer(1)["ok"] == {"waited": True}


def test_a_bug_tells_its_place_and_no_values(
    serve: Callable[[dict[str, Route]], Served], caplog: pytest.LogCaptureFixture
) -> None:
    def broken(one: Request) -> dict[str, object]:
        raise KeyError(one.params["text"])

    served = serve({"broken": Route("read", broken), "rows": Route("read", lambda _: {})})
    served.send({"id": 1, "do": "broken", "with": {"text": "+8613800138000"}})
    error = served.answer(1)["error"]
    assert error["code"] == "bug"
    assert error["params"]["where"].startswith("KeyError at ")
    assert "13800138000" not in json.dumps(error) + caplog.text
    served.send({"id": 2, "do": "rows"})
    assert "ok" in served.answer(2)


def test_errors_for_people_keep_their_code(serve: Callable[[dict[str, Route]], Served]) -> None:
    def full(_: Request) -> dict[str, object]:
        raise LedgerError("ledger.disk_full")

    served = serve({"send": Route("write", full)})
    served.send({"id": 1, "do": "send"})
    served.send({"id": 2, "do": "unheard"})
    assert served.answer(1)["error"] == {"code": "ledger.disk_full", "params": {}}
    assert served.answer(2)["error"] == {"code": "request.unknown", "params": {"do": "unheard"}}


def test_a_cancelled_request_stops_at_its_next_progress(serve: Callable[[dict[str, Route]], Served]) -> None:
    began = threading.Event()

    def long(one: Request) -> dict[str, object]:
        began.set()
        one.cancelled.wait(10)
        one.progress(1, 2)
        return {}

    served = serve({"long": Route("compute", long)})
    served.send({"id": 1, "do": "long"})
    assert began.wait(5)
    served.send({"cancel": 1})
    assert served.answer(1)["error"]["code"] == "request.cancelled"


def test_what_the_operator_released_is_written_although_the_window_closes(
    serve: Callable[[dict[str, Route]], Served],
) -> None:
    gate, began, written = threading.Event(), threading.Event(), []

    def write(one: Request) -> dict[str, object]:
        began.set()
        gate.wait(10)
        written.append(one.request_id)
        return {}

    served = serve({"send": Route("write", write)})
    served.send({"id": 1, "do": "send"})
    served.send({"id": 2, "do": "send"})
    assert began.wait(5)
    closing = threading.Thread(target=served.close)
    closing.start()
    gate.set()
    closing.join()
    assert written == [1, 2]


def test_lines_that_are_no_frames_are_answered_and_passed_over() -> None:
    out = Answers()
    stream = io.BytesIO(
        b'nonsense\n[1]\n{"id": 1}\n{"id": 1, "do": "x", "with": 3}\n\n{"cancel": 7}\n{"id": 2, "do": "y"}\n'
    )
    frames = list(read_frames(stream, Replies(out)))
    assert frames[0] == Cancel(7)
    assert isinstance(frames[1], Request)
    assert (frames[1].request_id, frames[1].do) == (2, "y")
    assert [one["error"]["code"] for one in out.frames()] == ["request.malformed"] * 4


def test_a_request_is_answered_once() -> None:
    out = Answers()
    one = request("x", 1, out)
    one.ok({"first": True})
    one.error(LedgerError("ledger.locked"))
    assert out.frames() == [{"id": 1, "ok": {"first": True}}]


def test_nobody_reads_any_more() -> None:
    out = Answers()
    out.close()
    with pytest.raises(WindowGoneError):
        Replies(out).ok(1, {})

"""`export.run`: a file is written by a child process of its own, so that pages of rows are never behind it.

The child gets its order as one line on standard input, not in its arguments: it may hold numbers. It answers one JSON
object a line, and gives up when its standard input closes.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from tasks.clerk.desk import Desk
from tasks.clerk.rows import gateways_of_accounts, plain_error
from tasks.clerk.wire import Request
from tasks.errors import DeskError, RequestError
from tasks.launch import child_environment, command
from tasks.ledger.engine import open_ledger
from tasks.ledger.export import AbandonedError, Words, export
from tasks.ledger.queries import read_filter, read_sort

ARGUMENT = "--export"
"""`python -m tasks clerk --export`"""

REPORT_EVERY_S = 0.1

END_WITHIN_S = 5.0


class Exports:
    """Starts the child, passes on its progress, and ends it when the export is cancelled."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def run(self, request: Request) -> dict[str, Any]:
        """`export.run`. RequestError `request.cannot_write_file`, `request.export_stopped`, `request.cancelled`."""
        wanted, sort = request.params.get("filter"), request.params.get("sort")
        read_filter(wanted), read_sort(sort)
        path = Path(request.param("path", str))
        if not path.is_absolute() or not path.parent.is_dir():
            raise RequestError("request.cannot_write_file", reason="no such folder")
        order = {
            "ledger_url": self._desk.ledger().url,
            "filter": wanted,
            "sort": sort,
            "path": str(path),
            "titles": request.params.get("titles") or {},
            "language": "zh" if request.params.get("language") == "zh" else "en",
        }
        return follow(request, order)


def follow(request: Request, order: dict[str, Any]) -> dict[str, Any]:
    """Run one child to its end."""
    child = subprocess.Popen(
        command("clerk", ARGUMENT),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=child_environment(),
    )
    assert child.stdin is not None
    assert child.stdout is not None
    gates = child.stdin

    def give_up() -> None:
        with contextlib.suppress(OSError):
            gates.close()

    try:
        with contextlib.suppress(OSError):
            gates.write(json.dumps(order).encode() + b"\n")
            gates.flush()
        request.when_cancelled(give_up)
        for line in child.stdout:
            report = json.loads(line)
            if "error" in report:
                raise RequestError(report["error"]["code"], **report["error"]["params"])
            if "written" in report:
                return {"written": report["written"]}
            if not request.cancelled.is_set():
                request.progress(report["done"], report["total"])
        request.raise_if_cancelled()
        raise RequestError("request.export_stopped")
    finally:
        give_up()
        child.stdout.close()
        try:
            child.wait(END_WITHIN_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def child_main() -> int:
    """The child: reads its order, writes the file, reports."""
    if hasattr(os, "nice"):
        os.nice(5)
    order = json.loads(sys.stdin.buffer.readline())
    abandoned = threading.Event()
    threading.Thread(target=_wait_for_end_of_input, args=(abandoned,), daemon=True).start()
    reported = 0.0

    def progress(done: int, total: int) -> None:
        nonlocal reported
        if abandoned.is_set():
            raise AbandonedError
        if time.monotonic() - reported >= REPORT_EVERY_S:
            reported = time.monotonic()
            _say({"done": done, "total": total})

    try:
        written = _write(order, progress)
    except AbandonedError:
        return 1
    except DeskError as error:
        _say({"error": plain_error(error)})
        return 1
    _say({"written": written})
    return 0


def _write(order: dict[str, Any], progress: Any) -> int:
    wanted, sort = read_filter(order["filter"]), read_sort(order["sort"])
    ledger = open_ledger(order["ledger_url"])
    try:
        with ledger.reading() as connection:
            gateways = gateways_of_accounts(connection)
            words = Words(order["titles"], order["language"])
            return export(connection, wanted, sort, Path(order["path"]), gateways, words, progress)
    finally:
        ledger.close()


def _wait_for_end_of_input(abandoned: threading.Event) -> None:
    sys.stdin.buffer.read()
    abandoned.set()


def _say(report: dict[str, Any]) -> None:
    with contextlib.suppress(OSError):
        sys.stdout.write(json.dumps(report) + "\n")
        sys.stdout.flush()

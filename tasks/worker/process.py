"""The worker as a process of the window, and as `sms-desk-worker worker` on a server without a checkout.

Under the panel (`--under-panel`) it lives as long as its standard input is open: end of file is the one way to ask for
a warm stop that works on every system and when the panel was killed.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import IO, cast

from tasks import log
from tasks.green import is_green
from tasks.settings import Settings, load, secrets

UNDER_PANEL = "--under-panel"
CELERY_HELP = "--celery-help"
"""All that Celery's worker can be told; `--help` itself shows our page."""
FIRST_LINE_S = 1.0
"""How long the panel's first line (session secrets) is waited for, once everything else is loaded."""
STOP_MARGIN_S = 5.0
"""Time for what a warm stop does beside ending the calls in flight."""
NICENESS = 5
"""The window must stay fluid while this process works at full load on the same cores."""

_logger = logging.getLogger(__name__)

_EXPECTED_WARNING = re.compile(r"[^\n]*?:\d+: (?:SecurityWarning|CPendingDeprecationWarning): ")
"""Celery's two at every start (run as root; a default of its next version): the window's user can do nothing about
them, and a log that begins with warnings teaches to overlook them. On a server they stay."""


def main(argv: Sequence[str]) -> int:
    """Run a worker; options of `celery worker` may follow. The answer is its exit code."""
    under_panel = UNDER_PANEL in argv
    options = [word for word in argv if word != UNDER_PANEL]
    settings = load()
    log.install("worker", settings.home)
    panel = PanelPipe(panel_stream(), settings.call_deadline_s + STOP_MARGIN_S) if under_panel else None
    if panel is not None:
        logging.getLogger("py.warnings").addFilter(is_news)
        panel.listen()
        _lower_priority()
    from click import ClickException

    from tasks.celery import app
    from tasks.worker import signals
    from tasks.worker.pool import refuse_green

    refuse_green(options)
    signals.Parts.under_panel = under_panel
    if getattr(sys, "frozen", False):
        # At SIGHUP Celery starts `sys.executable` anew with all of these as arguments: a frozen program is its own.
        sys.argv = ["worker", *argv]
    if panel is not None:
        panel.wait_for_first_line(FIRST_LINE_S)
    try:
        app.worker_main(celery_arguments(options, settings, under_panel))
    except ClickException as wrong:  # an option that Celery does not know
        wrong.show()
        return wrong.exit_code
    except SystemExit as end:
        if isinstance(end.code, str):  # which the interpreter would have written, had it come that far
            _logger.error("%s", end.code)
        return 0 if signals.Parts.told_to_stop else end.code if isinstance(end.code, int) else int(end.code is not None)
    from celery.worker import state

    # Celery tells a status, and keeps it to itself when it is called like this. Ctrl+C is a failure to it.
    return 0 if signals.Parts.told_to_stop else int(state.should_stop or 0)


def celery_arguments(options: Sequence[str], settings: Settings, under_panel: bool) -> list[str]:
    """What Celery is told. The pool goes by option too: settings name it, but Celery takes only its own from there."""
    given = ["worker", "-l", "info", "--without-gossip", "--without-mingle", "-P", settings.worker_pool]
    if under_panel:
        given += ["-n", "smsdesk-bundled@%h"]
    return [*given, *("--help" if word == CELERY_HELP else word for word in options)]


def is_news(record: logging.LogRecord) -> bool:
    """Whether a captured warning is one that the window's log should show."""
    return _EXPECTED_WARNING.match(record.getMessage()) is None


def panel_stream() -> IO[bytes]:
    """Standard input as a file of our own: a forked child of the pool closes `sys.stdin`, whose lock a reader holds."""
    own = os.dup(sys.stdin.fileno())
    if is_green():
        # gevent leaves files as they are: a read that waits would stop everything.
        from gevent.fileobject import FileObjectThread  # type: ignore[import-untyped]

        return cast("IO[bytes]", FileObjectThread(own, "rb"))
    return os.fdopen(own, "rb")


class PanelPipe:
    """Standard input from the panel: one JSON line with session secrets, then silence until the panel goes."""

    def __init__(self, stream: IO[bytes], hard_stop_s: float, end_process: Callable[[int], None] = os._exit) -> None:
        self._stream = stream
        self._hard_stop_s = hard_stop_s
        self._end_process = end_process
        self._heard = threading.Event()

    def listen(self) -> None:
        """Read in a thread of its own from now on."""
        threading.Thread(target=self._read, name="panel", daemon=True).start()

    def wait_for_first_line(self, seconds: float) -> bool:
        """Whether the panel has said something, or gone, by then."""
        return self._heard.wait(seconds)

    def _read(self) -> None:
        try:
            for line in self._stream:
                self._take(line)
                self._heard.set()
        except (OSError, ValueError):
            pass  # a broken pipe is a panel that has gone
        self._heard.set()
        self._stop()

    def _take(self, line: bytes) -> None:
        try:
            secrets.accept(json.loads(line)["secrets"])
        except (ValueError, KeyError, TypeError, AttributeError):
            _logger.warning("The panel sent a line that is not understood")

    def _stop(self) -> None:
        """Warm stop: what is in hand ends, the rest goes back. Past the deadline the process just ends."""
        from celery.worker import state

        from tasks.delivery.runtime import stop_claiming

        _logger.info("The panel asks to stop: ending what is in hand")
        # At once: Celery tells us only when its own tasks have ended, and a call begun then would be cut off.
        stop_claiming()
        state.should_stop = 0
        time.sleep(self._hard_stop_s)  # a daemon thread: the process ends under it as soon as all is done
        _logger.error("Still calling after %d s: ending at once", self._hard_stop_s)
        self._end_process(1)


def _lower_priority() -> None:
    if hasattr(os, "nice"):
        os.nice(NICENESS)

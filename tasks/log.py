"""Logs of every role: rotating files in <home>/logs and lines on stderr, without numbers, secrets or passwords.

Masking happens where a record has become text, so it holds for arguments, exception texts and tracebacks of any
library. It is the second line of defence: nothing of ours writes such things in the first place.
"""

from __future__ import annotations

import logging
import logging.handlers
import os
import re
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote

from tasks.home import home as default_home
from tasks.settings.model import known_secrets

FILE_BYTES = 2_000_000
FILES_KEPT = 3
FORMAT = "%(asctime)s %(levelname)s %(process)d %(threadName)s %(name)s: %(message)s"
MASK = "•••"

_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?:\.[mc]\d+)?"
# Ids of ledgers and tasks as ours are: 32 hexadecimal digits with at least one letter among them, standing alone.
_HEX_ID = r"(?<![0-9A-Za-z])(?=[0-9]*[a-f])[0-9a-f]{32}(?:\.[mc]\d+)?(?![0-9A-Za-z])"
# Six places of a second: with more, a phone number could stand behind the point.
_DURATION = r"(?<![\d.])(?P<duration>\d{1,5}\.\d{1,6})\d*s(?![0-9A-Za-z])"
_NUMBER = r"\+\d(?:[ \-]?\d){6,}|\d{7,}"
# Ids hold long runs of digits too, and are what one searches a log for: kept. So is how long a task took.
_NUMBERS = re.compile(f"(?P<kept>{_UUID}|{_HEX_ID})|{_DURATION}|(?:{_NUMBER})")
_CREDENTIALS = re.compile(r"(://)[^\s'\"<>]*@")
_PARAMETERS = re.compile(r"(?i)\b(sig|token|auth_token|password|passwd|secret|api_?key)(=|%3D)[^&\s'\"]+")
_SQL_VALUES = re.compile(r"\[parameters: .*\]")
_FAILING_ROW = re.compile(r"(Failing row contains \().*")
"""What PostgreSQL quotes in an error."""


def redact(text: str) -> str:
    """A text without secrets, credentials in addresses, values of SQL statements, and anything like a phone number."""
    for secret in known_secrets():
        for form in {secret, quote(secret, safe="")}:
            text = text.replace(form, MASK)
    text = _SQL_VALUES.sub(f"[parameters: {MASK}]", text)
    text = _FAILING_ROW.sub(rf"\1{MASK})", text)
    text = _CREDENTIALS.sub(rf"\1{MASK}@", text)
    text = _PARAMETERS.sub(rf"\1\2{MASK}", text)
    return _NUMBERS.sub(_kept_or_masked, text)


def _kept_or_masked(found: re.Match[str]) -> str:
    if found["duration"]:
        return f"{found['duration']}s"
    return found["kept"] or MASK


class RedactingFormatter(logging.Formatter):
    """Formats a whole record, traceback included, and masks the result. Never raises."""

    def format(self, record: logging.LogRecord) -> str:
        try:
            record.message = redact(record.getMessage())
            record.asctime = self.formatTime(record, self.datefmt)
            # The line's own time and process number look like phone numbers at times: only what was said is masked.
            return "\n".join([self.formatMessage(record), *self._traces(record)])
        except Exception:  # logging's own report of this would print the arguments
            return f"{record.levelname} {record.name}: a log line could not be written"

    def _traces(self, record: logging.LogRecord) -> list[str]:
        traces = []
        if record.exc_info:
            traces.append(redact(self.formatException(record.exc_info)))
        elif record.exc_text:
            traces.append(redact(record.exc_text))
        if record.stack_info:
            traces.append(redact(self.formatStack(record.stack_info)))
        return traces


class _PrivateFile(logging.handlers.RotatingFileHandler):
    """A rotating file that only its user reads, from its first byte on."""

    def _open(self) -> Any:
        return open(
            self.baseFilename,
            self.mode,
            encoding=self.encoding,
            errors=self.errors,
            opener=lambda path, flags: os.open(path, flags, 0o600),
        )


def install(role: str, home: Path | None = None, level: int = logging.INFO) -> None:
    """Send all logging of this process to <home>/logs/<role>.log and stderr; uncaught exceptions too.

    Replaces the handlers there are, and keeps Celery from setting up its own, which would show what ours mask.
    Without a writable folder it is stderr alone. `home` None = the home of this program.
    """
    home = home if home is not None else default_home()
    if role == "worker":
        _keep_celery_out(home)
    formatter = RedactingFormatter(FORMAT)
    logging.raiseExceptions = False
    root = logging.getLogger()
    for former in root.handlers[:]:
        root.removeHandler(former)
        former.close()
    for handler in _handlers(role, home):
        handler.setFormatter(formatter)
        root.addHandler(handler)
    root.setLevel(level)
    # Chatty at INFO, and of use to nobody here.
    for name in ("keyring", "alembic.runtime.plugins", "phonenumbers"):
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    logging.captureWarnings(True)
    sys.excepthook = _report_uncaught
    threading.excepthook = _report_thread


def _keep_celery_out(home: Path) -> None:
    from celery.signals import setup_logging

    def configure(loglevel: Any = None, **_: Any) -> None:
        """Called in place of Celery's own set-up; `-l debug` still holds."""
        level = logging.getLevelName(loglevel.upper()) if isinstance(loglevel, str) else loglevel
        if isinstance(level, int) and level:
            logging.getLogger().setLevel(level)

    setup_logging.connect(configure, weak=False, dispatch_uid="tasks.log")


def _handlers(role: str, home: Path) -> list[logging.Handler]:
    handlers: list[logging.Handler] = []
    if sys.stderr is not None:  # there is none in a frozen window on Windows
        handlers.append(logging.StreamHandler(sys.stderr))
    try:
        folder = home / "logs"
        folder.mkdir(mode=0o700, exist_ok=True)
        handlers.append(
            _PrivateFile(
                folder / f"{role}.log", maxBytes=FILE_BYTES, backupCount=FILES_KEPT, encoding="utf-8", errors="replace"
            )
        )
    except OSError:
        pass
    return handlers or [logging.NullHandler()]


_held: list[logging.Handler] = []


def _hold_handlers() -> None:
    """Before a fork: nobody is in the middle of a line.

    `logging` renews its own locks in the child, but not that of the file below: a child that was forked while another
    thread wrote would wait for ever at its first line.
    """
    global _held
    handlers = logging.getLogger().handlers[:]
    for handler in handlers:
        handler.acquire()
    _held = handlers


def _release_handlers() -> None:
    """After a fork, in the parent."""
    for handler in reversed(_held):
        handler.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_hold_handlers, after_in_parent=_release_handlers)


def _report_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("tasks").critical("The process ends on an error", exc_info=(kind, error, trace))


def _report_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is None or issubclass(args.exc_type, SystemExit):
        return
    name = args.thread.name if args.thread is not None else "?"
    logging.getLogger("tasks").error(
        "Thread %s ended on an error", name, exc_info=(args.exc_type, args.exc_value, args.exc_traceback)
    )

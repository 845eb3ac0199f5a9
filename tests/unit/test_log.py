"""Logs: nothing of a person or a secret in any line, tracebacks and other people's loggers included."""

from __future__ import annotations

import logging
import stat
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks import log
from tasks.settings import Secret

UUID = "0b8a4c1e-1234-4567-89ab-0123456789ab"


@pytest.fixture
def installed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Path]:
    """Logging set up as in a process of ours, and put back as it was."""
    root = logging.getLogger()
    handlers, level, hooks, raising = (
        root.handlers[:],
        root.level,
        (sys.excepthook, threading.excepthook),
        logging.raiseExceptions,
    )
    root.handlers = []
    log.install("clerk", tmp_path)
    yield tmp_path / "logs" / "clerk.log"
    for handler in root.handlers[:]:
        root.removeHandler(handler)
        handler.close()
    root.handlers = handlers
    root.setLevel(level)
    sys.excepthook, threading.excepthook = hooks
    logging.raiseExceptions = raising
    logging.captureWarnings(False)


@pytest.mark.parametrize(
    ("said", "logged"),
    [
        ("to +8613800138000 now", "to ••• now"),
        ("to 13800138000,13900139000", "to •••,•••"),
        ("to +86 138-0013-8000.", "to •••."),
        ("to %2B8613800138000", "to %2B•••"),
        ("１３８００１３８０００", "•••"),
        ("batch 123456 of 2026-11-22 21:58", "batch 123456 of 2026-11-22 21:58"),
        (f"task {UUID}.m12345678 done", f"task {UUID}.m12345678 done"),
        ("[4529d46167d14ad7830008138000a4b1.c12] received", "[4529d46167d14ad7830008138000a4b1.c12] received"),
        ("succeeded in 0.03456789012345s: {}", "succeeded in 0.034567s: {}"),
        ("waited 12.5s", "waited 12.5s"),
        ("no duration: 1.13800138000s", "no duration: 1.138001s"),
        ("no duration: 13800138000.5s", "no duration: •••.5s"),
        ("no id: +8613800138000.c1, 13800138000.m1", "no id: •••.c1, •••.m1"),
        ("no id: 4529d46167d14ad713800138000a4b1ff0", "no id: 4529d46167d14ad•••a4b1ff0"),
        ("a13800138000b", "a•••b"),
        ("13800138000138001380001380013800 are digits alone", "••• are digits alone"),
        ("costs 1.13800138000", "costs 1.•••"),
        ("redis://:p/w@host:6379/0 refused", "redis://•••@host:6379/0 refused"),
        ("redis+socket://:pw@/tmp/s.sock", "redis+socket://•••@/tmp/s.sock"),
        ("POST https://api.example.com/SMS?sig=ABCDEF&x=1", "POST https://api.example.com/SMS?sig=•••&x=1"),
        ("[SQL: INSERT]\n[parameters: ('text', 5)]\n(more)", "[SQL: INSERT]\n[parameters: •••]\n(more)"),
    ],
)
def test_what_a_line_may_say(said: str, logged: str) -> None:
    assert log.redact(said) == logged


def test_a_secret_is_masked_wherever_it_turns_up_once_it_is_known() -> None:
    secret = Secret("qX9/very secret")
    assert log.redact(f"header {secret} and %2F: qX9%2Fvery%20secret") == "header ••• and %2F: •••"


def test_files_are_private_and_lines_masked_with_their_tracebacks(
    installed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        raise ValueError("no route to +8613800138000")
    except ValueError:
        logging.getLogger("celery.task").exception("Cannot send to %s", "13900139000")
    text = installed.read_text("utf-8")
    assert stat.S_IMODE(installed.stat().st_mode) == 0o600
    assert "Cannot send to •••" in text
    assert "ValueError: no route to •••" in text
    assert "Traceback" in text
    assert "138001" not in text + capsys.readouterr().err


def test_a_line_that_cannot_be_formatted_shows_no_argument(installed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("tasks").info("%d numbers", "13900139000")
    shown = installed.read_text("utf-8") + capsys.readouterr().err
    assert "a log line could not be written" in shown
    assert "139" not in shown


def test_uncaught_errors_of_the_process_and_its_threads_are_logged_masked(installed: Path) -> None:
    def fail() -> None:
        raise RuntimeError("lost 13900139000")

    thread = threading.Thread(target=fail, name="sender-1")
    thread.start()
    thread.join()
    error = RuntimeError("lost 13700137000")
    sys.excepthook(RuntimeError, error, None)
    text = installed.read_text("utf-8")
    assert "Thread sender-1 ended on an error" in text
    assert text.count("RuntimeError: lost •••") == 2


def test_files_rotate_and_stay_few(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    handler = next(entry for entry in logging.getLogger().handlers if isinstance(entry, log._PrivateFile))
    handler.maxBytes = 500
    for number in range(100):
        logging.getLogger("tasks").info("line %d of many", number)
    files = sorted(installed.parent.iterdir())
    assert len(files) == log.FILES_KEPT + 1
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)


def test_without_a_folder_the_log_goes_to_stderr_alone(
    tmp_path: Path, installed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    log.install("clerk", tmp_path / "file")
    logging.getLogger("tasks").warning("still heard")
    assert "still heard" in capsys.readouterr().err

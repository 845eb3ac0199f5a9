"""The bundled worker's standard input: secrets first, and its end is the request to stop."""

from __future__ import annotations

import io
import logging
import threading

import pytest
from celery.worker import state

from tasks.settings import load, secrets
from tasks.worker.process import PanelPipe, celery_arguments, is_news


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "_session", {})
    monkeypatch.setattr(state, "should_stop", None)


def listen(said: bytes) -> int:
    """What the process ends with when the panel says this, leaves, and the worker does not stop by itself."""
    ended = threading.Event()
    codes: list[int] = []

    def end(code: int) -> None:
        codes.append(code)
        ended.set()

    pipe = PanelPipe(io.BytesIO(said), 0, end)
    pipe.listen()
    assert pipe.wait_for_first_line(5)
    assert ended.wait(5)
    return codes[0]


def test_the_end_of_input_asks_for_a_warm_stop_and_past_the_deadline_the_process_ends() -> None:
    assert listen(b"") == 1
    assert state.should_stop == 0
    assert state.should_stop is not False


def test_session_secrets_are_taken_from_the_first_line() -> None:
    listen(b'{"secrets": {"shop.auth_token": "a-real-token"}}\n')
    assert secrets.session_secrets() == {"shop.auth_token": "a-real-token"}


@pytest.mark.parametrize("line", [b"\n", b"[]\n", b'{"secrets": 3}\n', b"\xff\xfe\n", b'{"secrets": {}}\n'])
def test_a_line_of_another_kind_is_survived_and_not_logged(line: bytes, caplog: pytest.LogCaptureFixture) -> None:
    listen(line)
    assert secrets.session_secrets() == {}
    assert line.decode("latin-1").strip() not in caplog.text or not line.strip()


def test_celery_is_told_the_pool_and_options_of_the_user_come_last() -> None:
    arguments = celery_arguments(["-P", "solo"], load(), under_panel=True)
    assert arguments[:3] == ["worker", "-l", "info"]
    assert arguments[arguments.index("-P") + 1] == "threads"
    assert arguments[-2:] == ["-P", "solo"]


@pytest.mark.parametrize(
    ("warned", "shown"),
    [
        ("/x/platforms.py:841: SecurityWarning: You're running the worker with superuser privileges\n  warn(", False),
        ("/x/consumer.py:499: CPendingDeprecationWarning: In Celery 5.1 we introduced\n  warnings.warn(", False),
        ("/x/consumer.py:499: CDeprecationWarning: gone in 6.0", True),
        ("/x/y.py:1: UserWarning: no SecurityWarning: this one", True),
    ],
)
def test_celery_s_two_warnings_of_every_start_are_no_news(warned: str, shown: bool) -> None:
    record = logging.LogRecord("py.warnings", logging.WARNING, __file__, 1, "%s", (warned,), None)
    assert is_news(record) is shown

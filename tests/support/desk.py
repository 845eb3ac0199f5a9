"""SMS Desk without its window: the real clerk, embedded server and worker as processes, in a home of their own."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]


class ClerkAnswerError(Exception):
    """The clerk answered a request with an error."""

    def __init__(self, code: str, params: dict[str, Any]) -> None:
        super().__init__(f"{code} {params}")
        self.code = code
        self.params = params


class Child:
    """One process of `python -m tasks`, alive as long as its standard input is open."""

    program: tuple[str, ...] = (sys.executable, "-m", "tasks")
    """Replaced by the tests of the frozen program."""
    folder: Path = ROOT
    """Where it is started."""

    def __init__(self, environment: dict[str, str], *arguments: str) -> None:
        self.process = subprocess.Popen(
            [*self.program, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            bufsize=1,
            env=environment,
            cwd=self.folder,
        )
        self.lines: queue.Queue[str] = queue.Queue()
        self.errors: list[str] = []
        self._threads = [
            threading.Thread(target=self._read_lines),
            threading.Thread(target=self._read_errors),
        ]
        for thread in self._threads:
            thread.start()

    def _read_lines(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line)

    def _read_errors(self) -> None:
        assert self.process.stderr is not None
        self.errors.extend(self.process.stderr)

    def write(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")

    def kill(self) -> None:
        """End it as a crash would."""
        self.process.send_signal(signal.SIGKILL)
        self.stop()

    def stop(self, timeout_s: float = 40) -> int:
        """Close its input and wait for its end; returns the exit status."""
        with contextlib.suppress(BrokenPipeError):
            if self.process.stdin is not None:
                self.process.stdin.close()
        try:
            status = self.process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        finally:
            for thread in self._threads:
                thread.join()
            for stream in (self.process.stdout, self.process.stderr):
                if stream is not None:
                    stream.close()
        return status


class Clerk(Child):
    """The clerk, asked over its wire."""

    def __init__(self, environment: dict[str, str]) -> None:
        super().__init__(environment, "clerk")
        self._ids = itertools.count(1)

    def ask(self, do: str, timeout_s: float = 30, **params: Any) -> dict[str, Any]:
        """One request and its answer. Raises ClerkAnswerError."""
        return self.wait(self.post(do, **params), timeout_s)

    def post(self, do: str, **params: Any) -> int:
        """Ask without waiting; returns the request's id."""
        request_id = next(self._ids)
        self.write(json.dumps({"id": request_id, "do": do, "with": params}))
        return request_id

    def wait(self, request_id: int, timeout_s: float = 30) -> dict[str, Any]:
        """The answer to a request. Answers to others that come before it are dropped."""
        ends = time.monotonic() + timeout_s
        while True:
            answer = json.loads(self.lines.get(timeout=max(0.01, ends - time.monotonic())))
            if answer.get("id") != request_id or "progress" in answer:
                continue
            if "error" in answer:
                raise ClerkAnswerError(answer["error"]["code"], answer["error"].get("params", {}))
            return dict(answer["ok"])


class Desk:
    """The processes of one desk. `settings` become SMSDESK_… variables."""

    def __init__(self, home: Path, **settings: object) -> None:
        self.home = home
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("SMSDESK_")} | {
            "SMSDESK_HOME": str(home),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            "SMSDESK_UNDO_S": "0",
            **{f"SMSDESK_{name.upper()}": str(value) for name, value in settings.items()},
        }
        self.children: list[Child] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for child in reversed(self.children):
            child.stop()

    def server(self) -> Child:
        """Start the embedded server's supervisor and wait until it serves, or stands by for another one."""
        child = self._start(Child(self.environment, "server"))
        wait_for_line(child, lambda line: '"ready"' in line or '"standby"' in line)
        return child

    def worker(self, *options: str, wait: bool = True) -> Child:
        """Start a bundled worker; options of `celery worker` may be given."""
        child = self._start(Child(self.environment, "worker", "--under-panel", *options))
        child.write(json.dumps({"secrets": {}}))
        if wait:
            try:
                wait_until(lambda: any(" ready" in line for line in list(child.errors)), 20)
            except TimeoutError:
                raise TimeoutError(f"the worker is not ready: {''.join(child.errors)}") from None
        return child

    def clerk(self) -> Clerk:
        """Start a clerk and greet it."""
        clerk = Clerk(self.environment)
        self._start(clerk)
        clerk.ask("hello")
        return clerk

    def _start(self, child: Child) -> Child:
        self.children.append(child)
        return child


def send(clerk: Clerk, recipients: list[str], content: dict[str, Any], account: str, request_id: str) -> dict[str, Any]:
    """Check recipients and send, as the window does."""
    checked = clerk.ask("recipients.check", text="\n".join(recipients), region="CN")
    return clerk.ask("compose.send", token=checked["token"], account=account, content=content, request_id=request_id)


def wait_for_line(child: Child, wanted: Callable[[str], bool], timeout_s: float = 20) -> str:
    """The first line of a child's output that fits."""
    ends = time.monotonic() + timeout_s
    while True:
        line = child.lines.get(timeout=max(0.01, ends - time.monotonic()))
        if wanted(line):
            return line


def wait_until(predicate: Callable[[], Any], timeout_s: float, every_s: float = 0.02) -> Any:
    """Ask again and again until the answer is true; returns it. Raises TimeoutError."""
    ends = time.monotonic() + timeout_s
    never = threading.Event()
    while not (answer := predicate()):
        if time.monotonic() > ends:
            raise TimeoutError(f"not so within {timeout_s} s")
        never.wait(every_s)
    return answer

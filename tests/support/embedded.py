"""The embedded server's supervisor as a process of a test, with the events it tells."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil

from tasks.launch import child_environment, command


class SupervisorProcess:
    """`python -m tasks server` for one home. Leaving it closes its standard input and waits for its end."""

    def __init__(self, home: Path, **variables: str) -> None:
        self._events: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self.process = subprocess.Popen(
            command("server"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**child_environment(), "SMSDESK_HOME": str(home), **variables},
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def event(self, name: str, timeout_s: float = 10) -> dict[str, Any]:
        """The next event of that name; others before it are passed over."""
        until = time.monotonic() + timeout_s
        while (event := self._events.get(timeout=max(0.001, until - time.monotonic()))) is not None:
            if event["event"] == name:
                return event
        raise EOFError(f"the supervisor ended without {name!r}")

    def server(self, event: str = "ready") -> psutil.Process:
        """The server it tells of."""
        return psutil.Process(self.event(event)["pid"])

    def kill(self) -> None:
        """End it as a crash would."""
        self.process.kill()
        self.process.wait(10)

    def close(self, timeout_s: float = 15) -> int:
        """Close its standard input; the answer is its exit code."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            return self.process.wait(timeout_s)
        finally:
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()
            self._reader.join()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as stdout:
            for line in stdout:
                self._events.put(json.loads(line))
        self._events.put(None)


def has_ended(process: psutil.Process) -> bool:
    """Whether a process does nothing any more; whoever inherited it may not have noticed yet."""
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def everything_readable_of(process: psutil.Process) -> str:
    """What other users of the machine, or `ps`, may see of a process."""
    return " ".join(process.cmdline()) + " ".join(process.environ().values()) + os.fsdecode(process.name())

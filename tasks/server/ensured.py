"""An embedded server for a process that was given none: joined where one runs, kept alive while we live."""

from __future__ import annotations

import json
import os
import select
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from tasks import server
from tasks.errors import DeskError
from tasks.launch import child_environment, command

CLOSE_S = 12.0
"""Above the supervisor's own time to let clients leave and to stop the server."""


@dataclass
class EnsuredServer:
    """A server that stays while this object is open. The end of our process closes it too, whatever ends it."""

    address: str
    """Celery's URL; it holds the password."""
    _supervisor: subprocess.Popen[bytes]

    def __repr__(self) -> str:
        return f"EnsuredServer(supervisor={self._supervisor.pid})"

    def __enter__(self) -> EnsuredServer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give up our part; the server ends unless somebody else keeps it.

        Waits for nobody to leave: the connections still open are our own.
        """
        self._supervisor.terminate()
        end_supervisor(self._supervisor)


def ensure_server(home: Path, timeout_s: float) -> EnsuredServer:
    """See `tasks.server.ensure`."""
    supervisor = subprocess.Popen(
        command("server"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**child_environment(), "SMSDESK_HOME": str(home)},
    )
    try:
        _wait_for_server(home, supervisor, timeout_s)
        address = server.address(home)
        if address is None:
            raise DeskError("server.not_ready", seconds=timeout_s)
    except BaseException:
        end_supervisor(supervisor)
        raise
    if supervisor.stdout is not None:
        supervisor.stdout.close()  # later events are nobody's: the supervisor does not mind
    return EnsuredServer(address, supervisor)


def end_supervisor(supervisor: subprocess.Popen[bytes]) -> None:
    """Close its standard input and wait until it has gone."""
    for pipe in (supervisor.stdin, supervisor.stdout):
        if pipe is not None:
            pipe.close()
    try:
        supervisor.wait(CLOSE_S)
    except subprocess.TimeoutExpired:
        supervisor.kill()
        supervisor.wait()


def _wait_for_server(home: Path, supervisor: subprocess.Popen[bytes], timeout_s: float) -> None:
    """Until it is ready, here or with another supervisor."""
    assert supervisor.stdout is not None
    stdout = supervisor.stdout.fileno()
    until = time.monotonic() + timeout_s
    heard = b""
    standing_by = False
    while time.monotonic() < until:
        if standing_by and server.alive(home):
            return
        if not select.select([stdout], [], [], 0.05)[0]:
            continue
        received = os.read(stdout, 65_536)
        if not received:
            raise DeskError("server.cannot_start", cause=f"exit {supervisor.wait()}")
        *lines, heard = (heard + received).split(b"\n")
        for line in lines:
            event = json.loads(line)
            if event["event"] in ("ready", "restarted"):
                return
            if event["event"] == "failed":
                raise DeskError(event["code"], **event["params"])
            standing_by = standing_by or event["event"] == "standby"
    raise DeskError("server.not_ready", seconds=timeout_s)

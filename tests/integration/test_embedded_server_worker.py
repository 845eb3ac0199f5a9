"""Worker processes and the embedded server: joined, started for oneself, and nothing left when a parent goes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil
import pytest
from support.embedded import SupervisorProcess, has_ended
from support.waiting import wait_until

from tasks import server
from tasks.launch import child_environment, command

pytestmark = pytest.mark.server

BARE = (sys.executable, "-m", "celery", "-A", "tasks", "worker", "-l", "info")


class Worker:
    """A worker process; its log is a file, so that nobody has to read it for it to go on."""

    def __init__(self, home: Path, words: Sequence[str]) -> None:
        self._log = home.parent / "worker-output.txt"
        with self._log.open("wb") as output:
            self.process = subprocess.Popen(
                words,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**child_environment(), "SMSDESK_HOME": str(home)},
                start_new_session=True,
            )

    def __enter__(self) -> Self:
        wait_until(lambda: " ready." in self.output() or self.process.poll() is not None, 30)
        assert self.process.poll() is None, self.output()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.stdin is not None:
            self.process.stdin.close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def output(self) -> str:
        return self._log.read_text("utf-8", "replace")

    def descendants(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def close_stdin(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()


def test_the_bundled_worker_ends_warm_when_the_panel_goes(isolated: Path) -> None:
    with SupervisorProcess(isolated) as supervisor:
        supervisor.event("ready")
        with Worker(isolated, command("worker", "--under-panel")) as worker:
            assert worker.process.stdin is not None
            worker.process.stdin.write(b'{"secrets": {"yuntongxun.auth_token": "a-real-token"}}\n')
            worker.process.stdin.flush()
            children = worker.descendants()
            worker.close_stdin()
            assert worker.process.wait(20) == 0
            assert "a-real-token" not in worker.output()
            wait_until(lambda: all(has_ended(child) for child in children))


def test_a_bare_worker_brings_its_own_server_and_takes_it_along(isolated: Path) -> None:
    with Worker(isolated, BARE) as worker:
        assert server.alive(isolated)
        children = worker.descendants()
        assert any("valkey" in child.name() for child in children)
        worker.process.terminate()
        assert worker.process.wait(20) == 0
        wait_until(lambda: all(has_ended(child) for child in children))
    assert not server.alive(isolated)


def test_a_killed_worker_leaves_no_server_behind(isolated: Path) -> None:
    with Worker(isolated, BARE) as worker:
        children = worker.descendants()
        worker.process.kill()
        wait_until(lambda: all(has_ended(child) for child in children), 10)


def test_a_bare_worker_goes_on_when_the_panels_server_goes(isolated: Path) -> None:
    with SupervisorProcess(isolated) as supervisor:
        valkey = supervisor.server()
        with Worker(isolated, BARE) as worker:
            address = server.address(isolated)
            supervisor.kill()
            wait_until(lambda: has_ended(valkey))
            wait_until(lambda: server.alive(isolated), 10)
            assert server.address(isolated) == address
            assert worker.process.poll() is None
            worker.process.terminate()
            assert worker.process.wait(20) == 0

"""The stage of a benchmark: a desk of real processes before a gateway that counts, and plain Celery beside it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.counting_gateway import CountingProcess
from support.desk import ROOT, Desk, wait_until

from tasks import server

TEMPLATE_CONTENT: dict[str, Any] = {"template_id": "1", "variables": ["9527", "5"], "text": "", "sender": None}


@dataclass
class Scene:
    """One desk and one gateway. `broker` is its broker's address."""

    desk: Desk
    gateway: CountingProcess
    broker: str

    def rate(self) -> float:
        """Messages a second at the gateway, from the first to the last."""
        state = self.gateway.state()
        return float(state["numbers"] * 1000 / max(1, state["last_ms"] - state["first_ms"]))

    def wait_for(self, count: int, timeout_s: float = 120) -> None:
        """Wait until the gateway has that many numbers."""
        wait_until(lambda: self.gateway.state()["numbers"] >= count, timeout_s, 0.05)


@contextmanager
def scene(delay_ms: float = 50, **settings: object) -> Iterator[Scene]:
    """A throwaway desk and its gateway account; with its embedded server where no `broker_url` is given."""
    with tempfile.TemporaryDirectory() as folder, CountingProcess(delay_ms=delay_ms) as gateway:
        account = {
            "gateway": "yuntongxun",
            "yuntongxun_base_url": gateway.url,
            "yuntongxun_account_sid": "a" * 32,
            "yuntongxun_auth_token": "token-of-the-benchmark",
            "yuntongxun_app_id": "application",
        }
        with Desk(Path(folder) / "home", **(account | settings)) as desk:
            if "broker_url" not in settings:
                desk.server()
            address = settings.get("broker_url") or server.address(desk.home)
            assert address is not None
            yield Scene(desk, gateway, str(address))


@contextmanager
def celery_worker(app: str, environment: dict[str, str], concurrency: int) -> Iterator[None]:
    """A worker as a server's administrator starts it, of our app or of plain Celery's."""
    command = [sys.executable, "-m", "celery", "-A", app, "worker", "-P", "threads", "-c", str(concurrency)]
    with subprocess.Popen(
        [*command, "--without-gossip", "--without-mingle", "-l", "warning"],
        env=environment | {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"},
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as worker:
        try:
            yield
        finally:
            worker.terminate()


@contextmanager
def plain_worker(stage: Scene, concurrency: int) -> Iterator[Any]:
    """Plain Celery's worker on the same server and gateway; yields its task."""
    with celery_worker("benchmarks.plain", stage.desk.environment | {"PLAIN_BROKER": stage.broker}, concurrency):
        yield plain_task(stage)


def plain_task(stage: Scene) -> Any:
    """Plain Celery's task for publishing from this process."""
    from benchmarks.plain import make_app

    return make_app(stage.broker).signature("plain.send_sms")

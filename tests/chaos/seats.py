"""A worker's seat: the worker in it dies, freezes and is started again; its links to gateway and broker break."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import psutil
from support.cutting_proxy import CuttingProxy
from support.desk import Child, Desk, wait_until

from tasks.clock import machine_ms


class Seat:
    """One worker at a time. `taken` is held by the fault that has it in its grip."""

    def __init__(self, name: str, pool: str, desk: Desk, gateway_port: int) -> None:
        self.name = name
        self.pool = pool
        self.taken = threading.Lock()
        self.to_gateway = CuttingProxy(gateway_port)
        self.to_broker: CuttingProxy | None = None
        self._desk = desk
        self._broker_url: str | None = None
        self._child: Child | None = None
        self._stopped = False

    def link_broker(self, target: int | Path, url: Callable[[int], str]) -> None:
        """Let its workers reach the broker over a proxy. To be called before it is opened."""
        self.to_broker = CuttingProxy(target)
        self._broker_url = url(self.to_broker.port)

    def open(self) -> None:
        """Open the links and start the first worker."""
        for link in self._links():
            link.__enter__()
        self.start()

    def close(self) -> None:
        """End the worker as the window's end does; then the links."""
        self.thaw()
        child, self._child = self._child, None
        if child is not None:
            child.stop(60)
        for link in self._links():
            link.__exit__(None, None, None)

    @property
    def pid(self) -> int | None:
        """The process that sits there now, None when none does."""
        return None if self._child is None else self._child.process.pid

    @property
    def ended_by_itself(self) -> bool:
        return self._child is not None and self._child.process.poll() is not None

    @property
    def last_words(self) -> str:
        """What the worker wrote last."""
        return "" if self._child is None else "".join(self._child.errors[-8:])

    def start(self) -> None:
        """Start a worker; returns before it is ready."""
        environment = dict(self._desk.environment)
        environment["SMSDESK_YUNTONGXUN_BASE_URL"] = f"http://127.0.0.1:{self.to_gateway.port}"
        if self._broker_url is not None:
            environment["SMSDESK_BROKER_URL"] = self._broker_url
        options = ["-n", f"{self.name}@%h", "-P", self.pool]
        self._child = Child(environment, "worker", "--under-panel", *options)
        self._child.write('{"secrets": {}}')

    def wait_until_ready(self) -> None:
        """Wait for the line that Celery writes when it consumes."""
        child = self._child
        assert child is not None
        wait_until(lambda: any(" ready" in line for line in list(child.errors)), 60)

    def kill(self) -> int:
        """End the worker and the children of its pool as a crash would; when, in milliseconds."""
        child, self._child = self._child, None
        assert child is not None
        for process in self._pool_of(child.process.pid):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        child.process.kill()
        child.process.wait()
        when = machine_ms()
        child.kill()
        return when

    def stop(self) -> None:
        """End the worker as the window's end does."""
        child, self._child = self._child, None
        assert child is not None
        child.stop(60)

    def freeze(self) -> int:
        """Stop the worker without ending it; when it stood still, in milliseconds."""
        pid = self.pid
        assert pid is not None
        self._stopped = True
        for process in [psutil.Process(pid), *self._pool_of(pid)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGSTOP)
        wait_until(lambda: psutil.Process(pid).status() in (psutil.STATUS_STOPPED, psutil.STATUS_ZOMBIE), 5, 0.001)
        return machine_ms()

    def thaw(self) -> None:
        """Let it go on."""
        pid = self.pid
        if pid is None or not self._stopped:
            return
        self._stopped = False
        for process in [*self._pool_of(pid), psutil.Process(pid)]:
            with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
                process.send_signal(signal.SIGCONT)

    def _pool_of(self, pid: int) -> list[psutil.Process]:
        """The processes of a pool, which send; not the supervisor of a server, which stands by."""
        found = []
        with contextlib.suppress(psutil.NoSuchProcess):
            for process in psutil.Process(pid).children(recursive=True):
                with contextlib.suppress(psutil.NoSuchProcess):
                    if os.path.basename(process.name()) != "valkey-server" and "server" not in process.cmdline()[1:]:
                        found.append(process)
        return found

    def _links(self) -> list[CuttingProxy]:
        return [self.to_gateway] if self.to_broker is None else [self.to_gateway, self.to_broker]

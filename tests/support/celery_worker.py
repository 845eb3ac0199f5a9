"""A worker as an administrator starts it: `celery -A tasks worker -l info`."""

from __future__ import annotations

import signal
import sys

from support.desk import Child, Desk, wait_until


class CeleryWorker(Child):
    """Lives until it is told to stop; options may follow."""

    program: tuple[str, ...] = (sys.executable, "-m", "celery", "-A", "tasks", "worker", "-l", "info")

    def stop(self, timeout_s: float = 40) -> int:
        """Ask for a warm stop as a service manager does, and wait for the end."""
        self.process.send_signal(signal.SIGTERM)
        return super().stop(timeout_s)

    def wait_until_ready(self) -> None:
        """Until it takes tasks."""
        try:
            wait_until(lambda: any(" ready" in line for line in list(self.errors)), 30)
        except TimeoutError:
            raise TimeoutError(f"the worker is not ready: {''.join(self.errors)}") from None


OLDER_VERSION = "0.0.1"


class OlderWorker(CeleryWorker):
    """The same worker, which says that it is of an older version."""

    program = (
        sys.executable,
        "-c",
        f"import tasks; tasks.__version__ = {OLDER_VERSION!r}; from celery.__main__ import main; main()",
        *CeleryWorker.program[3:],
    )


def celery_worker(desk: Desk, *options: str) -> CeleryWorker:
    """A worker of this checkout, ready; it ends with the desk."""
    worker = CeleryWorker(desk.environment, *options)
    desk.children.append(worker)
    worker.wait_until_ready()
    return worker

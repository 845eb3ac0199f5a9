"""The frozen worker and the signals of an administrator."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from support.celery_worker import CeleryWorker
from support.desk import Desk, wait_until

pytestmark = [pytest.mark.frozen, pytest.mark.slow, pytest.mark.server, pytest.mark.timeout(1_200)]

COMES_BACK_WITHIN_S = 40
ENDS_WITHIN_S = 40


def times_ready(worker: CeleryWorker) -> int:
    return sum(" ready" in line for line in list(worker.errors))


def test_at_sighup_it_starts_anew_and_at_sigint_it_ends_in_order(program_folder: Path, isolated: Path) -> None:
    class FrozenWorker(CeleryWorker):
        program = (str(program_folder / "sms-desk-worker"), "worker")

    with Desk(isolated) as desk:
        worker = FrozenWorker(desk.environment)
        desk.children.append(worker)
        worker.wait_until_ready()
        worker.process.send_signal(signal.SIGHUP)
        wait_until(lambda: times_ready(worker) == 2 or worker.process.poll() is not None, COMES_BACK_WITHIN_S)
        assert worker.process.poll() is None, "".join(worker.errors)
        worker.process.send_signal(signal.SIGINT)
        assert worker.process.wait(ENDS_WITHIN_S) == 0

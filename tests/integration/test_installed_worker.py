"""`celery -A tasks worker -l info`, bare: from an installed package, in a directory that has nothing to do with it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from support.celery_worker import CeleryWorker
from support.desk import Desk, wait_until
from support.ledgers import put, states

from tasks.client import Client
from tasks.ledger.engine import Ledger, open_ledger
from tasks.settings import load

pytestmark = [pytest.mark.server, pytest.mark.slow]


@pytest.fixture
def python(base_install: Path) -> Path:
    """An interpreter of its own, in which the package is installed from its wheel and not from this checkout."""
    return base_install / "python"


def test_bare_it_runs_with_the_pool_and_the_tasks_at_once_of_the_settings(python: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    found = subprocess.run(
        [python, "-c", "import tasks; print(tasks.__file__)"], cwd=empty, capture_output=True, text=True
    )
    assert Path(found.stdout).is_relative_to(python.parent.parent)

    class InstalledWorker(CeleryWorker):
        program = (str(python), *CeleryWorker.program[1:])
        folder = empty

    with Desk(tmp_path / "home", worker_concurrency=5) as desk:
        worker = InstalledWorker(desk.environment)
        desk.children.append(worker)
        worker.wait_until_ready()
        ledger = open_ledger(load().ledger_url)
        client = Client(load(), ledger.uuid)
        try:
            client.publish_message(put(ledger, 1).first_id)
            wait_until(lambda: states(ledger) != ["queued"], 20)
            assert wait_until(lambda: pool_and_concurrency(ledger), 5) == ("threads", 5)
        finally:
            client.close()
            ledger.close()


def pool_and_concurrency(ledger: Ledger) -> tuple[str, int] | None:
    with ledger.reading() as connection:
        row = connection.exec_driver_sql("SELECT pool, concurrency FROM workers").one_or_none()
    return None if row is None else (row.pool, row.concurrency)

"""A server's installation: no Qt, no PostgreSQL driver, in a directory that has nothing to do with the package."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from support.celery_worker import CeleryWorker
from support.desk import Desk

pytestmark = [pytest.mark.server, pytest.mark.slow]

NEEDS_MORE = ("tasks.__main__", "tasks.ledger.migrations", "tasks.ledger.postgresql_connection")
"""Starts something; runs inside Alembic only; is for the extra `postgresql`."""

IMPORT_ALL = f"""
import importlib, pkgutil, sys
import tasks
for module in pkgutil.walk_packages(tasks.__path__, "tasks."):
    if not module.name.startswith({NEEDS_MORE}):
        importlib.import_module(module.name)
print(tasks.__file__, [name for name in ("PySide6", "psycopg", "pytest") if name in sys.modules])
"""

SEND = """
import json
from tasks.sms import send_sms
print(json.dumps(send_sms.delay("13800138000", ["9527", "5"], "1").get(timeout=30)))
"""


def run(
    program: Path, *words: str, folder: Path, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [program, *words], cwd=folder, env=env or dict(os.environ), capture_output=True, text=True, timeout=60
    )


def test_every_module_of_the_worker_is_importable(base_install: Path, tmp_path: Path) -> None:
    assert run(base_install / "python", "-c", "import PySide6", folder=tmp_path).returncode != 0
    done = run(base_install / "python", "-c", IMPORT_ALL, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    place, _, loaded = done.stdout.partition(" ")
    assert Path(place).is_relative_to(base_install.parent)
    assert loaded.strip() == "[]"


@pytest.mark.parametrize(("locale", "word"), [("C.UTF-8", "sms-desk[desktop]"), ("zh_CN.UTF-8", "窗口需要 Qt")])
def test_the_window_says_that_it_needs_its_extra(base_install: Path, tmp_path: Path, locale: str, word: str) -> None:
    environment = {**os.environ, "LC_ALL": locale, "PYTHONUTF8": "1"}
    done = run(base_install / "sms-desk", folder=tmp_path, env=environment)
    assert done.returncode == 2
    assert word in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_doctor_finds_nothing_wrong_and_makes_nothing(base_install: Path, tmp_path: Path, isolated: Path) -> None:
    done = run(base_install / "sms-desk-worker", "doctor", "--json", folder=tmp_path)
    told: dict[str, Any] = json.loads(done.stdout)
    assert (done.returncode, told["status"], done.stderr) == (0, "warning", "")
    assert told["checks"][0]["code"] == "doctor.versions.ok"
    assert not isolated.exists()


def test_a_worker_takes_what_another_client_sends(base_install: Path, tmp_path: Path) -> None:
    class InstalledWorker(CeleryWorker):
        program = (str(base_install / "python"), *CeleryWorker.program[1:])
        folder = tmp_path

    with Desk(tmp_path / "home") as desk:
        worker = InstalledWorker(desk.environment)
        desk.children.append(worker)
        worker.wait_until_ready()
        sent = run(base_install / "python", "-c", SEND, folder=tmp_path, env=desk.environment)
        assert sent.returncode == 0, sent.stderr
        assert json.loads(sent.stdout)["state"] == "submitted"
        examined = run(base_install / "python", "-m", "tasks", "doctor", folder=tmp_path, env=desk.environment)
        assert examined.returncode == 0, examined.stdout
        assert "Workers: 1 running" in examined.stdout
        assert "started by a worker" in examined.stdout

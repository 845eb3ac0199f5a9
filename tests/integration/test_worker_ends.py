"""How a worker ends, and with which status: told by a signal, or unable to begin."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support.desk import ROOT, Child, Desk, wait_until

pytestmark = [pytest.mark.server, pytest.mark.slow]

ENDS_WITHIN_S = 30


def server_worker(desk: Desk, *options: str) -> Child:
    """`sms-desk-worker worker` as on a server, ready."""
    worker = Child(desk.environment, "worker", *options)
    desk.children.append(worker)
    wait_until(lambda: any(" ready" in line for line in list(worker.errors)), 30)
    return worker


@pytest.mark.parametrize("pool", ["threads", "prefork"])
@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_a_worker_that_is_told_to_stop_ends_with_status_0(tmp_path: Path, told: signal.Signals, pool: str) -> None:
    with Desk(tmp_path / "home") as desk:
        worker = server_worker(desk, "-P", pool)
        worker.process.send_signal(told)
        assert worker.process.wait(ENDS_WITHIN_S) == 0, "".join(worker.errors)


def refused(home: Path, **environment: str) -> str:
    """What a worker says that does not start."""
    done = subprocess.run(
        [sys.executable, "-m", "tasks", "worker"],
        cwd=ROOT,
        env=Desk(home).environment | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    return done.stderr


def test_what_keeps_a_worker_from_its_ledger_is_said_in_words(tmp_path: Path) -> None:
    said = refused(tmp_path / "home", SMSDESK_LEDGER_URL="postgresql://nobody@127.0.0.1:1/sms")
    assert "The worker cannot start: The ledger's database server does not answer." in said
    assert "Check the network and the database server, or correct SMSDESK_LEDGER_URL. (ledger.unreachable)" in said


def test_beside_a_window_a_mistake_in_the_settings_file_shuts_the_door_for_other_clients(tmp_path: Path) -> None:
    """The Simulator would tell a web site that its message was submitted."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "settings.toml").write_text('gateway = "yuntongxun"\nregion = "CN\n')
    with Desk(home) as desk:
        desk.server()
        desk.worker()
        client = "from tasks.sms import send_sms; print(send_sms.delay('13800138000', ['1'], '1').get(timeout=20))"
        done = subprocess.run(
            [sys.executable, "-c", client], cwd=ROOT, env=desk.environment, capture_output=True, text=True, timeout=60
        )
        assert done.stdout.strip() == "{'id': None, 'state': 'rejected', 'code': 'request.no_gateway'}", done.stderr


def test_a_mistake_in_the_settings_file_is_said_once_with_its_remedy(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "settings.toml").write_text('gateway = "yuntongxun"\nregion = "CN\n')
    said = refused(home)
    assert said.count("The settings file has a mistake in line 2") == 1
    assert "Correct that line in a text editor" in said

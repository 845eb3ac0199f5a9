"""Worker and server as children of the window: kept alive, given up, stopped in order."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from desktop.background import child_process
from desktop.background.child_process import LOG_LINES, ChildProcess, ChildState, EndCause
from desktop.background.children import Children, Commands
from desktop.background.server_process import ServerProcess
from desktop.background.worker_process import WorkerProcess

CHILD = Path(__file__).parent.parent / "support" / "line_child.py"


def line_child(how: str) -> list[str]:
    return [sys.executable, str(CHILD), how]


@pytest.fixture(autouse=True)
def short_delays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_process, "RESTART_DELAYS_MS", (20, 40))


def running(child: ChildProcess, qtbot: QtBot) -> ChildProcess:
    child.start()
    qtbot.waitUntil(lambda: child.state is ChildState.RUNNING, timeout=10_000)
    return child


def end(child: ChildProcess, qtbot: QtBot) -> None:
    with qtbot.waitSignal(child.stopped, timeout=10_000):
        child.stop()
    assert child.state is ChildState.STOPPED
    assert child.process_id == 0


@pytest.fixture
def worker(qtbot: QtBot) -> Iterator[WorkerProcess]:
    made = WorkerProcess(line_child("worker"), call_deadline_s=5)
    yield made
    end(made, qtbot)


def test_a_worker_is_running_once_celery_says_so(worker: WorkerProcess, qtbot: QtBot) -> None:
    states: list[str] = []
    worker.state_changed.connect(states.append)
    running(worker, qtbot)
    assert states == ["starting", "running"]


def test_session_secrets_go_through_standard_input_only(worker: WorkerProcess, qtbot: QtBot) -> None:
    worker.set_session_secrets({"shop.token": "hush-hush"})
    running(worker, qtbot)
    first = next(line for line in worker.log_tail() if line.startswith("first "))
    assert json.loads(first.removeprefix("first ")) == {"secrets": {"shop.token": "hush-hush"}}
    assert "hush-hush" not in " ".join(psutil.Process(worker.process_id).cmdline())


def test_stopping_lets_it_finish(worker: WorkerProcess, qtbot: QtBot) -> None:
    running(worker, qtbot)
    end(worker, qtbot)
    assert worker.log_tail()[-1] == "finished"
    assert worker.restarts() == []


def test_restart_is_another_process_and_no_fault(worker: WorkerProcess, qtbot: QtBot) -> None:
    first = running(worker, qtbot).process_id
    worker.restart()
    qtbot.waitUntil(lambda: worker.state is ChildState.RUNNING and worker.process_id != first, timeout=10_000)
    assert worker.restarts() == []


def test_a_killed_worker_is_started_again_and_recorded(worker: WorkerProcess, qtbot: QtBot) -> None:
    first = running(worker, qtbot).process_id
    with qtbot.waitSignal(worker.restarted, timeout=10_000):
        psutil.Process(first).kill()
    qtbot.waitUntil(lambda: worker.state is ChildState.RUNNING, timeout=10_000)
    assert worker.process_id != first
    (record,) = worker.restarts()
    assert (record.cause, record.exit_code, record.gave_up) == (EndCause.CRASHED, None, False)
    assert record.last_line.endswith("ready.")


def test_it_is_given_up_after_five_quick_deaths(qtbot: QtBot) -> None:
    child = WorkerProcess(line_child("quick_death"), call_deadline_s=5)
    child.start()
    qtbot.waitUntil(lambda: child.state is ChildState.FAILED, timeout=20_000)
    records = child.restarts()
    assert [record.gave_up for record in records] == [False, False, False, False, True]
    assert {(record.cause, record.exit_code, record.last_line) for record in records} == {
        (EndCause.EXITED, 1, "no module named so")
    }
    child.start()  # a person may try again
    assert child.state is ChildState.STARTING
    end(child, qtbot)


def test_a_missing_program_is_told_apart(qtbot: QtBot) -> None:
    child = WorkerProcess(["/nowhere/no-such-program"], call_deadline_s=5)
    child.start()
    qtbot.waitUntil(lambda: child.state is ChildState.FAILED, timeout=20_000)
    assert child.restarts()[-1].cause is EndCause.NOT_STARTED


def test_one_that_does_not_end_is_killed(qtbot: QtBot) -> None:
    child = WorkerProcess(line_child("deaf"), call_deadline_s=-4.9)
    running(child, qtbot)
    end(child, qtbot)


def test_a_stop_during_the_pause_between_restarts_holds(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_process, "RESTART_DELAYS_MS", (60_000,))
    child = WorkerProcess(line_child("quick_death"), call_deadline_s=5)
    with qtbot.waitSignal(child.restarted, timeout=10_000):
        child.start()
    end(child, qtbot)
    assert not child._later.isActive()


def test_a_server_without_a_program_is_given_up_at_once(qtbot: QtBot) -> None:
    server = ServerProcess(line_child("no_way"))
    with qtbot.waitSignals([server.told, server.restarted], timeout=10_000):
        server.start()
    assert server.state is ChildState.FAILED
    assert len(server.restarts()) == 1


def test_the_log_keeps_its_last_lines(qtbot: QtBot) -> None:
    many = f"print(*range({LOG_LINES + 500}), sep='\\n', flush=True); input()"
    child = ChildProcess([sys.executable, "-c", many], 5)
    child.start()
    qtbot.waitUntil(lambda: child.log_tail()[-1:] == [str(LOG_LINES + 499)], timeout=10_000)
    assert len(child.log_tail()) == LOG_LINES
    with qtbot.waitSignal(child.stopped, timeout=10_000):
        child.stop()


def test_worker_waits_for_the_server_and_all_end_in_order(qtbot: QtBot) -> None:
    commands = Commands(clerk=line_child("clerk"), worker=line_child("worker"), server=line_child("server"))
    children = Children(commands, call_deadline_s=5)
    assert children.server is not None
    server, order = children.server, []
    children.worker.state_changed.connect(lambda state: order.append(f"worker {state}, server {server.state}"))
    server.stopped.connect(lambda: order.append(f"server stopped, clerk running: {children.clerk.running}"))
    children.clerk.stopped.connect(lambda: order.append("clerk stopped"))
    children.start()
    children.start_worker_when_ready()
    qtbot.waitUntil(lambda: children.worker.state is ChildState.RUNNING, timeout=10_000)
    with qtbot.waitSignal(children.all_stopped, timeout=10_000):
        children.stop()
    assert order == [
        "worker starting, server running",
        "worker running, server running",
        "worker stopping, server running",
        "worker stopped, server running",
        "clerk stopped",
        "server stopped, clerk running: False",
    ]


def test_with_a_configured_broker_there_is_no_server(qtbot: QtBot) -> None:
    children = Children(Commands(line_child("clerk"), line_child("worker"), None), call_deadline_s=5)
    children.start()
    children.start_worker_when_ready()
    qtbot.waitUntil(lambda: children.worker.state is ChildState.RUNNING, timeout=10_000)
    with qtbot.waitSignal(children.all_stopped, timeout=10_000):
        children.stop()

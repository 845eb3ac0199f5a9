"""A process of SMS Desk that dies by kill -9 at exactly one point of a message's way.

It is the real program with one function wrapped: `python -m support.crashing POINT worker --under-panel …`.
The points are those between which a crash means something else (the table of test_crash_points.py).
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from support.desk import Child, Clerk, Desk

TESTS = Path(__file__).resolve().parents[1]

SUBMISSION = "INSERT INTO batches"
CLAIM = "INSERT INTO tries"
RECORD = "UPDATE tries SET"
UPGRADE = "UPDATE alembic_version SET"


def die(*_: Any, **__: Any) -> Any:
    """As a power cut of this process alone."""
    os.kill(os.getpid(), signal.SIGKILL)
    signal.pause()


def die_at(owner: Any, name: str) -> None:
    """Die instead of calling a function."""
    getattr(owner, name)
    setattr(owner, name, die)


def die_after(owner: Any, name: str) -> None:
    """Die when a function has done all it does."""
    original = getattr(owner, name)

    def wrapped(*arguments: Any, **options: Any) -> Any:
        original(*arguments, **options)
        die()

    setattr(owner, name, wrapped)


def die_at_commit_of(statement: str) -> None:
    """Die before the commit of a transaction in which that statement was run, and which is otherwise complete."""
    from sqlalchemy import Connection, Engine, event

    @event.listens_for(Engine, "before_cursor_execute")
    def look(connection: Connection, _cursor: Any, sql: str, *_: Any) -> None:
        if sql.startswith(statement):
            connection.info["dies"] = True

    @event.listens_for(Engine, "commit")
    def commit(connection: Connection) -> None:
        if connection.info.get("dies"):
            die()

    @event.listens_for(Engine, "rollback")
    def rollback(connection: Connection) -> None:
        connection.info.pop("dies", None)


def before_the_submission_s_commit() -> None:
    die_at_commit_of(SUBMISSION)


def before_publishing() -> None:
    from tasks.client import Client

    die_at(Client, "_publish")


def publish_raises() -> None:
    """Does not die: the broker has the task, and its client is told that it has not."""
    from tasks.client import Client
    from tasks.errors import BrokerError

    original = Client._publish

    def publish(*arguments: Any, **options: Any) -> None:
        original(*arguments, **options)
        raise BrokerError("broker.timeout")

    Client._publish = publish  # type: ignore[method-assign]


def before_the_claim() -> None:
    from tasks.ledger import claims

    die_at(claims, "claiming")


def before_the_claim_s_commit() -> None:
    die_at_commit_of(CLAIM)


def before_the_first_byte() -> None:
    from tasks.gateways.http import _Connection

    die_at(_Connection, "write")


def in_the_middle_of_the_request() -> None:
    """A byte of the request has left, the others have not."""
    from tasks.gateways.http import _Connection

    def write(self: _Connection, request: bytes) -> None:
        self._socket.send(request[:1])
        die()

    _Connection.write = write  # type: ignore[method-assign]


def before_the_answer() -> None:
    from tasks.gateways.http import _Connection

    die_at(_Connection, "read_answer")


def before_the_record_s_commit() -> None:
    die_at_commit_of(RECORD)


def in_the_middle_of_the_copy() -> None:
    """Of an earlier ledger: some of its pages are written, others are not."""
    from tasks.ledger import backup

    backup.PAGES_AT_ONCE = 4
    write = backup.write_copy

    def until_half(source: Any, target: Any, _told: Any) -> None:
        write(source, target, lambda done, total: die() if done * 2 > total else None)

    backup.write_copy = until_half  # type: ignore[assignment]


def before_the_upgrade() -> None:
    """The copy is there, the tables are untouched."""
    from tasks.ledger import migration

    die_at(migration, "run")


def before_the_upgrade_s_commit() -> None:
    die_at_commit_of(UPGRADE)


def before_the_acknowledgement() -> None:
    from kombu.message import Message

    die_at(Message, "ack")


def after_the_acknowledgement() -> None:
    from kombu.message import Message

    die_after(Message, "ack")


POINTS: dict[str, Callable[[], None]] = {
    point.__name__: point
    for point in (
        before_the_submission_s_commit,
        before_publishing,
        publish_raises,
        before_the_claim,
        before_the_claim_s_commit,
        before_the_first_byte,
        in_the_middle_of_the_request,
        before_the_answer,
        before_the_record_s_commit,
        in_the_middle_of_the_copy,
        before_the_upgrade,
        before_the_upgrade_s_commit,
        before_the_acknowledgement,
        after_the_acknowledgement,
    )
}


def command(point: Callable[[], None]) -> tuple[str, ...]:
    """What starts such a process in place of `python -m tasks`."""
    program = (
        f"import sys; sys.path.append({str(TESTS)!r}); from support.crashing import main; main({point.__name__!r})"
    )
    return sys.executable, "-c", program


def main(point: str) -> None:
    """Be `python -m tasks` with the arguments, until the point is reached."""
    POINTS[point]()
    runpy.run_module("tasks", run_name="__main__", alter_sys=True)


class CrashingClerk(Clerk):
    """A clerk that dies at a point."""

    def __init__(self, desk: Desk, point: Callable[[], None]) -> None:
        self.program = command(point)
        super().__init__(desk.environment)
        desk.children.append(self)
        self.ask("hello")


class CrashingWorker(Child):
    """A bundled worker that dies at a point."""

    def __init__(self, desk: Desk, point: Callable[[], None]) -> None:
        self.program = command(point)
        super().__init__(desk.environment, "worker", "--under-panel")
        desk.children.append(self)
        self.write('{"secrets": {}}')


def wait_for_the_crash(child: Child) -> None:
    """Until it has died at its point. AssertionError where it ended otherwise."""
    status = child.process.wait(60)
    child.stop()
    assert status == -signal.SIGKILL, f"ended with {status}: {''.join(child.errors)}"

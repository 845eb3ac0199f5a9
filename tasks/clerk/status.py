"""`status.look`, `queues.lengths`, `celery.states`, `account.resume`: how broker, workers and accounts are."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from tasks.clerk.desk import Desk
from tasks.clerk.rows import is_simulated, plain_error, read_list
from tasks.clerk.wire import Request
from tasks.clock import now_ms
from tasks.errors import BrokerError, DeskError, RequestError
from tasks.ledger import queries
from tasks.ledger.accounts import release_account
from tasks.ledger.engine import current_revision
from tasks.ledger.schema import accounts, workers
from tasks.ledger.upkeep import resume_account

BROKER_FRESH_S = 2.0
"""An answer of the broker is good this long."""

BROKER_ANSWER_S = 3.0
"""No check of the broker is waited for longer than this; it counts as silent until it answers."""

WORKER_ALIVE_MS = 30_000
"""A worker that was not seen for longer is not shown as one that runs."""

STATES_MOST = 500


class Status:
    """Looks at broker and ledger. Its requests run in the broker's line."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._pulse = BrokerPulse(lambda: desk.client("pulse").check())

    def look(self, _request: Request) -> dict[str, Any]:
        """`status.look`: never fails for the broker's sake, that is part of the answer."""
        settings = self._desk.settings()
        with self._desk.ledger().reading() as connection:
            answer = {
                "workers": [shape_worker(row) for row in live_workers(connection)],
                "accounts": self._accounts(connection),
                "open": queries.open_counts(connection),
                "ledger_revision": current_revision(connection),
            }
        answer["broker"] = self._pulse.look() | {"embedded": settings.broker_url is None}
        return answer

    def lengths(self, _request: Request) -> dict[str, Any]:
        """`queues.lengths`. Raises BrokerError."""
        return {"lanes": self._desk.client("broker").queue_lengths()}

    def states(self, request: Request) -> dict[str, Any]:
        """`celery.states`. Raises BrokerError."""
        task_ids = request.param("task_ids", list)
        if len(task_ids) > STATES_MOST or not all(isinstance(task_id, str) for task_id in task_ids):
            raise RequestError("request.malformed", field="task_ids")
        return {"states": self._desk.client("broker").states(task_ids) if task_ids else {}}

    def resume(self, request: Request) -> dict[str, Any]:
        """`account.resume`: what a fault of the account held goes back to the queue."""
        account = request.param("account", str)
        with self._desk.ledger().writing() as connection:
            resumed = resume_account(connection, account, now_ms())
            release_account(connection, account)
        return {"resumed": resumed}

    def _accounts(self, connection: Connection) -> list[dict[str, Any]]:
        """The accounts of the settings, then those that only the ledger knows."""
        known = {row["name"]: row for row in connection.execute(select(accounts)).mappings()}
        own = {name: account.gateway for name, account in self._desk.settings().accounts.items()}
        merged = own | {name: row["gateway"] for name, row in known.items() if name not in own}
        return [
            {
                "name": name,
                "gateway": gateway,
                "simulated": is_simulated(gateway),
                "held_reason": known[name]["held_reason"] if name in known else None,
                "configured": name in own,
            }
            for name, gateway in merged.items()
        ]


class BrokerPulse:
    """Whether the broker answers, asked in a thread of its own: a frozen broker must not hold up who asks."""

    def __init__(self, check: Callable[[], None]) -> None:
        self._check = check
        self._lock = threading.Condition()
        self._running = False
        self._known: dict[str, Any] | None = None
        self._known_at = 0.0

    def look(self) -> dict[str, Any]:
        """`{ok, code, params}`, at most `BROKER_FRESH_S` old or waited for at most `BROKER_ANSWER_S`."""
        with self._lock:
            if self._known is not None and time.monotonic() - self._known_at < BROKER_FRESH_S:
                return dict(self._known)
            if not self._running:
                self._running = True
                threading.Thread(target=self._ask, name="broker-pulse", daemon=True).start()
            if not self._lock.wait_for(lambda: not self._running, BROKER_ANSWER_S) or self._known is None:
                return {"ok": False, "code": "broker.silent", "params": {}}
            return dict(self._known)

    def _ask(self) -> None:
        answer: dict[str, Any] = {"ok": True, "code": None, "params": {}}
        try:
            self._check()
        except DeskError as error:
            answer = {"ok": False, **plain_error(error)}
        except Exception as error:  # whatever a transport raises, the lights of the window go on
            answer = {"ok": False, **plain_error(BrokerError("broker.failed", kind=type(error).__name__))}
        with self._lock:
            self._known, self._known_at, self._running = answer, time.monotonic(), False
            self._lock.notify_all()


def live_workers(connection: Connection) -> list[RowMapping]:
    """Workers that have not stopped and were seen lately."""
    statement = (
        select(workers)
        .where(workers.c.stopped_ms.is_(None), workers.c.seen_ms > now_ms() - WORKER_ALIVE_MS)
        .order_by(workers.c.worker_id)
    )
    return list(connection.execute(statement).mappings())


def shape_worker(found: RowMapping) -> dict[str, Any]:
    """The wire's `Worker`. A worker that is in this ledger uses it."""
    names = ("worker_id", "host", "pid", "version", "pool", "concurrency", "in_hand", "started_ms", "seen_ms")
    lists = {name: read_list(found[name]) for name in ("accounts", "notes")}
    return {name: found[name] for name in names} | lists | {"own_ledger": True}

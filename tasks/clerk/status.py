"""`status.look`, `queues.lengths`, `celery.states`, `account.resume`: how broker, workers and accounts are."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, RowMapping, select

from tasks.brokers import stand_in
from tasks.clerk.command import look_at_command
from tasks.clerk.desk import Desk
from tasks.clerk.pulse import BrokerPulse
from tasks.clerk.rows import is_simulated
from tasks.clerk.wire import Request
from tasks.clerk.workers import gone_workers, live_workers
from tasks.clock import now_ms
from tasks.errors import RequestError
from tasks.ledger import breaker, queries
from tasks.ledger.accounts import release_account
from tasks.ledger.engine import current_revision
from tasks.ledger.limits import used
from tasks.ledger.revision import refuse_outgrown
from tasks.ledger.schema import accounts
from tasks.ledger.upkeep import resume_account
from tasks.settings import Account

STATES_MOST = 500


class Status:
    """Looks at broker and ledger. Its requests run in the broker's line."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._pulse = BrokerPulse(lambda: desk.client("pulse").check())

    def look(self, _request: Request) -> dict[str, Any]:
        """`status.look`: never fails for the broker's sake, that is part of the answer.

        Fails with `ledger.newer` once a later program has carried the ledger over: nothing can be sent from here then.
        """
        settings = self._desk.settings()
        with self._desk.ledger().reading() as connection:
            refuse_outgrown(connection)
            answer = {
                "workers": live_workers(connection),
                "gone_workers": gone_workers(connection),
                "accounts": self._accounts(connection),
                "open": queries.open_counts(connection),
                "ledger_revision": current_revision(connection),
                **look_at_command(connection),
            }
        answer["broker"] = self._pulse.look() | {
            "embedded": settings.broker_url is None,
            "stand_in": stand_in.is_used(settings),
        }
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
        """`account.resume`: what a fault of the account held goes back to the queue; an open breaker tries at once."""
        account = request.param("account", str)

        def work(connection: Connection) -> int:
            now = now_ms()
            if breaker.try_now(connection, account, now):
                return 0
            resumed = resume_account(connection, account, now)
            release_account(connection, account)
            return resumed

        return {"resumed": self._desk.ledger().write(work)}

    def _accounts(self, connection: Connection) -> list[dict[str, Any]]:
        """The accounts of the settings, then those that only the ledger knows."""
        now = now_ms()
        known = {row["name"]: row for row in connection.execute(select(accounts)).mappings()}
        own = self._desk.settings().accounts
        merged = {name: account.gateway for name, account in own.items()}
        merged |= {name: row["gateway"] for name, row in known.items() if name not in own}
        return [
            {
                "name": name,
                "gateway": gateway,
                "simulated": is_simulated(gateway),
                "held_reason": known[name]["held_reason"] if name in known else None,
                "held_ms": known[name]["held_ms"] if name in known else None,
                "retry_in_ms": retry_in_ms(known[name], now) if name in known else None,
                "limits": usage_of(connection, known.get(name), own.get(name), now),
                "configured": name in own,
            }
            for name, gateway in merged.items()
        ]


def usage_of(
    connection: Connection, row: RowMapping | None, account: Account | None, now: int
) -> dict[str, Any] | None:
    """What an account has sent of its limits by days; None where it has none."""
    if row is None or (row["per_day"] is None and row["budget_micros"] is None):
        return None
    so_far = used(connection, row["name"], row["zone"], now)
    return {
        "per_day": row["per_day"],
        "today": so_far.today,
        "budget_micros": row["budget_micros"],
        "month_micros": so_far.month_micros,
        "currency": account.currency if account is not None else "",
    }


def retry_in_ms(account: RowMapping, now: int) -> int | None:
    """When an account whose breaker is open tries again; 0: it is at it. None: a person has to resume it."""
    return None if account["retry_ms"] is None else max(0, account["retry_ms"] - now if not account["probe_ms"] else 0)

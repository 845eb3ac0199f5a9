"""A daily limit over the clerk's wire with a real worker: kept, shown, raised without a restart."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from support.desk import Child, Desk, send, wait_until
from support.ledgers import numbers

pytestmark = [pytest.mark.server, pytest.mark.slow]


def account(clerk: Any) -> dict[str, Any]:
    found: list[dict[str, Any]] = clerk.ask("status.look")["accounts"]
    return next(one for one in found if one["name"] == "simulator")


def test_a_daily_limit_is_kept_and_raising_it_lets_the_rest_go(isolated: Path) -> None:
    with Desk(isolated) as desk:
        desk.server()
        clerk = desk.clerk()
        clerk.ask("settings.save", changes={"accounts.simulator.per_day": 30})
        worker: Child = desk.worker()
        token = clerk.ask("recipients.check", text="\n".join(numbers(50)), region="CN")["token"]
        asked = {"token": token, "account": "simulator", "content": {"text": "hello", "sender": None}}
        assert clerk.ask("compose.quote", **asked)["above_limit"] == {"reason": "limit.per_day", "count": 20}
        batch = send(clerk, numbers(50), {"text": "hello", "sender": None}, "simulator", "limit-1")

        def counts() -> Counter[str]:
            found: Counter[str] = Counter(clerk.ask("batch.counts", batch_id=batch["batch_id"])["counts"])
            return found

        wait_until(lambda: account(clerk)["held_reason"] == "limit.per_day" and not counts()["sending"], 20)
        assert counts()["queued"] == 20
        assert account(clerk)["limits"]["today"] == 30
        row = clerk.ask("message.detail", message_id=batch["first_id"] + 49)["row"]
        assert (row["waiting"], row["waiting_reason"]) == ("waiting.held", "limit.per_day")
        clerk.ask("settings.save", changes={"accounts.simulator.per_day": 45})
        wait_until(lambda: counts()["queued"] == 5 and not counts()["sending"], 20)
        clerk.ask("settings.save", changes={"accounts.simulator.per_day": None})
        wait_until(lambda: not counts()["queued"] and not counts()["sending"], 20)
        assert sum(counts().values()) == 50
        assert worker.process.poll() is None

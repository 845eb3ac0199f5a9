"""A message that waits says why: no worker, no worker with its account, an account that is held."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.desk import Clerk, Desk
from support.ledgers import new_ledger, put

from tasks.clock import now_ms
from tasks.ledger.accounts import hold_account, note_account, release_account
from tasks.ledger.engine import Ledger
from tasks.ledger.upkeep import note_worker


def note(ledger: Ledger, worker: str, accounts: list[str], seen_ms: int | None = None, stopped: bool = False) -> None:
    """The row by which a worker says that it is there."""
    now = now_ms()
    values = {
        "worker_id": worker, "host": "far", "pid": 1, "version": "1", "pool": "threads", "concurrency": 8, "in_hand": 0,
        "accounts": json.dumps(accounts), "started_ms": now, "seen_ms": seen_ms or now,
        "stopped_ms": now if stopped else None,
    }  # fmt: skip
    with ledger.writing() as connection:
        note_worker(connection, values)


def row(clerk: Clerk) -> dict[str, Any]:
    view = clerk.ask("view.open", filter={}, sort={"column": "time", "descending": True})["view"]
    (found,) = clerk.ask("view.rows", view=view, start=0, count=10)["rows"]
    return dict(found)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def test_a_queued_message_says_why_it_waits_and_stops_saying_so(home: Path) -> None:
    ledger = new_ledger(home)
    put(ledger, account="shop", gateway="simulator")
    with Desk(home) as desk:
        clerk = desk.clerk()
        assert (row(clerk)["waiting"], row(clerk)["waiting_reason"]) == ("waiting.no_worker", None)
        note(ledger, "far:1:a", ["simulator"])
        assert row(clerk)["waiting"] == "waiting.no_account"
        note(ledger, "far:2:b", ["shop"])
        assert row(clerk)["waiting"] is None
        with ledger.writing() as connection:
            note_account(connection, "shop", "simulator")
            hold_account(connection, "shop", "sim.account_refused", now_ms())
        assert (row(clerk)["waiting"], row(clerk)["waiting_reason"]) == ("waiting.held", "sim.account_refused")
        with ledger.writing() as connection:
            release_account(connection, "shop")
        note(ledger, "far:2:b", ["shop"], seen_ms=now_ms() - 20_000)
        assert row(clerk)["waiting"] == "waiting.no_account"
        note(ledger, "far:1:a", ["simulator"], stopped=True)
        assert row(clerk)["waiting"] == "waiting.no_worker"
    ledger.close()


def test_a_refresh_tells_that_messages_wait_for_another_reason_than_before(home: Path) -> None:
    ledger = new_ledger(home)
    put(ledger, account="shop", gateway="simulator")
    with Desk(home) as desk:
        clerk = desk.clerk()
        opened = clerk.ask("view.open", filter={}, sort={"column": "time", "descending": True})
        asked = {"view": opened["view"], "first": 0, "last": 0, "revision": opened["revision"]}
        first = clerk.ask("view.refresh", **asked)["service"]
        assert clerk.ask("view.refresh", **asked)["service"] == first
        note(ledger, "far:2:b", ["shop"])
        assert clerk.ask("view.refresh", **asked)["service"] != first
    ledger.close()


def test_the_confirmation_is_told_that_nobody_has_the_account(home: Path) -> None:
    ledger = new_ledger(home)
    with Desk(home) as desk:
        clerk = desk.clerk()
        token = clerk.ask("recipients.check", text="13800138000", region="CN")["token"]
        asked = {"token": token, "account": "simulator", "content": {"text": "hi"}}
        assert clerk.ask("compose.quote", **asked)["warnings"] == ["waiting.no_worker"]
        note(ledger, "far:1:a", ["shop"])
        assert clerk.ask("compose.quote", **asked)["warnings"] == ["waiting.no_account"]
        note(ledger, "far:2:b", ["simulator"])
        assert clerk.ask("compose.quote", **asked)["warnings"] == []
    ledger.close()


def test_a_template_whose_text_only_the_gateway_knows_travels_with_its_values(home: Path) -> None:
    ledger = new_ledger(home)
    put(ledger, text="", template_id="7", variables=("9527", "5"))
    with Desk(home) as desk:
        found = row(desk.clerk())
        assert (found["text"], found["template_id"], found["variables"]) == ("", "7", ["9527", "5"])
    ledger.close()

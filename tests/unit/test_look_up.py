"""Unknown messages whose gateway can tell what became of them settle by themselves; the others wait for a person."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from support.ledgers import put, row

from tasks.clock import now_ms
from tasks.delivery.calls import Caller
from tasks.gateways.protocol import Outcome, OutcomeKind
from tasks.ledger import unknowns
from tasks.ledger.claims import Claimant, claim_chunk
from tasks.ledger.engine import Ledger
from tasks.ledger.outcomes import RecordPolicy, TryEnd, record
from tasks.ledger.upkeep import find_due
from tasks.maintenance.look_up import ASKED_FOR_MS, look_up, next_look
from tasks.settings import Account

POLICY = RecordPolicy(looks_up=frozenset({"simulator"}))
MESSAGES = 40


@pytest.fixture
def caller(request: pytest.FixtureRequest) -> Caller:
    fields = {"look_up_percent": request.param, "delay_ms": 0}
    return Caller({"simulator": Account("simulator", "simulator", fields)}, 5.0)


def lost(ledger: Ledger) -> list[Any]:
    """Messages whose answers were lost, as maintenance finds them."""
    batch = put(ledger, MESSAGES)
    claimed = claim_chunk(ledger, batch.chunk_ids[0], Claimant("w", 60_000), MESSAGES).messages
    record(
        ledger,
        [TryEnd(one, Outcome(one.message_id, OutcomeKind.UNKNOWN, "sim.answer_lost")) for one in claimed],
        POLICY,
    )
    with ledger.reading() as connection:
        return find_due(connection, now_ms() + 60_000).unknown


def standing(ledger: Ledger, rows: list[Any]) -> Counter[tuple[str, str | None]]:
    now = [row(ledger, one.message_id) for one in rows]
    return Counter((one.state, one.reason) for one in now)


@pytest.mark.parametrize("caller", [100.0], indirect=True)
def test_what_the_gateway_has_got_is_submitted_and_what_it_has_not_waits_for_a_person(
    ledger: Ledger, caller: Caller
) -> None:
    rows = lost(ledger)
    assert len(rows) == MESSAGES
    look_up(ledger, caller, rows, now_ms(), POLICY)
    counts = standing(ledger, rows)
    assert set(counts) == {("submitted", None), ("unknown", "lookup.not_found")}
    assert all(
        row(ledger, one.message_id).provider_id for one in rows if row(ledger, one.message_id).state == "submitted"
    )
    # It says the same again, and none of those it never got is sent again by the program.
    unknowns.ask(ledger, [one.message_id for one in rows], "ada@desk")
    with ledger.reading() as connection:
        again = find_due(connection, now_ms()).unknown
    assert len(again) == counts["unknown", "lookup.not_found"]
    look_up(ledger, caller, again, now_ms(), POLICY)
    assert standing(ledger, rows) == counts


@pytest.mark.parametrize("caller", [0.0], indirect=True)
def test_what_the_gateway_cannot_tell_is_asked_again_later_and_at_last_no_more(ledger: Ledger, caller: Caller) -> None:
    rows = lost(ledger)
    now = now_ms()
    look_up(ledger, caller, rows, now, POLICY)
    assert standing(ledger, rows) == {("unknown", "sim.answer_lost"): MESSAGES}
    assert row(ledger, rows[0].message_id).due_ms > now
    assert next_look(rows[0], now + ASKED_FOR_MS + 1_000, POLICY) is None
    assert next_look(rows[0], now, RecordPolicy()) is None

"""Messages whose answers were lost, settled by the operator over the clerk's wire with a real worker.

What a person sends again reaches the gateway, which counts, once more, and nothing else does.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.counting_gateway import CountingGateway
from support.desk import Clerk, wait_until
from support.ledgers import force, ledger_url, put, row, states, tries_of
from support.sending import Sending

from tasks.ledger.states import State

pytestmark = [pytest.mark.server, pytest.mark.slow]

LOST = 3
"""Answers lost in a row that do not open the breaker of the account."""


@pytest.fixture
def gateway() -> Iterator[CountingGateway]:
    with CountingGateway(delay_ms=5) as counting:
        yield counting


@pytest.fixture(params=["sqlite", "postgresql"])
def sending(
    request: pytest.FixtureRequest, tmp_path: Path, gateway: CountingGateway, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Sending]:
    settings: dict[str, object] = {"simulator_look_up_percent": 100, "simulator_receipt_delay_ms": 3_600_000}
    if request.param == "postgresql":
        settings["ledger_url"] = ledger_url(request.param, request, tmp_path)
    opened = Sending(tmp_path / "home", gateway, monkeypatch, **settings)
    yield opened
    opened.close()


def lose_answers(sending: Sending, count: int) -> list[int]:
    """Send messages that the gateway takes without an answer; all are Unknown now."""
    sending.gateway.set(mode="close")
    ids = sending.send(count)
    wait_until(lambda: {row(sending.ledger, one).state for one in ids} == {"unknown"}, 20)
    sending.gateway.set(mode="answer")
    return ids


def decided(clerk: Clerk, message_id: int) -> list[str]:
    """What was decided about a message, first to last; each with who and when."""
    found: list[dict[str, Any]] = clerk.ask("message.detail", message_id=message_id)["decisions"]
    for one in found:
        assert "@" in one["who"]
        assert abs(time.time() * 1000 - one["at_ms"]) < 60_000
    return [one["action"] for one in reversed(found)]


def outcomes(sending: Sending, message_id: int) -> list[str | None]:
    return [one.outcome for one in tries_of(sending.ledger, message_id)]


def wait_until_submitted(sending: Sending, *message_ids: int) -> None:
    wait_until(lambda: {row(sending.ledger, one).state for one in message_ids} == {"submitted"}, 20)


def test_unknown_messages_are_settled_one_by_one_while_a_batch_is_paused_and_while_all_is_stopped(
    sending: Sending,
) -> None:
    sending.desk.worker()
    clerk = sending.desk.clerk()
    counted, paused, stopped = lose_answers(sending, LOST)
    (alone,) = lose_answers(sending, 1)
    batch_id = row(sending.ledger, counted).batch_id
    calls = LOST + 1
    assert sending.gateway.state()["requests"] == calls

    assert clerk.ask("unknown.count_as_sent", message_ids=[counted]) == {"changed": 1}
    assert clerk.ask("unknown.count_as_sent", message_ids=[counted]) == {"changed": 0}
    assert (row(sending.ledger, counted).state, row(sending.ledger, counted).reason) == (
        "submitted",
        "operator.counted_sent",
    )
    assert clerk.ask("unknown.send_again", message_ids=[counted, alone]) == {"changed": 1}
    wait_until_submitted(sending, alone)
    assert sending.gateway.state()["requests"] == calls + 1

    clerk.ask("batch.pause", batch_id=batch_id)
    assert clerk.ask("unknown.send_again", message_ids=[paused]) == {"changed": 1}
    assert row(sending.ledger, paused).reason == "operator.paused"
    clerk.ask("batch.resume", batch_id=batch_id)
    wait_until_submitted(sending, paused)

    clerk.ask("sending.stop")
    assert clerk.ask("unknown.send_again", message_ids=[stopped]) == {"changed": 1}
    assert row(sending.ledger, stopped).reason == "operator.stopped"
    # Nothing of what waited had left: the one call since is the other message's.
    assert sending.gateway.state()["requests"] == calls + 2
    clerk.ask("sending.resume")
    wait_until_submitted(sending, stopped)

    assert sending.gateway.state()["requests"] == calls + 3
    assert decided(clerk, alone) == ["send_again"]
    assert decided(clerk, counted) == ["count_as_sent", "pause", "resume"]  # the last two of its batch
    assert decided(clerk, paused) == ["pause", "send_again", "resume"]
    assert outcomes(sending, counted) == ["unknown"]
    for again in (alone, paused, stopped):
        assert outcomes(sending, again) == ["unknown", "accepted"]
    references = [call.req_id for call in sending.gateway.arrived]
    assert len(set(references)) == len(references)


def test_unknown_messages_are_settled_all_at_once_and_gateways_are_asked(sending: Sending) -> None:
    sending.desk.worker()
    clerk = sending.desk.clerk()
    first = lose_answers(sending, LOST)
    sending.wait_for("unknown")
    assert clerk.ask("unknown.send_again", filter={}) == {"changed": LOST}
    wait_until_submitted(sending, *first)
    assert clerk.ask("unknown.send_again", filter={}) == {"changed": 0}
    assert sending.gateway.state()["requests"] == 2 * LOST
    second = lose_answers(sending, LOST)
    wanted = {"batch_id": row(sending.ledger, second[0]).batch_id}
    # This gateway cannot tell: it is asked for, recorded, and all stays as it was.
    assert clerk.ask("unknown.ask", filter=wanted) == {"changed": LOST}
    wait_until(lambda: {row(sending.ledger, one).due_ms for one in second} == {None}, 10)
    assert clerk.ask("unknown.count_as_sent", filter={"batch_id": row(sending.ledger, first[0]).batch_id}) == {
        "changed": 0
    }
    assert clerk.ask("unknown.count_as_sent", filter=wanted) == {"changed": LOST}
    assert Counter(states(sending.ledger)) == {"submitted": 2 * LOST}
    assert sending.gateway.state()["requests"] == 3 * LOST
    assert {tuple(decided(clerk, one)) for one in first} == {("send_again",)}
    assert {tuple(decided(clerk, one)) for one in second} == {("ask", "count_as_sent")}
    ask_one_that_can_tell(sending, clerk)
    assert sending.gateway.state()["requests"] == 3 * LOST


def ask_one_that_can_tell(sending: Sending, clerk: Clerk) -> None:
    """A gateway with answers is asked within a round of maintenance, and what it has got is Submitted."""
    first = put(sending.ledger, 20).first_id
    lost = range(first, first + 20)
    for message_id in lost:
        force(sending.ledger, message_id, State.UNKNOWN, token="0" * 32, tries=1)
    assert clerk.ask("unknown.ask", filter={"account": "simulator"}) == {"changed": len(lost)}
    told = {"submitted", "lookup.not_found"}

    def answers() -> set[str]:
        rows = [row(sending.ledger, message_id) for message_id in lost]
        return {one.reason if one.state == "unknown" else one.state for one in rows}

    wait_until(lambda: answers() == told, 15)
    assert decided(clerk, lost[0]) == ["ask"]

"""The operator's command with real workers and a gateway that counts: what it says is what the gateway has got."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.counting_gateway import CountingGateway
from support.desk import Clerk, ClerkAnswerError, Desk, send, wait_until
from support.ledgers import numbers, put, states
from support.sending import TEMPLATE, Sending

pytestmark = pytest.mark.server

MESSAGES = 1_000
TAKES_EFFECT_S = 2.0


@pytest.fixture
def clerk(tmp_path: Path) -> Iterator[Clerk]:
    with Desk(tmp_path / "home", undo_s=30) as desk:
        yield desk.clerk()


def settled(clerk: Clerk, batch_id: int) -> dict[str, int]:
    """The batch's counts once nothing of it is in flight."""

    def look() -> dict[str, int] | None:
        counts: dict[str, int] = clerk.ask("batch.counts", batch_id=batch_id)["counts"]
        return None if "sending" in counts else counts

    return dict(wait_until(look, 10))


@pytest.mark.slow
def test_pause_resume_and_cancel_in_the_middle_of_a_batch_with_two_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with CountingGateway(delay_ms=300) as gateway:
        sending = Sending(tmp_path / "home", gateway, monkeypatch, max_in_flight=40)
        try:
            for _ in range(2):
                sending.desk.worker()
            clerk = sending.desk.clerk()
            batch = put(sending.ledger, MESSAGES, **TEMPLATE)
            sending.client.publish_chunks(batch.chunk_ids)
            assert gateway.wait_for_numbers(200)

            began = time.monotonic()
            paused = clerk.ask("batch.pause", batch_id=batch.batch_id)
            assert time.monotonic() - began < TAKES_EFFECT_S
            assert paused["counts"]["held"] == paused["changed"] > 100
            assert sum(paused["counts"].values()) == MESSAGES
            after_pause = settled(clerk, batch.batch_id)
            # Whatever was in flight has settled; nothing held has left, then or later.
            assert after_pause == {"submitted": MESSAGES - paused["changed"], "held": paused["changed"]}
            assert len(gateway.arrived) == after_pause["submitted"]
            (shown,) = clerk.ask("status.look")["running"]
            assert (shown["batch_id"], shown["paused"], shown["counts"]) == (batch.batch_id, True, after_pause)

            assert clerk.ask("batch.resume", batch_id=batch.batch_id)["changed"] == paused["changed"]
            assert gateway.wait_for_numbers(after_pause["submitted"] + 100)
            clerk.ask("sending.stop")
            stopped = settled(clerk, batch.batch_id)
            assert len(gateway.arrived) == stopped["submitted"] == MESSAGES - stopped["held"]
            assert stopped["held"] > 0
            clerk.ask("sending.resume")
            assert gateway.wait_for_numbers(stopped["submitted"] + 20)
            cancelled = clerk.ask("batch.cancel", batch_id=batch.batch_id)
            counts = settled(clerk, batch.batch_id)
            assert counts == {"submitted": MESSAGES - cancelled["changed"], "cancelled": cancelled["changed"]}
            assert len(gateway.arrived) == counts["submitted"]
            assert gateway.state()["duplicates"] == 0
            assert clerk.ask("status.look")["running"] == []
            # The workers go on with what comes next.
            sending.send(1)
            assert gateway.wait_for_numbers(counts["submitted"] + 1)
        finally:
            sending.close()


@pytest.mark.slow
def test_a_message_cancelled_while_it_is_sending_is_not_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with CountingGateway(delay_ms=1_500, http_status=429) as gateway:
        sending = Sending(tmp_path / "home", gateway, monkeypatch)
        try:
            sending.desk.worker()
            clerk = sending.desk.clerk()
            ids = sending.send(3)
            assert gateway.wait_for_numbers(3)
            assert clerk.ask("messages.cancel", message_ids=ids[:2]) == {"changed": 0}
            assert states(sending.ledger) == ["sending"] * 3
            sending.wait_for("cancelled", "retrying")
            assert states(sending.ledger) == ["cancelled", "cancelled", "retrying"]
            assert gateway.state()["requests"] == 3
        finally:
            sending.close()


def first_row(clerk: Clerk) -> dict[str, Any]:
    view = clerk.ask("view.open", filter={}, sort={"column": "time", "descending": True})["view"]
    return dict(clerk.ask("view.rows", view=view, start=0, count=1)["rows"][0])


def test_a_batch_waits_to_be_undone_and_says_so(clerk: Clerk) -> None:
    sent = send(clerk, numbers(3), {"text": "hi"}, "simulator", "click-1")
    assert sent["undo_until_ms"] is not None
    assert first_row(clerk)["waiting"] == "waiting.undo"
    (shown,) = clerk.ask("status.look")["running"]
    assert (shown["undo_until_ms"], shown["counts"]) == (sent["undo_until_ms"], {"queued": 3})
    undone = clerk.ask("batch.undo", batch_id=sent["batch_id"])
    assert (undone["changed"], undone["counts"], undone["undo_until_ms"]) == (3, {"cancelled": 3}, None)
    assert first_row(clerk)["reason"] == "operator.undone"
    decided = clerk.ask("message.detail", message_id=sent["first_id"])["decisions"]
    assert [one["action"] for one in decided] == ["undo"]
    assert "@" in decided[0]["who"]


def test_a_single_message_cannot_be_undone_and_can_be_cancelled(clerk: Clerk) -> None:
    sent = send(clerk, numbers(1), {"text": "hi"}, "simulator", "click-1")
    assert sent["undo_until_ms"] is None
    assert clerk.ask("messages.cancel", message_ids=[sent["first_id"]]) == {"changed": 1}
    assert clerk.ask("messages.cancel", message_ids=[sent["first_id"]]) == {"changed": 0}


def test_what_is_sent_while_all_is_stopped_is_accepted_and_waits(clerk: Clerk) -> None:
    clerk.ask("sending.stop")
    sent = send(clerk, numbers(3), {"text": "hi"}, "simulator", "click-1")
    looked = clerk.ask("status.look")
    assert (looked["stopped"], looked["running"][0]["counts"]) == (True, {"held": 3})
    assert clerk.ask("sending.resume") == {"changed": 3}
    looked = clerk.ask("status.look")
    assert (looked["stopped"], looked["running"][0]["counts"]) == (False, {"queued": 3})
    assert clerk.ask("batch.counts", batch_id=sent["batch_id"])["counts"] == {"queued": 3}


def test_requests_that_name_nothing_are_refused(clerk: Clerk) -> None:
    for do, params, code in (
        ("batch.cancel", {"batch_id": 99}, "request.no_batch"),
        ("batch.cancel", {}, "request.malformed"),
        ("messages.cancel", {"message_ids": ["1"]}, "request.malformed"),
        ("unknown.send_again", {}, "request.malformed"),
    ):
        with pytest.raises(ClerkAnswerError) as error:
            clerk.ask(do, **params)
        assert error.value.code == code

"""One message alone: claim, call, record, in the thread that took the task."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from tasks.errors import LedgerError
from tasks.ledger.claims import ClaimedMessage, claim_message
from tasks.ledger.schema import messages

if TYPE_CHECKING:
    from tasks.delivery.runtime import Runtime

log = logging.getLogger(__name__)

RECORD_WAIT_S = 300
"""How long a task waits for its outcome to be on disk; the recorder goes on trying after that."""


class ClaimLostError(Exception):
    """Another delivery of the same task has the message: this one must say nothing."""


def send_one(runtime: Runtime, message_id: int) -> Mapping[str, Any]:
    """Send one message if it is Queued; returns where it stands: {"id", "state", "code"}, without personal data.

    Raises ClaimLostError where another delivery is sending it right now, LedgerError where the ledger is away.
    """
    if not runtime.slots.take_single(runtime.caller.deadline_s):
        return standing(runtime, message_id)
    claimed = claim_with_slot(runtime, message_id)
    if claimed is None:
        return standing(runtime, message_id)
    recorded = runtime.recorder.put(runtime.caller.call((claimed,)), runtime.slots.give_single)
    try:
        verdict = recorded.result(RECORD_WAIT_S)[0]
    except TimeoutError:
        raise LedgerError("ledger.failed", kind="TimeoutError") from None
    return {"id": message_id, "state": verdict.state.value, "code": verdict.code}


def claim_with_slot(runtime: Runtime, message_id: int) -> ClaimedMessage | None:
    """Claim the message; the slot that was taken for it is kept only with a claim."""
    claimed = None
    try:
        claimed, reason = claim_message(runtime.ledger, message_id, runtime.claimant, runtime.caller.serves)
        if claimed is None:
            log.debug("message %d not claimed: %s", message_id, reason)
        return claimed
    finally:
        if claimed is None:
            runtime.slots.give_single()


def standing(runtime: Runtime, message_id: int) -> Mapping[str, Any]:
    """What the ledger says of a message now."""
    with runtime.ledger.reading() as connection:
        row = connection.execute(
            select(messages.c.state, messages.c.reason).where(messages.c.message_id == message_id)
        ).one_or_none()
    if row is None:
        return {"id": message_id, "state": None, "code": "message.not_in_ledger"}
    if row.state == "sending":
        raise ClaimLostError
    return {"id": message_id, "state": row.state, "code": row.reason or ""}

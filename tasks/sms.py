"""The Celery tasks: doormen. They unpack ids, call delivery, and return a small result without personal data."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from celery.exceptions import Ignore

from tasks.delivery.runtime import runtime
from tasks.delivery.single import ClaimLostError, send_one
from tasks.delivery.slice import run_slice
from tasks.errors import LedgerError
from tasks.lanes import SEND_CHUNK, SEND_MESSAGE


@shared_task(name=SEND_MESSAGE, max_retries=0)  # type: ignore[untyped-decorator]
def send_message(ledger: str, message_id: int) -> Any:
    """Send one message of the panel. Returns {"id", "state", "code"}."""
    try:
        here = runtime()
        if here.ledger.uuid != ledger:
            return {"id": message_id, "state": None, "code": "ledger.other"}
        return send_one(here, message_id)
    except ClaimLostError:
        # A return value would overwrite the winner's.
        raise Ignore from None
    except LedgerError as error:
        return {"id": message_id, "state": None, "code": error.code}


@shared_task(name=SEND_CHUNK, max_retries=0)  # type: ignore[untyped-decorator]
def send_chunk(ledger: str, chunk_id: int) -> Any:
    """Start what there is room for of a chunk; the rest goes on as calls come back. Returns {"chunk", "ended"}."""
    try:
        here = runtime()
        if here.ledger.uuid != ledger:
            return {"chunk": chunk_id, "ended": "ledger.other"}
        ended = run_slice(here, chunk_id)
    except LedgerError as error:
        return {"chunk": chunk_id, "ended": error.code}
    if ended in ("slots", "time", "allowance.empty"):
        here.feeder.hold(chunk_id, later=ended == "allowance.empty")
    return {"chunk": chunk_id, "ended": ended or "exhausted"}

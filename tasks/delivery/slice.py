"""A slice of a chunk: starts calls for a short while and never waits for one."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tasks.delivery.calls import requests_of
from tasks.ledger.chunks import find_chunk
from tasks.ledger.claims import ChunkClaim, claim_chunk

if TYPE_CHECKING:
    from tasks.delivery.runtime import Runtime

SLICE_S = 0.3
"""New claims are started for at most this long, so that a single message never waits for a whole chunk."""

CALLS_PER_CLAIM = 32
"""Calls one claim may start: the commit is shared, and a crash right after it leaves no more than these Unknown."""


def run_slice(runtime: Runtime, chunk_id: int) -> str | None:
    """Claim and start what there is room for. Returns why it ended, None when nothing of the chunk is left.

    `slots`: all calls are out; `time`: the slice is over; `allowance.empty`: the account's rate is used up;
    `not_served`: this worker has no such account; otherwise the reason that holds the account.
    """
    chunk = find_chunk(runtime.ledger, chunk_id)
    if chunk is None:
        runtime.in_hand.discard(chunk_id)
        return None
    if not runtime.caller.serves(chunk.account):
        return "not_served"
    # Before any claim: opening a gateway may ask a keyring, for which the ledger's lock must not wait.
    per_call = runtime.caller.limits(chunk.account).numbers_per_request
    runtime.in_hand.add(chunk_id)
    ends = time.monotonic() + SLICE_S
    while time.monotonic() < ends:
        if runtime.stopping.is_set():
            return "stopping"
        taken = runtime.slots.take_bulk(CALLS_PER_CLAIM)
        if not taken:
            return "slots"
        claim = claim_with(runtime, chunk_id, taken, per_call, chunk.uniform)
        runtime.publisher.publish(claim.next_chunks)
        if claim.stopped == "allowance.empty":
            return claim.stopped
        if claim.stopped is not None or claim.exhausted:
            runtime.in_hand.discard(chunk_id)
            return claim.stopped
    return "time"


def claim_with(runtime: Runtime, chunk_id: int, taken: int, per_call: int, uniform: bool) -> ChunkClaim:
    """Claim for as many calls as were taken, start them, and give back the calls not needed."""
    started = 0
    try:
        claim = claim_chunk(runtime.ledger, chunk_id, runtime.claimant, taken * (per_call if uniform else 1))
        for request in requests_of(claim.messages, per_call):
            started += 1
            runtime.senders.send(request)
    finally:
        if taken > started:
            runtime.slots.give_bulk(taken - started)
    return claim

"""A slice of a chunk: starts calls for a short while and never waits for one."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tasks.delivery.calls import requests_of
from tasks.ledger.claims import ChunkClaim, ClaimedMessage, claim_chunk

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
    runtime.in_hand.add(chunk_id)
    ends = time.monotonic() + SLICE_S
    while time.monotonic() < ends:
        if runtime.stopping.is_set():
            return "stopping"
        taken = runtime.slots.take_bulk(CALLS_PER_CLAIM)
        if not taken:
            return "slots"
        claim = claim_with(runtime, chunk_id, taken)
        runtime.publisher.publish(claim.next_chunks)
        if claim.stopped is not None:
            return claim.stopped
        if claim.exhausted:
            runtime.in_hand.discard(chunk_id)
            return None
    return "time"


def claim_with(runtime: Runtime, chunk_id: int, taken: int) -> ChunkClaim:
    """Claim for as many calls as were taken, start them, and give back the calls not needed."""
    started = 0
    try:
        claim = claim_chunk(
            runtime.ledger, chunk_id, runtime.claimant, lambda account, uniform: room(runtime, account, uniform, taken)
        )
        for request in cut(runtime, claim.messages):
            runtime.senders.send(request)
            started += 1
    finally:
        if taken > started:
            runtime.slots.give_bulk(taken - started)
    return claim


def room(runtime: Runtime, account: str, uniform: bool, taken: int) -> int:
    """Messages that `taken` calls can carry at once; 0 where this worker does not serve the account."""
    if not runtime.caller.serves(account):
        return 0
    return taken * (runtime.caller.limits(account).numbers_per_request if uniform else 1)


def cut(runtime: Runtime, messages: tuple[ClaimedMessage, ...]) -> list[list[ClaimedMessage]]:
    """The requests that carry what was claimed."""
    if not messages:
        return []
    return requests_of(messages, runtime.caller.limits(messages[0].account).numbers_per_request)

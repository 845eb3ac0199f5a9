"""The states of a message and the one table of what may follow what.

Every change of a message's state in the ledger goes through `allowed_from`, so a transition that is not
in `TRANSITIONS` cannot be written.
"""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a message stands. The value is what the ledger stores and the clerk's wire carries."""

    SCHEDULED = "scheduled"
    """Released for a later time."""
    HELD = "held"
    """Paused, surely not sent: by the operator, by a fault of the account, by a limit; the reason is kept."""
    QUEUED = "queued"
    """Handed over, no worker has it yet."""
    SENDING = "sending"
    """A worker has claimed it: its request may have left."""
    RETRYING = "retrying"
    """Surely not sent; the next try has a time."""
    SUBMITTED = "submitted"
    """The gateway took it; the receipt is awaited."""
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    REJECTED = "rejected"
    """Refused before it left: number, text, template, settings."""
    FAILED = "failed"
    """Tries used up, surely not sent."""
    EXPIRED = "expired"
    """Too late to be useful, never left."""
    CANCELLED = "cancelled"
    NO_RECEIPT = "no_receipt"
    """Submitted, and no receipt in time. Not a failure."""
    UNKNOWN = "unknown"
    """It may have left. Never resent by the program; a person decides."""


FINAL = frozenset({State.DELIVERED, State.UNDELIVERED, State.REJECTED, State.FAILED, State.EXPIRED, State.CANCELLED})
"""Never change again."""

SOFT = frozenset({State.NO_RECEIPT, State.UNKNOWN})
"""Ended, but a late receipt, a late answer or a person may still say more."""

OPEN = frozenset(State) - FINAL - SOFT

SURELY_NOT_SENT = frozenset({State.SCHEDULED, State.HELD, State.QUEUED, State.RETRYING})
"""States a message can be cancelled, paused or expired in: no request of it is out."""

TRANSITIONS: dict[State, frozenset[State]] = {
    State.SCHEDULED: frozenset({State.QUEUED, State.HELD, State.CANCELLED, State.EXPIRED}),
    State.HELD: frozenset({State.QUEUED, State.SCHEDULED, State.CANCELLED, State.EXPIRED}),
    State.QUEUED: frozenset({State.SENDING, State.HELD, State.REJECTED, State.CANCELLED, State.EXPIRED}),
    State.SENDING: frozenset(
        {
            State.SUBMITTED,
            State.REJECTED,
            State.FAILED,
            State.UNKNOWN,
            # The next two need proof that nothing left: the answer said so, or no byte was written.
            State.RETRYING,
            State.HELD,
        }
    ),
    State.RETRYING: frozenset({State.QUEUED, State.HELD, State.CANCELLED, State.EXPIRED, State.FAILED}),
    State.SUBMITTED: frozenset({State.DELIVERED, State.UNDELIVERED, State.NO_RECEIPT}),
    # From the soft states only knowledge or a person leads on: a late answer, a receipt, a decision.
    State.NO_RECEIPT: frozenset({State.DELIVERED, State.UNDELIVERED}),
    State.UNKNOWN: frozenset(
        {State.SUBMITTED, State.DELIVERED, State.UNDELIVERED, State.REJECTED, State.FAILED, State.QUEUED}
    ),
    **{state: frozenset() for state in FINAL},
}
"""What may follow each state. UNKNOWN → QUEUED is a person's *Send again* and nothing else."""


def allowed_from(target: State) -> frozenset[State]:
    """The states from which `target` may be reached in one step."""
    return frozenset(source for source, targets in TRANSITIONS.items() if target in targets)

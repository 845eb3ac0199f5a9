"""Recording how a try ended, under the token of its claim.

What an outcome proves decides the next state. Only proof that nothing left leads back towards the queue.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Update, bindparam, or_, update

from tasks.clock import now_ms
from tasks.gateways.protocol import Outcome, OutcomeKind, Receipt
from tasks.ledger.accounts import hold_account
from tasks.ledger.claims import ClaimedMessage
from tasks.ledger.engine import Ledger, next_revision
from tasks.ledger.schema import messages, tries
from tasks.ledger.states import State, allowed_from

BACKOFF_S = (5, 30, 120, 600, 1800)
"""Wait before the next try, by tries made; a gateway's own Retry-After wins if it is longer."""

FIRST_RECEIPT_CHECK_MS = 1_000


@dataclass(frozen=True, slots=True)
class RecordPolicy:
    """What the settings say about repeating and waiting."""

    max_tries: int = 5
    receipt_wait_ms: int = 72 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class TryEnd:
    """How one claimed message's call ended."""

    message: ClaimedMessage
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the ledger decided about one message."""

    message_id: int
    state: State
    code: str


def record(ledger: Ledger, ends: Sequence[TryEnd], policy: RecordPolicy) -> list[Verdict]:
    """Write the ends of many tries in one transaction. Idempotent: the same end again changes nothing."""
    now = now_ms()
    verdicts = [decide(end, policy) for end in ends]
    with ledger.writing() as connection:
        revision = next_revision(connection)
        for target in {verdict.state for verdict in verdicts}:
            chosen = [(e, v) for e, v in zip(ends, verdicts, strict=True) if v.state is target]
            connection.execute(
                update_statement(target),
                [message_values(end, verdict, policy, now, revision) for end, verdict in chosen],
            )
        connection.execute(TRY_UPDATE, [try_values(end, now) for end in ends])
        hold_accounts(connection, ends, now)
    return verdicts


def decide(end: TryEnd, policy: RecordPolicy) -> Verdict:
    """The state that an outcome leads to."""
    outcome, number = end.outcome, end.message.number
    match outcome.kind:
        case OutcomeKind.ACCEPTED:
            state = State.SUBMITTED
        case OutcomeKind.REFUSED:
            state = State.REJECTED
        case OutcomeKind.ACCOUNT:
            state = State.HELD
        case OutcomeKind.BUSY | OutcomeKind.UNREACHED:
            state = State.RETRYING if number < policy.max_tries else State.FAILED
        case OutcomeKind.UNKNOWN:
            state = State.UNKNOWN
    return Verdict(end.message.message_id, state, outcome.code)


def update_statement(target: State) -> Update:
    """The conditional update to one state; no IN, which the drivers do not take with many rows of values."""
    sources = allowed_from(target) & {State.SENDING, State.UNKNOWN}
    return (
        update(messages)
        .where(
            messages.c.message_id == bindparam("of_message"),
            messages.c.token == bindparam("of_token"),
            or_(*(messages.c.state == source.value for source in sorted(sources))),
        )
        .values(
            state=target.value,
            reason=bindparam("new_reason"),
            provider_id=bindparam("new_provider_id"),
            due_ms=bindparam("new_due_ms"),
            submitted_ms=bindparam("new_submitted_ms"),
            updated_ms=bindparam("new_updated_ms"),
            revision=bindparam("new_revision"),
        )
    )


TRY_UPDATE = (
    update(tries)
    .where(
        tries.c.message_id == bindparam("of_message"),
        tries.c.number == bindparam("of_number"),
        tries.c.token == bindparam("of_token"),
    )
    .values(
        ended_ms=bindparam("new_ended_ms"),
        outcome=bindparam("new_outcome"),
        code=bindparam("new_code"),
        provider_id=bindparam("new_provider_id"),
    )
)


def message_values(end: TryEnd, verdict: Verdict, policy: RecordPolicy, now: int, revision: int) -> dict[str, object]:
    accepted = verdict.state is State.SUBMITTED
    due = None
    if accepted:
        due = now + FIRST_RECEIPT_CHECK_MS
    elif verdict.state is State.RETRYING:
        wait_s = max(BACKOFF_S[min(end.message.number, len(BACKOFF_S)) - 1], end.outcome.retry_after_s or 0)
        due = now + int(wait_s * 1000)
    return {
        "of_message": verdict.message_id,
        "of_token": end.message.token,
        "new_reason": None if accepted else verdict.code,
        "new_provider_id": end.outcome.provider_id,
        "new_due_ms": due,
        "new_submitted_ms": now if accepted else None,
        "new_updated_ms": now,
        "new_revision": revision,
    }


def try_values(end: TryEnd, now: int) -> dict[str, object]:
    return {
        "of_message": end.message.message_id,
        "of_number": end.message.number,
        "of_token": end.message.token,
        "new_ended_ms": now,
        "new_outcome": end.outcome.kind.value,
        "new_code": end.outcome.code,
        "new_provider_id": end.outcome.provider_id,
    }


def hold_accounts(connection: Connection, ends: Iterable[TryEnd], now: int) -> None:
    """A fault that would hit every message stops its account in the same transaction."""
    for end in ends:
        if end.outcome.kind is OutcomeKind.ACCOUNT:
            hold_account(connection, end.message.account, end.outcome.code, now)


def apply_receipts(ledger: Ledger, receipts: Sequence[Receipt]) -> None:
    """Write receipts: Submitted and the soft states become Delivered or Undelivered; final states stay."""
    if not receipts:
        return
    now = now_ms()
    with ledger.writing() as connection:
        revision = next_revision(connection)
        for target in (State.DELIVERED, State.UNDELIVERED):
            values = [
                {
                    "of_message": receipt.message_id,
                    "new_reason": None if receipt.delivered else receipt.code,
                    "new_updated_ms": now,
                    "new_revision": revision,
                }
                for receipt in receipts
                if receipt.delivered == (target is State.DELIVERED)
            ]
            if values:
                connection.execute(receipt_statement(target), values)


def receipt_statement(target: State) -> Update:
    return (
        update(messages)
        .where(
            messages.c.message_id == bindparam("of_message"),
            or_(*(messages.c.state == source.value for source in sorted(allowed_from(target)))),
        )
        .values(
            state=target.value,
            reason=bindparam("new_reason"),
            due_ms=None,
            updated_ms=bindparam("new_updated_ms"),
            revision=bindparam("new_revision"),
        )
    )

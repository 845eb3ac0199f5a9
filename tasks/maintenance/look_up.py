"""Asking gateways what became of Unknown messages, where they can tell by our own reference."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from tasks.delivery.calls import Caller
from tasks.errors import DeskError
from tasks.gateways.protocol import Deadline, LooksUp, LostMessage, Outcome, OutcomeKind, OutgoingMessage
from tasks.ledger.claims import ClaimedMessage, reference_of
from tasks.ledger.engine import Ledger
from tasks.ledger.outcomes import RecordPolicy, TryEnd, record
from tasks.ledger.upkeep import note_not_found, set_look_ups

log = logging.getLogger(__name__)

SHORTEST_WAIT_MS = 2_000
"""Between two questions about one message; the wait grows with the time since its answer was lost."""

ASK_S = 3.0
"""Longest question: the leader of maintenance must not lose its lease over it."""

ASKED_FOR_MS = 24 * 3_600_000
"""After so long no gateway is expected to learn more; a person may still have it asked."""


def look_up(ledger: Ledger, caller: Caller, rows: Sequence[Any], now: int, policy: RecordPolicy) -> None:
    """Settle what the gateways know of these Unknown messages; ask again later about what they cannot tell yet."""
    by_account: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        by_account[row.account].append(row)
    outcomes = [outcome for account, lost in by_account.items() for outcome in ask(caller, account, lost)]
    told = {outcome.message_id: outcome for outcome in outcomes}
    known = (OutcomeKind.ACCEPTED, OutcomeKind.REFUSED)
    ends = [TryEnd(claimed(row), told[row.message_id]) for row in rows if kind_of(told, row) in known]
    if ends:
        record(ledger, ends, policy, looked_up=True)
    silent = [row for row in rows if kind_of(told, row) not in (*known, OutcomeKind.UNREACHED)]
    with ledger.writing() as connection:
        note_not_found(connection, [row.message_id for row in rows if kind_of(told, row) is OutcomeKind.UNREACHED])
        set_look_ups(connection, [(row.message_id, next_look(row, now, policy)) for row in silent])


def kind_of(told: dict[int, Outcome], row: Any) -> OutcomeKind | None:
    """What a gateway said of a message, if anything."""
    outcome = told.get(row.message_id)
    return None if outcome is None else outcome.kind


def ask(caller: Caller, account: str, rows: Sequence[Any]) -> list[Outcome]:
    """What one gateway knows; nothing where it cannot be asked."""
    lost = [
        LostMessage(
            row.message_id,
            reference_of(row.message_id, row.tries, row.token),
            row.recipient,
            row.provider_id,
            row.updated_ms,
        )
        for row in rows
        if row.token
    ]
    try:
        gateway = caller.gateway(account)
        return gateway.look_up(lost, Deadline.after(ASK_S)) if isinstance(gateway, LooksUp) else []
    except DeskError as error:
        log.warning("account %s cannot be asked about lost answers: %s", account, error.code)
    except Exception as error:
        # One gateway's fault must not stop the housekeeping of all.
        log.error("lost answers of account %s: %s", account, type(error).__name__)
    return []


def claimed(row: Any) -> ClaimedMessage:
    """The claim whose answer was lost, so that it is recorded under its own token."""
    outgoing = OutgoingMessage(row.message_id, reference_of(row.message_id, row.tries, row.token), row.recipient, "")
    return ClaimedMessage(outgoing, row.account, row.tries, row.token, row.updated_ms)


def next_look(row: Any, now: int, policy: RecordPolicy) -> int | None:
    """When to ask again; None where nobody can tell, or it was asked for long enough."""
    age: int = max(0, now - row.updated_ms)
    if row.account not in policy.looks_up or age > ASKED_FOR_MS:
        return None
    return now + max(SHORTEST_WAIT_MS, age // 4)

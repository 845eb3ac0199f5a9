"""Asking gateways for receipts, and when to ask again."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from tasks.delivery.calls import Caller
from tasks.errors import DeskError
from tasks.gateways.protocol import PendingReceipt, Receipt
from tasks.ledger.engine import Ledger
from tasks.ledger.outcomes import apply_receipts
from tasks.ledger.upkeep import set_receipt_checks, settle_without_receipt

log = logging.getLogger(__name__)

SHORTEST_WAIT_MS = 500
"""Between two questions for one receipt; the wait grows with the message's age."""


def collect(ledger: Ledger, caller: Caller, rows: Sequence[Any], now: int, wait_ms: int) -> None:
    """Ask for the receipts of submitted messages; what has none yet is asked again later, at last No receipt."""
    by_account: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        by_account[row.account].append(row)
    receipts = [receipt for account, pending in by_account.items() for receipt in ask(caller, account, pending, now)]
    apply_receipts(ledger, receipts)
    answered = {receipt.message_id for receipt in receipts}
    silent = [row for row in rows if row.message_id not in answered]
    with ledger.writing() as connection:
        set_receipt_checks(connection, [(row.message_id, next_check(row, now, wait_ms)) for row in silent])
        settle_without_receipt(connection, [row.message_id for row in silent if now >= row.submitted_ms + wait_ms], now)


def ask(caller: Caller, account: str, rows: Sequence[Any], now: int) -> list[Receipt]:
    """One gateway's receipts; none where it cannot be asked now."""
    pending = [PendingReceipt(row.message_id, row.provider_id or "", row.recipient, row.submitted_ms) for row in rows]
    try:
        return caller.gateway(account).receipts(pending, now)
    except DeskError as error:
        log.warning("no receipts from account %s: %s", account, error.code)
    except Exception as error:
        # One gateway's fault must not stop the housekeeping of all.
        log.error("receipts of account %s: %s", account, type(error).__name__)
    return []


def next_check(row: Any, now: int, wait_ms: int) -> int:
    """Half the message's age from now, but not beyond the end of the wait."""
    age = now - row.submitted_ms
    return int(min(now + max(SHORTEST_WAIT_MS, age // 2), max(now, row.submitted_ms + wait_ms)))

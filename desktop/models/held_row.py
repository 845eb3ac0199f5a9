"""What a person does so that a message that is held goes on: with its batch, its account, or all sending."""

from __future__ import annotations

from typing import Any, Final

from desktop.models.page_cache import Record

RESUME_BATCH, RESUME_ACCOUNT, RESUME_ALL = "batch.resume", "account.resume", "sending.resume"
"""By the names of the clerk's wire."""
_LIMIT: Final = "limit."
_PAUSED: Final = "operator.paused"
_STOPPED: Final = "operator.stopped"
_BY_ITS_ACCOUNT: Final = "waiting.held"


def resumed_by(row: Record) -> tuple[str, dict[str, Any]] | None:
    """What to ask of the clerk, and with what; None where nothing that can be resumed holds it.

    At a limit of its account a message goes on by itself, or once the limit is raised.
    """
    held = row["state"] == "held"
    reason = row["reason"] if held else row["waiting_reason"]
    if held and reason == _STOPPED:
        return RESUME_ALL, {}
    if held and reason == _PAUSED:
        return (RESUME_BATCH, {"batch_id": row["batch_id"]}) if row["batch_id"] is not None else None
    if (held or row["waiting"] == _BY_ITS_ACCOUNT) and not str(reason or _LIMIT).startswith(_LIMIT):
        return RESUME_ACCOUNT, {"account": row["account"]}
    return None


def params_for(do: str, row: Record) -> dict[str, Any]:
    """With what `do` is asked where this row is meant."""
    resume = resumed_by(row)
    return resume[1] if resume is not None and resume[0] == do else {"message_ids": [row["message_id"]]}

"""The ledger's rows as the window gets them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from tasks.errors import DeskError
from tasks.gateways.registry import GATEWAYS
from tasks.ledger.schema import accounts


def is_simulated(gateway: str) -> bool:
    """True where nothing leaves the machine. A gateway this program does not know is taken for a real one."""
    chosen: Any = GATEWAYS.get(gateway)
    return bool(chosen is not None and chosen.simulated)


def gateways_of_accounts(connection: Connection) -> dict[str, str]:
    """Account → gateway, as the ledger knows them."""
    return {row.name: row.gateway for row in connection.execute(select(accounts.c.name, accounts.c.gateway))}


def content_of(found: RowMapping) -> dict[str, Any]:
    """What a message says, for *copy into a new message*."""
    content: dict[str, Any] = {"text": found["text"], "sender": found["sender"]}
    if found["template_id"] is not None:
        content["template_id"] = found["template_id"]
        content["variables"] = read_list(found["variables"])
    return content


def read_list(stored: str | None) -> list[str]:
    """A JSON list of strings of the ledger; a damaged one is empty."""
    try:
        values = json.loads(stored or "[]")
    except ValueError:
        return []
    return [str(value) for value in values] if isinstance(values, list) else []


def plain_error(error: DeskError) -> Mapping[str, Any]:
    """An error inside an answer."""
    return {"code": error.code, "params": dict(error.params)}

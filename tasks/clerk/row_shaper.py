"""The wire's `Row`: a message of the ledger, and why it waits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, RowMapping

from tasks.clerk.rows import gateways_of_accounts, is_simulated, read_list
from tasks.clerk.waiting import look_at_service
from tasks.lanes import task_id_of

CARRIED = (
    "message_id", "created_ms", "updated_ms", "recipient", "text", "account", "state", "reason", "due_ms", "tries",
    "worker", "segments", "price_micros", "currency", "batch_id", "source", "provider_id", "revision", "template_id",
)  # fmt: skip
"""Columns that travel as they are."""


class RowShaper:
    """Turns rows of the ledger into the wire's `Row`."""

    def __init__(self, connection: Connection, ledger_uuid: str) -> None:
        self._uuid = ledger_uuid
        self._gateways = gateways_of_accounts(connection)
        self._simulated = {gateway: is_simulated(gateway) for gateway in self._gateways.values()}
        self._service = look_at_service(connection)

    @property
    def service(self) -> str:
        """Changes whenever a row may wait for another reason than before."""
        return self._service.token

    def rows(self, found: Iterable[RowMapping]) -> list[dict[str, Any]]:
        return [self.row(row) for row in found]

    def row(self, found: RowMapping) -> dict[str, Any]:
        gateway = self._gateways.get(found["account"], "")
        row = {name: found[name] for name in CARRIED}
        row["gateway"] = gateway
        row["simulated"] = self._simulated.get(gateway, False)
        row["task_id"] = task_id_of(self._uuid, found["message_id"], found["chunk_id"], found["task_key"])
        # Where the text is not known, the template's values are all there is to show.
        row["variables"] = read_list(found["variables"]) if not found["text"] else []
        waiting = self._service.reason(found["state"], found["account"], found["chunk_id"])
        row["waiting"], row["waiting_reason"] = waiting if waiting is not None else (None, None)
        return row

"""A desk that sends through the counting gateway: ledger, embedded server, client, and workers on demand."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from support.counting_gateway import CountingGateway
from support.desk import Child, Desk, wait_until
from support.ledgers import put, states

from tasks.client import Client
from tasks.ledger.engine import Ledger, open_ledger
from tasks.settings import load

TEMPLATE: dict[str, Any] = {
    "account": "yuntongxun",
    "gateway": "yuntongxun",
    "template_id": "1",
    "variables": ("9527", "5"),
}


class Sending:
    """A desk whose gateway counts, and a client that publishes to it.

    The embedded server is started where the settings name no `broker_url`.
    """

    server: Child

    def __init__(
        self, home: Path, gateway: CountingGateway, monkeypatch: pytest.MonkeyPatch, **settings: object
    ) -> None:
        self.gateway = gateway
        account = {
            "yuntongxun_base_url": gateway.url,
            "yuntongxun_account_sid": "a" * 32,
            "yuntongxun_auth_token": "token-of-the-test",
            "yuntongxun_app_id": "application",
            "yuntongxun_numbers_per_request": 1,
        }
        self.desk = Desk(home, gateway="yuntongxun", **(account | settings))
        for name, value in self.desk.environment.items():
            if name.startswith("SMSDESK_"):
                monkeypatch.setenv(name, value)
        if "broker_url" not in settings and settings.get("embedded_broker") != "stand_in":
            self.server = self.desk.server()
        self.settings = load()
        self.ledger: Ledger = open_ledger(self.settings.ledger_url)
        self.client = Client(self.settings, self.ledger.uuid)

    def send(self, count: int) -> list[int]:
        """Submit and publish; returns the messages' ids."""
        submitted = put(self.ledger, count, **TEMPLATE)
        for message_id in submitted.message_ids:
            self.client.publish_message(message_id)
        self.client.publish_chunks(submitted.chunk_ids)
        return list(range(submitted.first_id, submitted.first_id + count))

    def wait_for(self, *wanted: str, timeout_s: float = 30) -> Counter[str]:
        """Wait until every message is in one of these states; returns the counts."""
        wait_until(lambda: set(states(self.ledger)) <= set(wanted), timeout_s, 0.05)
        return Counter(states(self.ledger))

    def close(self) -> None:
        self.client.close()
        self.ledger.close()
        self.desk.__exit__(None, None, None)

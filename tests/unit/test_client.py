"""Publishing and asking never wait long for a broker that is not there."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from tasks.client import Client
from tasks.errors import BrokerError
from tasks.settings import load


@pytest.mark.parametrize("address", ["redis://127.0.0.1:1/0", "amqp://guest:guest@127.0.0.1:1//"])
def test_a_broker_that_refuses_is_told_within_seconds(address: str) -> None:
    client = Client(replace(load(), broker_url=address), "ledger")
    began = time.monotonic()
    try:
        with pytest.raises(BrokerError, match=r"broker\.refused"):
            client.publish_message(1)
    finally:
        client.close()
    assert time.monotonic() - began < 4

"""The stand-in's address is known to kombu in whatever process asks, also one that began with another broker."""

from __future__ import annotations

from pathlib import Path

import pytest
from kombu.transport import TRANSPORT_ALIASES

from tasks.brokers import stand_in
from tasks.client import check_broker, publishing_app
from tasks.settings import load


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.delitem(TRANSPORT_ALIASES, stand_in.SCHEME, raising=False)
    return stand_in.address(tmp_path)


def test_the_panels_client_knows_it(address: str, tmp_path: Path) -> None:
    app = publishing_app(load({"SMSDESK_HOME": str(tmp_path)}), address)
    with app.connection_for_write() as connection:
        assert connection.connected or connection.connect() is not None
    app.close()


def test_the_check_of_an_address_knows_it(address: str) -> None:
    check_broker(address)

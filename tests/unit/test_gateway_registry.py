"""From an account of the settings to an open gateway."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from support.fake_yuntongxun import FakeYuntongxun

from tasks.errors import GatewayError
from tasks.gateways.protocol import Deadline
from tasks.gateways.registry import GATEWAYS, account_fields, open_gateway


@dataclass(frozen=True)
class Account:
    gateway: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    name: str = "shop"


FULL = {"account_sid": "a1", "auth_token": "t1", "app_id": "p1"}


@pytest.mark.parametrize("name", ["simulator", "yuntongxun"])
def test_every_gateway_is_under_its_own_name(name: str) -> None:
    assert list(GATEWAYS) == ["simulator", "yuntongxun"]
    assert GATEWAYS[name].name == name  # type: ignore[attr-defined]
    assert set(GATEWAYS[name].title) == {"en", "zh"}  # type: ignore[attr-defined]
    keys = [entry.key for entry in account_fields(name)]
    assert len(keys) == len(set(keys))


def test_an_account_opens_with_defaults_where_nothing_is_set() -> None:
    gateway = open_gateway(Account("simulator", {"delay_ms": "5", "refuse_percent": None, "busy_percent": ""}))
    assert gateway.name == "simulator"
    gateway.close()
    gateway = open_gateway(Account("yuntongxun", {**FULL, "numbers_per_request": 50}))
    assert gateway.limits.numbers_per_request == 50
    gateway.close()


@pytest.mark.parametrize(
    ("given", "path"),
    [(True, "SubAccounts"), ("yes", "SubAccounts"), (False, "Accounts"), ("false", "Accounts")],
)
def test_a_yes_or_no_may_come_as_a_word(given: object, path: str) -> None:
    with FakeYuntongxun() as platform:
        platform.accounts = path
        fields = {"account_sid": platform.sid, "auth_token": platform.token, "app_id": platform.app_id}
        gateway = open_gateway(Account("yuntongxun", {**fields, "base_url": platform.url, "sub_account": given}))
        gateway.check_login(Deadline.after(5))
        gateway.close()


@pytest.mark.parametrize(
    ("account", "code", "params"),
    [
        (Account("nobody"), "gateway.unknown", {"gateway": "nobody", "account": "shop"}),
        (Account("yuntongxun"), "gateway.field_missing", {"field": "account_sid", "account": "shop"}),
        (
            Account("yuntongxun", {**FULL, "auth_token": ""}),
            "gateway.field_missing",
            {"field": "auth_token", "account": "shop"},
        ),
        (
            Account("yuntongxun", {**FULL, "base_url": "nonsense"}),
            "gateway.field_invalid",
            {"field": "base_url", "account": "shop"},
        ),
        (Account("simulator", {"delay_ms": "soon"}), "gateway.field_invalid", {"field": "delay_ms", "account": "shop"}),
        (
            Account("simulator", {"refuse_percent": 101}),
            "gateway.field_invalid",
            {"field": "refuse_percent", "account": "shop"},
        ),
        (
            Account("yuntongxun", {**FULL, "sub_account": "perhaps"}),
            "gateway.field_invalid",
            {"field": "sub_account", "account": "shop"},
        ),
        (Account("simulator", {"delay_ms": -1}), "gateway.field_invalid", {"field": "delay_ms", "account": "shop"}),
    ],
)
def test_an_account_that_cannot_work_says_which_field(account: Account, code: str, params: dict[str, str]) -> None:
    with pytest.raises(GatewayError) as fault:
        open_gateway(account)
    assert (fault.value.code, fault.value.params) == (code, params)


def test_reading_the_fields_of_all_gateways_loads_no_http_library() -> None:
    code = (
        "import sys; from tasks.gateways.registry import GATEWAYS, account_fields;"
        "[account_fields(name) for name in GATEWAYS];"
        "print([name for name in ('http.client', 'ssl', 'celery', 'PySide6') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"

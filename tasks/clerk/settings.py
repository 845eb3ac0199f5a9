"""`settings.get` and `settings.save`: what the Settings page builds itself from, and what it has changed."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from tasks.clerk.addresses import hide_password, restore_password
from tasks.clerk.desk import Desk
from tasks.clerk.rows import plain_error
from tasks.clerk.status import usage_of
from tasks.clerk.testing import run_test
from tasks.clerk.wire import Request
from tasks.clock import now_ms
from tasks.errors import LedgerError, RequestError
from tasks.gateways.registry import GATEWAYS
from tasks.ledger.accounts import note_limits
from tasks.ledger.export import money
from tasks.ledger.schema import accounts
from tasks.limits import changed_limits, limits_of
from tasks.settings import FIELDS, Account, Field, Settings, account_fields, save, secrets
from tasks.settings.schema import account_env

ADDRESSES = ("broker_url", "result_backend", "ledger_url")
"""Settings that may hold a password; the window gets a mask for it and gives the mask back."""


class SettingsDesk:
    """The settings, described field by field."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def get(self, _request: Request) -> dict[str, Any]:
        """`settings.get`. Reads the file anew: a person may have edited it."""
        settings = self._desk.reload_settings()
        available, name = secrets.keyring_state()
        return {
            "fields": [
                describe(field, shown_value(settings, field.key), settings.sources.get(field.key)) for field in FIELDS
            ],
            "accounts": [self._account(settings, account) for account in settings.accounts.values()],
            "gateways": [describe_gateway(gateway) for gateway in GATEWAYS],
            "problems": [plain_error(problem) for problem in settings.problems],
            "keyring": {"available": available, "name": name},
        }

    def save(self, request: Request) -> dict[str, Any]:
        """`settings.save`. Raises SettingsError; then nothing is changed.

        The answer tells where each secret is now: `{places: {"account.field": "keyring" or "session"}}`. One of the
        session is known to this process alone; the window hands it to the worker, and to the next clerk with `hello`.
        """
        changes = dict(request.params.get("changes") or {})
        kept = dict(request.params.get("secrets") or {})
        for key in ADDRESSES:
            if isinstance(changes.get(key), str):
                changes[key] = restore_password(changes[key], self._desk.settings()[key])
        if changes:
            save(changes)
        places = {name: secrets.keep(*split_name(name), str(value or "")) for name, value in kept.items()}
        for name in removed_accounts(changes, self._desk.settings()):
            forget_secrets(self._desk.settings().accounts[name])
        self._tell_ledger(changes, self._desk.reload_settings())
        return {"places": places}

    def _tell_ledger(self, changes: Mapping[str, Any], settings: Settings) -> None:
        """Limits hold from now on: no worker has to be started anew. A ledger that is away gets them with the next."""
        changed = changed_limits(changes, settings.accounts)
        if changed:
            known = limits_of(settings)
            with contextlib.suppress(LedgerError):
                note_limits(self._desk.ledger(), {name: known[name] for name in changed & known.keys()})

    def test(self, request: Request) -> dict[str, Any]:
        """`settings.test`. An error where it does not work; `settings.test_timeout` after 5 s."""
        return run_test(self._desk, request)

    def _account(self, settings: Settings, account: Account) -> dict[str, Any]:
        fields = [account_field(settings, account, field) for field in account_fields(account.gateway)]
        return self._desk.accounts.shape(account) | {"fields": fields, "limits": self._usage(account)}

    def _usage(self, account: Account) -> dict[str, Any] | None:
        """What the account has sent of its limits; None where it has none, or the ledger is away."""
        with contextlib.suppress(LedgerError), self._desk.ledger().reading() as connection:
            row = connection.execute(select(accounts).where(accounts.c.name == account.name)).mappings().one_or_none()
            return usage_of(connection, row, account, now_ms())
        return None


def describe(field: Field, value: Any, source: str | None) -> dict[str, Any]:
    """One field with its value in force. Of a secret only `is_set`, and in `source` where."""
    return {
        "key": field.key,
        "kind": "decimal" if field.kind.__name__ == "Decimal" else field.kind.__name__,
        "default": None if field.default is None else wire_value(field.default),
        "title": dict(field.title),
        "help": dict(field.help),
        "secret": field.secret,
        "required": field.required,
        "choices": list(field.choices),
        "minimum": field.minimum,
        "maximum": field.maximum,
        "pattern": field.pattern,
        "restart_worker": field.restart_worker,
        "advanced": field.advanced,
        "env": field.env,
        "value": None if field.secret else wire_value(value),
        "is_set": value not in (None, ""),
        "source": source or "default",
    }


def describe_gateway(gateway: str) -> dict[str, Any]:
    """A gateway that an account may be made for."""
    chosen: Any = GATEWAYS[gateway]
    return {
        "name": gateway,
        "title": dict(chosen.title),
        "simulated": bool(chosen.simulated),
        "fields": [describe(field, field.default, None) for field in account_fields(gateway)],
    }


def account_field(settings: Settings, account: Account, field: Field) -> dict[str, Any]:
    """One field of an account, under its plain key."""
    if field.secret:
        secret, place = secrets.find(account.name, field.key)
        described = describe(field, secret, place)
    else:
        common = {
            "signature": account.signature,
            "currency": account.currency,
            "rate_per_s": account.rate_per_s,
            "most_in_flight": account.most_in_flight,
            "per_day": account.per_day,
            "budget_per_month": price_text(account.budget_micros),
            "number_caps": account.number_caps,
            "price_per_segment": price_text(account.price_micros),
        }
        value = common[field.key] if field.key in common else account.fields.get(field.key)
        described = describe(field, value, settings.sources.get(f"accounts.{account.name}.{field.key}"))
    return described | {"env": account_env(account.name, field.key)}


def shown_value(settings: Settings, key: str) -> Any:
    """A setting's value as the window may have it."""
    value = settings[key]
    return hide_password(value) if key in ADDRESSES else value


def wire_value(value: Any) -> Any:
    """A value that JSON has: everything but numbers, texts and truth is written as text."""
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def price_text(micros: int | None) -> str | None:
    """A price in units of its currency, as a plain decimal number."""
    return None if micros is None else money(micros)


def split_name(name: str) -> tuple[str, str]:
    """Account and field of `account.field`. RequestError `request.malformed`."""
    account, _, field = name.rpartition(".")
    if not account or not field:
        raise RequestError("request.malformed", field="secrets")
    return account, field


def removed_accounts(changes: dict[str, Any], settings: Settings) -> list[str]:
    """The accounts that changes take away."""
    removed = [key.removeprefix("accounts.") for key, value in changes.items() if value is None and key.count(".") == 1]
    return [name for name in removed if name in settings.accounts]


def forget_secrets(account: Account) -> None:
    """Leave no secret of an account behind that is gone."""
    for field in account_fields(account.gateway):
        if field.secret:
            secrets.forget(account.name, field.key)

"""Gateway accounts as the window needs them: what they can do, and what keeps them from sending."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tasks.clerk.rows import is_simulated, plain_error
from tasks.errors import DeskError
from tasks.gateways.protocol import ListsTemplates
from tasks.gateways.registry import GATEWAYS, open_gateway
from tasks.settings import Account, secrets
from tasks.settings.schema import account_fields

STAND_IN = "0" * 32
"""Takes the place of a required field that is not set, where only the gateway's limits are asked for."""


def usable_account(account: Account) -> Account:
    """The account with its secrets.

    Raises GatewayError: `gateway.unknown`, `gateway.field_missing`, `gateway.field_invalid`.
    """
    resolved = secrets.resolve(account)
    open_gateway(resolved).close()
    return resolved


def needs_template(account: Account) -> bool:
    """Whether the account's gateway sends approved templates only."""
    required = {field.key: STAND_IN for field in account_fields(account.gateway) if field.required}
    fields: Mapping[str, Any] = required | {key: value for key, value in account.fields.items() if value is not None}
    try:
        gateway = open_gateway(Account(account.name, account.gateway, fields))
    except DeskError:
        return False
    try:
        return gateway.limits.needs_template
    finally:
        gateway.close()


class AccountBook:
    """What is known about the accounts, so that a send opens no keyring and loads no certificates.

    Only what is good is remembered: a keyring may be unlocked at any moment. Safe to use from every line.
    """

    def __init__(self) -> None:
        self._usable: dict[str, Account] = {}
        self._needs_template: dict[str, bool] = {}

    def forget(self) -> None:
        """The settings have changed."""
        self._usable = {}
        self._needs_template = {}

    def refuse_unusable(self, account: Account) -> None:
        """As `usable_account`."""
        known = self._usable
        if known.get(account.name) is not account:
            usable_account(account)
            known[account.name] = account

    def needs_template(self, account: Account) -> bool:
        """As `needs_template`."""
        known = self._needs_template
        if account.name not in known:
            known[account.name] = needs_template(account)
        return known[account.name]

    def shape(self, account: Account) -> dict[str, Any]:
        """An account for the Compose and Settings pages, without its fields."""
        problem = None
        gateway: Any = GATEWAYS[account.gateway]
        try:
            self.refuse_unusable(account)
        except DeskError as error:
            problem = plain_error(error)
        return {
            "name": account.name,
            "gateway": account.gateway,
            "title": dict(gateway.title),
            "simulated": is_simulated(account.gateway),
            "needs_template": self.needs_template(account),
            "lists_templates": issubclass(gateway, ListsTemplates),
            "signature": account.signature,
            "price_micros": account.price_micros,
            "currency": account.currency,
            "rate_per_s": account.rate_per_s,
            "usable": problem is None,
            "problem": problem,
        }

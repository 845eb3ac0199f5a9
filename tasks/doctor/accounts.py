"""Gateway accounts: their login, their secrets, and how their receipts come."""

from __future__ import annotations

import getpass
import os
from collections.abc import Mapping

from sqlalchemy import func, select

from tasks.doctor.finding import Finding, found, of_error
from tasks.doctor.patient import Patient
from tasks.errors import GatewayError
from tasks.gateways.protocol import Balance, Deadline, TellsBalance
from tasks.gateways.registry import GATEWAYS, open_gateway
from tasks.ledger.limits import is_limit
from tasks.ledger.schema import accounts, messages
from tasks.ledger.states import State
from tasks.settings import Account, secrets
from tasks.settings.schema import account_env, account_fields

LOGIN_S = 4.0
"""Below the limit of a check, so that the gateway's own error is told."""


def check_account(patient: Patient, name: str) -> list[Finding]:
    """Log in without sending anything."""
    account = patient.settings.accounts[name]
    if GATEWAYS[account.gateway].simulated:
        others = [one for one in patient.settings.accounts.values() if not GATEWAYS[one.gateway].simulated]
        code = "default" if others and patient.settings.gateway == name else "ok"
        return [found(f"doctor.simulated.{code}", account=name)]
    try:
        return [found_login(account, patient.environ)]
    except GatewayError as error:
        return [of_error(error)]


def found_login(account: Account, environ: Mapping[str, str]) -> Finding:
    """The login, and what is left where the gateway tells it. Raises GatewayError."""
    gateway = open_gateway(secrets.resolve(account, environ))
    try:
        if not isinstance(gateway, TellsBalance):
            gateway.check_login(Deadline.after(LOGIN_S))
            return found("doctor.login.ok", account=account.name)
        left = gateway.balance(Deadline.after(LOGIN_S))
    finally:
        gateway.close()
    if left is None:
        return found("doctor.login.ok", account=account.name)
    code = "empty" if left.amount <= 0 else "balance"
    return found(f"doctor.login.{code}", account=account.name, balance=money(left))


def money(left: Balance) -> str:
    """An amount with its currency. Grouped: a long row of digits would be taken for a phone number."""
    return f"{left.amount:,.2f} {left.currency}".strip()


def check_held(patient: Patient) -> list[Finding]:
    """Accounts whose messages wait for what workers have found; nothing where there is none."""
    with patient.ledger() as connection:
        if connection is None:
            return []
        held = select(accounts.c.name, accounts.c.held_reason, accounts.c.retry_ms)
        rows = connection.execute(held.where(accounts.c.held_reason.is_not(None)).order_by(accounts.c.name)).all()
    return [
        found(f"doctor.account.{'held' if row.retry_ms is None else 'away'}", account=row.name, reason=row.held_reason)
        for row in rows
        if not is_limit(row.held_reason)
    ]


def check_secrets(patient: Patient) -> list[Finding]:
    """Whether each secret is there for this user, and where; the place counts, as a service has no keyring."""
    findings = [
        found_secret(account, field.key, field.required, patient.environ)
        for account in patient.settings.accounts.values()
        for field in account_fields(account.gateway)
        if field.secret
    ]
    return [one for one in findings if one is not None] or [found("doctor.secrets.none")]


def found_secret(account: Account, key: str, required: bool, environ: Mapping[str, str]) -> Finding | None:
    """Where one secret is; None for one that is not needed."""
    place = secrets.find(account.name, key, environ)[1]
    known = {"account": account.name, "field": key, "variable": account_env(account.name, key), "user": user_name()}
    if place is None:
        if not required:
            return None
        usable, _ = secrets.keyring_state()
        return found("doctor.secrets.missing" if usable else "doctor.secrets.no_keyring", **known)
    return found(f"doctor.secrets.{place}", **known)


def user_name() -> str:
    """Who runs this; a container's user may have no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return f"uid {os.getuid()}" if hasattr(os, "getuid") else "?"


def check_receipts(patient: Patient) -> list[Finding]:
    """Which accounts can be asked for receipts, and how many messages wait for one."""
    with patient.ledger() as connection:
        if connection is None:
            return [found("doctor.needs_ledger")]
        counted = (
            select(messages.c.account, func.count())
            .where(messages.c.state == State.SUBMITTED.value)
            .group_by(messages.c.account)
        )
        waiting = {str(account): int(number) for account, number in connection.execute(counted)}
    own = patient.settings.accounts
    asked = [name for name, account in own.items() if GATEWAYS[account.gateway].polls_receipts]
    pushed = [name for name in own if name not in asked]
    findings = [found("doctor.receipts.asked", accounts=asked, waiting=sum(waiting.get(name, 0) for name in asked))]
    if pushed:
        waits = sum(waiting.get(name, 0) for name in pushed)
        findings.append(found("doctor.receipts.pushed", accounts=pushed, waiting=waits))
    return findings if asked else findings[1:]

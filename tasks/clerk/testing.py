"""`settings.test`: the Test buttons. Tries what the fields say now, saved or not, for at most five seconds."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from tasks.clerk.addresses import restore_password
from tasks.clerk.desk import Desk
from tasks.clerk.wire import Request
from tasks.errors import LedgerError, RequestError, SettingsError
from tasks.gateways.protocol import Balance, Deadline, TellsBalance
from tasks.gateways.registry import open_gateway
from tasks.ledger import postgresql, version
from tasks.ledger.faults import translated_errors
from tasks.settings import Account, secrets

LIMIT_S = 5.0

LOGIN_S = 4.5
"""The gateway's own deadline, so that its own error is told rather than ours."""


def run_test(desk: Desk, request: Request) -> dict[str, Any]:
    """Run one test; of an account that tells its balance `{balance_micros, currency}`, else `{}`.

    Raises what it finds, or SettingsError `settings.test_timeout` (what).
    """
    what = request.param("what", str)
    values = request.params.get("values") or {}
    tests: dict[str, Callable[[], dict[str, Any] | None]] = {
        "broker": lambda: check_broker_address(desk, values),
        "ledger": lambda: check_ledger_address(desk, values),
        "account": lambda: check_account(desk, str(request.params.get("name") or ""), values),
    }
    if what not in tests:
        raise RequestError("request.malformed", field="what")
    return bounded(tests[what], what) or {}


def bounded(test: Callable[[], dict[str, Any] | None], what: str) -> dict[str, Any] | None:
    """Run `test` in a thread of its own; what hangs is left behind."""
    raised: list[Exception] = []
    answers: list[dict[str, Any] | None] = []
    done = threading.Event()

    def run() -> None:
        try:
            answers.append(test())
        except Exception as error:
            raised.append(error)
        finally:
            done.set()

    threading.Thread(target=run, name="settings-test", daemon=True).start()
    if not done.wait(LIMIT_S):
        raise SettingsError("settings.test_timeout", what=what)
    if raised:
        raise raised[0]
    return answers[0]


def check_broker_address(desk: Desk, values: Mapping[str, Any]) -> None:
    """The address given; without one the broker in use. Raises BrokerError, SettingsError."""
    from tasks.client import check_broker
    from tasks.connection import broker_address
    from tasks.settings import checks

    settings = desk.settings()
    url = str(values.get("broker_url") or "").strip()
    if not url:
        tried = replace(settings, broker_url=None) if "broker_url" in values else settings
        check_broker(broker_address(tried))
        return
    url = restore_password(url, settings.broker_url)
    checks.check_broker(url)
    checks.check_shared_ledger(url, str(values.get("ledger_url") or settings.ledger_url))
    check_broker(url)


def check_ledger_address(desk: Desk, values: Mapping[str, Any]) -> None:
    """The address given, else the ledger in use. Changes nothing: a file that is not there yet only needs its folder.

    Raises LedgerError.
    """
    settings = desk.settings()
    address = str(values.get("ledger_url") or "").strip() or settings.ledger_url
    address = restore_password(address, settings.ledger_url)
    try:
        url = make_url(address)
    except ArgumentError:
        raise LedgerError("ledger.cannot_open", reason="not an address") from None
    if url.get_backend_name() == "sqlite":
        path = Path(url.database or "")
        if not path.exists():
            if not path.parent.is_dir():
                raise LedgerError("ledger.cannot_open", reason="no such folder")
            return
        url = url.set(database=f"file:{path.resolve().as_posix()}", query={"mode": "ro", "uri": "true"})
        with translated_errors(), create_engine(url, poolclass=NullPool).connect() as connection:
            version.version_of(connection)
    elif postgresql.is_postgresql(address):
        postgresql.check_address(address)
    else:
        raise LedgerError("ledger.no_driver", kind=url.get_backend_name())


def check_account(desk: Desk, name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Log in with the account's fields, those given before those saved; sends nothing. Raises GatewayError."""
    saved = desk.settings().accounts.get(name)
    gateway = str(values.get("gateway") or (saved.gateway if saved is not None else ""))
    fields: dict[str, Any] = {}
    if saved is not None and saved.gateway == gateway:
        fields = dict(secrets.resolve(saved).fields)
    fields |= {str(key): value for key, value in values.items() if key != "gateway" and value not in (None, "")}
    opened = open_gateway(Account(name, gateway, fields))
    try:
        if isinstance(opened, TellsBalance):  # one question answers both
            return told(opened.balance(Deadline.after(LOGIN_S)))
        opened.check_login(Deadline.after(LOGIN_S))
        return {}
    finally:
        opened.close()


def told(balance: Balance | None) -> dict[str, Any]:
    """A balance as the wire has it: in millionths."""
    if balance is None:
        return {}
    return {"balance_micros": int(balance.amount * 1_000_000), "currency": balance.currency}

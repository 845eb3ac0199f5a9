"""Environment over settings.toml over defaults. A bad value is a problem beside its default, never a crash."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from tasks.errors import SettingsError
from tasks.files import sqlite_url
from tasks.home import home
from tasks.settings import checks, document, value_files
from tasks.settings.model import Account, Settings
from tasks.settings.schema import (
    COMMON_ACCOUNT_FIELDS,
    FIELDS,
    PREFIX,
    Field,
    account_env,
    account_fields,
    gateway_names,
)
from tasks.settings.values import read_value, refuse

SIMULATOR = "simulator"
ACCOUNT_NAME = re.compile(r"[^\s.\x00-\x1f](?:[^.\x00-\x1f]{0,38}[^\s.\x00-\x1f])?")
"""1 to 40 characters without a dot, not ending in a space."""
_FOR_DEVELOPERS = (PREFIX + "TEST_", PREFIX + "DEV_")
_OF_THE_PROGRAM = {field.env: field.key for field in FIELDS}
_MILLION = Decimal(1_000_000)


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings in force. Raises only SettingsError `settings.home_unusable`; the rest is in `problems`."""
    return look(home(environ), environ)


def look(place: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings of a home, which need not be there. Makes nothing and raises nothing."""
    path = place / document.SETTINGS_FILE
    try:
        return settle(document.parse(document.read_text(path), path), environ, place)
    except SettingsError as error:
        settled = settle({}, environ, place, (error,))
    lost = settled.sources["ledger_url"] == "default" and document.may_name(path, "ledger_url")
    return replace(settled, ledger_not_known=lost)


def settle(
    tables: Mapping[str, Any], environ: Mapping[str, str], place: Path, problems: Iterable[SettingsError] = ()
) -> Settings:
    """The settings that a file's tables and an environment make together."""
    return _Settling(tables, environ, place, problems).settings()


class _Settling:
    """One pass over all sources; collects values, where each came from, and problems."""

    def __init__(
        self, tables: Mapping[str, Any], environ: Mapping[str, str], place: Path, problems: Iterable[SettingsError]
    ) -> None:
        self._tables = tables
        self._environ = {name: value for name, value in environ.items() if name.startswith(PREFIX) and value.strip()}
        self._place = place
        self._problems = list(problems)
        self._from_files = self._take_files()
        self._sources: dict[str, str] = {}
        self._known_variables = {PREFIX + "HOME"}

    def _take_files(self) -> set[str]:
        """The variables whose values lie in files; they count as the environment's."""
        named = [name for name in self._environ if name.endswith(value_files.SUFFIX)]
        paths = {name.removesuffix(value_files.SUFFIX): self._environ.pop(name) for name in named}
        taken = set()
        for variable, path in paths.items():
            if variable in self._environ:
                continue
            value = self._value_in(path.strip())
            if value:
                self._environ[variable] = value
                taken.add(variable)
            elif value is None or variable in _OF_THE_PROGRAM:
                # Empty may only be what an account's own check asks for: a token that is still to come.
                name, setting = variable + value_files.SUFFIX, _OF_THE_PROGRAM.get(variable)
                self._problems.append(SettingsError("settings.value_file", key=name, setting=setting))
        return taken

    @staticmethod
    def _value_in(path: str) -> str | None:
        """What a file holds; None where it cannot be read."""
        try:
            return value_files.read(path)
        except OSError:
            return None

    def settings(self) -> Settings:
        values = {field.key: self._value(field, field.key, field.env, self._tables) for field in FIELDS}
        values["ledger_url"] = values["ledger_url"] or sqlite_url(self._place / document.LEDGER_FILE)
        self._refuse_unsafe(values)
        accounts = self._accounts(values["gateway"])
        if values["gateway"] not in accounts:
            self._problems.append(
                SettingsError(
                    "settings.invalid",
                    key="gateway",
                    reason="no_such_account",
                    choices=sorted(accounts),
                    source=self._sources["gateway"],
                )
            )
            values["gateway"], self._sources["gateway"] = SIMULATOR, "default"
        self._report_unknown()
        return Settings(
            home=self._place,
            accounts=accounts,
            sources=self._sources,
            problems=tuple(self._problems),
            **values,
        )

    def _value(self, field: Field, key: str, variable: str, table: Mapping[str, Any]) -> Any:
        """The first usable value of: environment, file, default."""
        self._known_variables.add(variable)
        candidates = [("environment", self._environ.get(variable)), ("file", table.get(field.key))]
        for source, raw in candidates:
            if raw is None or raw == "":
                continue
            if field.secret and source == "file":
                self._problems.append(SettingsError("settings.secret_in_file", key=key))
                continue
            try:
                if key == "worker_pool":
                    checks.check_pool(raw)
                value = read_value(field, key, raw)
            except SettingsError as error:
                self._problems.append(error)
                continue
            self._sources[key] = source
            return value
        self._sources[key] = "default"
        return field.default

    def _refuse_unsafe(self, values: dict[str, Any]) -> None:
        self._check(values, "broker_url", checks.check_broker)
        self._check(values, "result_backend", checks.check_result_backend)
        self._check(values, "broker_url", lambda url: checks.check_shared_ledger(url, values["ledger_url"]))

    def _check(self, values: dict[str, Any], key: str, check: Callable[[str], None]) -> None:
        if values[key] is None:
            return
        try:
            check(values[key])
        except SettingsError as error:
            self._problems.append(error)
            values[key], self._sources[key] = None, "default"

    def _accounts(self, default_account: str) -> dict[str, Account]:
        tables = self._tables.get("accounts", {})
        if not isinstance(tables, Mapping):
            self._problems.append(SettingsError("settings.invalid", key="accounts", reason="malformed"))
            tables = {}
        gateways = gateway_names()
        named = [SIMULATOR, *tables]
        named += [name for name in gateways if name == default_account or self._environment_names(name)]
        accounts: dict[str, Account] = {}
        for name in dict.fromkeys(named):
            try:
                accounts[name] = self._account(name, tables.get(name, {}), gateways)
            except SettingsError as error:
                self._problems.append(error)
                if name == SIMULATOR:  # it is always there: the program starts without any account
                    accounts[name] = self._account(name, {}, gateways)
        return accounts

    def _environment_names(self, gateway: str) -> bool:
        return any(account_env(gateway, field.key) in self._environ for field in account_fields(gateway))

    def _account(self, name: str, table: Any, gateways: tuple[str, ...]) -> Account:
        key = f"accounts.{name}"
        if not ACCOUNT_NAME.fullmatch(name) or not isinstance(table, Mapping):
            refuse(key, "malformed")
        gateway = table.get("gateway") or (name if name in gateways else None)
        if gateway not in gateways or (name == SIMULATOR and gateway != SIMULATOR):
            refuse(f"{key}.gateway", "not_a_choice", choices=[SIMULATOR] if name == SIMULATOR else list(gateways))
        self._sources[f"{key}.gateway"] = "file" if "gateway" in table else "default"
        fields = account_fields(gateway)
        values = {
            field.key: self._value(field, f"{key}.{field.key}", account_env(name, field.key), table) for field in fields
        }
        for unknown in table.keys() - values.keys() - {"gateway"}:
            self._problems.append(SettingsError("settings.unknown_key", key=f"{key}.{unknown}"))
        price, budget = values["price_per_segment"], values["budget_per_month"]
        if budget is not None and not price:
            self._problems.append(SettingsError("settings.budget_without_price", key=f"{key}.budget_per_month"))
        common = {field.key for field in COMMON_ACCOUNT_FIELDS}
        own = {field.key: values[field.key] for field in fields if field.key not in common}
        for field in fields:
            if field.secret and self._sources[f"{key}.{field.key}"] == "default":
                own.pop(field.key, None)
        return Account(
            name=name,
            gateway=gateway,
            fields=own,
            price_micros=_micros(price),
            currency=values["currency"],
            signature=values["signature"].strip("【】[] "),
            rate_per_s=values["rate_per_s"],
            most_in_flight=values["most_in_flight"],
            per_day=values["per_day"],
            budget_micros=_micros(budget),
            number_caps=values["number_caps"],
        )

    def _report_unknown(self) -> None:
        for key in self._tables.keys() - {field.key for field in FIELDS} - {"accounts", document.VERSION_KEY}:
            self._problems.append(SettingsError("settings.unknown_key", key=key))
        for variable in self._environ.keys() - self._known_variables:
            if not variable.startswith(_FOR_DEVELOPERS):
                name = variable + value_files.SUFFIX if variable in self._from_files else variable
                self._problems.append(SettingsError("settings.unknown_variable", key=name))


def _micros(amount: Decimal | None) -> int | None:
    """Money as the program counts it."""
    return None if amount is None else int((amount * _MILLION).to_integral_value())

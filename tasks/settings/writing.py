"""Saving settings: into settings.toml, whole or not at all, with a person's comments kept."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from tasks.errors import GatewayError, SettingsError
from tasks.home import home
from tasks.settings import document
from tasks.settings.reading import ACCOUNT_NAME, settle
from tasks.settings.schema import FIELDS, Field, account_fields, gateway_names
from tasks.settings.values import read_value, refuse


def save(changes: Mapping[str, Any], environ: Mapping[str, str] = os.environ) -> None:
    """Write changes into settings.toml, atomically and readable by its user only (0600).

    Keys are dotted: `worker_concurrency`, `accounts.<name>.gateway`, `accounts.<name>.<field>`. None removes a key;
    None for `accounts.<name>` removes the account. The file as it was stays as `settings.toml.bak`, one of an earlier
    version as `settings.toml.version-<number>.<time>.bak`; one that cannot be parsed as `settings.toml.damaged-<time>`.

    Raises SettingsError, before anything is written: `settings.invalid` (key, reason, …), `settings.tls_unchecked`,
    `settings.result_backend_rpc`, `settings.ledger_not_shared`, `settings.secret_in_file`, `settings.unknown_key`
    (key), `settings.unreadable` (path), `settings.newer` (path, version, known); and `settings.cannot_write` (path).
    """
    place = home(environ)
    path = Path(os.path.realpath(place / document.SETTINGS_FILE))  # a link stays one
    damaged, version = False, document.VERSION
    try:
        text = document.read_text(path)
        version = document.version_of(document.parse(text, path))
    except SettingsError as error:
        if not document.is_corrupt(error):
            raise
        text, damaged = "", True
    changed = changed_text(text.replace("\r\n", "\n"), changes)
    _refuse_new_problems(tomllib.loads(changed), changes, place)
    try:
        if damaged:
            document.set_aside(path)
        elif text:
            _write(document.backup_name(path, version), text)
        _write(path, changed)
    except OSError as error:
        raise SettingsError("settings.cannot_write", path=str(path)) from error


def changed_text(text: str, changes: Mapping[str, Any]) -> str:
    """A settings file's text with changes made, comments kept. Raises SettingsError.

    What tomlkit writes is read again: where a table comes after dotted keys, or into an inline table, it is not what
    was meant. Such accounts are written as plain tables then; what was said beside them goes.
    """
    import tomlkit

    tables = tomllib.loads(text)
    if not isinstance(tables.get("accounts", {}), dict):
        refuse("accounts", "malformed")
    plain = tomlkit.parse(tomlkit.dumps(tables))
    _apply(plain, changes)
    meant = plain.unwrap()
    for attempt in (tomlkit.parse(text), _with_plain_accounts(text, tables)):
        with suppress(ValueError, TypeError, AttributeError, KeyError):  # what tomlkit says of forms it cannot change
            _apply(attempt, changes)
            written = tomlkit.dumps(attempt)
            if tomllib.loads(written) == meant:
                return written
    return tomlkit.dumps(plain)


def _with_plain_accounts(text: str, tables: Mapping[str, Any]) -> MutableMapping[str, Any]:
    import tomlkit

    document_of_it = tomlkit.parse(text)
    accounts = document_of_it.pop("accounts", None)
    if accounts is not None:
        document_of_it["accounts"] = tomlkit.item(tables["accounts"])
    return document_of_it


def _apply(tables: MutableMapping[str, Any], changes: Mapping[str, Any]) -> None:
    for key in sorted(changes, key=_gateways_first):
        _change(tables, key, changes[key])
    tables[document.VERSION_KEY] = document.VERSION


def _gateways_first(key: str) -> tuple[bool, str]:
    """An account's gateway decides which other fields it has."""
    return not key.endswith(".gateway"), key


def _change(tables: MutableMapping[str, Any], key: str, value: Any) -> None:
    parts = key.split(".")
    if parts[0] != "accounts":
        field = next((entry for entry in FIELDS if entry.key == key), None)
        if field is None:
            raise SettingsError("settings.unknown_key", key=key)
        _put(tables, field, key, value)
        return
    if len(parts) not in (2, 3) or not ACCOUNT_NAME.fullmatch(parts[1]):
        refuse(key, "malformed")
    if len(parts) == 2:
        if value is not None:
            refuse(key, "malformed")
        tables.get("accounts", {}).pop(parts[1], None)
        return
    _change_account(tables, key, parts[1], parts[2], value)


def _change_account(tables: MutableMapping[str, Any], key: str, name: str, field_key: str, value: Any) -> None:
    import tomlkit

    accounts = tables.setdefault("accounts", tomlkit.table(is_super_table=True))
    account = accounts.setdefault(name, tomlkit.table())
    if field_key == "gateway":
        _put(account, Field("gateway", str, None, {}, choices=gateway_names()), key, value)
        return
    try:
        fields = account_fields(str(account.get("gateway") or name))
    except GatewayError:
        refuse(f"accounts.{name}.gateway", "not_a_choice", choices=list(gateway_names()))
    field = next((entry for entry in fields if entry.key == field_key), None)
    if field is None:
        raise SettingsError("settings.unknown_key", key=key)
    if field.secret and value is not None:
        raise SettingsError("settings.secret_in_file", key=key)
    _put(account, field, key, value)


def _put(table: MutableMapping[str, Any], field: Field, key: str, value: Any) -> None:
    if value is None or (value == "" and field.default is None):
        table.pop(field.key, None)
        return
    checked = read_value(field, key, value)
    # A price stays text: 0.045 as a binary fraction is not 0.045.
    table[field.key] = checked if field.kind in (str, int, float, bool) else str(checked)


def _refuse_new_problems(tables: Mapping[str, Any], changes: Mapping[str, Any], place: Path) -> None:
    """What a change makes wrong elsewhere (an address refused, a default account that is gone) is refused too."""
    touched = {key for key in changes if changes[key] is not None} | {"gateway", "broker_url"}
    for problem in settle(tables, {}, place).problems:
        key = problem.params.get("key", "")
        if problem.code != "settings.unknown_key" and key in touched and _concerns(str(key), changes):
            raise problem


def _concerns(key: str, changes: Mapping[str, Any]) -> bool:
    if key == "gateway":
        return any(name == "gateway" or name.startswith("accounts.") for name in changes)
    if key == "broker_url":
        return any(name in ("broker_url", "ledger_url") for name in changes)
    return True


def _write(path: Path, text: str) -> None:
    """Temp file, fsync, rename: a crash or a full disk leaves the old file whole."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

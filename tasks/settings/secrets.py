"""Secrets of gateway accounts: environment, else the system's keyring, else this session's memory.

A keyring may be locked, missing, or open a prompt and block for ever, so every call to it happens in a thread of its
own with a limit, and never twice at a time.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Literal, TypeVar

from tasks.errors import SettingsError
from tasks.settings.model import Account, Secret
from tasks.settings.schema import account_env, account_fields
from tasks.settings.value_files import value_of

SERVICE = "SMS Desk"
LIMIT_S = 3.0
Place = Literal["environment", "keyring", "session"]
T = TypeVar("T")

_session: dict[str, Secret] = {}


class KeyringUnusableError(Exception):
    """There is no keyring here, it is locked, or it did not answer in time."""


class _Line:
    """One call to the keyring at a time. While one hangs, others fail at once instead of hanging behind it."""

    def __init__(self) -> None:
        self._busy = threading.Lock()
        self._given_up: threading.Event | None = None
        """The end of a call that nobody waits for any more."""

    def call(self, work: Callable[[], T], limit_s: float) -> T:
        """The work's answer. Raises KeyringUnusableError."""
        answer: list[T] = []
        done = threading.Event()

        def run() -> None:
            try:
                with contextlib.suppress(Exception):  # any backend's own; its text may tell what nobody should read
                    answer.append(work())
            finally:
                self._busy.release()
                done.set()

        hangs = self._given_up is not None and not self._given_up.is_set()
        if hangs or not self._busy.acquire(timeout=limit_s):
            raise KeyringUnusableError
        threading.Thread(target=run, name="keyring", daemon=True).start()
        if not done.wait(limit_s):
            self._given_up = done
            raise KeyringUnusableError
        if not answer:
            raise KeyringUnusableError
        return answer[0]


_line = _Line()


def keyring_state(limit_s: float = LIMIT_S) -> tuple[bool, str]:
    """Whether secrets can be kept in the system's keyring, and its name ("" where there is none)."""
    name: list[str] = []

    def probe() -> bool:
        import keyring
        from keyring.backends import fail, null

        backend = keyring.get_keyring()
        if isinstance(backend, fail.Keyring | null.Keyring):
            return False
        name.append(str(backend.name))
        backend.get_password(SERVICE, "probe")  # a locked one fails only here
        return True

    try:
        usable = _line.call(probe, limit_s)
    except KeyringUnusableError:
        usable = False
    return usable, name[0] if name else ""


def find(account: str, field: str, environ: Mapping[str, str] = os.environ) -> tuple[Secret | None, Place | None]:
    """A secret and where it was found. (None, None) where it is not set, or its keyring cannot be asked."""
    value = value_of(account_env(account, field), environ)
    if value:
        return Secret(value), "environment"
    with contextlib.suppress(KeyringUnusableError):
        value = _line.call(lambda: _from_keyring(_name(account, field)), LIMIT_S) or ""
        if value:
            return Secret(value), "keyring"
    kept = _session.get(_name(account, field))
    return kept, None if kept is None else "session"


def resolve(account: Account, environ: Mapping[str, str] = os.environ) -> Account:
    """The account with its secrets filled in, as a gateway needs it. What is not set stays away."""
    found: dict[str, Any] = {}
    for field in account_fields(account.gateway):
        if field.secret:
            value, _ = find(account.name, field.key, environ)
            if value is not None:
                found[field.key] = value
    return replace(account, fields={**account.fields, **found}) if found else account


def keep(account: str, field: str, value: str, environ: Mapping[str, str] = os.environ) -> Place:
    """Keep a secret; an empty value forgets it. The answer says where it is now: "session" = until the program ends.

    Raises SettingsError `settings.set_by_environment` (key, variable): what is kept would never be used.
    """
    variable = account_env(account, field)
    if value_of(variable, environ):
        raise SettingsError("settings.set_by_environment", key=f"accounts.{account}.{field}", variable=variable)
    if not value.strip():
        return forget(account, field)
    secret = Secret(value.strip())
    name = _name(account, field)
    try:
        _line.call(lambda: _into_keyring(name, secret), LIMIT_S)
    except KeyringUnusableError:
        _session[name] = secret
        return "session"
    _session.pop(name, None)
    return "keyring"


def forget(account: str, field: str) -> Place:
    """Remove a secret from keyring and session. The answer says what could be reached: "session" = no keyring."""
    name = _name(account, field)
    _session.pop(name, None)
    try:
        _line.call(lambda: _out_of_keyring(name), LIMIT_S)
    except KeyringUnusableError:
        return "session"
    return "keyring"


def session_secrets() -> dict[str, str]:
    """What the bundled worker must be told, because no keyring has it: {"account.field": value}."""
    return dict(_session)


def accept(secrets: Mapping[str, str]) -> None:
    """Take over session secrets of another process ({"account.field": value}); they come on standard input."""
    _session.update({str(name): Secret(str(value)) for name, value in secrets.items() if value})


def _name(account: str, field: str) -> str:
    return f"{account}.{field}"


def _from_keyring(name: str) -> str | None:
    import keyring

    return keyring.get_password(SERVICE, name)


def _into_keyring(name: str, value: str) -> bool:
    import keyring

    keyring.set_password(SERVICE, name, value)
    # Some backends (null among them) take everything and keep nothing.
    if keyring.get_password(SERVICE, name) != value:
        raise KeyringUnusableError
    return True


def _out_of_keyring(name: str) -> bool:
    import keyring
    from keyring.errors import PasswordDeleteError

    with contextlib.suppress(PasswordDeleteError):
        keyring.delete_password(SERVICE, name)
    return True

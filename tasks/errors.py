"""The tree of errors that `tasks` raises.

Every error carries a stable dotted `code` and plain `params` for a sentence. Neither ever holds a
secret, a phone number or the text of a message: both travel into logs and over the clerk's wire.
The window's sentences for these codes live in `desktop/errors.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar


class DeskError(Exception):
    """Base of all errors meant for a person. `code` names what happened, `params` fills its sentence."""

    family: ClassVar[str] = "desk"

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params: Mapping[str, Any] = params

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{self.code}({details})" if details else self.code


class SettingsError(DeskError):
    """A setting that is missing, malformed, or in a file that cannot be read (`settings.*`)."""

    family = "settings"


class LedgerError(DeskError):
    """The ledger cannot be opened, read or written (`ledger.*`): full disk, locked, newer version, damaged."""

    family = "ledger"


class BrokerError(DeskError):
    """The broker or the result backend refuses, hangs or is missing (`broker.*`)."""

    family = "broker"


class GatewayError(DeskError):
    """A gateway account is not usable as it is set up (`gateway.*`): unknown gateway, field missing."""

    family = "gateway"


class RequestError(DeskError):
    """What the caller asked for cannot be done (`request.*`): wrong argument, unknown id, nothing to send."""

    family = "request"

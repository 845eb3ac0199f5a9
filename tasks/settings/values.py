"""From text or TOML to a value of the declared kind, or a SettingsError that says which key and why."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn, Protocol

from tasks.errors import SettingsError
from tasks.settings.model import Secret

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


class Described(Protocol):
    """What `read_value` needs to know of a field."""

    @property
    def kind(self) -> type: ...
    @property
    def secret(self) -> bool: ...
    @property
    def choices(self) -> Sequence[str]: ...
    @property
    def minimum(self) -> float | None: ...
    @property
    def maximum(self) -> float | None: ...
    @property
    def pattern(self) -> str | None: ...


def read_value(field: Described, key: str, raw: Any) -> Any:
    """The value of a field from a string (environment) or a TOML value.

    Raises SettingsError `settings.invalid` (key, reason, and minimum, maximum or choices). The value itself is never
    among the params: an address may hold a password.
    """
    try:
        value = _convert(field.kind, raw)
    except (TypeError, ValueError, InvalidOperation):
        refuse(key, _REASONS.get(field.kind, "malformed"))
    if field.choices and value not in field.choices:
        refuse(key, "not_a_choice", choices=list(field.choices))
    if field.minimum is not None and value < field.minimum:
        refuse(key, "too_small", minimum=field.minimum)
    if field.maximum is not None and value > field.maximum:
        refuse(key, "too_large", maximum=field.maximum)
    if field.pattern is not None and not re.fullmatch(field.pattern, value):
        refuse(key, "malformed")
    return Secret(value) if field.secret else value


def refuse(key: str, reason: str, **limits: Any) -> NoReturn:
    """Raise `settings.invalid` for a key."""
    raise SettingsError("settings.invalid", key=key, reason=reason, **limits)


_REASONS = {int: "not_a_whole_number", float: "not_a_number", Decimal: "not_a_number", bool: "not_yes_or_no"}


def _convert(kind: type, raw: Any) -> Any:
    if isinstance(raw, str):
        raw = raw.strip()
    if kind is bool:
        return _boolean(raw)
    if isinstance(raw, bool):
        raise ValueError
    if kind is str:
        if not isinstance(raw, str) or any(ord(character) < 32 for character in raw):
            raise ValueError
        return str(raw)
    if kind is int:
        if isinstance(raw, float) and not raw.is_integer():
            raise ValueError
        return int(raw)
    if kind in (float, Decimal):
        number = kind(str(raw))
        if not math.isfinite(number):
            raise ValueError
        return number
    return kind(raw)


def _boolean(raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    word = str(raw).lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueError

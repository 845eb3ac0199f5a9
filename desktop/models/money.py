"""Prices for people: from millionths of a unit to `¥1.35`."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from PySide6.QtCore import QLocale

from desktop.i18n import current_language

_SIGNS: Final = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}


def money(price_micros: int, currency: str) -> str:
    """Never rounds what is not zero down to 0.00: two digits at least, as many as the price has at most."""
    amount = Decimal(price_micros) / 1_000_000
    digits = max(2, -int(amount.normalize().as_tuple().exponent)) if amount else 2
    number = _locale().toString(float(amount), "f", digits)
    sign = _SIGNS.get(currency)
    return f"{sign}{number}" if sign else f"{number} {currency}".strip()


def count(number: int) -> str:
    """`10,000`: a whole number with its groups."""
    return _locale().toString(number)


def _locale() -> QLocale:
    """The window's language decides, not the system's: words and figures of one line belong together."""
    return QLocale("zh_CN" if current_language() == "zh_CN" else "en_US")

"""What is typed into a setting's field → its value, or why it is none."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from PySide6.QtCore import QCoreApplication

from desktop.models.described import Described

translate = QCoreApplication.translate


def read_text(field: Described, text: str) -> tuple[Any, str]:
    """(value, "") or (None, why not). Empty means the default; of a required field without one it is an error."""
    text = text.strip()
    if not text:
        if field.required and not field.is_set and field.default in (None, ""):
            return None, translate("value_check", "This must be filled in.")
        return ("" if field.default == "" else None), ""
    if field.kind in ("int", "float", "decimal"):
        return _read_number(field, text)
    if field.pattern is not None and not re.fullmatch(field.pattern, text):
        return None, _wrong_form(field)
    return text, ""


def _read_number(field: Described, text: str) -> tuple[Any, str]:
    try:
        number = Decimal(text.replace("，", ".").replace(",", "."))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or (field.kind == "int" and number != number.to_integral_value()):
        if field.kind == "int":
            return None, translate("value_check", "A whole number is needed here.")
        return None, translate("value_check", "A number is needed here.")
    too_low = field.minimum is not None and number < Decimal(str(field.minimum))
    too_high = field.maximum is not None and number > Decimal(str(field.maximum))
    if too_low or too_high:
        return None, translate("value_check", "It must be from {minimum} to {maximum}.").format(
            minimum=_plain(field.minimum), maximum=_plain(field.maximum)
        )
    if field.kind == "decimal":
        return format(number, "f"), ""
    return (int(number) if field.kind == "int" else float(number)), ""


def _wrong_form(field: Described) -> str:
    if field.key.endswith("_url") or field.key == "result_backend":
        return translate(
            "value_check",
            "This is no address this setting takes. It looks like redis://host:6379/0 or postgresql://host/name.",
        )
    if field.key == "region":
        return translate("value_check", "Two capital letters are needed, for example CN, HK, SG or US.")
    if field.key == "currency":
        return translate("value_check", "Three capital letters are needed, for example CNY or USD.")
    return translate("value_check", "This does not have the form that is needed.")


def _plain(number: float | None) -> str:
    return "…" if number is None else f"{number:g}" if abs(number) < 1e6 else f"{number:.0f}"

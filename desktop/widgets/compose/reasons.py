"""Words for the codes of a bad number and of a warning."""

from __future__ import annotations

from desktop.errors import sentence
from desktop.i18n import short_language
from tasks.gateways.codes import Explanation, explain


def reason(code: str) -> Explanation:
    """What is wrong with a number and what to do, in the window's language."""
    return explain("desk", code, short_language())


def warning(code: str) -> str:
    """The sentence of a quote's warning."""
    return reason(code).meaning if code.startswith("number.") else sentence(code, {})

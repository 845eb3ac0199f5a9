"""Words for the codes of a bad number and of a warning."""

from __future__ import annotations

from desktop.errors import sentence, whole
from desktop.i18n import short_language
from tasks.gateways.codes import Explanation, explain


def reason(code: str) -> Explanation:
    """What is wrong with a number and what to do, in the window's language."""
    return explain("desk", code, short_language())


def warning(code: str, account: str) -> str:
    """The sentence of a quote's warning about an account; what can be done where the message only waits."""
    if code.startswith("number."):
        return reason(code).meaning
    params = {"account": account}
    return whole(code, params) if code.startswith("waiting.") else sentence(code, params)

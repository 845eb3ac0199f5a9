"""What is to be sent, as the window worded it: understood and checked once more on this side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tasks import templates
from tasks.errors import RequestError
from tasks.settings import Account


@dataclass(frozen=True, slots=True)
class Content:
    """The content of a sending."""

    text: str
    """As it will read, without the signature; empty where a template's text is not known."""
    template_id: str | None
    variables: tuple[str, ...] | None
    sender: str | None
    """Signature or sender id, without brackets."""
    template_text: str | None = None


def read_content(wire: Mapping[str, Any], account: Account) -> Content:
    """`content` of the wire. Raises RequestError `request.malformed`."""
    sender = wire.get("sender")
    sender = account.signature if sender is None else _string(sender, "sender").strip("【】[] ")
    template_id = _string(wire.get("template_id") or "", "template_id").strip() or None
    text = _string(wire.get("text") or "", "text")
    if template_id is None:
        return Content(text, None, None, sender or None)
    given = wire.get("variables") or ()
    if not isinstance(given, list | tuple):
        raise RequestError("request.malformed", field="variables")
    variables = tuple(_string(value, "variables") for value in given)
    template_text = wire.get("template_text")
    if isinstance(template_text, str) and template_text:
        text = templates.render(template_text, variables)
        return Content(text, template_id, variables, sender or None, template_text)
    return Content(text, template_id, variables, sender or None)


def refuse_incomplete(content: Content, *, needs_template: bool) -> None:
    """Raises RequestError where something is left out.

    `request.text_missing`, `request.template_missing`, `request.variable_missing` (number),
    `request.variables_surplus` (expected, given).
    """
    if content.template_id is None:
        if needs_template:
            raise RequestError("request.template_missing")
        if not content.text.strip():
            raise RequestError("request.text_missing")
        return
    variables = content.variables or ()
    missing = [number for number, value in enumerate(variables, start=1) if not value.strip()]
    if content.template_text is not None:
        missing = sorted({*missing, *templates.missing(content.template_text, variables)})
        expected = templates.expected(content.template_text)
        if len(variables) > expected:
            raise RequestError("request.variables_surplus", expected=expected, given=len(variables))
    if missing:
        raise RequestError("request.variable_missing", number=missing[0])


def _string(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise RequestError("request.malformed", field=name)
    return value

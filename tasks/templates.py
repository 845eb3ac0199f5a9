"""Templates as the mainland's gateways have them: an approved text with {1}, {2}… and a list of values."""

from __future__ import annotations

import re
from collections.abc import Sequence

_PLACEHOLDER = re.compile(r"\{([1-9][0-9]?)\}")
_COMMAS = re.compile(r"[,，]")


def placeholders(text: str) -> tuple[int, ...]:
    """The numbers of a template's placeholders, sorted, each once: `{1}…{3}` gives (1, 3)."""
    return tuple(sorted({int(found[1]) for found in _PLACEHOLDER.finditer(text)}))


def expected(text: str) -> int:
    """How many values a template takes: its highest placeholder, because values are given by position."""
    return max(placeholders(text), default=0)


def render(text: str, variables: Sequence[str]) -> str:
    """The text as it will read; a placeholder without a value stays as it is. Values are not searched again."""

    def value(found: re.Match[str]) -> str:
        position = int(found[1]) - 1
        return variables[position] if position < len(variables) and variables[position] else found[0]

    return _PLACEHOLDER.sub(value, text)


def missing(text: str, variables: Sequence[str]) -> tuple[int, ...]:
    """The numbers of the placeholders that have no value, or an empty one."""
    return tuple(
        number for number in placeholders(text) if number > len(variables) or not variables[number - 1].strip()
    )


def empty(variables: Sequence[str]) -> tuple[int, ...]:
    """The places of empty values: all that can be said where the template's text is not known."""
    return tuple(place for place, value in enumerate(variables, start=1) if not value.strip())


def surplus(text: str, variables: Sequence[str]) -> int:
    """How many values are given beyond what the template takes; platforms refuse a list that is too long."""
    return max(0, len(variables) - expected(text))


def parse_variables(raw: str, expected: int | None) -> tuple[str, ...]:
    """The values as typed into one field: one a line, or all on one line between commas (, or ，).

    Commas divide only if there is a single line and the template takes more than one value, or how many it takes is
    not known (`expected` None); so a value with commas stays whole wherever that can be told. Spaces around a value
    go, an empty line between two values is an empty value, those at the end go.
    """
    lines = [line.strip() for line in raw.replace("\r\n", "\n").replace("\r", "\n").replace("\u2029", "\n").split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    if len(lines) == 1 and (expected is None or expected > 1):
        return tuple(part.strip() for part in _COMMAS.split(lines[0]))
    return tuple(lines)

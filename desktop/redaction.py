"""Takes numbers and secrets out of a text that may leave the computer, such as a bug report."""

from __future__ import annotations

import re
from typing import Final

_RULES: Final = (
    (re.compile(r"(?i)([a-z][a-z0-9+.-]*://)[^/\s@'\"]*@"), r"\1…@"),
    (re.compile(r"(?i)\b((?:[\w-]*(?:password|passwd|secret|token|api[_-]?key|authorization|sid))\b\s*['\"]?\s*[=:]\s*)"
                r"(?:bearer\s+|basic\s+)?['\"]?[^\s'\",;)}]+"), r"\1…"),
    (re.compile(r"(?<![\w.])\+?\d(?:[ -]?\d){6,}(?![\w])"), "…"),
    (re.compile(r"\b[0-9a-fA-F]{32,}\b"), "…"),
)  # fmt: skip


def redact(text: str) -> str:
    """`text` without passwords in addresses, values of secret fields, phone numbers and long hexadecimal keys."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text

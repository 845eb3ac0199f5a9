"""How many SMS a text becomes: the GSM alphabets of 3GPP TS 23.038 and 23.040, and mainland China's own count.

Pure and fast (called at every keystroke). The signature `【…】` that the gateway puts in front counts with the text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Encoding = Literal["gsm7", "ucs2", "mainland"]


class Rule(StrEnum):
    """Who counts."""

    GSM = "gsm"
    """3GPP: GSM 7-bit 160 alone or 153 in parts, else UCS-2 70 or 67. Everywhere but mainland China."""
    MAINLAND = "mainland"
    """Mainland China's vendors bill characters, Latin too: up to 70 one, above that 67 each."""


# 3GPP TS 23.038 6.2.1: the default alphabet (without its escape) and the extension table, whose characters take two.
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")
_GSM7 = _BASIC | _EXTENSION

# Alone, and in each part of several: a part carries six octets of header (TS 23.040 9.2.3.24.1).
_CAPACITY: dict[Encoding, tuple[int, int]] = {"gsm7": (160, 153), "ucs2": (70, 67), "mainland": (70, 67)}


@dataclass(frozen=True, slots=True)
class Measure:
    """The size of one text with its signature."""

    characters: int
    """As the rule counts them: a character of GSM's extension table and one beyond the BMP (emoji) count two."""
    encoding: Encoding
    segments: int
    """0 for an empty text."""
    per_segment: int
    """How much one segment holds, alone or as one of several."""
    left: int
    """Characters that still fit into the last segment; of an empty text, into the first."""
    unicode_characters: tuple[str, ...]
    """The distinct characters that force UCS-2, in order of appearance. Empty for the mainland rule: it makes no
    difference there."""


def rule_for(recipient: str) -> Rule:
    """The rule for an E.164 number. Hong Kong, Macao and Taiwan have country codes of their own and count as GSM."""
    return Rule.MAINLAND if recipient.startswith("+86") else Rule.GSM


def with_signature(text: str, signature: str | None) -> str:
    """The text as it reaches the phone: the platform puts the signature in front."""
    return f"【{signature}】{text}" if signature else text


def measure(text: str, *, rule: Rule, signature: str | None = None) -> Measure:
    """Count what is sent: the text behind its signature (given without brackets).

    How mainland vendors count a character beyond the BMP is published nowhere; it counts two, as in their Java.
    """
    whole = with_signature(text, signature)
    forcing: tuple[str, ...] = ()
    encoding: Encoding = "mainland"
    if rule is Rule.GSM:
        forcing = tuple(dict.fromkeys(character for character in whole if character not in _GSM7))
        encoding = "ucs2" if forcing else "gsm7"
    double = _count_double(whole, encoding)
    units = len(whole) + double
    alone, each = _CAPACITY[encoding]
    if units <= alone:
        return Measure(units if text else 0, encoding, 1 if text else 0, alone, alone - units, forcing)
    if not double or encoding == "mainland":
        # No pair to keep together; and the mainland bills by count alone, however the carrier cuts the text.
        segments = -(-units // each)
        return Measure(units, encoding, segments, each, segments * each - units, forcing)
    segments, left = _cut(whole, encoding, each)
    return Measure(units, encoding, segments, each, left, forcing)


def measures(text: str, rules: Iterable[Rule], signature: str | None = None) -> dict[Rule, Measure]:
    """One measure for each of the rules that the recipients of a text need."""
    return {rule: measure(text, rule=rule, signature=signature) for rule in set(rules)}


def _is_double(character: str, encoding: Encoding) -> bool:
    return character in _EXTENSION if encoding == "gsm7" else character > "\uffff"


def _count_double(text: str, encoding: Encoding) -> int:
    return sum(1 for character in text if _is_double(character, encoding))


def _cut(text: str, encoding: Encoding, each: int) -> tuple[int, int]:
    """Number of parts and room left in the last; a pair (escape or surrogate) is never split over two parts."""
    segments, left = 1, each
    for character in text:
        width = 2 if _is_double(character, encoding) else 1
        if width > left:
            segments, left = segments + 1, each
        left -= width
    return segments, left

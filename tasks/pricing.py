"""What a sending will cost, from the account's price of one segment. Money is millionths of the currency unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from tasks.segments import Rule, measure, rule_for


@dataclass(frozen=True, slots=True)
class Quote:
    """A sending before it is released."""

    messages: int
    segments: int
    """Of all messages together."""
    price_micros: int | None
    """None where the account has no price: unknown is not free."""


def quote(
    recipients: Iterable[str], text: str, *, signature: str | None = None, price_micros_per_segment: int | None = None
) -> Quote:
    """Count one text to many E.164 numbers, each by its own country's rule."""
    by_rule = Counter(rule_for(recipient) for recipient in recipients)
    return quote_counts(by_rule, text, signature=signature, price_micros_per_segment=price_micros_per_segment)


def quote_counts(
    by_rule: Counter[Rule], text: str, *, signature: str | None = None, price_micros_per_segment: int | None = None
) -> Quote:
    """As `quote`, from how many recipients each rule has."""
    segments = sum(
        count * measure(text, rule=rule, signature=signature).segments for rule, count in by_rule.items() if count
    )
    return Quote(by_rule.total(), segments, price_of(segments, price_micros_per_segment))


def price_of(segments: int, price_micros_per_segment: int | None) -> int | None:
    """Price of a number of segments; None stays None."""
    return None if price_micros_per_segment is None else segments * price_micros_per_segment

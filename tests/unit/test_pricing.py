"""What a sending costs."""

from __future__ import annotations

from collections import Counter

import pytest

from tasks.pricing import Quote, price_of, quote, quote_counts
from tasks.segments import Rule

MAINLAND, HONG_KONG, US = "+8613800138000", "+85261234567", "+14155552671"


@pytest.mark.parametrize(
    ("recipients", "text", "signature", "price", "expected"),
    [
        ([MAINLAND], "字" * 70, None, 45_000, Quote(1, 1, 45_000)),
        ([MAINLAND], "字" * 70, "店", 45_000, Quote(1, 2, 90_000)),
        # 71 Latin characters: two on the mainland, one elsewhere.
        ([MAINLAND, HONG_KONG, US], "a" * 71, None, 10, Quote(3, 4, 40)),
        ([MAINLAND] * 10_000, "字", None, 1, Quote(10_000, 10_000, 10_000)),
        ([MAINLAND], "", None, 10, Quote(1, 0, 0)),
        ([], "字", None, 10, Quote(0, 0, 0)),
        ([MAINLAND], "字", None, None, Quote(1, 1, None)),
        ([MAINLAND], "字", None, 0, Quote(1, 1, 0)),
    ],
)
def test_each_number_is_counted_by_its_country(
    recipients: list[str], text: str, signature: str | None, price: int | None, expected: Quote
) -> None:
    assert quote(recipients, text, signature=signature, price_micros_per_segment=price) == expected


def test_counts_by_rule_give_the_same_as_the_numbers_themselves() -> None:
    counts = Counter({Rule.MAINLAND: 2, Rule.GSM: 1})
    by_counts = quote_counts(counts, "a" * 71, price_micros_per_segment=7)
    assert by_counts == quote([MAINLAND, MAINLAND, US], "a" * 71, price_micros_per_segment=7)


def test_no_price_is_not_a_price_of_nothing() -> None:
    assert price_of(3, None) is None
    assert price_of(3, 0) == 0

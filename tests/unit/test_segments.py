"""How many SMS a text becomes, held to 3GPP TS 23.038/23.040 and to the mainland vendors' count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.segments import Rule, measure, measures, rule_for, with_signature

EXTENSION = "\f^{}\\[~]|€"
BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)


def test_the_default_alphabet_has_127_characters_and_its_extension_ten() -> None:
    assert (len(set(BASIC)), len(set(EXTENSION))) == (127, 10)
    for character in BASIC:
        assert (measure(character, rule=Rule.GSM).encoding, measure(character, rule=Rule.GSM).characters) == ("gsm7", 1)
    for character in EXTENSION:
        assert (measure(character, rule=Rule.GSM).encoding, measure(character, rule=Rule.GSM).characters) == ("gsm7", 2)


@pytest.mark.parametrize("character", ["`", "ç", "’", "“", "–", "…", "\t", "\x1b", "\xa0", "中", "á", "ê", "ş", "₤"])
def test_a_character_outside_of_it_forces_unicode(character: str) -> None:
    found = measure(f"abc{character}", rule=Rule.GSM)
    assert (found.encoding, found.unicode_characters) == ("ucs2", (character,))


@pytest.mark.parametrize(
    ("text", "encoding", "characters", "segments", "per_segment", "left"),
    [
        ("", "gsm7", 0, 0, 160, 160),
        ("a", "gsm7", 1, 1, 160, 159),
        ("a" * 160, "gsm7", 160, 1, 160, 0),
        ("a" * 161, "gsm7", 161, 2, 153, 145),
        ("a" * 306, "gsm7", 306, 2, 153, 0),
        ("a" * 307, "gsm7", 307, 3, 153, 152),
        ("€" * 80, "gsm7", 160, 1, 160, 0),
        ("€" * 81, "gsm7", 162, 2, 153, 143),
        # 153 is odd: each part ends with an unused septet rather than a torn pair.
        ("€" * 76 * 2, "gsm7", 304, 2, 153, 1),
        ("€" * 153, "gsm7", 306, 3, 153, 151),
        ("a" * 152 + "€" + "a" * 152, "gsm7", 306, 3, 153, 152),
        ("中" * 70, "ucs2", 70, 1, 70, 0),
        ("中" * 71, "ucs2", 71, 2, 67, 63),
        ("中" * 134, "ucs2", 134, 2, 67, 0),
        ("中" * 135, "ucs2", 135, 3, 67, 66),
        ("😀" * 35, "ucs2", 70, 1, 70, 0),
        ("😀" * 36, "ucs2", 72, 2, 67, 61),
        ("😀" * 67, "ucs2", 134, 3, 67, 65),
    ],
)
def test_the_gsm_rule(text: str, encoding: str, characters: int, segments: int, per_segment: int, left: int) -> None:
    found = measure(text, rule=Rule.GSM)
    assert (found.encoding, found.characters, found.segments) == (encoding, characters, segments)
    assert (found.per_segment, found.left) == (per_segment, left)


@pytest.mark.parametrize(
    ("text", "signature", "characters", "segments", "left"),
    [
        ("", None, 0, 0, 70),
        ("", "诊所", 0, 0, 66),
        ("a" * 70, None, 70, 1, 0),
        ("a" * 71, None, 71, 2, 63),
        ("字" * 80, None, 80, 2, 54),
        ("字" * 66, "诊所", 70, 1, 0),
        ("字" * 67, "诊所", 71, 2, 63),
        ("字" * 134, None, 134, 2, 0),
        ("字" * 135, None, 135, 3, 66),
        ("€{}", None, 3, 1, 67),
    ],
)
def test_the_mainland_counts_characters_with_the_signature(
    text: str, signature: str | None, characters: int, segments: int, left: int
) -> None:
    found = measure(text, rule=Rule.MAINLAND, signature=signature)
    assert (found.characters, found.segments, found.left) == (characters, segments, left)
    assert (found.encoding, found.unicode_characters) == ("mainland", ())


def test_what_forces_unicode_is_named_once_each_in_order_with_the_brackets_of_the_signature() -> None:
    assert measure("naïve “ï”", rule=Rule.GSM).unicode_characters == ("ï", "“", "”")
    assert measure("Hi", rule=Rule.GSM, signature="Shop").unicode_characters == ("【", "】")
    assert with_signature("Hi", "Shop") == "【Shop】Hi"
    assert with_signature("Hi", None) == "Hi"


@pytest.mark.parametrize(
    ("recipient", "rule"),
    [
        ("+8613800138000", Rule.MAINLAND),
        ("+85261234567", Rule.GSM),
        ("+85366123456", Rule.GSM),
        ("+886912345678", Rule.GSM),
        ("+14155552671", Rule.GSM),
    ],
)
def test_the_rule_goes_by_the_country_code(recipient: str, rule: Rule) -> None:
    assert rule_for(recipient) is rule


def test_one_measure_for_each_rule_asked_for() -> None:
    found = measures("a" * 71, [Rule.GSM, Rule.MAINLAND, Rule.GSM])
    assert {rule: entry.segments for rule, entry in found.items()} == {Rule.GSM: 1, Rule.MAINLAND: 2}


def parts_of(text: str) -> list[list[int]]:
    """The text cut into parts as a phone would send it: a list of the widths of the characters of each part."""
    gsm7 = all(character in BASIC or character in EXTENSION for character in text)
    widths = [2 if (character in EXTENSION if gsm7 else ord(character) > 0xFFFF) else 1 for character in text]
    alone, each = (160, 153) if gsm7 else (70, 67)
    if sum(widths) <= alone:
        return [widths] if widths else []
    parts: list[list[int]] = [[]]
    for width in widths:
        if sum(parts[-1]) + width > each:
            parts.append([])
        parts[-1].append(width)
    return parts


@given(st.text(alphabet=st.sampled_from(BASIC + EXTENSION * 4), max_size=500))
def test_every_gsm_text_takes_as_many_segments_as_its_parts(text: str) -> None:
    assert measure(text, rule=Rule.GSM).segments == len(parts_of(text))


@given(st.text(alphabet=st.sampled_from("ab中文😀👍🏽€"), max_size=300))
def test_every_text_takes_as_many_segments_as_its_parts_and_says_what_is_left(text: str) -> None:
    found = measure(text, rule=Rule.GSM)
    parts = parts_of(text)
    assert found.segments == len(parts)
    assert found.left == found.per_segment - (sum(parts[-1]) if parts else 0)

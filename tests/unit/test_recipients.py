"""Numbers as people type and paste them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.errors import RequestError
from tasks.gateways.codes import table
from tasks.recipients import Remark, check

A, B = "+8613800138000", "+8613900139000"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("13800138000", [A]),
        ("138 0013 8000", [A]),
        ("138-0013-8000", [A]),
        ("138.0013.8000", [A]),
        ("(138) 0013 8000", [A]),
        ("+8613800138000", [A]),
        ("+86 138 0013 8000", [A]),
        ("+86 (0) 138 0013 8000", [A]),
        ("008613800138000", [A]),
        ("0086 138 0013 8000", [A]),
        ("8613800138000", [A]),
        ("86-138-0013-8000", [A]),
        ("013800138000", [A]),
        ("１３８００１３８０００", [A]),
        ("＋８６\u3000１３８００１３８０００", [A]),
        ("138\u00a00013\u20098000", [A]),
        ("138–0013—8000", [A]),
        ("\u202d+86 138 0013 8000\u202c", [A]),
        ("\ufeff13800138000", [A]),
        ("'13800138000", [A]),
        ('"13800138000"', [A]),
        ("٠٠٨٦١٣٨٠٠١٣٨٠٠٠", [A]),
        ("13800138000.0", [A]),
        ("1.3800138000E+10", [A]),
        ("13800138000 13900139000", [A, B]),
        ("138 0013 8000 139 0013 9000", [A, B]),
        ("+86 138 0013 8000 13900139000", [A, B]),
        ("13800138000,13900139000", [A, B]),
        ("13800138000，13900139000", [A, B]),
        ("13800138000;13900139000", [A, B]),
        ("13800138000；13900139000", [A, B]),
        ("13800138000、13900139000", [A, B]),
        ("13800138000\t13900139000", [A, B]),
        ("13800138000/13900139000", [A, B]),
        ("13800138000\n13900139000\n", [A, B]),
        ("13800138000\r\n13900139000", [A, B]),
        ("13800138000\u202913900139000", [A, B]),
        ("13800138000 , , 13900139000,", [A, B]),
        ("", []),
        (" \n\t,;\n", []),
        ("+852 6123 4567", ["+85261234567"]),
        ("0085261234567", ["+85261234567"]),
        ("+44 (0)7911 123456", ["+447911123456"]),
        ("+1 (415) 555-2671", ["+14155552671"]),
    ],
)
def test_numbers_are_read_however_they_are_written(text: str, numbers: list[str]) -> None:
    checked = check(text, "CN")
    assert (checked.numbers, checked.bad, checked.unusual) == (numbers, [], [])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("abc", "number.not_a_number"),
        ("手机号", "number.not_a_number"),
        ("+", "number.not_a_number"),
        ("++8613800138000", "number.not_a_number"),
        ("1380013800", "number.too_short"),
        ("138 0013 800", "number.too_short"),
        ("138001380000", "number.too_long"),
        ("+86 138 0013 80001", "number.too_long"),
        ("10086", "number.too_short"),
        ("123456789012345678901", "number.too_long"),
        ("12345678901", "number.invalid"),
        ("+999123456789", "number.invalid"),
        ("010-12345678", "number.landline"),
        ("4006123456", "number.not_mobile"),
        ("1-800-FLOWERS", "number.letters"),
        ("电话13800138000", "number.letters"),
        ("13800138000转12", "number.extension"),
        ("+1 415 555 2671 ext. 5", "number.extension"),
        ("13800138000x12", "number.extension"),
        # The library reads the first of these as +1 234.
        ("17912001234", "number.call_prefix"),
        ("1795113800138000", "number.call_prefix"),
        ("+861795113800138000", "number.call_prefix"),
        ("1259313800138000", "number.call_prefix"),
        ("1.38E+10", "number.rounded"),
        ("1.380014e+10", "number.rounded"),
    ],
)
def test_a_number_that_cannot_be_has_its_reason(text: str, code: str) -> None:
    checked = check(text, "CN")
    assert checked.numbers == []
    assert {remark.code for remark in checked.bad} == {code}
    assert code in table("desk")


@pytest.mark.parametrize(
    "text", ["+52 1 55 1234 5678", "0052 1 55 1234 5678", "(+52) 1 55 1234 5678", "+999 13800138000"]
)
def test_the_rest_of_a_faulty_foreign_number_is_never_read_as_one_of_our_own(text: str) -> None:
    checked = check(text, "CN")
    assert checked.numbers == []
    assert [(remark.start, remark.end) for remark in checked.bad] == [(0, len(text))]


def test_a_number_of_an_unknown_range_is_accepted_with_a_doubt() -> None:
    checked = check("14612345678", "CN")
    assert checked.numbers == ["+8614612345678"]
    assert checked.unusual == [Remark(1, 0, 11, "number.unusual")]
    assert checked.bad == []


def test_a_number_without_country_code_needs_a_region() -> None:
    assert check("13800138000", None).bad[0].code == "number.no_region"
    assert check("13800138000", "XX").bad[0].code == "number.no_region"
    assert check("+8613800138000 008613900139000 0014155552671", None).numbers == [A, B, "+14155552671"]


def test_the_region_decides_how_a_number_is_read() -> None:
    checked = check("(415) 555-2671\n4155552672 4155552673\n0086 13800138000", "US")
    assert checked.numbers == ["+14155552671", "+14155552672", "+14155552673", A]
    assert checked.by_region == {"US": 3, "CN": 1}


def test_duplicates_are_counted_and_the_first_is_kept() -> None:
    checked = check("13900139000\n13800138000\n+86 139 0013 9000, 008613900139000", "CN")
    assert checked.numbers == [B, A]
    assert checked.duplicates == 2


def test_a_faulty_entry_is_found_by_line_and_place_in_the_text_as_given() -> None:
    text = "13800138000\r\n\r\n 张三 ， 13900139000, 12 34 \nabc"
    remarks = check(text, "CN").bad
    assert [(remark.line, text[remark.start : remark.end]) for remark in remarks] == [
        (3, "张三"),
        (3, "12 34"),
        (4, "abc"),
    ]


def test_places_count_utf16_units_as_the_text_field_does() -> None:
    text = "😀😀\n张三😀,12"
    utf16 = text.encode("utf-16-le")
    found = [utf16[remark.start * 2 : remark.end * 2].decode("utf-16-le") for remark in check(text, "CN").bad]
    assert found == ["😀😀", "张三😀", "12"]


def test_each_of_two_short_numbers_is_named() -> None:
    assert [(remark.start, remark.end) for remark in check("13800138 13900139", "CN").bad] == [(0, 8), (9, 17)]


def test_a_number_with_an_extension_is_refused_with_it_and_its_neighbours_are_not() -> None:
    checked = check("13800138000 13900139000 转12\n+1 415 555 2671 x 5", "CN")
    assert checked.numbers == [A]
    assert [(remark.line, remark.code) for remark in checked.bad] == [(1, "number.extension"), (2, "number.extension")]


def test_a_name_before_a_number_does_not_spoil_it() -> None:
    checked = check("张三 13800138000\n李四 139 0013 9000", "CN")
    assert checked.numbers == [A, B]
    assert [remark.code for remark in checked.bad] == ["number.not_a_number"] * 2


def test_progress_is_told_and_ends_can_be_asked_for() -> None:
    text = "\n".join(f"138{number:08d}" for number in range(2_000))
    told: list[tuple[int, int]] = []
    assert len(check(text, "CN", progress=lambda done, total: told.append((done, total))).numbers) == 2_000
    assert told == sorted(told)
    assert len(told) == 4
    assert all(0 < done <= total == len(text) for done, total in told)
    with pytest.raises(RequestError, match=r"request\.cancelled"):
        check(text, "CN", cancelled=lambda: True)


def test_ten_thousand_numbers_take_less_than_half_a_second() -> None:
    check("13800138000\n+8613800138000", "CN")
    text = "\n".join(f"+86 138 {number:08d}" for number in range(10_000))
    started = time.process_time()
    assert len(check(text, "CN").numbers) == 10_000
    assert time.process_time() - started < 0.5


@given(
    st.text(alphabet=st.sampled_from("0123456789+-() .,;、\nx转aé😀\u3000８"), max_size=60),
    st.sampled_from(["CN", "US", None]),
)
def test_whatever_is_pasted_every_entry_has_an_end(text: str, region: str | None) -> None:
    checked = check(text, region)
    length = len(text.encode("utf-16-le")) // 2
    for remark in [*checked.bad, *checked.unusual]:
        assert 0 <= remark.start < remark.end <= length
        assert remark.code in table("desk")
    assert all(number.startswith("+") and number[1:].isdigit() and len(number) <= 16 for number in checked.numbers)
    assert sum(checked.by_region.values()) == len(checked.numbers) == len(set(checked.numbers))

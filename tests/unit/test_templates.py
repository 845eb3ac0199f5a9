"""Placeholders and values of approved templates."""

from __future__ import annotations

import pytest

from tasks.templates import empty, expected, missing, parse_variables, placeholders, render, surplus

CODE = "您的验证码是{1}，请于{2}分钟内输入"


@pytest.mark.parametrize(
    ("text", "numbers", "count"),
    [
        (CODE, (1, 2), 2),
        ("{2} {1} {2}", (1, 2), 2),
        ("{1} and {3}", (1, 3), 3),
        ("none", (), 0),
        ("{0} {x} {} {100} { 1 }", (), 0),
        ("{10}", (10,), 10),
    ],
)
def test_placeholders_and_how_many_values_they_take(text: str, numbers: tuple[int, ...], count: int) -> None:
    assert placeholders(text) == numbers
    assert expected(text) == count


def test_rendering_puts_values_in_by_position() -> None:
    assert render(CODE, ["1234", "5"]) == "您的验证码是1234，请于5分钟内输入"
    assert render("{1}{1}{2}", ["a", "b"]) == "aab"


def test_a_value_that_looks_like_a_placeholder_is_not_filled_in() -> None:
    assert render("{1} {2}", ["{2}", "x"]) == "{2} x"


def test_what_has_no_value_stays_visible_and_is_named() -> None:
    assert render(CODE, ["1234"]) == "您的验证码是1234，请于{2}分钟内输入"
    assert missing(CODE, ["1234"]) == (2,)
    assert missing(CODE, ["", " "]) == (1, 2)
    assert missing(CODE, ["1", "2"]) == ()
    assert surplus(CODE, ["1", "2", "3"]) == 1
    assert surplus(CODE, ["1"]) == 0


@pytest.mark.parametrize(
    ("raw", "count", "values"),
    [
        ("1234\n5", 2, ("1234", "5")),
        ("1234,5", 2, ("1234", "5")),
        ("1234，5", 2, ("1234", "5")),
        (" 1234 , 5 ", None, ("1234", "5")),
        ("Smith, John", 1, ("Smith, John",)),
        ("Smith, John\n5", 2, ("Smith, John", "5")),
        ("a\n\nc", 3, ("a", "", "c")),
        ("a\nb\n\n", 2, ("a", "b")),
        ("a\r\nb\rc", 3, ("a", "b", "c")),
        ("a\u2029b", 2, ("a", "b")),
        ("a,,c", 3, ("a", "", "c")),
        ("", 2, ()),
        ("  \n ", 2, ()),
        ("one", 2, ("one",)),
    ],
)
def test_values_as_people_type_them(raw: str, count: int | None, values: tuple[str, ...]) -> None:
    assert parse_variables(raw, count) == values


def test_empty_values_are_told_where_the_text_is_not_known() -> None:
    assert empty(("a", "", " ", "d")) == (2, 3)
    assert empty(("a",)) == ()

"""What another client's arguments mean, whatever JSON brought."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.delivery.order import MOST_NUMBERS, Order, understand
from tasks.errors import RequestError

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("to", "recipients"),
    [
        ("13800138000", ("+8613800138000",)),
        (13800138000, ("+8613800138000",)),
        ("13800138000,13900139000", ("+8613800138000", "+8613900139000")),
        (["13800138000", "+86 139 0013 9000"], ("+8613800138000", "+8613900139000")),
        (("13800138000", "13800138000"), ("+8613800138000",)),
        ("+14155552671", ("+14155552671",)),
        ("１３８００１３８０００", ("+8613800138000",)),
    ],
)
def test_numbers_come_as_text_list_or_digits(to: Any, recipients: tuple[str, ...]) -> None:
    assert understand(to, ["9527"], "1", "CN") == Order(recipients, (), "1", ("9527",))


@pytest.mark.parametrize(
    ("datas", "variables"),
    [(["9527", 5], ("9527", "5")), (("a",), ("a",)), ([], ()), (None, ()), ("one", ("one",)), ([1.5], ("1.5",))],
)
def test_values_are_texts(datas: Any, variables: tuple[str, ...]) -> None:
    assert understand("13800138000", datas, 1, "CN").variables == variables


def test_what_is_no_number_is_kept_as_it_was_written() -> None:
    order = understand("13800138000,😀12345", [], "1", "CN")
    assert order.recipients == ("+8613800138000",)
    ((written, code),) = order.refused
    assert written == "😀12345"
    assert code.startswith("number.")


def test_the_last_number_that_fits_and_the_first_that_does_not() -> None:
    numbers = [f"1380013{index:04d}" for index in range(MOST_NUMBERS + 1)]
    assert len(understand(numbers[:-1], [], "1", "CN").recipients) == MOST_NUMBERS
    for to in (numbers, ",".join(numbers)):
        with pytest.raises(RequestError) as raised:
            understand(to, [], "1", "CN")
        assert raised.value.code == "request.too_many_recipients"


@given(to=JSON, datas=JSON, temp_id=JSON)
def test_whatever_comes_is_an_order_or_a_refusal_without_its_content(to: Any, datas: Any, temp_id: Any) -> None:
    refusal: RequestError | None = None
    try:
        order = understand(to, datas, temp_id, "CN")
    except RequestError as error:
        refusal = error
    if refusal is not None:
        assert set(refusal.params) <= {"name", "given", "most"}
        return
    assert order.recipients or order.refused
    for text in (*order.recipients, *order.variables, order.template_id, *(word for word, _ in order.refused)):
        assert "\0" not in text
        text.encode()

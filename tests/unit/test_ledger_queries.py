"""Filters and orders as the window words them, and what a search finds."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from support.ledgers import force, put

from tasks.errors import RequestError
from tasks.ledger import queries
from tasks.ledger.engine import Ledger
from tasks.ledger.queries import Filter, Sort, number_digits, read_filter, read_sort
from tasks.ledger.schema import messages
from tasks.ledger.states import State


def found(ledger: Ledger, wanted: Filter) -> list[int]:
    with ledger.reading() as connection:
        where = queries.conditions(wanted, connection.dialect.name)
        return list(connection.execute(queries.id_query(where, Sort("time", False))).scalars())


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("138 0013 8000", "13800138000"),
        ("+86 138-0013-8000", "8613800138000"),
        ("008613800138000", "8613800138000"),
        ("１３８００１３８", "13800138"),
        ("(07700) 900123", "7700900123"),
        ("0013", "0013"),
        ("8000", "8000"),
        ("code 8000", None),
        ("", None),
        ("+", None),
    ],
)
def test_part_of_a_number_is_understood_as_people_write_it(typed: str, digits: str | None) -> None:
    assert number_digits(typed) == digits


def test_a_search_finds_numbers_and_texts(ledger: Ledger) -> None:
    put(ledger, ["+8613800138000"], text="Your parcel is here")
    put(ledger, ["+447700900123"], text="Code 13800")
    put(ledger, ["+12025550123"], text="50% off_season")
    assert found(ledger, Filter(search="138 0013 8000")) == [1]
    assert found(ledger, Filter(search="13800")) == [1, 2]
    assert found(ledger, Filter(search="07700 900123")) == [2]
    assert found(ledger, Filter(search="PARCEL")) == [1]
    assert found(ledger, Filter(search="包裹")) == []


@pytest.mark.parametrize("wildcard", ["%", "_", "/"])
def test_wildcards_in_a_search_are_ordinary_signs(ledger: Ledger, wildcard: str) -> None:
    put(ledger, ["+8613800138000"], text="plain")
    put(ledger, ["+8613800138001"], text=f"with {wildcard} sign")
    assert found(ledger, Filter(search=wildcard)) == [2]


def test_all_parts_of_a_filter_must_hold(ledger: Ledger) -> None:
    first = put(ledger, 3, text="alpha")
    put(ledger, 2, text="beta", account="shop")
    force(ledger, 2, State.FAILED)
    force(ledger, 4, State.FAILED)
    assert found(ledger, Filter(states=("failed",))) == [2, 4]
    assert found(ledger, Filter(states=("failed", "queued"))) == [1, 2, 3, 4, 5]
    assert found(ledger, Filter(states=("failed",), batch_id=first.batch_id)) == [2]
    assert found(ledger, Filter(states=("failed",), account="shop")) == [4]
    assert found(ledger, Filter(states=("failed",), search="alpha")) == [2]


@pytest.mark.parametrize("with_search", [True, False])
def test_the_complement_asks_the_same(ledger: Ledger, with_search: bool) -> None:
    put(ledger, 4)
    force(ledger, 2, State.FAILED)
    wanted = Filter(states=("queued",), search="parcel", account="simulator")
    with ledger.reading() as connection:
        where = queries.complement(wanted, connection.dialect.name, with_search=with_search)
        ids = connection.execute(select(messages.c.message_id).where(*where)).scalars().all()
    assert sorted(ids) == found(ledger, wanted)


def test_filters_from_the_wire() -> None:
    assert read_filter(None) == read_filter({}) == Filter()
    assert read_filter({"state": "failed", "search": "  x "}) == Filter(("failed",), "x")
    assert read_filter({"state": ["failed", "unknown"], "batch_id": 3, "account": ""}) == Filter(
        ("failed", "unknown"), batch_id=3
    )
    assert read_sort(None) == Sort("time", True)
    assert read_sort({"column": "gateway", "descending": False}) == Sort("account", False)


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"state": "lost"}, "request.unknown_state"),
        ({"batch_id": "3"}, "request.malformed"),
        ("failed", "request.malformed"),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused(wanted: object, code: str) -> None:
    with pytest.raises(RequestError) as refused:
        read_filter(wanted)
    assert refused.value.code == code


def test_an_order_that_is_not_known_is_refused() -> None:
    with pytest.raises(RequestError, match=r"request\.unknown_sort"):
        read_sort({"column": "token"})


def test_ended_messages_are_not_counted_as_open(ledger: Ledger) -> None:
    put(ledger, 4)
    force(ledger, 1, State.DELIVERED)
    force(ledger, 2, State.SENDING)
    force(ledger, 3, State.UNKNOWN)  # it waits for a person
    with ledger.reading() as connection:
        assert queries.open_counts(connection) == {"queued": 1, "sending": 1, "unknown": 1}

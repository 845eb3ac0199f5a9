"""What is asked of a large ledger is answered from an index: the plans, not the clock, are held."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event
from support.ledgers import new_ledger, numbers
from support.many_messages import EPOCH_MS, fill

from tasks.gateways.caps import CAPS
from tasks.ledger.earlier import Wanted, look_earlier
from tasks.ledger.engine import Ledger
from tasks.ledger.queries import Filter, Sort, open_counts
from tasks.ledger.views import View

ROWS = 200_000


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    opened = new_ledger(tmp_path_factory.mktemp("large"))
    fill(opened, ROWS)
    yield opened
    opened.close()


@pytest.fixture
def asked(ledger: Ledger) -> Iterator[list[tuple[str, Any]]]:
    """Every SELECT that the ledger's reader is asked, with its values."""
    seen: list[tuple[str, Any]] = []
    reader: Engine = ledger._reader

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            seen.append((statement, parameters))

    event.listen(reader, "before_cursor_execute", note)
    yield seen
    event.remove(reader, "before_cursor_execute", note)


def plans(ledger: Ledger, asked: list[tuple[str, Any]]) -> list[str]:
    with ledger.reading() as connection:
        driver = connection.connection.dbapi_connection
        assert driver is not None
        return [
            " | ".join(str(row[3]) for row in driver.execute(f"EXPLAIN QUERY PLAN {statement}", values))
            for statement, values in list(asked)
            if "messages" in statement
        ]


@pytest.mark.parametrize(
    "sort", [Sort(), Sort("time", False), Sort("recipient"), Sort("state"), Sort("account", False)]
)
def test_orders_of_the_whole_ledger_are_walked_along_an_index(
    ledger: Ledger, asked: list[tuple[str, Any]], sort: Sort
) -> None:
    with ledger.reading() as connection:
        view = View(connection, Filter(), sort)
        for start in (0, ROWS // 2, ROWS - 200):
            assert len(view.rows(connection, start, 200)) == 200
    found = plans(ledger, asked)
    assert found
    assert not [plan for plan in found if "TEMP B-TREE" in plan]
    assert not [plan for plan in found if plan == "SCAN messages"]


@pytest.mark.parametrize(
    "wanted",
    [Filter(states=("delivered",)), Filter(states=("failed",)), Filter(batch_id=7), Filter(account="simulator")],
)
def test_filters_in_order_of_time_are_one_search_of_an_index(
    ledger: Ledger, asked: list[tuple[str, Any]], wanted: Filter
) -> None:
    with ledger.reading() as connection:
        view = View(connection, wanted, Sort())
        view.rows(connection, view.count // 2, 200)
    found = plans(ledger, asked)
    assert not [plan for plan in found if "TEMP B-TREE" in plan]
    assert [plan for plan in found if plan.startswith("SEARCH messages USING COVERING INDEX")]


def test_a_filter_that_most_pass_keeps_the_index_of_its_order(ledger: Ledger, asked: list[tuple[str, Any]]) -> None:
    with ledger.reading() as connection:
        view = View(connection, Filter(states=("delivered",)), Sort("recipient"))
        asked.clear()
        view.ids(connection, view.count // 2, 200)
    (plan,) = plans(ledger, asked)
    assert plan.startswith("SCAN messages USING COVERING INDEX ix_messages_recipient")
    assert "TEMP B-TREE" not in plan


def test_a_search_looks_at_the_texts_once(ledger: Ledger, asked: list[tuple[str, Any]]) -> None:
    with ledger.reading() as connection:
        view = View(connection, Filter(search="parcel 1234"), Sort())
        asked.clear()
        assert view.count == len(view.ids(connection, 0, 400)) > 0
    assert asked == []


def test_open_states_and_unknown_are_counted_without_the_other_ended_ones(
    ledger: Ledger, asked: list[tuple[str, Any]]
) -> None:
    with ledger.reading() as connection:
        assert set(open_counts(connection)) == {"unknown"}
    (plan,) = plans(ledger, asked)
    assert "SEARCH messages USING COVERING INDEX ix_messages_state (state=?)" in plan


def test_a_list_of_ids_takes_eight_bytes_each(ledger: Ledger) -> None:
    with ledger.reading() as connection:
        view = View(connection, Filter(states=("failed",)), Sort("recipient"))
    assert view._ids is not None
    assert view._ids.itemsize == 8


def test_what_numbers_got_before_is_looked_up_by_number(ledger: Ledger, asked: list[tuple[str, Any]]) -> None:
    wanted = Wanted(recipients=numbers(1_200), account="simulator", text="Your parcel", caps=CAPS["simulator"])
    with ledger.reading() as connection:
        look_earlier(connection, wanted, EPOCH_MS + ROWS)
    found = plans(ledger, asked)
    assert len([plan for plan in found if "ix_messages_recipient (recipient=? AND message_id>?)" in plan]) == 3
    assert not [plan for plan in found if plan.startswith("SCAN messages") and "ix_" not in plan]

"""What is asked of a large ledger on PostgreSQL is answered from an index: the plans, not the clock, are held."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event
from support.ledgers import put
from support.many_messages import fill
from support.postgres import Databases

from tasks.gateways.protocol import Outcome, OutcomeKind
from tasks.ledger.claims import Claimant, claim_chunk
from tasks.ledger.engine import Ledger, open_ledger
from tasks.ledger.outcomes import RecordPolicy, TryEnd, record
from tasks.ledger.queries import Filter, Sort, open_counts, stream
from tasks.ledger.upkeep import find_due
from tasks.ledger.views import View

pytestmark = pytest.mark.server

ROWS = 60_000
ME = Claimant("host:1:me", 60_000)


@pytest.fixture(scope="module")
def ledger(postgres: Databases) -> Iterator[Ledger]:
    name = postgres.take()
    opened = open_ledger(postgres.server.url(name))
    fill(opened, ROWS)
    postgres.server.execute("VACUUM ANALYZE", database=name)
    yield opened
    opened.close()
    postgres.give_back(name)


@pytest.fixture
def asked(ledger: Ledger) -> Iterator[list[tuple[str, Any]]]:
    """Every statement about messages that the ledger is asked, with its values."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "messages" in statement or "tries" in statement:
            seen.append((statement, parameters))

    engines: tuple[Engine, ...] = (ledger._reader, ledger._writer)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield seen
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


def plans(engine: Engine, asked: list[tuple[str, Any]]) -> list[str]:
    found = []
    with engine.connect() as connection:
        for statement, values in list(asked):
            rows = connection.exec_driver_sql(f"EXPLAIN {statement}", values)
            found.append("\n".join(row[0] for row in rows))
        connection.rollback()
    return found


@pytest.mark.parametrize(
    "sort", [Sort(), Sort("time", False), Sort("recipient"), Sort("state"), Sort("account", False)]
)
def test_orders_of_the_whole_ledger_are_walked_along_an_index(
    ledger: Ledger, asked: list[tuple[str, Any]], sort: Sort
) -> None:
    with ledger.reading() as connection:
        view = View(connection, Filter(), sort)
        asked.clear()  # to count all rows is to read an index, or the table, once
        for start in (0, ROWS // 2, ROWS - 200):
            assert len(view.rows(connection, start, 200)) == 200
    found = plans(ledger._reader, asked)
    assert found
    assert not [plan for plan in found if "Sort" in plan or "Seq Scan" in plan]


@pytest.mark.parametrize(
    "wanted",
    [Filter(states=("delivered",)), Filter(states=("failed",)), Filter(batch_id=7), Filter(account="simulator")],
)
def test_filters_in_order_of_time_are_one_walk_of_an_index(
    ledger: Ledger, asked: list[tuple[str, Any]], wanted: Filter
) -> None:
    with ledger.reading() as connection:
        view = View(connection, wanted, Sort())
        asked.clear()
        view.ids(connection, view.count // 2, 200)
    (plan,) = plans(ledger._reader, asked)
    assert "Index" in plan
    assert "Sort" not in plan
    assert "Seq Scan" not in plan


def test_open_states_and_unknown_are_counted_without_the_other_ended_ones(
    ledger: Ledger, asked: list[tuple[str, Any]]
) -> None:
    with ledger.reading() as connection:
        assert set(open_counts(connection)) == {"unknown"}
    (plan,) = plans(ledger._reader, asked)
    assert "Index Only Scan using ix_messages_state" in plan


def test_what_is_due_is_found_by_its_index(ledger: Ledger, asked: list[tuple[str, Any]]) -> None:
    with ledger.reading() as connection:
        find_due(connection, 1)
    (plan,) = plans(ledger._reader, asked)
    assert "ix_messages_due" in plan
    assert "Seq Scan" not in plan


def test_an_export_reads_along_the_index_of_its_order(ledger: Ledger, asked: list[tuple[str, Any]]) -> None:
    """It begins at once and holds a group of rows, not the ledger."""
    with ledger.reading() as connection:
        groups = stream(connection, Filter(), Sort("recipient"), 500)
        assert len(next(groups)) == 500
        groups.close()  # type: ignore[attr-defined]
    (plan,) = plans(ledger._reader, [(statement, values) for statement, values in asked if "OFFSET" not in statement])
    assert "using ix_messages_recipient" in plan
    assert "Sort" not in plan


def test_claims_and_records_read_no_whole_table(ledger: Ledger, asked: list[tuple[str, Any]]) -> None:
    chunk_id = put(ledger, 100).chunk_ids[0]
    asked.clear()
    claimed = claim_chunk(ledger, chunk_id, ME, 50).messages
    kinds = (OutcomeKind.ACCEPTED, OutcomeKind.REFUSED)
    ends = [
        TryEnd(one, Outcome(one.message_id, kinds[place % 2], str(place), provider_id=f"p{place}"))
        for place, one in enumerate(claimed)
    ]
    record(ledger, ends, RecordPolicy())
    found = plans(ledger._writer, asked)
    assert len(found) >= 5
    assert not [plan for plan in found if "Seq Scan on messages" in plan or "Seq Scan on tries" in plan]

"""A view shows its filter in its order, and follows what comes and changes."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from support.ledgers import put
from support.many_messages import fill

from tasks.errors import RequestError
from tasks.ledger import views
from tasks.ledger.engine import Ledger, next_revision
from tasks.ledger.queries import Filter, Sort
from tasks.ledger.schema import messages
from tasks.ledger.views import Change, View


def open_view(ledger: Ledger, wanted: Filter = Filter(), sort: Sort = Sort()) -> View:  # noqa: B008 (frozen)
    with ledger.reading() as connection:
        return View(connection, wanted, sort)


def ids(ledger: Ledger, view: View, start: int = 0, size: int = 400) -> list[int]:
    with ledger.reading() as connection:
        return list(view.ids(connection, start, size))


def refresh(ledger: Ledger, view: View, last: int = 20, revision: int | None = None) -> Change:
    with ledger.reading() as connection:
        return view.refresh(connection, 0, last, view.revision if revision is None else revision)


def move(ledger: Ledger, message_id: int, state: str) -> None:
    with ledger.writing() as connection:
        revision = next_revision(connection)
        connection.execute(
            update(messages).where(messages.c.message_id == message_id).values(state=state, revision=revision)
        )


FILTERS = [
    Filter(),
    Filter(states=("failed",)),
    Filter(states=("failed", "rejected")),
    Filter(states=("delivered",), account="simulator"),
    Filter(account="simulator"),
    Filter(batch_id=2),
    Filter(search="parcel 1"),
    Filter(search="parcel"),
    Filter(states=("delivered",), search="0"),
]
COLUMNS = ("time", "recipient", "state", "account", "updated")
SORTS = [Sort(column, descending) for column in COLUMNS for descending in (True, False)]


@pytest.mark.parametrize(("listed_most", "far"), [(5, 20_000), (5, 100), (100_000, 20_000)])
def test_every_page_of_every_view_is_what_the_rows_say(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, listed_most: int, far: int
) -> None:
    monkeypatch.setattr(views, "FAR", far)
    monkeypatch.setattr(views, "LISTED_MOST", listed_most)
    fill(ledger, 1_500)
    everything = open_view(ledger)
    with ledger.reading() as connection:
        rows = [row for start in range(0, 1_500, 300) for row in everything.rows(connection, start, 300)]
    for wanted in FILTERS:
        matching = [
            row
            for row in rows
            if (not wanted.states or row["state"] in wanted.states)
            and (wanted.batch_id is None or row["batch_id"] == wanted.batch_id)
            and (wanted.search in row["text"] or (wanted.search.isdigit() and wanted.search in row["recipient"]))
        ]
        for sort in SORTS:
            if not sort.is_indexed and len(matching) > listed_most:
                with pytest.raises(RequestError, match=r"request\.sort_too_large"):
                    open_view(ledger, wanted, sort)
                continue
            key = sort.key.name
            expected = sorted(matching, key=lambda row: (row[key], row["message_id"]), reverse=sort.descending)
            view = open_view(ledger, wanted, sort)
            shown = [one for start in range(0, view.count, 170) for one in ids(ledger, view, start, 170)]
            assert view.count == len(expected), (wanted, sort)
            assert shown == [row["message_id"] for row in expected], (wanted, sort)


def test_a_place_outside_the_view_is_empty(ledger: Ledger) -> None:
    put(ledger, 3)
    view = open_view(ledger)
    assert ids(ledger, view, 3, 10) == ids(ledger, view, -1, 10) == ids(ledger, view, 0, -5) == []
    assert ids(ledger, view, 2, 10) == [1]
    assert open_view(ledger, Filter(search="nothing")).count == 0


def test_an_empty_ledger_has_a_view(ledger: Ledger) -> None:
    view = open_view(ledger)
    assert view.count == 0
    assert ids(ledger, view) == []
    put(ledger, 2)
    change = refresh(ledger, view)
    assert (change.count, change.inserted, [row["message_id"] for row in change.rows]) == (2, 2, [2, 1])


def test_nothing_new_costs_nothing(ledger: Ledger) -> None:
    put(ledger, 3)
    view = open_view(ledger)
    assert refresh(ledger, view) == Change(3, view.revision)


def test_new_messages_come_on_top_and_move_nothing_before_the_look(ledger: Ledger) -> None:
    put(ledger, 3)
    view = open_view(ledger)
    put(ledger, 2)
    assert ids(ledger, view) == [3, 2, 1]
    change = refresh(ledger, view, last=2)
    assert (change.count, change.inserted, change.reset) == (5, 2, False)
    assert [row["message_id"] for row in change.rows] == [5, 4]
    assert change.start == 0
    assert ids(ledger, view) == [5, 4, 3, 2, 1]


def test_new_messages_come_last_in_the_order_of_time(ledger: Ledger) -> None:
    put(ledger, 3)
    view = open_view(ledger, sort=Sort("time", False))
    put(ledger, 2)
    change = refresh(ledger, view)
    assert (change.count, change.inserted, change.reset) == (5, 0, False)
    assert ids(ledger, view) == [1, 2, 3, 4, 5]


def test_a_search_takes_in_what_it_finds_among_new_messages(ledger: Ledger) -> None:
    put(ledger, 2, text="alpha")
    view = open_view(ledger, Filter(search="alpha"))
    put(ledger, 1, text="beta")
    put(ledger, 1, text="alpha again")
    change = refresh(ledger, view)
    assert (change.count, change.inserted) == (3, 1)
    assert ids(ledger, view) == [4, 2, 1]


def test_changed_rows_come_as_one_run(ledger: Ledger) -> None:
    put(ledger, 6)
    view = open_view(ledger)
    move(ledger, 5, "sending")
    move(ledger, 3, "sending")
    change = refresh(ledger, view)
    assert change.start == 1
    assert [row["message_id"] for row in change.rows] == [5, 4, 3]
    assert [row["state"] for row in change.rows] == ["sending", "queued", "sending"]


def test_a_change_is_told_to_whoever_has_not_seen_it(ledger: Ledger) -> None:
    put(ledger, 2)
    view = open_view(ledger)
    old = view.revision
    move(ledger, 1, "sending")
    refresh(ledger, view)
    assert [row["message_id"] for row in refresh(ledger, view, revision=old).rows] == [1]


def test_a_view_by_state_is_built_again_but_not_each_time(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_000.0
    monkeypatch.setattr(views.time, "monotonic", lambda: now)
    put(ledger, 3)
    view = open_view(ledger, Filter(states=("queued",)))
    move(ledger, 2, "sending")
    soon = refresh(ledger, view)
    assert (soon.reset, soon.count, soon.revision) == (False, 3, view.revision)
    now += views.REBUILD_S
    later = refresh(ledger, view)
    assert (later.reset, later.count) == (True, 2)
    assert ids(ledger, view) == [3, 1]


def test_new_messages_in_another_order_build_the_view_again(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_000.0
    monkeypatch.setattr(views.time, "monotonic", lambda: now)
    put(ledger, ["+8613800000002"])
    view = open_view(ledger, sort=Sort("recipient", False))
    put(ledger, ["+8613800000001"])
    soon = refresh(ledger, view)
    assert (soon.reset, soon.count) == (False, 1)
    now += views.REBUILD_S
    assert refresh(ledger, view, revision=soon.revision).reset
    assert ids(ledger, view) == [2, 1]


def test_an_account_that_was_the_only_one_is_told_apart_when_another_comes(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1_000.0
    monkeypatch.setattr(views.time, "monotonic", lambda: now)
    put(ledger, 2, text="alpha")
    view = open_view(ledger, Filter(account="simulator", search="alpha"))
    put(ledger, 2, text="alpha", account="shop")
    now += views.REBUILD_S
    refresh(ledger, view)
    assert ids(ledger, view) == [2, 1]


def test_a_gap_in_the_ids_is_no_row(ledger: Ledger) -> None:
    put(ledger, 5)
    with ledger.writing() as connection:
        connection.execute(messages.delete().where(messages.c.message_id == 3))
    view = open_view(ledger)
    assert ids(ledger, view) == [5, 4, 2, 1]

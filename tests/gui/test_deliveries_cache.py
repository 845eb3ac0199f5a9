"""The store of pages: bounded, shifted by rows on top, kept while the order changes."""

from __future__ import annotations

from support.deliveries_ledger import row

from desktop.models.page_cache import PAGE_ROWS, PageCache, runs_of

COUNT = 10_000


def rows(first_id: int, number: int) -> list[dict[str, object]]:
    return [row(first_id - place) for place in range(number)]


def ids(cache: PageCache, first: int, last: int) -> list[int]:
    return [entry.record["message_id"] for _, entry in cache.known(first, last)]


def test_rows_are_found_where_they_were_put() -> None:
    cache = PageCache()
    assert cache.put(190, rows(5_000, 20), 7, COUNT) == [(190, 209)]
    assert ids(cache, 185, 215) == list(range(5_000, 4_980, -1))
    assert cache.is_missing(189)
    assert not cache.is_missing(199)
    assert not cache.is_missing(200)


def test_only_changed_rows_are_told_in_runs() -> None:
    cache = PageCache()
    cache.put(0, rows(5_000, 10), 1, COUNT)
    changed = rows(5_000, 10)
    for place in (2, 3, 7):
        changed[place]["state"] = "teleported"
    assert cache.put(0, changed, 2, COUNT) == [(2, 3), (7, 7)]


def test_rows_on_top_move_what_is_known_without_copying() -> None:
    cache = PageCache()
    cache.put(0, rows(5_000, 400), 1, COUNT)
    cache.shift(3)
    assert cache.get(0) is None
    assert ids(cache, 3, 5) == [5_000, 4_999, 4_998]
    cache.put(0, rows(5_003, 3), 2, COUNT + 3)
    assert ids(cache, 0, 402) == list(range(5_003, 4_600, -1))


def test_the_pages_that_were_not_looked_at_for_longest_are_forgotten() -> None:
    cache = PageCache(most_pages=3)
    for page in range(3):
        cache.put(page * PAGE_ROWS, rows(5_000, PAGE_ROWS), 1, COUNT)
    assert cache.get(0) is not None  # a look makes it young again
    cache.put(3 * PAGE_ROWS, rows(5_000, PAGE_ROWS), 1, COUNT)
    assert len(cache) == 3
    assert cache.get(0) is not None
    assert cache.get(PAGE_ROWS) is None


def test_a_stale_page_is_shown_and_asked_for_until_its_rows_come() -> None:
    cache = PageCache()
    cache.put(0, rows(5_000, PAGE_ROWS), 1, COUNT)
    cache.make_stale()
    assert cache.get(5) is not None
    assert cache.is_missing(5)
    cache.put(0, rows(6_000, PAGE_ROWS), 2, COUNT)
    assert not cache.is_missing(5)
    assert ids(cache, 0, 0) == [6_000]


def test_rows_of_a_stale_page_that_did_not_come_are_not_mixed_with_those_that_did() -> None:
    cache = PageCache()
    cache.put(0, rows(5_000, PAGE_ROWS), 1, COUNT)
    cache.make_stale()
    assert cache.put(0, rows(6_000, 10), 2, COUNT) == [(0, PAGE_ROWS - 1)]
    assert cache.get(10) is None


def test_the_revision_of_rows_is_that_of_the_page_looked_at_longest_ago() -> None:
    cache = PageCache()
    cache.put(0, rows(5_000, PAGE_ROWS), 5, COUNT)
    cache.put(PAGE_ROWS, rows(4_000, PAGE_ROWS), 9, COUNT)
    assert cache.revision_of(0, 10) == 5
    assert cache.revision_of(150, 250) == 5
    assert cache.revision_of(250, 260) == 9
    assert cache.revision_of(900, 910) is None


def test_a_look_at_part_of_a_page_does_not_make_all_of_it_fresh() -> None:
    cache = PageCache()
    cache.put(0, rows(5_000, PAGE_ROWS), 5, COUNT)
    cache.looked_at(0, 100, 9, COUNT)
    assert cache.revision_of(0, 10) == 5
    cache.looked_at(0, PAGE_ROWS - 1, 9, COUNT)
    assert cache.revision_of(0, 10) == 9


def test_the_last_page_is_whole_where_the_view_ends() -> None:
    cache = PageCache()
    cache.put(200, rows(50, 50), 5, 250)
    assert cache.page_span(210, 215, 250) == (200, 249)
    cache.looked_at(200, 249, 8, 250)
    assert cache.revision_of(210, 215) == 8


def test_runs_of_nothing() -> None:
    assert runs_of([]) == []
    assert runs_of([4]) == [(4, 4)]

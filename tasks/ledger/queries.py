"""Questions to the ledger about messages: filters, orders, pages of ids, rows. Reads only.

Pages are asked for in two steps: the ids of a page from an index that holds all the question needs, then the rows by
their ids. On a million rows the first step is 20-40 ms at any offset, the second 1 ms.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, func, not_, or_, select

from tasks.errors import RequestError
from tasks.ledger.schema import messages, tries
from tasks.ledger.states import OPEN, State

INDEXED_SORTS = {
    "time": messages.c.message_id,
    "recipient": messages.c.recipient,
    "state": messages.c.state,
    "account": messages.c.account,
}
"""Orders that an index serves at any size. Time is the order of release, which is that of the ids."""

OTHER_SORTS = {
    "updated": messages.c.updated_ms,
    "tries": messages.c.tries,
    "segments": messages.c.segments,
    "price": messages.c.price_micros,
    "worker": messages.c.worker,
    "reason": messages.c.reason,
    "text": messages.c.text,
}
"""Orders that the database has to make by sorting; see `views.LISTED_MOST`."""

CHANGING_SORTS = frozenset({"state", "updated", "tries", "worker", "reason"})
"""Orders in which a message moves while it is being sent."""

NUMBER_SIGNS = frozenset("+-().· ")
"""What people write between the digits of a phone number."""


LETTER = re.compile("[A-Za-z]")
"""What both databases find in either case; other scripts' letters neither of them does, under the collation `C`."""

WHOLE_NUMBER = 7
"""From so many digits on, leading zeros are taken for a trunk or international prefix."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which messages. Everything that is set must hold."""

    states: tuple[str, ...] = ()
    search: str = ""
    """Part of a number or of a text, as typed."""
    batch_id: int | None = None
    account: str | None = None

    @property
    def is_empty(self) -> bool:
        return self == Filter()


@dataclass(frozen=True, slots=True)
class Sort:
    """In which order; messages that are equal in `column` follow in the order of their ids."""

    column: str = "time"
    descending: bool = True

    @property
    def is_indexed(self) -> bool:
        return self.column in INDEXED_SORTS

    @property
    def key(self) -> ColumnElement[Any]:
        return INDEXED_SORTS[self.column] if self.is_indexed else OTHER_SORTS[self.column]


def read_filter(wanted: Any) -> Filter:
    """A filter from the wire: `{state, search, batch_id, account}`, each may be missing or null.

    `state` is one state or a list of them. Raises RequestError `request.malformed`, `request.unknown_state`.
    """
    wanted = wanted or {}
    if not isinstance(wanted, dict):
        raise RequestError("request.malformed", field="filter")
    states = wanted.get("state") or ()
    states = (states,) if isinstance(states, str) else tuple(states)
    if any(state not in frozenset(State) for state in states):
        raise RequestError("request.unknown_state")
    batch_id = wanted.get("batch_id")
    if batch_id is not None and not isinstance(batch_id, int):
        raise RequestError("request.malformed", field="batch_id")
    search = str(wanted.get("search") or "").strip()
    return Filter(states, search, batch_id, wanted.get("account") or None)


def only(wanted: Filter, state: State) -> Filter:
    """The same filter, of messages in one state alone."""
    return replace(wanted, states=(state.value,))


def read_sort(wanted: Any) -> Sort:
    """An order from the wire: `{column, descending}`. Raises RequestError `request.unknown_sort`."""
    wanted = wanted or {}
    column = wanted.get("column") or "time"
    column = {"gateway": "account", "created_ms": "time", "message_id": "time"}.get(column, column)
    column = column.removesuffix("_ms").removesuffix("_micros")
    if column not in INDEXED_SORTS and column not in OTHER_SORTS:
        raise RequestError("request.unknown_sort")
    return Sort(column, bool(wanted.get("descending", True)))


def conditions(wanted: Filter, dialect: str) -> list[ColumnElement[bool]]:
    """The filter as SQL conditions, all of which must hold."""
    found: list[ColumnElement[bool]] = []
    if len(wanted.states) == 1:
        # An equality keeps the index's order by id; IN does not.
        found.append(messages.c.state == wanted.states[0])
    elif wanted.states:
        found.append(messages.c.state.in_(wanted.states))
    if wanted.account is not None:
        found.append(messages.c.account == wanted.account)
    if wanted.batch_id is not None:
        found.append(messages.c.batch_id == wanted.batch_id)
    if wanted.search:
        found.append(search_condition(wanted.search, dialect))
    return found


def complement(wanted: Filter, dialect: str, *, with_search: bool) -> list[ColumnElement[bool]]:
    """The same filter, worded as "not one of those that fail it".

    Where an index serves the order but not the filter, and most messages pass, the few that fail are found first and
    the index is walked without a look at any row: 5 times faster. To find who fails a search costs a look at every
    text, so that part is left to the caller (`with_search`).
    """
    found = conditions(Filter(account=wanted.account, batch_id=wanted.batch_id), dialect)
    failing: list[ColumnElement[bool]] = []
    if wanted.states:
        failing.append(messages.c.state.in_([state.value for state in State if state.value not in wanted.states]))
    if wanted.search and not with_search:
        found.append(search_condition(wanted.search, dialect))
    elif wanted.search:
        failing.append(not_(search_condition(wanted.search, dialect)))
    found += [messages.c.message_id.not_in(select(messages.c.message_id).where(failure)) for failure in failing]
    return found


def search_condition(search: str, dialect: str) -> ColumnElement[bool]:
    """Messages whose number or text holds what was typed, letters in either case."""
    pattern = like_pattern(search)
    if dialect == "sqlite":  # LIKE itself ignores the case there; `ilike` would lower every text: 3 times slower
        in_text: ColumnElement[bool] = messages.c.text.like(pattern, escape="/")
    elif LETTER.search(search):
        in_text = messages.c.text.ilike(pattern, escape="/")
    else:  # `ilike` would lower every text for nothing: twice slower
        in_text = messages.c.text.like(pattern, escape="/")
    digits = number_digits(search)
    if digits is None:
        return in_text
    return or_(messages.c.recipient.like(f"%{digits}%"), in_text)


def like_pattern(fragment: str) -> str:
    """`fragment` anywhere, its own wildcards taken literally (escape character `/`)."""
    for sign in "/%_":
        fragment = fragment.replace(sign, "/" + sign)
    return f"%{fragment}%"


def number_digits(search: str) -> str | None:
    """The digits to look for in E.164 numbers, or None where `search` cannot be part of a number.

    `138 0013 8000`, `+86138…`, `0086138…` and full-width digits are understood; of a whole national number the trunk
    zero (`07700 900123`) is left out, as E.164 has none.
    """
    plain = unicodedata.normalize("NFKC", search)
    digits = "".join(sign for sign in plain if sign.isdigit() and sign.isascii())
    if not digits or any(not sign.isdigit() and sign not in NUMBER_SIGNS for sign in plain):
        return None
    if len(digits) >= WHOLE_NUMBER:  # a shorter one is a part from the middle, whose zeros count
        digits = digits.lstrip("0") or digits
    return digits


def id_query(found: Sequence[ColumnElement[bool]], sort: Sort, *, backwards: bool = False) -> Select[int]:
    """The ids of all messages that meet the conditions, in order; `backwards` from the other end."""
    return select(messages.c.message_id).where(*found).order_by(*order_of(sort, sort.descending != backwards))


def order_of(sort: Sort, descending: bool) -> list[ColumnElement[Any]]:
    """The order as SQL. Where nothing stands comes first, as SQLite has it; an indexed column is never empty."""
    by_id = messages.c.message_id.desc() if descending else messages.c.message_id.asc()
    if sort.column == "time":
        return [by_id]
    by_key = sort.key.desc() if descending else sort.key.asc()
    if not sort.is_indexed:
        by_key = by_key.nulls_last() if descending else by_key.nulls_first()
    return [by_key, by_id]


def count(connection: Connection, found: Sequence[ColumnElement[bool]]) -> int:
    """How many messages meet the conditions."""
    return int(connection.execute(select(func.count()).select_from(messages).where(*found)).scalar_one())


def id_range(connection: Connection) -> tuple[int, int]:
    """The smallest and the largest message id; (1, 0) of an empty ledger."""
    # Two questions: asked together, SQLite reads the whole index instead of its two ends.
    first = connection.execute(select(func.min(messages.c.message_id))).scalar_one()
    last = connection.execute(select(func.max(messages.c.message_id))).scalar_one()
    return (1, 0) if first is None or last is None else (int(first), int(last))


def rows_of(connection: Connection, ids: Sequence[int]) -> list[RowMapping]:
    """The rows of messages, in the order of `ids`; an id that is not there is left out."""
    found = connection.execute(select(messages).where(messages.c.message_id.in_(ids))).mappings()
    by_id = {row["message_id"]: row for row in found}
    return [by_id[message_id] for message_id in ids if message_id in by_id]


def tries_of(connection: Connection, message_id: int) -> list[RowMapping]:
    """Every try of a message, the first one first."""
    statement = select(tries).where(tries.c.message_id == message_id).order_by(tries.c.number)
    return list(connection.execute(statement).mappings())


def open_counts(connection: Connection) -> dict[str, int]:
    """How many messages stand in each state that is not an end, or that waits for a person: Unknown.

    Other ended ones are not counted: they may be millions.
    """
    counted = sorted(OPEN | {State.UNKNOWN})
    statement = select(messages.c.state, func.count()).where(messages.c.state.in_(counted)).group_by(messages.c.state)
    return {state: int(number) for state, number in connection.execute(statement)}


def stream(connection: Connection, wanted: Filter, sort: Sort, size: int = 500) -> Iterator[Sequence[RowMapping]]:
    """All rows of a filter in its order, in groups of `size`, from one snapshot."""
    found = conditions(wanted, connection.dialect.name)
    statement = select(messages).where(*found).order_by(*order_of(sort, sort.descending))
    with connection.execute(statement, execution_options={"yield_per": size}) as result:
        yield from result.mappings().partitions(size)


def keys_of(sort: Sort, ids: Sequence[int]) -> Select[int, Any]:
    """Pairs of id and sort key of some messages."""
    return select(messages.c.message_id, sort.key).where(messages.c.message_id.in_(ids))

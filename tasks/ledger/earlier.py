"""What numbers were sent before: the same content within a day, and how near they are to a gateway's caps.

Asked before a batch is released, for some ten thousand numbers of a ledger of a million messages. Each group of numbers
is looked up in the index of recipients, from the first message on that can matter: a number that gets a message every
day costs no more than one that never got any.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, false, func, or_, select

from tasks.gateways.caps import DAY_S, Cap, kind_of
from tasks.ledger.queries import id_range
from tasks.ledger.schema import messages
from tasks.ledger.states import SURELY_NOT_SENT, State

REPEATED_WITHIN_MS = DAY_S * 1000
"""The same content to the same number within this time is worth a word."""

LOOK_BACK_MS = 3 * DAY_S * 1000
"""Older messages are not looked at, even if they waited longer than two days before they left."""

GROUP = 500
"""Numbers of one statement."""

NEVER_LEFT = (State.REJECTED, State.FAILED, State.EXPIRED, State.CANCELLED)
"""All others left, may have left, or may leave yet."""

MAY_LEAVE = frozenset(SURELY_NOT_SENT) | {State.SENDING}
"""These count as if they left now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is about to be sent."""

    recipients: Sequence[str]
    account: str
    text: str
    """Empty where a template's text is not known."""
    template_id: str | None = None
    variables: tuple[str, ...] | None = None
    sender: str | None = None
    caps: tuple[Cap, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """An earlier message."""

    message_id: int
    recipient: str
    at_ms: int


@dataclass(slots=True)
class Earlier:
    """What was found. A number is under one cap only: the one with the longest window that it would exceed."""

    repeated: dict[str, Message] = field(default_factory=dict)
    """Number → the newest message of the same content."""
    over: dict[Cap, dict[str, Message]] = field(default_factory=dict)
    """Cap → number → the newest message that counts."""


def look_earlier(
    connection: Connection, wanted: Wanted, now: int, progress: Callable[[int, int], None] = lambda *_: None
) -> Earlier:
    """Look all numbers up. `progress` (done, all) is called after each group; what it raises ends the search."""
    kind = kind_of(wanted.text)
    caps = sorted((cap for cap in wanted.caps if cap.kind is kind), key=lambda cap: -cap.window_s)
    found = Earlier()
    floor = first_since(connection, now - LOOK_BACK_MS)
    if floor is None:
        return found
    total = len(wanted.recipients)
    for start in range(0, total, GROUP):
        group = wanted.recipients[start : start + GROUP]
        _look_group(connection, wanted, group, floor, now, caps, found)
        progress(min(start + GROUP, total), total)
    return found


def first_since(connection: Connection, since_ms: int) -> int | None:
    """Where messages released at a time or later begin; None where there are none. Ids follow the order of release.

    Found by halving: no index holds the times. Clocks of several windows may differ by less than they matter here.
    """
    first, last = id_range(connection)
    if last < first:
        return None

    def released_ms(message_id: int) -> int:
        row = connection.execute(
            select(messages.c.created_ms)
            .where(messages.c.message_id >= message_id)
            .order_by(messages.c.message_id)
            .limit(1)
        )
        return int(row.scalar_one())

    begin = first + bisect_left(range(first, last + 1), since_ms, key=released_ms)
    return None if begin > last else begin


def _look_group(
    connection: Connection,
    wanted: Wanted,
    group: Sequence[str],
    floor: int,
    now: int,
    caps: Sequence[Cap],
    found: Earlier,
) -> None:
    times: dict[Cap, dict[str, list[Message]]] = {cap: defaultdict(list) for cap in caps}
    since_ms = now - max([REPEATED_WITHIN_MS, *(cap.window_s * 1000 for cap in caps)])
    for row in connection.execute(_statement(wanted, group, floor, since_ms, with_caps=bool(caps))):
        at_ms = now if row.state in MAY_LEAVE else row.left_ms
        message = Message(row.message_id, row.recipient, at_ms)
        if row.same and row.state != State.UNDELIVERED and at_ms > now - REPEATED_WITHIN_MS:
            known = found.repeated.get(row.recipient)
            if known is None or known.message_id < row.message_id:
                found.repeated[row.recipient] = message
        if row.account != wanted.account or not caps or kind_of(row.text or "") is not caps[0].kind:
            continue
        for cap in caps:
            counts = not cap.per_template or row.template_id == wanted.template_id
            if counts and at_ms > now - cap.window_s * 1000:
                times[cap][row.recipient].append(message)
    noted: set[str] = set()
    for cap in caps:
        for recipient, earlier in times[cap].items():
            if len(earlier) >= cap.most and recipient not in noted:
                noted.add(recipient)
                newest = max(earlier, key=lambda message: message.message_id)
                found.over.setdefault(cap, {})[recipient] = newest


def _statement(wanted: Wanted, group: Sequence[str], floor: int, since_ms: int, *, with_caps: bool) -> Any:
    """The messages to a group of numbers that can matter. Texts only of the account whose caps are asked for."""
    same = same_content(wanted)
    of_account = messages.c.account == wanted.account
    left_ms = func.coalesce(messages.c.submitted_ms, messages.c.updated_ms)
    conditions = [
        messages.c.recipient.in_(list(group)),
        messages.c.message_id >= floor,
        messages.c.state.not_in([state.value for state in NEVER_LEFT]),
        or_(left_ms > since_ms, messages.c.state.in_(sorted(MAY_LEAVE))),
        or_(same, of_account) if with_caps else same,
    ]
    return select(
        messages.c.message_id,
        messages.c.recipient,
        messages.c.account,
        messages.c.template_id,
        messages.c.state,
        left_ms.label("left_ms"),
        case((same, 1), else_=0).label("same"),
        (case((of_account, messages.c.text), else_="") if with_caps else messages.c.template_id).label("text"),
    ).where(*conditions)


def same_content(wanted: Wanted) -> ColumnElement[bool]:
    """The same text, or the same template with the same variables, under the same signature."""
    ways: list[ColumnElement[bool]] = []
    if wanted.text:
        ways.append(messages.c.text == wanted.text)
    if wanted.template_id is not None:
        variables = json.dumps(wanted.variables or (), ensure_ascii=False)
        same_variables = func.coalesce(messages.c.variables, "[]") == variables
        ways.append(and_(messages.c.template_id == wanted.template_id, same_variables))
    return and_(func.coalesce(messages.c.sender, "") == (wanted.sender or ""), or_(*ways) if ways else false())

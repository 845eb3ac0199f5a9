"""What an account may send by its owner's will: at once, a day, for so much money a month.

Asked inside the claim, with the account's row locked, so that they hold over all workers and windows. At a limit the
account is held until it has room again: `accounts.retry_ms` says when, and raising the limit ends it at once. A message
that surely did not leave gives its place back; one that is Unknown may have left, and counts.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Row, func, or_, select, update

from tasks.gateways.protocol import Outcome, OutcomeKind
from tasks.ledger.schema import account_days, accounts, messages, tries
from tasks.ledger.states import State
from tasks.ledger.upsert import insert_missing

PER_DAY = "limit.per_day"
BUDGET = "limit.budget"
REASONS = (PER_DAY, BUDGET)

DID_NOT_LEAVE = frozenset({OutcomeKind.REFUSED, OutcomeKind.ACCOUNT, OutcomeKind.BUSY, OutcomeKind.UNREACHED})


@dataclass(frozen=True, slots=True)
class AccountLimits:
    """The limits of one account; None = no limit."""

    rate_per_s: float | None = None
    """Messages a second."""
    most_in_flight: int | None = None
    """Messages whose answer is awaited, over all workers."""
    per_day: int | None = None
    """Messages in a calendar day."""
    budget_micros: int | None = None
    """Millionths of the account's currency in a calendar month."""
    segment_micros: int | None = None
    """Price of a segment: what a message costs at least whose length is not known."""
    zone: str = "UTC"
    """Where midnight is: a name of the IANA data base."""

    def columns(self) -> dict[str, Any]:
        """As they stand in the account's row."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Used:
    """What an account has sent of its limits: messages today, money this month (millionths)."""

    today: int = 0
    month_micros: int = 0


@dataclass(frozen=True, slots=True)
class Left:
    """What the limits of an account leave for a new batch; None = no such limit. What waits already goes first."""

    messages: int | None = None
    micros: int | None = None


class TriedEnd(Protocol):
    """The end of a try, as far as limits look at it."""

    @property
    def outcome(self) -> Outcome: ...
    @property
    def account(self) -> str: ...
    @property
    def claimed_ms(self) -> int: ...
    @property
    def number(self) -> int:
        """Of the message's tries."""
        ...


def day_of(ms: int, zone: str | None) -> str:
    """The calendar day of a moment: 2026-11-23."""
    return moment(ms, zone).date().isoformat()


def moment(ms: int, zone: str | None) -> datetime.datetime:
    """A moment by the clocks of a zone."""
    return datetime.datetime.fromtimestamp(ms / 1000, zone_of(zone or "UTC"))


@lru_cache(maxsize=16)
def zone_of(name: str) -> ZoneInfo | datetime.timezone:
    """The zone; UTC where this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return datetime.UTC


def next_day_ms(ms: int, zone: str | None) -> int:
    """The next midnight."""
    at = moment(ms, zone)
    return start_ms(at.date() + datetime.timedelta(days=1), at.tzinfo)


def next_month_ms(ms: int, zone: str | None) -> int:
    """The first midnight of the next month."""
    at = moment(ms, zone)
    return start_ms((at.date().replace(day=1) + datetime.timedelta(days=32)).replace(day=1), at.tzinfo)


def start_ms(day: datetime.date, zone: datetime.tzinfo | None) -> int:
    """When a day begins."""
    return int(datetime.datetime.combine(day, datetime.time(), zone).timestamp() * 1000)


def is_limit(reason: str | None) -> bool:
    """Whether an account is held by a limit of ours, not by a fault."""
    return reason in REASONS


def counts(row: Row[Any]) -> bool:
    """Whether what the account sends is counted by days."""
    return row.per_day is not None or row.budget_micros is not None


def used(connection: Connection, name: str, zone: str | None, now: int) -> Used:
    """What was sent today and this month."""
    day = day_of(now, zone)
    rows = connection.execute(
        select(account_days.c.day, account_days.c.claimed, account_days.c.spent_micros).where(
            # Not BETWEEN: PostgreSQL takes no collation inside it.
            account_days.c.account == name,
            account_days.c.day >= day[:8] + "01",
            account_days.c.day <= day,
        )
    ).all()
    return Used(sum(row.claimed for row in rows if row.day == day), sum(row.spent_micros for row in rows))


def cost(segment_micros: int | None) -> ColumnElement[int]:
    """What a message costs; one of unknown length a segment at least."""
    return func.coalesce(messages.c.price_micros, segment_micros or 0)


def costs(segment_micros: int | None) -> ColumnElement[int]:
    """What messages cost together."""
    return func.coalesce(func.sum(cost(segment_micros)), 0)


def left(connection: Connection, name: str, now: int) -> Left:
    """What a batch that is sent now would find."""
    row = connection.execute(select(accounts).where(accounts.c.name == name)).one_or_none()
    if row is None or not counts(row):
        return Left()
    so_far = used(connection, name, row.zone, now)
    in_front = connection.execute(
        select(func.count(), costs(row.segment_micros)).where(
            messages.c.account == name, messages.c.state.in_((State.QUEUED.value, State.RETRYING.value))
        )
    ).one()
    return Left(
        None if row.per_day is None else max(0, row.per_day - so_far.today - in_front[0]),
        None if row.budget_micros is None else max(0, row.budget_micros - so_far.month_micros - int(in_front[1])),
    )


def room(connection: Connection, row: Row[Any], wanted: int, span: tuple[int, int], now: int) -> tuple[int, str | None]:
    """How many of the next messages of a span of ids the limits leave, and the one that leaves none for long."""
    if row.most_in_flight is not None:
        in_flight = select(func.count()).where(messages.c.state == State.SENDING.value, messages.c.account == row.name)
        wanted = min(wanted, max(0, row.most_in_flight - connection.execute(in_flight).scalar_one()))
    if not wanted or not counts(row):
        return wanted, None
    so_far = used(connection, row.name, row.zone, now)
    if row.per_day is not None:
        wanted = min(wanted, row.per_day - so_far.today)
        if wanted <= 0:
            return 0, PER_DAY
    if row.budget_micros is not None:
        wanted = affordable(connection, row, row.budget_micros - so_far.month_micros, wanted, span)
        if wanted <= 0:
            return 0, BUDGET
    return wanted, None


def affordable(connection: Connection, row: Row[Any], left_micros: int, wanted: int, span: tuple[int, int]) -> int:
    """How many of the next messages so much money pays for."""
    prices = connection.execute(
        select(cost(row.segment_micros))
        .where(messages.c.message_id.between(*span), messages.c.state == State.QUEUED.value)
        .order_by(messages.c.message_id)
        .limit(wanted)
    ).scalars()
    for paid, price in enumerate(prices):
        left_micros -= price
        if left_micros < 0:
            return paid
    return wanted


def hold_until_room(connection: Connection, row: Row[Any], reason: str, now: int) -> None:
    """Nothing more leaves before the next day or month, or before the limit is raised."""
    retry_ms = next_day_ms(now, row.zone) if reason == PER_DAY else next_month_ms(now, row.zone)
    connection.execute(
        update(accounts)
        .where(accounts.c.name == row.name)
        .values(held_reason=reason, held_ms=now, retry_ms=retry_ms, probe_ms=None)
    )


def is_over(row: Row[Any], now: int) -> bool:
    """Whether the time of a limit has passed. Before it was reached means that the clock was set back."""
    return row.retry_ms is None or row.retry_ms <= now or now < row.held_ms


def lift(connection: Connection, name: str) -> None:
    """An account that a limit holds may send again; maintenance brings its messages back."""
    connection.execute(
        update(accounts)
        .where(accounts.c.name == name, accounts.c.held_reason.in_(REASONS))
        .values(held_reason=None, held_ms=None, retry_ms=None, probe_ms=None, recovering=True)
    )


def note_claimed(connection: Connection, name: str, day: str, message_ids: Sequence[int]) -> None:
    """Count messages that are about to leave."""
    insert_missing(connection, account_days, account=name, day=day)
    change(connection, name, day, message_ids, 1)


def change(connection: Connection, name: str, day: str, message_ids: Sequence[int], sign: int) -> int:
    """Add messages to a day, or take them out; 0 where the day is not counted."""
    segment_micros = connection.execute(select(accounts.c.segment_micros).where(accounts.c.name == name)).scalar()
    spent = connection.execute(select(costs(segment_micros)).where(messages.c.message_id.in_(message_ids))).scalar_one()
    return connection.execute(
        update(account_days)
        .where(account_days.c.account == name, account_days.c.day == day)
        .values(
            claimed=account_days.c.claimed + sign * len(message_ids),
            spent_micros=account_days.c.spent_micros + sign * int(spent),
        )
    ).rowcount


def give_back(connection: Connection, ends: Sequence[TriedEnd]) -> None:
    """Messages that surely did not leave do not count. Before their tries are ended: an end may be recorded twice."""
    free = [end for end in ends if end.outcome.kind in DID_NOT_LEAVE]
    if not free:
        return
    counted = connection.execute(
        select(accounts)
        .where(accounts.c.name.in_({end.account for end in free}))
        .where(or_(accounts.c.per_day.is_not(None), accounts.c.budget_micros.is_not(None)))
        .order_by(accounts.c.name)
        .with_for_update()
    ).all()
    for row in counted:
        of_account = [end for end in free if end.account == row.name]
        still_out = tries_still_out(connection, [end.outcome.message_id for end in of_account])
        by_day: dict[str, list[int]] = {}
        for end in of_account:
            if (end.outcome.message_id, end.number) in still_out:
                by_day.setdefault(day_of(end.claimed_ms, row.zone), []).append(end.outcome.message_id)
        changed = [change(connection, row.name, day, ids, -1) for day, ids in sorted(by_day.items())]
        if any(changed):
            lift(connection, row.name)


def tries_still_out(connection: Connection, message_ids: Sequence[int]) -> set[tuple[int, int]]:
    """The tries (message, number) whose end has not been recorded."""
    found = select(tries.c.message_id, tries.c.number).where(
        tries.c.message_id.in_(message_ids), tries.c.ended_ms.is_(None)
    )
    return {(row.message_id, row.number) for row in connection.execute(found)}


def set_limits(connection: Connection, name: str, limits: AccountLimits, now: int) -> None:
    """Write an account's limits to where every claim finds them. Where one was reached, it is looked at anew."""
    before = connection.execute(select(accounts).where(accounts.c.name == name).with_for_update()).one()
    connection.execute(update(accounts).where(accounts.c.name == name).values(limits.columns()))
    after = connection.execute(select(accounts).where(accounts.c.name == name)).one()
    if counts(after) and not counts(before):
        count_the_month(connection, after, now)
    if is_limit(before.held_reason) and limits.columns() != columns_of(before):
        lift(connection, name)


def columns_of(row: Row[Any]) -> Mapping[str, Any]:
    """The limits as they stand."""
    return {name: getattr(row, name) for name in AccountLimits().columns()}


def count_the_month(connection: Connection, row: Row[Any], now: int) -> None:
    """A limit that is set today holds from the month's first day on: what was sent before it is counted now."""
    at = moment(now, row.zone)
    midnight = start_ms(at.date(), at.tzinfo)
    first = start_ms(at.date().replace(day=1), at.tzinfo)
    for begins, ends in ((first, midnight), (midnight, next_day_ms(now, row.zone))):
        if begins == ends:
            continue  # today is the first
        sums = connection.execute(
            select(func.count(), costs(row.segment_micros)).where(
                messages.c.account == row.name,
                or_(messages.c.submitted_ms.between(begins, ends - 1), sending_since(begins, ends)),
            )
        ).one()
        insert_missing(connection, account_days, account=row.name, day=day_of(begins, row.zone))
        connection.execute(
            update(account_days)
            .where(account_days.c.account == row.name, account_days.c.day == day_of(begins, row.zone))
            .values(claimed=sums[0], spent_micros=int(sums[1]))
        )


def sending_since(begins: int, ends: int) -> Any:
    """Messages that may have left in a day without an answer."""
    maybe = messages.c.state.in_((State.SENDING.value, State.UNKNOWN.value))
    return maybe & messages.c.updated_ms.between(begins, ends - 1)

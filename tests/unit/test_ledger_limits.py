"""Limits of accounts: never one message over them, over all workers, and on again by themselves."""

from __future__ import annotations

import datetime
import threading
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update
from support.ledgers import force, put, states

from tasks.clock import now_ms
from tasks.gateways.protocol import Outcome, OutcomeKind
from tasks.ledger import accounts as account_rows
from tasks.ledger import limits
from tasks.ledger.accounts import note_limits
from tasks.ledger.chunks import take_waiting
from tasks.ledger.claims import Claimant, claim_chunk, claim_message
from tasks.ledger.engine import Ledger
from tasks.ledger.limits import BUDGET, PER_DAY, AccountLimits, day_of, next_day_ms, next_month_ms, used
from tasks.ledger.outcomes import RecordPolicy, TryEnd, record
from tasks.ledger.schema import account_days, accounts, messages
from tasks.ledger.states import State
from tasks.maintenance.breakers import Breakers

ME = Claimant("host:1:me", 60_000)
SHANGHAI = "Asia/Shanghai"


class NoBroker:
    def publish(self, chunk_ids: Any = (), message_ids: Any = ()) -> None:
        """Nobody waits for tasks here."""


def limit(ledger: Ledger, **values: Any) -> None:
    note_limits(ledger, {"simulator": ("simulator", AccountLimits(**({"zone": SHANGHAI} | values)))})


def account(ledger: Ledger) -> Any:
    with ledger.reading() as connection:
        return connection.execute(select(accounts).where(accounts.c.name == "simulator")).one()


def claim_all(ledger: Ledger, chunk_ids: tuple[int, ...], at_once: int = 100) -> int:
    claimed = 0
    for chunk_id in chunk_ids:
        while got := claim_chunk(ledger, chunk_id, ME, at_once).messages:
            claimed += len(got)
    return claimed


def alone(ledger: Ledger, message_id: int) -> tuple[Any, str | None]:
    return claim_message(ledger, message_id, ME, lambda _: True)


def so_far(ledger: Ledger) -> tuple[int, int]:
    with ledger.reading() as connection:
        found = used(connection, "simulator", SHANGHAI, now_ms())
    return found.today, found.month_micros


def ended(ledger: Ledger, kind: OutcomeKind, claimed: Any) -> None:
    record(ledger, [TryEnd(one, Outcome(one.message_id, kind, "a.code")) for one in claimed], RecordPolicy())


def test_a_day_takes_so_many_messages_and_the_rest_waits_for_the_next(ledger: Ledger) -> None:
    limit(ledger, per_day=130)
    batch = put(ledger, 250)
    assert claim_all(ledger, batch.chunk_ids) == 130
    row = account(ledger)
    assert (row.held_reason, row.retry_ms) == (PER_DAY, next_day_ms(row.held_ms, SHANGHAI))
    assert set(states(ledger)) == {"sending", "queued"}
    assert alone(ledger, put(ledger).first_id) == (None, PER_DAY)


def test_it_goes_on_by_itself_when_the_day_is_over(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    limit(ledger, per_day=2)
    batch = put(ledger, 5)
    assert claim_all(ledger, batch.chunk_ids) == 2
    tomorrow = account(ledger).retry_ms + 1
    for module in (account_rows, "tasks.ledger.claims"):
        monkeypatch.setattr(f"{getattr(module, '__name__', module)}.now_ms", lambda: tomorrow)
    Breakers(ledger, NoBroker()).tend(tomorrow)  # type: ignore[arg-type]
    assert claim_all(ledger, batch.chunk_ids) == 2
    assert account(ledger).held_reason == PER_DAY


def test_a_higher_limit_holds_at_once(ledger: Ledger) -> None:
    limit(ledger, per_day=3)
    batch, single = put(ledger, 6), put(ledger).first_id
    assert claim_all(ledger, batch.chunk_ids) == 3
    limit(ledger, per_day=6)
    Breakers(ledger, NoBroker()).tend(now_ms())  # type: ignore[arg-type]
    with ledger.writing() as connection:
        assert take_waiting(connection, now_ms()) == batch.chunk_ids
    assert claim_all(ledger, batch.chunk_ids) == 3
    assert alone(ledger, single)[1] == PER_DAY


def test_the_same_limits_again_do_not_open_the_gate(ledger: Ledger) -> None:
    limit(ledger, per_day=1)
    batch = put(ledger, 2)
    claim_all(ledger, batch.chunk_ids)
    claim_all(ledger, batch.chunk_ids)
    limit(ledger, per_day=1)
    assert account(ledger).held_reason == PER_DAY


def test_the_budget_is_kept_to_the_last_segment(ledger: Ledger) -> None:
    limit(ledger, budget_micros=1_000_000)
    batch = put(ledger, 100, segments=[1, 2] * 50, price_micros_per_segment=45_000, currency="CNY")
    claimed = claim_all(ledger, batch.chunk_ids, at_once=7)
    with ledger.reading() as connection:
        prices = list(connection.execute(select(messages.c.price_micros).order_by(messages.c.message_id)).scalars())
    assert sum(prices[:claimed]) <= 1_000_000 < sum(prices[: claimed + 1])
    assert so_far(ledger) == (claimed, sum(prices[:claimed]))
    row = account(ledger)
    assert (row.held_reason, row.retry_ms) == (BUDGET, next_month_ms(row.held_ms, SHANGHAI))


def test_a_message_of_unknown_length_costs_a_segment_at_least(ledger: Ledger) -> None:
    limit(ledger, budget_micros=200_000, segment_micros=45_000)
    batch = put(ledger, 10, text="", template_id="1")
    assert claim_all(ledger, batch.chunk_ids) == 4
    assert so_far(ledger) == (4, 180_000)
    assert account(ledger).held_reason == BUDGET


@pytest.mark.parametrize(
    ("kind", "counted"),
    [
        (OutcomeKind.ACCEPTED, 3),
        (OutcomeKind.UNKNOWN, 3),
        (OutcomeKind.REFUSED, 0),
        (OutcomeKind.BUSY, 0),
        (OutcomeKind.UNREACHED, 0),
        (OutcomeKind.ACCOUNT, 0),
    ],
)
def test_only_what_surely_did_not_leave_gives_its_place_back(ledger: Ledger, kind: OutcomeKind, counted: int) -> None:
    limit(ledger, per_day=3)
    batch = put(ledger, 5, segments=[1] * 5, price_micros_per_segment=50_000, currency="CNY")
    claimed = claim_chunk(ledger, batch.chunk_ids[0], ME, 5).messages
    assert claim_all(ledger, batch.chunk_ids) == 0
    ended(ledger, kind, claimed)
    assert so_far(ledger) == (counted, counted * 50_000)
    assert (account(ledger).held_reason == PER_DAY) == bool(counted)


def test_an_end_that_is_recorded_twice_gives_one_place_back(ledger: Ledger) -> None:
    """As after a commit whose answer was lost."""
    limit(ledger, per_day=4)
    claimed = claim_chunk(ledger, put(ledger, 4).chunk_ids[0], ME, 4).messages
    ended(ledger, OutcomeKind.ACCEPTED, claimed[:2])
    for _ in range(2):
        ended(ledger, OutcomeKind.REFUSED, claimed[2:3])
    assert so_far(ledger)[0] == 3


def test_the_rate_holds_in_the_first_second_of_a_day_too(ledger: Ledger) -> None:
    limit(ledger, per_day=2, rate_per_s=3.0)
    batch = put(ledger, 10)
    claim_all(ledger, batch.chunk_ids)
    with ledger.writing() as connection:
        connection.execute(update(accounts).values(held_ms=1, retry_ms=2, allowance=3.0, allowance_ms=now_ms()))
        connection.execute(update(account_days).values(claimed=0))
        connection.execute(update(accounts).values(per_day=100))
    assert len(claim_chunk(ledger, batch.chunk_ids[0], ME, 8).messages) == 3


def test_no_more_messages_are_in_flight_than_the_account_may_have(ledger: Ledger) -> None:
    limit(ledger, most_in_flight=4)
    batch = put(ledger, 10)
    first = claim_chunk(ledger, batch.chunk_ids[0], ME, 10)
    assert len(first.messages) == 4
    assert claim_chunk(ledger, batch.chunk_ids[0], ME, 10).stopped == "allowance.empty"
    assert alone(ledger, put(ledger).first_id)[1] == "allowance.empty"
    ended(ledger, OutcomeKind.ACCEPTED, first.messages[:3])
    assert claim_all(ledger, batch.chunk_ids) == 3
    assert account(ledger).held_reason is None


def test_workers_that_claim_at_once_never_take_one_too_many(ledger: Ledger) -> None:
    limit(ledger, per_day=333)
    batch = put(ledger, 600)
    claimed: list[int] = []

    def work(chunk_ids: tuple[int, ...]) -> None:
        for chunk_id in chunk_ids:
            while got := claim_chunk(ledger, chunk_id, ME, 16).messages:
                claimed.extend(one.message_id for one in got)

    threads = [threading.Thread(target=work, args=(batch.chunk_ids[part::3],)) for part in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claimed) == len(set(claimed)) == 333
    assert so_far(ledger)[0] == 333


def test_a_limit_set_today_counts_what_was_sent_before(ledger: Ledger) -> None:
    before = put(ledger, 3, segments=[1] * 3, price_micros_per_segment=50_000, currency="CNY")
    ended(ledger, OutcomeKind.ACCEPTED, claim_chunk(ledger, before.chunk_ids[0], ME, 3).messages)
    lost = put(ledger).first_id
    force(ledger, lost, State.UNKNOWN)
    limit(ledger, per_day=5)
    assert so_far(ledger) == (4, 150_000)
    assert claim_all(ledger, put(ledger, 4).chunk_ids) == 1


def test_a_new_batch_finds_what_is_left_behind_what_waits(ledger: Ledger) -> None:
    limit(ledger, per_day=10, budget_micros=1_000_000)
    batch = put(ledger, 3, segments=[1] * 3, price_micros_per_segment=50_000, currency="CNY")
    claim_chunk(ledger, batch.chunk_ids[0], ME, 2)
    with ledger.reading() as connection:
        assert limits.left(connection, "simulator", now_ms()) == limits.Left(7, 850_000)
        assert limits.left(connection, "nobody", now_ms()) == limits.Left()


def test_an_account_without_limits_is_not_counted(ledger: Ledger) -> None:
    claim_all(ledger, put(ledger, 3).chunk_ids)
    with ledger.reading() as connection:
        assert connection.execute(select(account_days)).all() == []


def test_a_clock_that_is_set_back_holds_nobody_for_a_month(ledger: Ledger) -> None:
    limit(ledger, per_day=1)
    batch = put(ledger, 3)
    claim_all(ledger, batch.chunk_ids)
    claim_all(ledger, batch.chunk_ids)
    with ledger.writing() as connection:
        later = {"held_ms": now_ms() + 86_400_000, "retry_ms": now_ms() + 2 * 86_400_000}
        connection.execute(update(accounts).values(later))
        connection.execute(update(account_days).values(day="2999-01-01").where(account_days.c.claimed > 0))
    assert claim_all(ledger, batch.chunk_ids) == 1


def test_answers_do_not_end_a_limit(ledger: Ledger) -> None:
    limit(ledger, per_day=2)
    batch = put(ledger, 5)
    out = claim_chunk(ledger, batch.chunk_ids[0], ME, 5).messages
    claim_all(ledger, batch.chunk_ids)
    ended(ledger, OutcomeKind.ACCEPTED, out[:1])
    ended(ledger, OutcomeKind.UNKNOWN, out[1:])
    assert account(ledger).held_reason == PER_DAY
    assert claim_all(ledger, batch.chunk_ids) == 0


@pytest.mark.parametrize(
    ("at", "day", "midnight", "first"),
    [
        ("2026-11-23T15:59:59+00:00", "2026-11-23", "2026-11-24T00:00+08:00", "2026-12-01T00:00+08:00"),
        ("2026-11-23T16:00:00+00:00", "2026-11-24", "2026-11-25T00:00+08:00", "2026-12-01T00:00+08:00"),
        ("2026-12-31T20:00:00+08:00", "2026-12-31", "2027-01-01T00:00+08:00", "2027-01-01T00:00+08:00"),
    ],
)
def test_days_are_the_accounts_own(at: str, day: str, midnight: str, first: str) -> None:
    ms = int(datetime.datetime.fromisoformat(at).timestamp() * 1000)
    assert day_of(ms, SHANGHAI) == day
    assert next_day_ms(ms, SHANGHAI) == int(datetime.datetime.fromisoformat(midnight).timestamp() * 1000)
    assert next_month_ms(ms, SHANGHAI) == int(datetime.datetime.fromisoformat(first).timestamp() * 1000)


def test_a_day_with_a_change_of_the_clocks_ends_at_midnight() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    at = int(datetime.datetime(2026, 10, 25, 1, tzinfo=berlin).timestamp() * 1000)
    assert next_day_ms(at, "Europe/Berlin") - at == 24 * 3_600_000
    assert limits.day_of(next_day_ms(at, "Europe/Berlin"), "Europe/Berlin") == "2026-10-26"

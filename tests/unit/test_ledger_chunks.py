"""Which chunks go to the broker: what can leave soon, and no account keeps another one waiting."""

from __future__ import annotations

from support.ledgers import put, row

from tasks.clock import now_ms
from tasks.ledger.accounts import set_rate, take_allowance
from tasks.ledger.chunks import STALE_AFTER_MS, take_stale, take_waiting
from tasks.ledger.engine import Ledger
from tasks.ledger.upkeep import take_leadership

HOUR_MS = 3_600_000
ALL = (1, 50)


def test_a_campaign_that_cannot_leave_does_not_keep_another_accounts_waiting(ledger: Ledger) -> None:
    stuck = put(ledger, 5_000, account="slow")
    other = put(ledger, 300)
    assert len(stuck.chunk_ids) == 10
    assert [row(ledger, other.first_id + place).chunk_id for place in (0, 100, 200)] == list(other.chunk_ids)


def test_a_chunk_whose_task_may_be_lost_is_published_again(ledger: Ledger) -> None:
    chunk_ids = put(ledger, 200).chunk_ids
    now = now_ms()
    with ledger.writing() as connection:
        assert take_stale(connection, now) == ()
        assert take_stale(connection, now + STALE_AFTER_MS + 1_000) == chunk_ids


def test_a_clock_set_back_keeps_no_lost_chunk_from_being_published_again(ledger: Ledger) -> None:
    chunk_ids = put(ledger, 200).chunk_ids
    with ledger.writing() as connection:
        assert take_stale(connection, now_ms() - HOUR_MS) == chunk_ids
        assert take_waiting(connection, now_ms()) == ()


def test_a_clock_set_back_does_not_stop_an_account_with_a_rate(ledger: Ledger) -> None:
    put(ledger)
    now = now_ms()
    with ledger.writing() as connection:
        set_rate(connection, "simulator", 5.0)
        assert take_allowance(connection, "simulator", 50, now, ALL).granted == 5
        assert take_allowance(connection, "simulator", 50, now - HOUR_MS, ALL).granted == 0
        assert take_allowance(connection, "simulator", 50, now - HOUR_MS + 1_000, ALL).granted == 5


def test_a_clock_set_back_does_not_leave_the_ledger_to_a_dead_leader(ledger: Ledger) -> None:
    now = now_ms()
    with ledger.writing() as connection:
        assert take_leadership(connection, "maintenance", "dead", now, 6_000)
        assert not take_leadership(connection, "maintenance", "alive", now + 1_000, 6_000)
        assert take_leadership(connection, "maintenance", "alive", now - HOUR_MS, 6_000)

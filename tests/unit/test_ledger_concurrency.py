"""Several workers and panels write to one PostgreSQL ledger at once: nothing lost, nothing twice, nobody stuck."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import Connection, select, update
from support.cutting_proxy import CuttingProxy
from support.ledgers import force, put, row, states, tries_of
from support.postgres import Databases
from support.waiting import wait_until

from tasks.clock import now_ms
from tasks.errors import LedgerError
from tasks.gateways.protocol import Outcome, OutcomeKind
from tasks.ledger import claims, control, unknowns
from tasks.ledger.accounts import hold_account, set_rate
from tasks.ledger.claims import Claimant, ClaimedMessage, Ticket, claim_chunk, claim_message, claim_of_chunk
from tasks.ledger.control import Scope
from tasks.ledger.engine import Ledger, open_ledger
from tasks.ledger.outcomes import RecordPolicy, TryEnd, record
from tasks.ledger.schema import batches, chunks, messages
from tasks.ledger.states import State
from tasks.ledger.upkeep import find_due, postpone_republish, release, settle_lost, take_leadership

pytestmark = pytest.mark.server

ME = Claimant("host:1:me", 60_000)
OTHER = Claimant("host:2:other", 60_000)


@pytest.fixture
def ledger(postgres_url: str) -> Iterator[Ledger]:
    opened = open_ledger(postgres_url)
    yield opened
    opened.close()


@pytest.fixture
def aside() -> Iterator[Callable[..., Future[Any]]]:
    """Runs something in another thread."""
    with ThreadPoolExecutor(4) as pool:
        yield pool.submit


def everyone(_account: str) -> bool:
    return True


def waits_for_a_lock(ledger: Ledger, count: int = 1) -> None:
    """Wait until so many transactions wait for another one."""

    def waiting() -> bool:
        with ledger.reading() as connection:
            return connection.exec_driver_sql("SELECT count(*) FROM pg_locks WHERE NOT granted").scalar_one() >= count

    wait_until(waiting)


def chunk_state(ledger: Ledger, chunk_id: int) -> str:
    with ledger.reading() as connection:
        return str(connection.execute(select(chunks.c.state).where(chunks.c.chunk_id == chunk_id)).scalar_one())


def claim_half(connection: Connection, chunk_id: int) -> None:
    assert len(claim_of_chunk(connection, Ticket(), chunk_id, ME, 50).messages) == 50


def test_a_claim_that_is_given_up_leaves_nothing_behind_in_a_chunk_called_done(
    ledger: Ledger, aside: Callable[..., Future[Any]]
) -> None:
    """Whoever passed over its rows would say of the chunk that nothing is left in it."""
    chunk_id = put(ledger, 100).chunk_ids[0]
    with suppress(ZeroDivisionError), ledger.writing() as connection:
        claim_half(connection, chunk_id)
        second = aside(claim_chunk, ledger, chunk_id, OTHER, 100)
        waits_for_a_lock(ledger)
        raise ZeroDivisionError
    assert len(second.result(10).messages) == 100
    assert states(ledger) == ["sending"] * 100


def test_two_workers_with_one_chunk_share_it(ledger: Ledger, aside: Callable[..., Future[Any]]) -> None:
    chunk_id = put(ledger, 100).chunk_ids[0]
    with ledger.writing() as connection:
        claim_half(connection, chunk_id)
        second = aside(claim_chunk, ledger, chunk_id, OTHER, 100)
        waits_for_a_lock(ledger)
    assert len(second.result(10).messages) == 50
    assert len([1 for number in range(1, 101) for _ in tries_of(ledger, number)]) == 100


def test_two_workers_claim_neighbouring_chunks_without_waiting_for_each_other(ledger: Ledger) -> None:
    first, second = put(ledger, 200).chunk_ids
    with ledger.writing() as connection:
        claim_half(connection, first)
        assert len(claim_chunk(ledger, second, OTHER, 50).messages) == 50


def test_of_two_deliveries_of_one_message_one_claims(ledger: Ledger, aside: Callable[..., Future[Any]]) -> None:
    message_id = put(ledger).first_id
    claimants = [Claimant(f"host:{number}:x", 60_000) for number in range(4)]
    answers = [aside(claim_message, ledger, message_id, one, everyone).result(10) for one in claimants]
    assert sorted(reason or "" for _, reason in answers) == ["", *["claim.lost"] * 3]
    assert len(tries_of(ledger, message_id)) == 1


def test_a_message_released_while_its_chunk_is_called_done_opens_the_chunk_again(
    ledger: Ledger, aside: Callable[..., Future[Any]]
) -> None:
    submitted = put(ledger, 10)
    chunk_id, waiting = submitted.chunk_ids[0], submitted.first_id
    force(ledger, waiting, State.RETRYING, due_ms=1)
    with ledger.reading() as connection:
        due = find_due(connection, now_ms()).release
    with ledger.writing() as connection:
        assert claim_of_chunk(connection, Ticket(), chunk_id, ME, 100).exhausted
        released = aside(ledger.write, lambda other: release(other, due, now_ms()))
        waits_for_a_lock(ledger)
    released.result(10)
    assert row(ledger, waiting).state == "queued"
    assert chunk_state(ledger, chunk_id) == "waiting"


def test_housekeeping_does_not_touch_what_was_claimed_after_it_looked(ledger: Ledger) -> None:
    message_id = put(ledger).first_id
    force(ledger, message_id, State.QUEUED, due_ms=1)
    with ledger.reading() as connection:
        due = find_due(connection, now_ms()).republish
    claim_message(ledger, message_id, ME, everyone)
    lease = row(ledger, message_id).due_ms
    with ledger.writing() as connection:
        postpone_republish(connection, due, now_ms())
        settle_lost(connection, [message_id], "lease.expired", now_ms())
    assert (row(ledger, message_id).state, row(ledger, message_id).due_ms) == ("sending", lease)


def test_a_rate_holds_over_workers_that_claim_at_once(ledger: Ledger, aside: Callable[..., Future[Any]]) -> None:
    chunk_ids = put(ledger, 400).chunk_ids
    with ledger.writing() as connection:
        set_rate(connection, "simulator", 20.0)
    begun = time.monotonic()
    running = [aside(claim_chunk, ledger, chunk_id, ME, 100) for chunk_id in chunk_ids]
    claimed = sum(len(one.result(10).messages) for one in running)
    assert claimed <= 20 + 20 * (time.monotonic() - begun) + 1


def test_two_panels_send_the_same_click_once(ledger: Ledger, aside: Callable[..., Future[Any]]) -> None:
    running = [aside(put, ledger, 3, request_id="one click", account="new") for _ in range(4)]
    answers = [one.result(10) for one in running]
    assert sorted(answer.repeated for answer in answers) == [False, True, True, True]
    assert len(states(ledger)) == 3


def test_of_workers_that_start_at_once_one_leads(ledger: Ledger, aside: Callable[..., Future[Any]]) -> None:
    def lead(name: str) -> bool:
        return ledger.write(lambda connection: take_leadership(connection, "maintenance", name, now_ms(), 6_000))

    running = [aside(lead, f"worker-{number}") for number in range(4)]
    assert sorted(one.result(10) for one in running) == [False, False, False, True]


def test_transactions_that_wait_for_each_other_are_both_done(ledger: Ledger, aside: Callable[..., Future[Any]]) -> None:
    first, second = put(ledger, 2).first_id, 2
    meeting = threading.Barrier(2)
    runs: list[int] = []

    def change(one: int, other: int, connection: Connection) -> None:
        runs.append(one)
        for message_id in (one, other):
            connection.execute(
                update(messages).where(messages.c.message_id == message_id).values(tries=messages.c.tries + 1)
            )
            if len(runs) <= 2 and message_id == one:
                meeting.wait(10)

    running = [
        aside(ledger.write, lambda connection, pair=pair: change(*pair, connection))
        for pair in ((first, second), (second, first))
    ]
    for one in running:
        one.result(20)
    assert len(runs) == 3
    assert [row(ledger, message_id).tries for message_id in (first, second)] == [2, 2]


def test_no_claim_follows_a_fault_of_the_account_that_another_worker_met(ledger: Ledger) -> None:
    chunk_id = put(ledger, 100).chunk_ids[0]
    with ledger.writing() as connection:
        hold_account(connection, "simulator", "111109", now_ms())
    assert claim_chunk(ledger, chunk_id, ME, 50).stopped == "111109"
    assert chunk_state(ledger, chunk_id) == "waiting"


class Cut:
    """A ledger behind a network that breaks."""

    def __init__(self, proxy: CuttingProxy, ledger: Ledger) -> None:
        self.proxy = proxy
        self.ledger = ledger


@pytest.fixture
def cut(postgres: Databases, postgres_url: str) -> Iterator[Cut]:
    with CuttingProxy(postgres.server.port) as proxy:
        opened = open_ledger(postgres_url.replace(f":{postgres.server.port}/", f":{proxy.port}/"))
        opened.write(lambda connection: connection.exec_driver_sql("SELECT 1"))
        yield Cut(proxy, opened)
        opened.close()


@pytest.mark.parametrize("delivered", [True, False])
def test_a_claim_whose_commit_was_not_answered_is_asked_again_and_is_one_claim(
    cut: Cut, ledger: Ledger, delivered: bool
) -> None:
    message_id = put(ledger).first_id
    cut.proxy.cut_once_at(b"COMMIT", delivered=delivered)
    claimed, _ = claim_message(cut.ledger, message_id, ME, everyone)
    assert cut.proxy.cuts == 1
    assert claimed is not None
    found = row(ledger, message_id)
    assert (found.state, found.token, found.tries) == ("sending", claimed.token, 1)
    assert [one.token for one in tries_of(ledger, message_id)] == [claimed.token]


def test_a_chunk_whose_claim_was_not_answered_is_claimed_once(cut: Cut, ledger: Ledger) -> None:
    chunk_id = put(ledger, 100).chunk_ids[0]
    cut.proxy.cut_once_at(b"COMMIT", delivered=True)
    first = claim_chunk(cut.ledger, chunk_id, ME, 40)
    second = claim_chunk(cut.ledger, chunk_id, ME, 100)
    sent = [one.message_id for one in (*first.messages, *second.messages)]
    assert sorted(sent) == list(range(1, 101))
    assert second.exhausted


def test_a_claim_that_nobody_can_answer_any_more_makes_no_call(
    cut: Cut, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "ASK_AGAIN_S", 0.3)
    message_id = put(ledger).first_id
    cut.proxy.refusing = True
    cut.proxy.cut_once_at(b"COMMIT", delivered=True)
    with pytest.raises(LedgerError):
        claim_message(cut.ledger, message_id, ME, everyone)
    assert row(ledger, message_id).state == "sending"
    with ledger.writing() as connection:
        settle_lost(connection, [message_id], "lease.expired", now_ms() + ME.lease_ms + 1_000)
    assert row(ledger, message_id).state == "unknown"


def test_an_answer_whose_record_was_not_answered_is_recorded_once(cut: Cut, ledger: Ledger) -> None:
    message_id = put(ledger).first_id
    claimed, _ = claim_message(cut.ledger, message_id, ME, everyone)
    assert claimed is not None
    cut.proxy.cut_once_at(b"COMMIT", delivered=True)
    with pytest.raises(LedgerError, match=r"ledger\.commit_lost"):
        end(cut.ledger, claimed)
    assert end(cut.ledger, claimed) is State.SUBMITTED
    assert [one.outcome for one in tries_of(ledger, message_id)] == ["accepted"]


def end(ledger: Ledger, claimed: ClaimedMessage) -> State:
    outcome = Outcome(claimed.message_id, OutcomeKind.ACCEPTED, provider_id="p1")
    return record(ledger, [TryEnd(claimed, outcome)], RecordPolicy())[0].state


def test_a_connection_that_breaks_before_the_commit_costs_nothing(cut: Cut, ledger: Ledger) -> None:
    message_id = put(ledger).first_id
    cut.proxy.cut_once_at(b"queued_in_range", delivered=False)
    claimed, _ = claim_message(cut.ledger, message_id, ME, everyone)
    assert cut.proxy.cuts == 1
    assert claimed is not None
    assert len(tries_of(ledger, message_id)) == 1


def test_a_claim_that_waited_for_a_batch_to_be_resumed_finds_its_messages(
    ledger: Ledger, aside: Callable[..., Future[Any]]
) -> None:
    """Its statement began while the batch was paused: of what it does not lock it still sees that."""
    batch = put(ledger, 3)
    control.pause(ledger, Scope(batch.batch_id), "ada@desk")
    with ledger.writing() as connection:  # as after *Send again*: its task is on the broker
        connection.execute(update(chunks).values(state="published", published_ms=now_ms()))
    with ledger.writing() as connection:
        connection.execute(update(batches).values(paused_ms=None))
        connection.execute(update(chunks).values(state="waiting", published_ms=None))
        connection.execute(update(messages).values(state=State.QUEUED.value, reason=None))
        claimed = aside(claim_chunk, ledger, batch.chunk_ids[0], ME, 3)
        waits_for_a_lock(ledger)
    assert len(claimed.result(10).messages) == 3


def test_sent_again_amid_a_cancel_of_its_batch_it_goes_out(ledger: Ledger, aside: Callable[..., Future[Any]]) -> None:
    """The cancel has marked the batch and still works on its rows: whoever decides then, decides after it."""
    batch = put(ledger, 3)
    first = claim_chunk(ledger, batch.chunk_ids[0], ME, 1).messages[0]
    record(ledger, [TryEnd(first, Outcome(first.message_id, OutcomeKind.UNKNOWN, "x"))], RecordPolicy())
    with ledger.writing() as connection:
        control.mark_batch(control.begin_mark(connection, "ada@desk"), batch.batch_id, cancelled=True)
    with ledger.writing() as connection:
        command = control.begin_rows(connection, "ada@desk")
        again = aside(unknowns.send_again, ledger, [first.message_id], "eve@desk")
        waits_for_a_lock(ledger)
        control.cancel_in(command, Scope(batch.batch_id), "cancel", "operator.cancelled")
    assert again.result(10).chunk_ids == batch.chunk_ids
    assert states(ledger) == ["queued", "cancelled", "cancelled"]

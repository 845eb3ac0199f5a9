"""The ledger under any order of events: claims, answers, crashes, maintenance, the operator's commands.

The model knows of each message how often a request of it may have left, and of that how often a person asked for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select, update
from support.ledgers import put

from tasks.clock import now_ms
from tasks.gateways.protocol import Outcome, OutcomeKind
from tasks.ledger import batches, control, unknowns
from tasks.ledger.accounts import release_account
from tasks.ledger.chunks import take_waiting
from tasks.ledger.claims import Claimant, ClaimedMessage, claim_chunk, claim_message
from tasks.ledger.control import Scope
from tasks.ledger.engine import Ledger, open_ledger
from tasks.ledger.marks import is_stopped, not_held_by_operator
from tasks.ledger.outcomes import RecordPolicy, TryEnd, record
from tasks.ledger.schema import accounts, messages
from tasks.ledger.schema import batches as batch_table
from tasks.ledger.states import FINAL, TRANSITIONS, State
from tasks.ledger.upkeep import find_due, forget_due, postpone_republish, release, resume_account, settle_lost
from tasks.maintenance.breakers import Breakers

ME = Claimant("host:1:me", 60_000)
WHO = "ada@desk"
HOUR_MS = 3_600_000
PROVES_NOTHING_LEFT = frozenset({OutcomeKind.BUSY, OutcomeKind.UNREACHED, OutcomeKind.ACCOUNT, OutcomeKind.REFUSED})


class Operator(RuleBasedStateMachine):
    """One worker, maintenance, and a person at the window."""

    opened: ClassVar[Any]

    def __init__(self) -> None:
        super().__init__()
        self._context = self.opened()
        self.ledger: Ledger = self._context.__enter__()
        self.out: list[ClaimedMessage] = []
        self.may_have_left: set[int] = set()
        self.cancelled: set[int] = set()
        self.finals: dict[int, str] = {}
        self.batch_ids: list[int] = []
        self.chunk_ids: set[int] = set()
        self.alone: list[int] = []

    def teardown(self) -> None:
        self._context.__exit__(None, None, None)

    @initialize()
    def begin_in_the_middle(self) -> None:
        """A batch of which two messages are out: what is interesting begins there."""
        self.submit(3)
        self.work(2)

    @rule(count=st.sampled_from([1, 3]))
    def submit(self, count: int) -> None:
        done = put(self.ledger, count)
        self.batch_ids.append(done.batch_id)
        self.chunk_ids |= set(done.chunk_ids)
        self.alone += [done.first_id] if count == 1 else []

    @rule(limit=st.integers(1, 3))
    def work(self, limit: int) -> None:
        for chunk_id in sorted(self.chunk_ids):
            self.take(claim_chunk(self.ledger, chunk_id, ME, limit).messages)

    @rule(data=st.data())
    @precondition(lambda self: self.alone)
    def work_alone(self, data: st.DataObject) -> None:
        claimed, _ = claim_message(self.ledger, data.draw(st.sampled_from(self.alone)), ME, lambda _account: True)
        self.take([claimed] if claimed else [])

    def take(self, claimed: Any) -> None:
        for one in claimed:
            assert one.message_id not in self.may_have_left, "sent although a request of it may have left"
            assert one.message_id not in self.cancelled, "sent although it was cancelled"
            self.may_have_left.add(one.message_id)
            self.out.append(one)

    @rule(data=st.data(), kind=st.sampled_from(list(OutcomeKind)), again=st.booleans())
    @precondition(lambda self: self.out)
    def answer(self, data: st.DataObject, kind: OutcomeKind, again: bool) -> None:
        """An answer, also one that comes late or twice."""
        one = data.draw(st.sampled_from(self.out))
        before = self.row(one.message_id)
        record(self.ledger, [TryEnd(one, Outcome(one.message_id, kind, kind.value))], RecordPolicy(max_tries=3))
        after = self.row(one.message_id)
        its_own = before.token == one.token and before.state == State.SENDING
        if its_own and kind in PROVES_NOTHING_LEFT:
            self.may_have_left.discard(one.message_id)
        if not its_own and before.state != State.UNKNOWN:
            assert after.state == before.state
        if not again:
            self.out.remove(one)

    @rule()
    def crash(self) -> None:
        """The worker dies; its leases end."""
        later = now_ms() + HOUR_MS
        with self.ledger.writing() as connection:
            lost = [row.message_id for row in find_due(connection, later).lost]
            settle_lost(connection, lost, "lease.expired", later)

    @rule()
    def maintain(self) -> None:
        later = now_ms() + HOUR_MS
        with self.ledger.writing() as connection:
            due = find_due(connection, later)
            release(connection, due.release, later)
            postpone_republish(connection, due.republish, later)
            forget_due(connection, due.tell, later)
            self.chunk_ids |= set(take_waiting(connection, later))

    @rule(data=st.data(), command=st.sampled_from([control.pause, control.resume, control.cancel_all]))
    @precondition(lambda self: self.batch_ids)
    def command_batch(self, data: st.DataObject, command: Any) -> None:
        batch_id = data.draw(st.sampled_from(self.batch_ids))
        command(self.ledger, Scope(batch_id), WHO)
        with self.ledger.reading() as connection:
            states = set(batches.counts(connection, batches.find(connection, batch_id)))
        if command is not control.resume:
            assert not states & {State.QUEUED, State.RETRYING, State.SCHEDULED}

    @rule(data=st.data(), command=st.sampled_from([control.pause, control.resume, control.cancel_all]))
    @precondition(lambda self: self.alone)
    def command_messages(self, data: st.DataObject, command: Any) -> None:
        message_id = data.draw(st.sampled_from(self.alone))
        command(self.ledger, Scope(message_ids=(message_id,)), WHO)
        if command is control.cancel_all:
            self.cancelled.add(message_id)

    @rule(stops=st.booleans())
    def stop_or_start(self, stops: bool) -> None:
        (control.stop if stops else control.start_again)(self.ledger, WHO)

    @rule()
    def resume_the_account(self) -> None:
        with self.ledger.writing() as connection:
            resume_account(connection, "simulator", now_ms())
            release_account(connection, "simulator")

    @rule()
    def the_breakers_pause_ends(self) -> None:
        """A gateway that was away is tried again, and what was held goes on if it has answered."""
        later = now_ms() + HOUR_MS
        with self.ledger.writing() as connection:
            connection.execute(update(accounts).where(accounts.c.retry_ms.is_not(None)).values(retry_ms=now_ms()))
        Breakers(self.ledger, self).tend(later)  # type: ignore[arg-type]

    def publish(self, chunk_ids: Any = (), message_ids: Any = ()) -> None:
        """In a broker's place: every chunk's task may come at any time."""
        self.chunk_ids |= set(chunk_ids)
        assert set(message_ids) <= set(self.alone)

    @rule(again=st.booleans())
    def settle_unknown(self, again: bool) -> None:
        """The only way back for what may have left: a person says so."""
        with self.ledger.reading() as connection:
            query = select(messages.c.message_id).where(messages.c.state == State.UNKNOWN.value)
            ids = list(connection.execute(query).scalars())
        if again:
            done = unknowns.send_again(self.ledger, ids, WHO)
            self.may_have_left -= set(ids)
            self.cancelled -= set(ids)
            self.chunk_ids |= set(done.chunk_ids)
        else:
            unknowns.count_as_sent(self.ledger, ids, WHO, HOUR_MS)

    def row(self, message_id: int) -> Any:
        with self.ledger.reading() as connection:
            return connection.execute(select(messages).where(messages.c.message_id == message_id)).one()

    @invariant()
    def what_is_final_stays(self) -> None:
        with self.ledger.reading() as connection:
            rows = connection.execute(select(messages.c.message_id, messages.c.state)).all()
        now = {row.message_id: row.state for row in rows}
        for message_id, state in self.finals.items():
            assert now[message_id] == state
        self.finals = {message_id: state for message_id, state in now.items() if State(state) in FINAL}

    @invariant()
    def what_is_held_has_somebody_who_lets_it_go(self) -> None:
        """The operator, the person who mends the account, its breaker, or maintenance that has yet to come round."""
        with self.ledger.reading() as connection:
            waiting = connection.execute(select(messages.c.message_id).where(not_held_by_operator())).scalars().all()
            account = connection.execute(select(accounts)).one_or_none()
        assert not waiting or account.held_reason is not None or account.recovering

    @invariant()
    def nothing_waits_to_leave_against_the_operators_will(self) -> None:
        """No row could leave while all is stopped or its batch is paused; none that may have left is Queued."""
        with self.ledger.reading() as connection:
            could = connection.execute(
                select(messages.c.message_id, batch_table.c.paused_ms)
                .join(batch_table, batch_table.c.batch_id == messages.c.batch_id)
                .where(messages.c.state.in_([State.QUEUED.value, State.RETRYING.value, State.SCHEDULED.value]))
            ).all()
            assert not (could and is_stopped(connection))
        assert not [row for row in could if row.paused_ms is not None]
        assert not {row.message_id for row in could} & self.may_have_left


@contextmanager
def sqlite() -> Iterator[Ledger]:
    with TemporaryDirectory() as folder:
        ledger = open_ledger(f"sqlite:///{Path(folder) / 'ledger.sqlite'}")
        try:
            yield ledger
        finally:
            ledger.close()


def run(examples: int, opened: Any) -> None:
    class Machine(Operator):
        pass

    Machine.opened = staticmethod(opened)
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=25,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.timeout(400)
def test_no_order_of_events_breaks_a_promise() -> None:
    run(20, sqlite)


@pytest.mark.server
@pytest.mark.timeout(400)
def test_no_order_of_events_breaks_a_promise_on_postgresql(postgres: Any) -> None:
    @contextmanager
    def of_server() -> Iterator[Ledger]:
        name = postgres.take()
        ledger = open_ledger(postgres.server.url(name))
        try:
            yield ledger
        finally:
            ledger.close()
            postgres.give_back(name)

    run(12, of_server)


def test_no_path_leads_back_from_may_have_left_but_a_persons() -> None:
    """Without Unknown → Queued, what may have left never reaches a claim again."""
    by_proof = {(State.SENDING, State.RETRYING), (State.SENDING, State.HELD)}
    by_person = {(State.UNKNOWN, State.QUEUED)}
    reached, frontier = {State.SENDING}, [State.SENDING]
    while frontier:
        source = frontier.pop()
        for target in TRANSITIONS[source] - reached:
            if (source, target) not in by_proof | by_person:
                reached.add(target)
                frontier.append(target)
    assert not reached & {State.QUEUED, State.RETRYING, State.SCHEDULED, State.HELD}

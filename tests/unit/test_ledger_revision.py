"""A panel that asks for what has changed since its last look misses nothing, however late a change is committed."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import Connection, func, select, update
from support.ledgers import put, row
from support.waiting import wait_until

from tasks.ledger.claims import Claimant, claim_message
from tasks.ledger.engine import Ledger, open_ledger
from tasks.ledger.queries import Filter, Sort
from tasks.ledger.revision import look, next_revision
from tasks.ledger.schema import MARKS, counters, messages
from tasks.ledger.submission import Submission, write_batch
from tasks.ledger.views import Change, View

pytestmark = pytest.mark.server


@pytest.fixture
def ledger(postgres_url: str) -> Iterator[Ledger]:
    opened = open_ledger(postgres_url)
    yield opened
    opened.close()


def write(connection: Connection, message_id: int, state: str) -> int:
    revision = next_revision(connection)
    values = {"state": state, "revision": revision}
    connection.execute(update(messages).where(messages.c.message_id == message_id).values(values))
    return revision


def refresh(ledger: Ledger, view: View, revision: int) -> Change:
    with ledger.reading() as connection:
        return view.refresh(connection, 0, 50, revision)


def open_view(ledger: Ledger) -> View:
    with ledger.reading() as connection:
        return View(connection, Filter(), Sort())


def told(change: Change) -> dict[int, str]:
    return {found["message_id"]: found["state"] for found in change.rows}


def test_a_change_that_is_committed_after_a_later_one_was_seen_is_told(ledger: Ledger) -> None:
    put(ledger, 4)
    view = open_view(ledger)
    with ExitStack() as late:
        slow = late.enter_context(ledger.writing())
        early = write(slow, 1, "sending")
        with ledger.writing() as connection:
            assert write(connection, 3, "submitted") > early
        seen = refresh(ledger, view, view.revision)
        assert told(seen)[3] == "submitted"
        assert 1 not in told(seen)
        assert seen.revision < early
    assert told(refresh(ledger, view, seen.revision))[1] == "sending"


def test_a_page_that_was_not_refreshed_meanwhile_is_not_taken_for_unchanged(ledger: Ledger) -> None:
    """While a transaction is open the revision stands still, although changes are committed."""
    put(ledger, 4)
    view = open_view(ledger)
    with ledger.writing() as slow:
        write(slow, 1, "sending")
        before = refresh(ledger, view, view.revision)
        with ledger.writing() as connection:
            write(connection, 3, "submitted")
        assert refresh(ledger, view, before.revision).revision == before.revision
        assert told(refresh(ledger, view, before.revision))[3] == "submitted"


def test_what_other_programs_write_is_no_change_of_messages(ledger: Ledger) -> None:
    put(ledger, 4)
    view = open_view(ledger)
    with ledger.reading() as connection:
        before = look(connection)
    with ledger.writing() as connection:
        connection.exec_driver_sql("INSERT INTO leases VALUES ('maintenance', 'somebody', 1)")
    with ledger.reading() as connection:
        after = look(connection)
    assert after.changes == before.changes
    assert after.revision > before.revision
    assert refresh(ledger, view, view.revision) == Change(4, view.revision)


def test_a_panels_copy_is_the_ledger_whatever_the_order_of_commits(ledger: Ledger) -> None:
    count, rounds = 30, 60
    put(ledger, count)
    view = open_view(ledger)
    copy = dict.fromkeys(range(1, count + 1), "queued")
    done = threading.Event()

    def change_some(seed: int) -> None:
        dice = random.Random(seed)
        for _ in range(rounds):
            with ledger.writing() as connection:
                revision = next_revision(connection)
                for message_id in sorted(dice.sample(range(1, count + 1), dice.randint(1, 3))):
                    state = dice.choice(("sending", "submitted", "retrying"))
                    values = {"state": state, "revision": revision}
                    connection.execute(update(messages).where(messages.c.message_id == message_id).values(values))

    def follow(revision: int) -> int:
        change = refresh(ledger, view, revision)
        copy.update(told(change))
        return change.revision

    writers = [threading.Thread(target=change_some, args=(seed,)) for seed in range(6)]
    for writer in writers:
        writer.start()
    threading.Thread(target=lambda: [writer.join() for writer in writers] and done.set(), daemon=True).start()
    revision = view.revision
    while not done.is_set():
        revision = follow(revision)
    follow(revision)
    with ledger.reading() as connection:
        rows = connection.execute(select(messages.c.message_id, messages.c.state)).all()
    assert copy == {found.message_id: found.state for found in rows}


def test_a_campaign_that_is_being_written_keeps_no_claim_waiting(ledger: Ledger) -> None:
    message_id = put(ledger).first_id
    campaign = Submission(
        request_id="campaign", source="panel", account="simulator", gateway="simulator",
        recipients=[f"+86139{number:08d}" for number in range(300)], text="Hello",
    )  # fmt: skip
    with ledger.writing() as connection:
        write_batch(connection, campaign)
        claimed, _ = claim_message(ledger, message_id, Claimant("host:1:me", 60_000), lambda _account: True)
        assert claimed is not None
    assert row(ledger, message_id).state == "sending"


def test_ids_of_messages_become_visible_in_their_order(ledger: Ledger) -> None:
    """Whoever has seen message 9 will find no new message 8."""
    with ledger.writing() as connection:
        submission = Submission(
            request_id="first", source="panel", account="simulator", gateway="simulator",
            recipients=["+8613800138000"], text="Hello",
        )  # fmt: skip
        first = write_batch(connection, submission)
        second = threading.Thread(target=put, args=(ledger, 2))
        second.start()
        wait_until(lambda: waiting_for_locks(ledger) == 1)
        with ledger.reading() as looking:
            assert looking.execute(select(func.count()).select_from(messages)).scalar_one() == 0
    second.join()
    assert first.first_id == 1
    assert row(ledger, 3).batch_id == first.batch_id + 1


def test_more_writers_than_marks_still_write(ledger: Ledger) -> None:
    """All marks held by others: whoever comes waits for one."""
    put(ledger, 2)
    with ledger.writing() as holder:
        names = holder.execute(select(counters.c.name).where(counters.c.name.in_(MARKS)).with_for_update()).all()
        assert len(names) == len(MARKS)
        late = threading.Thread(target=put, args=(ledger, 1))
        late.start()
        wait_until(lambda: waiting_for_locks(ledger) == 1)
    late.join()
    assert row(ledger, 3).state == "queued"


def waiting_for_locks(ledger: Ledger) -> int:
    with ledger.reading() as connection:
        statement = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        return int(connection.exec_driver_sql(statement).scalar_one())

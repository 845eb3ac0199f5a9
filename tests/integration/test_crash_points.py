"""A crash or fault at every point of a message's way, from the click to the acknowledgement of its task.

      the crash                                              in the ledger   what follows
    A before the ledger's commit                             nothing         the operator sees it was not accepted
    B after the commit, before the publish                   queued          maintenance publishes
    C the publish failed, but the task is there              queued          perhaps published twice; one claim wins
    D the broker loses the task                              queued          maintenance publishes again
    E after the delivery, before the claim is on disk        queued          maintenance publishes again
    F after the claim, before the first byte of the request  sending         unknown, and it never left
    G during the call                                        sending         unknown
    H the gateway accepted, the record is not on disk        sending         unknown, and it was sent
    I recorded, not acknowledged                             submitted       the task comes again and does nothing
    J acknowledged                                           submitted       done

Real processes with the real broker; each dies by kill -9 in the function that the point is about (support.crashing).
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from sqlalchemy import update
from support import crashing
from support.counting_gateway import CountingGateway
from support.crashing import CrashingClerk, CrashingWorker, wait_for_the_crash
from support.desk import Clerk, wait_until
from support.ledgers import ledger_url, numbers, put, row, states, tries_of
from support.sending import TEMPLATE, Sending

from tasks.clock import now_ms
from tasks.ledger.schema import chunks, messages
from tasks.server.record import read_record

pytestmark = [
    pytest.mark.server,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="kill -9"),
]

CLICK = "click-1"
CONTENT = {"template_id": "1", "variables": ["9527", "5"], "template_text": "Code {1}, {2} minutes"}
CHUNK = 3
"""Messages of a chunk in place of one alone: all are claimed at once."""


@pytest.fixture
def gateway() -> Iterator[CountingGateway]:
    with CountingGateway(delay_ms=5) as counting:
        yield counting


@pytest.fixture
def sending(
    request: pytest.FixtureRequest, tmp_path: Path, gateway: CountingGateway, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Sending]:
    database = getattr(request, "param", "sqlite")
    url = {} if database == "sqlite" else {"ledger_url": ledger_url(database, request, tmp_path)}
    opened = Sending(tmp_path / "home", gateway, monkeypatch, **url)
    yield opened
    opened.close()


def on(database: str, *values: Any) -> Any:
    """A case of a test: where the ledger is, and the rest."""
    return pytest.param(database, *values)


def click(clerk: Clerk, recipients: int, *, answered: bool = True) -> dict[str, Any] | None:
    """Send as the window does, under the same id each time."""
    token = clerk.ask("recipients.check", text="\n".join(numbers(recipients)), region="CN")["token"]
    asked = clerk.post("compose.send", token=token, account="yuntongxun", content=CONTENT, request_id=CLICK)
    return clerk.wait(asked) if answered else None


def broker(sending: Sending) -> redis.Redis:
    """The embedded server, asked directly."""
    record = read_record(sending.desk.home)
    assert record is not None
    return redis.Redis(unix_socket_path=record.socket, password=record.password)


def waiting_tasks(sending: Sending) -> int:
    return sum(length or 0 for length in sending.client.queue_lengths().values())


def unacknowledged(sending: Sending) -> int:
    with broker(sending) as client:
        return int(client.zcard("unacked_index"))


def let_time_pass(sending: Sending) -> None:
    """Make the times come at which maintenance looks for tasks that were lost."""
    queued = messages.c.state == "queued"
    with sending.ledger.writing() as connection:
        connection.execute(update(messages).where(queued, messages.c.due_ms.is_not(None)).values(due_ms=now_ms()))
        connection.execute(update(chunks).where(chunks.c.state == "published").values(published_ms=0))


def let_leases_end(sending: Sending) -> None:
    """As if the dead worker were of another machine, whose processes nobody here can see: its lease must run out."""
    with sending.ledger.writing() as connection:
        of_worker = messages.c.state == "sending"
        connection.execute(update(messages).where(of_worker).values(worker="elsewhere:1:lost", due_ms=now_ms()))


def crash_at(sending: Sending, point: Callable[[], None], count: int) -> list[int]:
    """Send, and let the worker that takes it die there. The messages' ids."""
    ids = sending.send(count)
    wait_for_the_crash(CrashingWorker(sending.desk, point))
    return ids


def send_to(sending: Sending, number: str) -> int:
    """Send one message to a number of its own; its id."""
    message_id = put(sending.ledger, [number], **TEMPLATE).first_id
    sending.client.publish_message(message_id)
    return message_id


def outcomes(sending: Sending, ids: list[int]) -> list[list[str | None]]:
    """How the tries of each message ended."""
    return [[one.outcome for one in tries_of(sending.ledger, message_id)] for message_id in ids]


def check_sent_once(sending: Sending, ids: list[int]) -> None:
    """Every message was called once, and ledger and gateway agree on it."""
    assert sending.wait_for("submitted", timeout_s=60) == {"submitted": len(ids)}
    assert outcomes(sending, ids) == [["accepted"]] * len(ids)
    state = sending.gateway.state()
    assert (state["requests"], state["taken"], state["duplicates"]) == (len(ids), len(ids), 0)


def check_unknown_for_good(sending: Sending, ids: list[int], arrived: int, reason: str) -> None:
    """After a restart all are Unknown, and nothing sends them again: not maintenance, not a task that comes again."""
    sending.desk.worker()
    assert sending.wait_for("unknown", timeout_s=60) == {"unknown": len(ids)}
    assert {row(sending.ledger, message_id).reason for message_id in ids} == {reason}
    for message_id in ids:
        sending.client.publish_message(message_id)
    sending.client.publish_chunks([one for one in {row(sending.ledger, ids[0]).chunk_id} if one is not None])
    let_time_pass(sending)
    wait_until(lambda: not waiting_tasks(sending), 10)
    other = send_to(sending, "+8613900139000")  # once it has left, what came before it was looked at
    wait_until(lambda: row(sending.ledger, other).state == "submitted", 20)
    assert Counter(states(sending.ledger)) == {"unknown": len(ids), "submitted": 1}
    assert outcomes(sending, ids) == [[None]] * len(ids)
    state = sending.gateway.state()
    assert (state["requests"], state["duplicates"]) == (arrived + 1, 0)


def test_point_a_before_the_ledger_s_commit_nothing_was_accepted(sending: Sending) -> None:
    clerk = CrashingClerk(sending.desk, crashing.before_the_submission_s_commit)
    click(clerk, 3, answered=False)
    wait_for_the_crash(clerk)
    assert states(sending.ledger) == []
    assert waiting_tasks(sending) == 0
    again = sending.desk.clerk()
    assert again.ask("view.open", filter={}, sort={"column": "time", "descending": True})["count"] == 0
    # The window may ask once more under the same id: now it is accepted, once.
    sent = click(again, 3)
    assert sent == click(again, 3)
    sending.desk.worker()
    check_sent_once(sending, [1, 2, 3])


def test_point_b_after_the_commit_and_before_the_publish_maintenance_publishes(sending: Sending) -> None:
    clerk = CrashingClerk(sending.desk, crashing.before_publishing)
    click(clerk, 3, answered=False)
    wait_for_the_crash(clerk)
    assert states(sending.ledger) == ["queued"] * 3
    assert waiting_tasks(sending) == 0
    # The window asks again, not knowing: it is the same batch.
    assert click(sending.desk.clerk(), 3) is not None
    assert states(sending.ledger) == ["queued"] * 3
    let_time_pass(sending)
    sending.desk.worker()
    check_sent_once(sending, [1, 2, 3])


def test_point_c_the_publish_failed_and_the_task_is_there_and_one_claim_wins(sending: Sending) -> None:
    clerk = CrashingClerk(sending.desk, crashing.publish_raises)
    sent = click(clerk, 1)
    assert sent is not None
    assert not sent["published"]
    assert states(sending.ledger) == ["queued"]
    assert waiting_tasks(sending) == 1
    let_time_pass(sending)
    sending.client.publish_message(1)  # what maintenance of another worker does
    assert waiting_tasks(sending) == 2
    sending.desk.worker()
    wait_until(lambda: not waiting_tasks(sending) and not unacknowledged(sending), 10)
    check_sent_once(sending, [1])


def test_point_d_the_broker_loses_the_tasks_and_maintenance_publishes_again(sending: Sending) -> None:
    ids = [*sending.send(CHUNK), send_to(sending, "+8613900139000")]
    assert waiting_tasks(sending) == 2
    with broker(sending) as client:
        client.flushall()
    assert waiting_tasks(sending) == 0
    assert states(sending.ledger) == ["queued"] * (1 + CHUNK)
    let_time_pass(sending)
    sending.desk.worker()
    check_sent_once(sending, ids)


@pytest.mark.parametrize(
    ("sending", "point", "count"),
    [
        on("sqlite", crashing.before_the_claim, 1),
        on("postgresql", crashing.before_the_claim_s_commit, CHUNK),
    ],
    indirect=["sending"],
)
def test_point_e_delivered_and_not_claimed_it_is_queued_and_sent_once(
    sending: Sending, point: Callable[[], None], count: int
) -> None:
    ids = crash_at(sending, point, count)
    assert states(sending.ledger) == ["queued"] * count
    assert outcomes(sending, ids) == [[]] * count
    assert (waiting_tasks(sending), sending.gateway.state()["requests"]) == (0, 0)
    let_time_pass(sending)
    sending.desk.worker()
    check_sent_once(sending, ids)


@pytest.mark.parametrize(
    ("sending", "count", "seen_dead"),
    [on("sqlite", 1, True), on("postgresql", CHUNK, False)],
    indirect=["sending"],
)
def test_point_f_claimed_and_not_a_byte_sent_it_is_unknown_and_never_left(
    sending: Sending, count: int, seen_dead: bool
) -> None:
    ids = crash_at(sending, crashing.before_the_first_byte, count)
    assert states(sending.ledger) == ["sending"] * count
    assert outcomes(sending, ids) == [[None]] * count
    assert sending.gateway.state()["requests"] == 0
    if not seen_dead:
        let_leases_end(sending)
    check_unknown_for_good(sending, ids, 0, "worker.stopped" if seen_dead else "lease.expired")


@pytest.mark.parametrize(
    ("sending", "point", "arrived"),
    [
        on("sqlite", crashing.in_the_middle_of_the_request, 0),
        on("postgresql", crashing.before_the_answer, 1),
    ],
    indirect=["sending"],
)
def test_point_g_during_the_call_it_is_unknown(sending: Sending, point: Callable[[], None], arrived: int) -> None:
    sending.gateway.set(delay_ms=300)
    ids = crash_at(sending, point, 1)
    assert states(sending.ledger) == ["sending"]
    wait_until(lambda: sending.gateway.state()["requests"] == arrived, 5)
    check_unknown_for_good(sending, ids, arrived, "worker.stopped")


@pytest.mark.parametrize(("sending", "count"), [on("sqlite", CHUNK), on("postgresql", 1)], indirect=["sending"])
def test_point_h_accepted_and_not_recorded_it_is_unknown_and_was_sent(sending: Sending, count: int) -> None:
    ids = crash_at(sending, crashing.before_the_record_s_commit, count)
    assert states(sending.ledger) == ["sending"] * count
    taken = sending.gateway.state()["taken"]
    assert 1 <= taken <= count
    check_unknown_for_good(sending, ids, taken, "worker.stopped")


def test_point_i_recorded_and_not_acknowledged_the_task_comes_again_and_does_nothing(sending: Sending) -> None:
    ids = crash_at(sending, crashing.before_the_acknowledgement, 1)
    assert states(sending.ledger) == ["submitted"]
    assert unacknowledged(sending) == 1
    with broker(sending) as client:  # the time after which Redis gives a dead worker's tasks to others
        client.zadd("unacked_index", dict.fromkeys(client.zrange("unacked_index", 0, -1), 1.0))
    sending.desk.worker()
    wait_until(lambda: not unacknowledged(sending), 40)
    wait_until(lambda: not waiting_tasks(sending), 10)
    check_sent_once(sending, ids)


def test_point_j_acknowledged_it_is_done(sending: Sending) -> None:
    ids = crash_at(sending, crashing.after_the_acknowledgement, 1)
    assert states(sending.ledger) == ["submitted"]
    assert (unacknowledged(sending), waiting_tasks(sending)) == (0, 0)
    sending.desk.worker()
    check_sent_once(sending, [*ids, send_to(sending, "+8613900139000")])

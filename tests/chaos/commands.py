"""What the operator does in the middle of it all: pause, resume, stop, cancel, undo, send again. Each is done through
the ledger, as the clerk does it for the window.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING, TypeVar

from chaos.hindsight import sent_again
from sqlalchemy import func, select
from support.desk import wait_until

from tasks.clock import now_ms
from tasks.errors import DeskError
from tasks.ledger import batches, control, unknowns
from tasks.ledger.faults import MAY_COME_BACK
from tasks.ledger.schema import chunks, messages, tries

if TYPE_CHECKING:
    from chaos.fleet import Fleet

WHO = "operator@chaos"
ACTS_WITHIN_S = 2.0
"""By then nothing more is claimed."""
SETTLES_WITHIN_S = 4.0
FINDS_WITHIN_S = 8.0
"""How long it is looked for a batch that can be undone."""
MOST_AGAIN = 40

stopping = threading.Lock()
T = TypeVar("T")


def pause_and_resume(fleet: Fleet, random: Random) -> str | None:
    """Pause a batch in the middle, and let it go on."""
    batch_id = a_batch(fleet, random)
    if batch_id is None:
        return None
    seconds = random.uniform(0.5, 6)
    held = commanded(fleet, lambda: control.pause(fleet.ledger, control.Scope(batch_id), WHO))
    fleet.pause(seconds)
    gone_on = commanded(fleet, lambda: control.resume(fleet.ledger, control.Scope(batch_id), WHO))
    return f"batch {batch_id} for {seconds:.1f} s: {held} held, {gone_on} went on"


def stop_and_start(fleet: Fleet, random: Random) -> str | None:
    """Stop all sending; look whether it stopped, and whether the figures are the gateway's; start again."""
    if not stopping.acquire(blocking=False):
        return None
    try:
        return stop_look_and_start(fleet, random)
    finally:
        stopping.release()


def stop_look_and_start(fleet: Fleet, random: Random) -> str:
    """As `stop_and_start`, and nobody else stops or starts meanwhile."""
    seconds = random.uniform(3, 6)
    held = commanded(fleet, lambda: control.stop(fleet.ledger, WHO))
    began = time.monotonic()
    fleet.pause(ACTS_WITHIN_S)
    claimed = claims(fleet)
    told = compare_while_still(fleet)
    fleet.pause(seconds - (time.monotonic() - began))
    late = claims(fleet) - claimed
    if late:
        fleet.wrongs.append(f"{late} messages were claimed more than {ACTS_WITHIN_S:g} s after Stop")
    gone_on = commanded(fleet, lambda: control.start_again(fleet.ledger, WHO))
    return f"{held} held, {told}, {gone_on} went on"


def cancel_batch(fleet: Fleet, random: Random) -> str | None:
    """Cancel what is left of a batch."""
    batch_id = a_batch(fleet, random)
    if batch_id is None:
        return None
    count = commanded(fleet, lambda: control.cancel_all(fleet.ledger, control.Scope(batch_id), WHO))
    return f"batch {batch_id}: {count} cancelled"


def undo_batch(fleet: Fleet, random: Random) -> str | None:
    """Undo a batch that was just sent: all of it while it waits for that."""
    try:
        batch_id = wait_until(lambda: undoable(fleet), FINDS_WITHIN_S, 0.05)
    except TimeoutError:
        return None
    count = commanded(fleet, lambda: control.undo(fleet.ledger, batch_id, WHO))
    in_time = undoable(fleet, batch_id) is not None
    with fleet.ledger.reading() as connection:
        batch = batches.find(connection, batch_id)
        cancelled = batches.counts(connection, batch).get("cancelled", 0)
    if in_time and cancelled < batch.total:
        fleet.wrongs.append(f"batch {batch_id} was undone before its release: {cancelled} of {batch.total}")
    return f"batch {batch_id}: {count} of {batch.total} caught{', in time' if in_time else ''}"


def undoable(fleet: Fleet, batch_id: int | None = None) -> int | None:
    """The newest batch, or this one, if its time to be undone is not over."""
    ends = select(chunks.c.batch_id).where(chunks.c.not_before_ms > now_ms() + 50).order_by(chunks.c.batch_id.desc())
    if batch_id is not None:
        ends = ends.where(chunks.c.batch_id == batch_id)
    with fleet.ledger.reading() as connection:
        found: int | None = connection.execute(ends.limit(1)).scalar()
    return found


def send_unknown_again(fleet: Fleet, random: Random) -> str | None:
    """Send some Unknown messages again, as a person may who knows that they can come twice."""
    unknown = select(messages.c.message_id).where(messages.c.state == "unknown")
    with fleet.ledger.reading() as connection:
        found = sorted(connection.execute(unknown).scalars())
    if not found:
        return None
    chosen = random.sample(found, random.randint(1, min(len(found), MOST_AGAIN)))
    again = commanded(fleet, lambda: unknowns.send_again(fleet.ledger, chosen, WHO))
    client = fleet.client()
    try:
        client.publish_chunks(again.chunk_ids)
        for message_id in again.message_ids:
            client.publish_message(message_id)
    except DeskError as error:
        return f"{again.count} of {len(found)}; maintenance publishes them ({error.code})"
    finally:
        client.close()
    return f"{again.count} of {len(found)}"


def compare_while_still(fleet: Fleet) -> str:
    """While all is stopped and nothing is in flight, the gateway has what is Submitted, and of Unknown at most all."""
    try:
        wait_until(lambda: not by_state(fleet).get("sending"), SETTLES_WITHIN_S)
    except TimeoutError:
        return "some still in flight"  # of a worker that is frozen
    taken = fleet.gateway.state()["taken"]
    counts = by_state(fleet)
    submitted, unknown = counts.get("submitted", 0), counts.get("unknown", 0)
    again = sent_again(fleet.ledger).total()
    if not submitted <= taken <= submitted + unknown + again:
        fleet.wrongs.append(
            f"while stopped: {submitted} submitted, {unknown} Unknown, {again} sent again, the gateway had {taken}"
        )
    return f"{submitted} submitted and {unknown} Unknown against the gateway's {taken}"


def commanded(fleet: Fleet, command: Callable[[], T]) -> T:
    """Give a command as the operator does: again, when the ledger was busy."""
    while True:
        try:
            return command()
        except DeskError as error:
            if error.code not in MAY_COME_BACK:
                raise
            time.sleep(0.2)


def a_batch(fleet: Fleet, random: Random) -> int | None:
    """A batch of which something is still to be sent."""
    waiting = select(messages.c.batch_id).where(messages.c.state == "queued", messages.c.chunk_id.is_not(None))
    with fleet.ledger.reading() as connection:
        found = sorted(connection.execute(waiting.distinct()).scalars())
    return random.choice(found) if found else None


def by_state(fleet: Fleet) -> dict[str, int]:
    """How many messages are in which state."""
    with fleet.ledger.reading() as connection:
        return {
            row[0]: row[1]
            for row in connection.execute(select(messages.c.state, func.count()).group_by(messages.c.state))
        }


def claims(fleet: Fleet) -> int:
    """How many tries were ever begun."""
    with fleet.ledger.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(tries)).scalar_one())

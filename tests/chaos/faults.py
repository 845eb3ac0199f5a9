"""The kinds of faults. Each strikes once, lasts as long as it wants, leaves everything able to go on, and says what it
did; None where it found nothing to strike at.

What a fault has in its grip is noted (`Fleet.gripped`, `Fleet.moments`): only that may end Unknown.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from chaos.commands import cancel_batch, pause_and_resume, send_unknown_again, stop_and_start, undo_batch
from chaos.fleet import MOODS, Fleet, Moment
from chaos.ledger_faults import break_connections, crash_database, lock_file
from chaos.publishes import duplicate_done, duplicate_in_flight, lose_publishes

Strike = Callable[[Fleet, Random], str | None]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of fault and how often it comes, beside the others."""

    name: str
    strike: Strike
    weight: int = 1


def kill_worker(fleet: Fleet, random: Random) -> str | None:
    with fleet.a_seat(random) as seat:
        if seat is None:
            return None
        pid = seat.pid
        assert pid is not None
        when = seat.kill()
        fleet.moments.append(Moment(f"kill {seat.name}", pid, when, when, killed=True))
        fleet.pause(random.choice((0.0, 0.0, random.uniform(0, 3))))
        seat.start()
        return seat.name


def stop_worker(fleet: Fleet, random: Random) -> str | None:
    """A warm stop: it finishes what is in flight, and nothing may be Unknown for it."""
    with fleet.a_seat(random) as seat:
        if seat is None:
            return None
        seat.stop()
        seat.start()
        return seat.name


def freeze_worker(fleet: Fleet, random: Random, seconds: float) -> str | None:
    with fleet.a_seat(random) as seat:
        if seat is None or seat.ended_by_itself:
            return None
        pid = seat.pid
        assert pid is not None
        when = seat.freeze()
        fleet.moments.append(Moment(f"freeze {seat.name}", pid, when, when))
        fleet.pause(seconds)
        seat.thaw()
        return f"{seat.name} for {seconds:.1f} s"


def freeze_worker_shortly(fleet: Fleet, random: Random) -> str | None:
    """Shorter than a lease: nobody notices but the calls whose deadline passes."""
    return freeze_worker(fleet, random, random.uniform(0.2, 0.9) * fleet.size.lease_s)


def freeze_worker_beyond_lease(fleet: Fleet, random: Random) -> str | None:
    """It comes back as a zombie: its messages are Unknown, and it still has answers in hand."""
    return freeze_worker(fleet, random, fleet.size.lease_s + random.uniform(1, 4))


def cut_gateway(fleet: Fleet, random: Random) -> str | None:
    """All connections of one worker to the gateway break, whatever is on them."""
    with fleet.a_seat(random) as seat:
        if seat is None:
            return None
        with fleet.gripped("cut from gateway", seat):
            seat.to_gateway.cut()
        return seat.name


def freeze_gateway(fleet: Fleet, random: Random) -> str | None:
    """Nothing comes through to the gateway or back, for less or more than a call's deadline."""
    with fleet.a_seat(random) as seat:
        if seat is None:
            return None
        seconds = random.uniform(0.2, 2.0) * fleet.size.deadline_s
        with fleet.gripped("no network to gateway", seat):
            seat.to_gateway.freeze()
            fleet.pause(seconds)
            seat.to_gateway.thaw()
        return f"{seat.name} for {seconds:.1f} s"


def storm_at_gateway(fleet: Fleet, random: Random) -> str:
    """For a moment the gateway loses one answer of five."""
    seconds = random.uniform(0.3, 1.0)
    fleet.gateway.set(moods=MOODS | {"close": 0.1, "unread": 0.05, "reset": 0.05})
    fleet.pause(seconds)
    fleet.gateway.set(moods={} if fleet.healing.is_set() else MOODS)
    return f"for {seconds:.1f} s"


def kill_broker(fleet: Fleet, random: Random) -> str:
    fleet.broker.kill(lose_data=False)
    return "with its data"


def kill_broker_without_data(fleet: Fleet, random: Random) -> str:
    fleet.broker.kill(lose_data=True)
    return "its data is gone"


def kill_supervisor(fleet: Fleet, random: Random) -> str | None:
    return "and its server with it" if fleet.broker.kill_supervisor() else None


def freeze_broker(fleet: Fleet, random: Random) -> str | None:
    pid = fleet.broker.pid()
    if pid is None:
        return None
    seconds = random.choice((random.uniform(0.2, 2), random.uniform(2, 12)))
    os.kill(pid, signal.SIGSTOP)
    try:
        fleet.pause(seconds)
    finally:
        thaw(pid)
    return f"for {seconds:.1f} s"


def cut_broker(fleet: Fleet, random: Random) -> str | None:
    with fleet.a_seat(random, with_link=True) as seat:
        if seat is None or seat.to_broker is None:
            return None
        seat.to_broker.cut()
        return seat.name


def freeze_broker_link(fleet: Fleet, random: Random) -> str | None:
    with fleet.a_seat(random, with_link=True) as seat:
        if seat is None or seat.to_broker is None:
            return None
        seconds = random.uniform(0.5, 12)
        seat.to_broker.freeze()
        fleet.pause(seconds)
        seat.to_broker.thaw()
        return f"{seat.name} for {seconds:.1f} s"


def kill_clerk(fleet: Fleet, random: Random) -> str | None:
    return "the request is repeated" if fleet.panel.kill_clerk(random) else None


def thaw(pid: int) -> None:
    """Let a process go on; if it ended meanwhile there is nothing to do."""
    try:
        os.kill(pid, signal.SIGCONT)
    except ProcessLookupError:
        return


KINDS: tuple[Kind, ...] = (
    Kind("kill -9 worker", kill_worker, 4),
    Kind("worker frozen, shorter than a lease", freeze_worker_shortly),
    Kind("worker frozen, longer than a lease", freeze_worker_beyond_lease),
    Kind("worker stopped warm", stop_worker),
    Kind("kill -9 clerk", kill_clerk, 2),
    Kind("kill -9 broker", kill_broker),
    Kind("kill -9 broker, data lost", kill_broker_without_data),
    Kind("kill -9 supervisor of the broker", kill_supervisor),
    Kind("broker frozen", freeze_broker),
    Kind("cut from the broker", cut_broker),
    Kind("no network to the broker", freeze_broker_link),
    Kind("cut from the gateway", cut_gateway, 2),
    Kind("no network to the gateway", freeze_gateway),
    Kind("gateway loses answers", storm_at_gateway),
    Kind("tasks of done messages again", duplicate_done),
    Kind("tasks in flight again", duplicate_in_flight),
    Kind("tasks lost", lose_publishes, 2),
    Kind("database crashed", crash_database),
    Kind("connections to the database broken", break_connections),
    Kind("ledger's file locked by another program", lock_file, 2),
    Kind("operator pauses and resumes a batch", pause_and_resume),
    Kind("operator stops all and starts again", stop_and_start),
    Kind("operator cancels a batch", cancel_batch),
    Kind("operator undoes a batch", undo_batch),
    Kind("operator sends Unknown ones again", send_unknown_again, 2),
)

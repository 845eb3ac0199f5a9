"""Faults of the lanes: tasks delivered once more, and tasks that are gone."""

from __future__ import annotations

import time
from random import Random
from typing import TYPE_CHECKING, Any

from chaos.brokers import TROUBLE
from sqlalchemy import Select, select

from tasks.errors import BrokerError
from tasks.lanes import BULK, SINGLE, queue_name
from tasks.ledger.schema import chunks, messages

if TYPE_CHECKING:
    from chaos.fleet import Fleet

MOST = 20


def duplicate_done(fleet: Fleet, random: Random) -> str | None:
    """Publish tasks again whose messages have ended."""
    ended = messages.c.state.in_(("submitted", "unknown"))
    return publish_again(
        fleet,
        random,
        select(messages.c.message_id).where(ended, messages.c.chunk_id.is_(None)),
        select(chunks.c.chunk_id).where(chunks.c.state == "done"),
    )


def duplicate_in_flight(fleet: Fleet, random: Random) -> str | None:
    """Publish tasks again that are on the broker or in a worker's hand."""
    is_open = messages.c.state.in_(("queued", "sending"))
    return publish_again(
        fleet,
        random,
        select(messages.c.message_id).where(is_open, messages.c.chunk_id.is_(None)),
        select(chunks.c.chunk_id).where(chunks.c.state == "published"),
    )


def publish_again(fleet: Fleet, random: Random, singles: Select[Any], of_chunks: Select[Any]) -> str | None:
    """Publish some of what two statements find, twice each."""
    with fleet.ledger.reading() as connection:
        message_ids = list(connection.execute(singles).scalars())
        chunk_ids = list(connection.execute(of_chunks).scalars())
    if not message_ids and not chunk_ids:
        return None
    client = fleet.client()
    try:
        for message_id in random.sample(message_ids, min(MOST, len(message_ids))) * 2:
            client.publish_message(message_id)
        client.publish_chunks(random.sample(chunk_ids, min(MOST, len(chunk_ids))) * 2)
    except BrokerError as error:
        return f"as far as the broker took them ({error.code})"
    finally:
        client.close()
    return f"{min(MOST, len(message_ids))} messages, {min(MOST, len(chunk_ids))} chunks"


def lose_publishes(fleet: Fleet, random: Random) -> str | None:
    """Take tasks from the lanes before the workers do, for a moment, and drop them."""
    lanes = random.choice(((SINGLE,), (BULK,), (SINGLE, BULK)))
    names = [queue_name(fleet.ledger.uuid, lane) for lane in lanes]
    ends = time.monotonic() + random.uniform(1, 3)
    lost = 0
    try:
        with fleet.broker.dropping(names) as drop:
            while time.monotonic() < ends and not fleet.healing.is_set():
                lost += drop()
    except TROUBLE:
        pass
    return f"{lost} tasks of {' and '.join(lanes)}" if lost else None

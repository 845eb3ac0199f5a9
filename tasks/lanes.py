"""Names on the wire: the queues of a ledger, the tasks, and the ids of the tasks.

A ledger's UUID is part of its queues' names, so a worker with another ledger never takes its tasks.
"""

from __future__ import annotations

DEFAULT_QUEUE = "celery"
"""Celery's own default queue: where a client that only knows a task's name publishes."""

SEND_MESSAGE = "tasks.sms.send_message"
SEND_CHUNK = "tasks.sms.send_chunk"
SEND_SMS = "tasks.sms.send_sms"
"""The door for other clients."""

ANNOUNCE = "smsdesk_worker"
"""The command of Celery's remote control by which a worker tells what it is (`tasks.worker.announcement`)."""

SINGLE = "single"
BULK = "bulk"

DEAD = "dead"
"""Where RabbitMQ puts a lane's task that no worker has survived (`tasks.brokers.rabbitmq`)."""


def queue_name(ledger_uuid: str, lane: str) -> str:
    """The queue of one lane (`single` or `bulk`) of one ledger; or `dead`."""
    return f"smsdesk.{ledger_uuid}.{lane}"


def queue_names(ledger_uuid: str) -> tuple[str, str, str]:
    """All queues a worker of this ledger consumes."""
    return DEFAULT_QUEUE, queue_name(ledger_uuid, SINGLE), queue_name(ledger_uuid, BULK)


def message_task_id(ledger_uuid: str, message_id: int) -> str:
    """The id of the task that carries one message alone."""
    return f"{ledger_uuid}.m{message_id}"


def chunk_task_id(ledger_uuid: str, chunk_id: int) -> str:
    """The id of the task that carries a chunk of messages."""
    return f"{ledger_uuid}.c{chunk_id}"


def task_id_of(ledger_uuid: str, message_id: int, chunk_id: int | None, task_key: str | None) -> str:
    """The id of the task behind a message: another client's own, its chunk's, or its own."""
    if task_key is not None:
        return task_key
    return message_task_id(ledger_uuid, message_id) if chunk_id is None else chunk_task_id(ledger_uuid, chunk_id)

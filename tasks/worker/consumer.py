"""The worker's consumer, on a broker that may hold another application's tasks.

The worker takes Celery's default queue, because that is where a client that only knows a task's name publishes.
Celery's own consumer logs a task it does not know with its whole body, throws it away, and writes a failure under its
id. This one puts it back, leaves that queue to whoever it belongs to, and goes on with the ledger's own lanes.
"""

from __future__ import annotations

import logging
import re
from typing import Any, ClassVar

from amqp.exceptions import AccessRefused, NotAllowed, PreconditionFailed  # type: ignore[import-untyped]
from celery.worker import consumer as celery_consumer

from tasks import lanes
from tasks.client import trouble_code
from tasks.errors import BrokerError
from tasks.maintenance.worker_notes import QUEUE_SHARED, note
from tasks.worker.pool import sentence

logger = logging.getLogger(__name__)

BUILT_IN = "celery."
"""Begins the names of the tasks that every Celery app has (`celery.chord_unlock`, `celery.starmap`): none is ours, and
run here they would fail for the application that sent them."""

OWN_LANES = "smsdesk."
"""Begins the names of the ledgers' queues."""

_TASK_NAME = re.compile(r"[A-Za-z_][\w.]{0,99}", re.ASCII)


class UnreadableMessageError(Exception):
    """What a client is told whose message for one of our tasks cannot be read. Says nothing of its content."""


class Consumer(celery_consumer.Consumer):  # type: ignore[misc]
    """Named in the setting `worker_consumer`."""

    class Blueprint(celery_consumer.Consumer.Blueprint):  # type: ignore[misc]
        """Celery's own, without the 28 queues for tasks with a countdown: nothing here has one."""

        default_steps: ClassVar[list[str]] = [
            step for step in celery_consumer.Consumer.Blueprint.default_steps if "delayed_delivery" not in step
        ]

    def start(self) -> None:
        """Until the worker ends. What RabbitMQ refuses for good is told in a sentence in place of a traceback."""
        try:
            super().start()
        except (AccessRefused, NotAllowed, PreconditionFailed) as error:
            logger.error("The worker cannot go on: %s", sentence(BrokerError(trouble_code(error))))
            raise SystemExit(1) from None

    def on_connection_error_before_connected(self, exc: BaseException) -> None:
        """A broker that is away is tried again. One that refuses the virtual host would be, many times a second."""
        if isinstance(exc, NotAllowed):
            raise exc
        super().on_connection_error_before_connected(exc)

    def update_strategies(self) -> None:
        """Only our own tasks are run."""
        super().update_strategies()
        for name in [name for name in self.strategies if name.startswith(BUILT_IN)]:
            del self.strategies[name]

    def on_unknown_message(self, body: Any, message: Any) -> None:
        """A message that is no task."""
        self._not_ours(message)

    def on_unknown_task(self, body: Any, message: Any, exc: BaseException) -> None:
        """A task that this worker does not have."""
        self._not_ours(message)

    def on_invalid_task(self, body: Any, message: Any, exc: BaseException) -> None:
        """One of our tasks, in a form that is not accepted (another serializer, arguments that are no list)."""
        self._unreadable(message, exc)

    def on_decode_error(self, message: Any, exc: BaseException) -> None:
        """A message whose body or headers cannot be decoded."""
        if task_name(message) in self.strategies:
            self._unreadable(message, exc)
        else:
            self._not_ours(message)

    def _not_ours(self, message: Any) -> None:
        if is_from_own_lane(message):
            # Of a newer panel, for a newer worker: it carries ids only, and maintenance publishes it again.
            logger.warning("A task that this version does not have was dropped from this ledger's lane")
            message.reject_log_error(logger, self.connection_errors)
            return
        # First, or the message would come straight back.
        self.cancel_task_queue(lanes.DEFAULT_QUEUE)
        message.reject_log_error(logger, self.connection_errors, requeue=True)
        if note(QUEUE_SHARED):
            logger.error(
                "The broker's queue %r holds a task of another application (%s): it was put back, and this worker "
                "takes nothing more from that queue until it is restarted, so that tasks which other clients send to "
                "SMS Desk by their name wait there; give SMS Desk a broker, database or virtual host of its own",
                lanes.DEFAULT_QUEUE,
                task_name(message) or "without a name",
            )

    def _unreadable(self, message: Any, error: BaseException) -> None:
        """Putting it back would bring it back for ever: the client gets an outcome instead."""
        kind = type(error).__name__
        logger.error("A message for one of our tasks cannot be read (%s) and was refused", kind)
        message.reject_log_error(logger, self.connection_errors)
        task_id = message.properties.get("correlation_id")
        if not isinstance(task_id, str):
            return
        try:
            self.app.backend.mark_as_failure(task_id, UnreadableMessageError(kind))
        except Exception as away:  # whatever a backend raises, the worker goes on
            logger.error("Its client could not be told (%s)", type(away).__name__)


def is_from_own_lane(message: Any) -> bool:
    """Whether a message came by one of the ledger's own queues."""
    return str(message.delivery_info.get("routing_key") or "").startswith(OWN_LANES)


def task_name(message: Any) -> str | None:
    """The task that a message names, if that can be read and is a name."""
    headers = message.headers if isinstance(message.headers, dict) else {}
    name = headers.get("task")
    return name if isinstance(name, str) and _TASK_NAME.fullmatch(name) else None

"""The panel's only way to broker and results. Every wait is bounded, every failure is a BrokerError.

A failed publish means "don't know": the task may be there all the same. Nobody repeats it but a worker's maintenance,
and the claim absorbs a second copy.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import redis.exceptions
from amqp.exceptions import AMQPError  # type: ignore[import-untyped]
from celery import Celery
from celery.exceptions import CeleryError
from kombu import Connection
from kombu.exceptions import KombuError
from sqlalchemy.exc import SQLAlchemyError

from tasks import lanes
from tasks.brokers import rabbitmq, stand_in
from tasks.brokers.addresses import is_rabbitmq, is_redis, missing_file
from tasks.brokers.kinds import broker_endpoint
from tasks.brokers.redis import ask_sentinels, endpoint
from tasks.connection import NO_SERVER, broker_address, result_address
from tasks.errors import BrokerError
from tasks.settings import Settings

T = TypeVar("T")

SOCKET_TIMEOUT_S = 2
"""The longest a single exchange with the broker may take on the panel's side."""

CONNECT_AGAIN = {"max_retries": 5, "interval_start": 0.1, "interval_step": 0.2, "interval_max": 0.5}
"""Two seconds, for a server that is just starting again. Kombu's own six leave a person waiting for a plain refusal."""

TROUBLE = (
    KombuError,
    CeleryError,
    redis.exceptions.RedisError,
    AMQPError,
    rabbitmq.BlockedError,
    SQLAlchemyError,
    OSError,
    RuntimeError,
)
"""What a missing, hung or refusing broker or backend raises (RuntimeError: Celery's own retry limit)."""

_SENTINEL = re.compile(r"<redis\.client\.Redis\(.*?\)>\)>\)>")
"""A Sentinel as redis-py writes it into its errors, with all its options, `socket_timeout` among them."""


class Client:
    """Publishes the panel's tasks and reads their Celery states. Each thread of the clerk has one of its own."""

    def __init__(self, settings: Settings, ledger_uuid: str) -> None:
        self._settings = settings
        self._ledger_uuid = ledger_uuid
        self._app: Celery | None = None
        self._producer: Any = None
        self._address = ""

    def close(self) -> None:
        """Give back the connections."""
        self._drop_producer()
        if self._app is None:
            return
        with contextlib.suppress(*TROUBLE):
            self._app.producer_pool.force_close_all()
            self._app.pool.force_close_all()
            if hasattr(self._app.backend, "client"):
                self._app.backend.client.connection_pool.disconnect()
        self._app.close()
        self._app = None

    def publish_message(self, message_id: int) -> None:
        """Put one message's task on the single lane. Raises BrokerError; the task may be there all the same."""
        self._publish(
            lanes.SEND_MESSAGE, message_id, lanes.message_task_id(self._ledger_uuid, message_id), lanes.SINGLE
        )

    def publish_chunks(self, chunk_ids: Sequence[int]) -> None:
        """Put chunks' tasks on the bulk lane, in their order. Raises BrokerError at the first that fails."""
        for chunk_id in chunk_ids:
            self._publish(lanes.SEND_CHUNK, chunk_id, lanes.chunk_task_id(self._ledger_uuid, chunk_id), lanes.BULK)

    def states(self, task_ids: Sequence[str]) -> dict[str, str]:
        """Celery's own states of tasks in one round trip. PENDING also means "unknown to the backend"."""
        app = self._connected_app()
        with broker_trouble():
            found = states_of(app.backend, list(task_ids))
        return {task_id: found.get(task_id, "PENDING") for task_id in task_ids}

    def queue_lengths(self) -> dict[str, int | None]:
        """Tasks waiting in each queue of this ledger; None where the broker cannot tell.

        On RabbitMQ the queue of those that no worker has survived is among them.
        """
        app = self._connected_app()
        names = [*lanes.queue_names(self._ledger_uuid)]
        if is_rabbitmq(self._address):
            names.append(lanes.queue_name(self._ledger_uuid, lanes.DEAD))
        with broker_trouble(), app.connection_for_read() as connection:
            count = counter(connection)
            return {name: count(name) for name in names}

    def check(self) -> None:
        """Raise BrokerError unless the broker answers."""
        app = self._connected_app()
        with broker_trouble(), app.connection_for_read() as connection:
            ask_sentinels(broker_endpoint(self._address))
            answer(connection)

    def ask(self, question: Callable[[Celery], T]) -> T:
        """What another module asks through this client's app. Raises BrokerError."""
        app = self._connected_app()
        with broker_trouble():
            return question(app)

    def _publish(self, task: str, row_id: int, task_id: str, lane: str) -> None:
        app = self._connected_app()
        try:
            with broker_trouble():
                on_rabbitmq = is_rabbitmq(self._address)
                if on_rabbitmq and self._producer is not None and not rabbitmq.is_alive(self._producer.connection):
                    self._drop_producer()
                if self._producer is None:
                    # Celery's pool makes a new channel, with new Redis clients, for every task it publishes.
                    self._producer = app.amqp.Producer(app.connection_for_write())
                app.send_task(
                    task,
                    args=(self._ledger_uuid, row_id),
                    task_id=task_id,
                    queue=(rabbitmq.lane_queue if on_rabbitmq else lanes.queue_name)(self._ledger_uuid, lane),
                    retry=False,
                    producer=self._producer,
                    **(rabbitmq.PUBLISH_WAITS if on_rabbitmq else {}),
                )
        except Exception:
            self._drop_producer()
            raise

    def _drop_producer(self) -> None:
        """The next publish connects anew."""
        producer, self._producer = self._producer, None
        if producer is not None:
            with contextlib.suppress(*TROUBLE):
                if is_rabbitmq(self._address):
                    rabbitmq.forget(producer.connection)
                producer.connection.release()

    def _connected_app(self) -> Celery:
        """The Celery app for the broker's present address: the embedded server may have started after this process."""
        address = broker_address(self._settings)
        if address == NO_SERVER:
            raise BrokerError("broker.not_started")
        if self._app is None or address != self._address:
            refuse_missing_file(address)
            self.close()
            self._app, self._address = publishing_app(self._settings, address), address
        return self._app


def publishing_app(settings: Settings, broker: str) -> Celery:
    """A Celery app that only publishes and polls, with waits shorter than a worker's."""
    app = Celery("tasks", set_as_current=False)
    app.config_from_object("tasks.config")
    waits = {"socket_timeout": SOCKET_TIMEOUT_S, "socket_connect_timeout": SOCKET_TIMEOUT_S}
    options = app.conf.broker_transport_options | waits if is_redis(broker) else {}
    if stand_in.is_stand_in(broker):
        stand_in.register()
        options = stand_in.OPTIONS
    if is_rabbitmq(broker):
        options = rabbitmq.CLIENT_OPTIONS
    reached, results = broker_endpoint(broker), endpoint(result_address(settings, broker))
    app.conf.update(
        broker_url=reached.url,
        broker_transport=rabbitmq.TRANSPORT if is_rabbitmq(broker) else None,
        broker_use_ssl=reached.tls,
        broker_transport_options=CONNECT_AGAIN | options | dict(reached.options),
        result_backend=results.url,
        result_backend_transport_options=app.conf.result_backend_transport_options | dict(results.options),
        redis_backend_use_ssl=results.tls,
        redis_socket_timeout=SOCKET_TIMEOUT_S,
    )
    return app


def check_broker(url: str) -> None:
    """Raise BrokerError unless the broker at this URL answers; for the Test button."""
    with broker_connection(url):
        pass


@contextmanager
def broker_connection(url: str) -> Iterator[Any]:
    """A connection to a broker that has answered. Raises BrokerError, also for what fails inside the block."""
    refuse_missing_file(url)
    if stand_in.is_stand_in(url):
        stand_in.register()
    reached = broker_endpoint(url)
    waits = {"socket_timeout": SOCKET_TIMEOUT_S, "socket_connect_timeout": SOCKET_TIMEOUT_S}
    options = CONNECT_AGAIN | (rabbitmq.CLIENT_OPTIONS if is_rabbitmq(url) else waits)
    with (
        broker_trouble(),
        Connection(
            reached.url,
            ssl=reached.tls,
            transport=rabbitmq.TRANSPORT if is_rabbitmq(url) else None,
            transport_options=options | dict(reached.options),
            connect_timeout=SOCKET_TIMEOUT_S,
        ) as connection,
    ):
        ask_sentinels(reached)
        answer(connection)
        yield connection


def refuse_missing_file(url: str) -> None:
    """Raise BrokerError `broker.tls_file` (path): what TLS says of a missing file names no file."""
    path = missing_file(url)
    if path is not None:
        raise BrokerError("broker.tls_file", path=path)


def answer(connection: Connection) -> None:
    """One exchange with the broker: connecting alone says nothing of a frozen one."""
    channel = connection.default_channel
    if hasattr(channel, "client"):
        channel.client.llen(lanes.DEFAULT_QUEUE)  # and not PING, which every user may


def counter(connection: Connection) -> Callable[[str], int | None]:
    """How to ask this broker for the length of a queue."""
    channel = connection.default_channel
    client = getattr(channel, "client", None)
    if client is not None:
        return lambda name: int(client.llen(name))
    if connection.transport.driver_type == "amqp":
        return lambda name: rabbitmq.length(connection, name)
    if connection.transport.driver_type == "sql":
        return lambda name: int(channel._size(name))
    return lambda _name: None


def states_of(backend: Any, task_ids: list[str]) -> dict[str, str]:
    """The stored states, from a key-value backend by one MGET or from a database by one SELECT."""
    if not task_ids:
        return {}
    if hasattr(backend, "mget"):
        stored = backend.mget([backend.get_key_for_task(task_id) for task_id in task_ids])
        return {
            task_id: backend.decode_result(value)["status"]
            for task_id, value in zip(task_ids, stored, strict=True)
            if value
        }
    table = backend.task_cls
    with backend.ResultSession() as session:
        rows = session.query(table.task_id, table.status).filter(table.task_id.in_(task_ids))
        return {row.task_id: row.status for row in rows}


@contextmanager
def broker_trouble() -> Iterator[None]:
    """Turn what libraries raise into a BrokerError with a code a person can be told. Never an address or a password."""
    try:
        yield
    except TROUBLE as error:
        raise BrokerError(trouble_code(error), kind=type(error).__name__) from None


def trouble_code(error: BaseException) -> str:
    """Refused, silent, a wrong password, a wrong certificate: told from the chain of causes."""
    chain: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in chain:
        chain.append(cause)
        cause = cause.__cause__ or cause.__context__
    words = " ".join(f"{type(link).__name__} {_SENTINEL.sub('', str(link))}" for link in chain).lower()
    for fragments, code in (
        (("certificate", "[ssl", "sslerror"), "broker.tls"),
        (("blockederror",), "broker.blocked"),
        (("precondition_failed",), "broker.queue_mismatch"),
        (("timeout", "timed out"), "broker.silent"),
        (("noauth", "wrongpass", "authentication", "login was refused"), "broker.login"),
        (("noperm", "no permissions", "access_refused", "refused for user"), "broker.rights"),
        (("not_allowed",), "broker.no_vhost"),
        (("refused", "no such file", "errno 2", "error 2 ", "- network:"), "broker.refused"),
        (("no master found",), "broker.no_master"),
        (("name or service not known", "getaddrinfo"), "broker.no_address"),
    ):
        if any(fragment in words for fragment in fragments):
            return code
    return "broker.failed"

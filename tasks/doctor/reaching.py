"""One bounded connection to a broker or result backend, without the Celery app: that would make the program's home."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from celery import Celery
from kombu import Connection

from tasks.client import CONNECT_AGAIN, SOCKET_TIMEOUT_S, answer, broker_trouble, states_of

NOBODYS_TASK = "smsdesk-doctor"


@contextmanager
def broker_connection(url: str) -> Iterator[Any]:
    """A connection to a broker that has answered. Raises BrokerError, also for what fails inside the block."""
    options = CONNECT_AGAIN | {"socket_timeout": SOCKET_TIMEOUT_S, "socket_connect_timeout": SOCKET_TIMEOUT_S}
    with broker_trouble(), Connection(url, transport_options=options, connect_timeout=SOCKET_TIMEOUT_S) as connection:
        answer(connection)
        yield connection


def check_backend(address: str) -> None:
    """Raise BrokerError unless a result backend answers; reads one state."""
    app = Celery("doctor", set_as_current=False)
    app.conf.update(
        result_backend=address,
        redis_socket_timeout=SOCKET_TIMEOUT_S,
        redis_socket_connect_timeout=SOCKET_TIMEOUT_S,
        redis_retry_on_timeout=False,
        result_backend_transport_options={"retry_policy": {"max_retries": 0}},
    )
    try:
        with broker_trouble():
            states_of(app.backend, [NOBODYS_TASK])
    finally:
        app.close()

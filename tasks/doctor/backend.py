"""One bounded look into a result backend, without the Celery app: that would make the program's home."""

from __future__ import annotations

from celery import Celery

from tasks.brokers.redis import endpoint
from tasks.client import SOCKET_TIMEOUT_S, broker_trouble, refuse_missing_file, states_of

NOBODYS_TASK = "smsdesk-doctor"


def check_backend(address: str) -> None:
    """Raise BrokerError unless a result backend answers; reads one state."""
    refuse_missing_file(address)
    reached = endpoint(address)
    app = Celery("doctor", set_as_current=False)
    app.conf.update(
        result_backend=reached.url,
        redis_backend_use_ssl=reached.tls,
        redis_socket_timeout=SOCKET_TIMEOUT_S,
        redis_socket_connect_timeout=SOCKET_TIMEOUT_S,
        redis_retry_on_timeout=False,
        result_backend_transport_options={"retry_policy": {"max_retries": 0}} | dict(reached.options),
    )
    try:
        with broker_trouble():
            states_of(app.backend, [NOBODYS_TASK])
    finally:
        app.close()

"""What a broker's address means for Celery, whichever kind of broker it is of."""

from __future__ import annotations

from tasks.brokers import rabbitmq, redis
from tasks.brokers.addresses import Endpoint, is_rabbitmq


def broker_endpoint(url: str) -> Endpoint:
    """What Celery is told of a broker."""
    return rabbitmq.endpoint(url) if is_rabbitmq(url) else redis.endpoint(url)

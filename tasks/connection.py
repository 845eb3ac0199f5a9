"""Which broker and which result backend: from the settings, else the embedded server, else the ledger."""

from __future__ import annotations

from tasks import server
from tasks.settings import Settings

NO_SERVER = "redis+socket:///nowhere/smsdesk.sock?virtual_host=0"
"""Stands for the embedded server that has not been started on this machine yet: connecting is refused at once."""

POLLING_BACKEND = "tasks.results:PollingRedisBackend"


def broker_address(settings: Settings) -> str:
    """The broker's URL. Without one in the settings: the embedded server's address."""
    return settings.broker_url or server.address(settings.home) or NO_SERVER


def result_address(settings: Settings, broker: str) -> str:
    """The result backend's URL. Without one in the settings: the broker where it is Redis, else the ledger."""
    chosen = settings.result_backend
    if chosen is None:
        chosen = broker if is_redis(broker) else f"db+{settings.ledger_url}"
    return f"{POLLING_BACKEND}+{chosen.removeprefix('redis+')}" if is_redis(chosen) else chosen


def is_redis(url: str) -> bool:
    """Whether a URL names a Redis-compatible server reached without Sentinel."""
    return url.startswith(("redis://", "rediss://", "redis+socket://"))

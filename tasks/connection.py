"""Which broker and which result backend: from the settings, else the embedded server, else the ledger."""

from __future__ import annotations

from tasks import server
from tasks.brokers import stand_in
from tasks.brokers.addresses import is_redis, is_sentinel
from tasks.settings import Settings

NO_SERVER = "redis+socket:///nowhere/smsdesk.sock?virtual_host=0"
"""Stands for the embedded server that has not been started on this machine yet: connecting is refused at once."""

POLLING_BACKEND = "tasks.results:PollingRedisBackend"
POLLING_SENTINEL_BACKEND = "tasks.results:PollingSentinelBackend"


def broker_address(settings: Settings) -> str:
    """The broker's URL as the setting has it. Without one: the embedded server's address, or the stand-in's."""
    if settings.broker_url is None and stand_in.is_used(settings):
        return stand_in.address(settings.home)
    return settings.broker_url or server.address(settings.home) or NO_SERVER


def result_address(settings: Settings, broker: str) -> str:
    """The result backend's URL. Without one in the settings: the broker where it is Redis, else the ledger."""
    chosen = settings.result_backend
    if chosen is None:
        chosen = broker if is_redis(broker) else f"db+{settings.ledger_url}"
    if not is_redis(chosen):
        return chosen
    return f"{POLLING_SENTINEL_BACKEND if is_sentinel(chosen) else POLLING_BACKEND}+{chosen.removeprefix('redis+')}"

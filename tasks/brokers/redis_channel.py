"""Lets a worker outlive the loss of its Redis server while it has tasks in hand.

After the loss Celery (5.7.0) gives back tasks, and acknowledges those that end, on channels whose connection kombu
(5.7.0) has already dropped. Such a channel asks that connection for its host; the AttributeError ends the worker (kombu
issue 582). For an error of the connection all of Celery is prepared: it logs it and connects again.
"""

from __future__ import annotations

from typing import Any

from kombu.transport import redis as kombu_redis
from redis.exceptions import ConnectionError as RedisConnectionError


def tell_lost_connections() -> None:
    """From now on a channel without a connection raises what a lost connection raises. Calling it again is harmless."""
    ask = kombu_redis.Channel._connparams
    if getattr(ask, "tells", False):
        return

    def connparams(self: Any, asynchronous: bool = False) -> dict[str, Any]:
        if self.connection is None or self.connection.client is None:
            raise RedisConnectionError("the connection of this channel is lost")
        found: dict[str, Any] = ask(self, asynchronous=asynchronous)
        return found

    connparams.tells = True  # type: ignore[attr-defined]
    kombu_redis.Channel._connparams = connparams

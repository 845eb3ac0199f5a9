"""Result backends on Redis that never subscribe.

Celery's own subscribes to a channel for every task it publishes; the window only polls, so each message would keep a
channel open for nothing. Waiting clients (`result.get(timeout=…)`) use their own backend and are not concerned.
"""

from __future__ import annotations

from typing import Any

from celery.backends.redis import RedisBackend, SentinelBackend


class PollingRedisBackend(RedisBackend):  # type: ignore[misc]
    """Named in `result_backend` as `tasks.results:PollingRedisBackend+redis://…`."""

    def on_task_call(self, producer: Any, task_id: str) -> None:
        """Publish without subscribing."""


class PollingSentinelBackend(SentinelBackend):  # type: ignore[misc]
    """The same, on the server that Sentinels name: `tasks.results:PollingSentinelBackend+sentinel://…`."""

    def on_task_call(self, producer: Any, task_id: str) -> None:
        """Publish without subscribing."""

"""Which pool a worker has: the option `-P`, else the setting. What cannot work here is refused with a sentence."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from tasks.brokers.stand_in import is_stand_in
from tasks.delivery.runtime import Place
from tasks.delivery.tokens import Tokens
from tasks.doctor.finding import of_error
from tasks.doctor.sentences import is_listed, remedy, say
from tasks.errors import DeskError
from tasks.green import asks_for, is_green
from tasks.settings import Settings

POOLS = {
    "celery.concurrency.thread": "threads",
    "celery.concurrency.prefork": "prefork",
    "celery.concurrency.solo": "solo",
    "celery.concurrency.gevent": "gevent",
    "celery.concurrency.eventlet": "eventlet",
}
"""Celery's modules by the names of the pools in them."""

SUPPORTED = ("threads", "prefork", "solo", "gevent")

SENTENCES = {
    "worker.pool_not_on_windows": "the prefork pool does not exist on Windows. Use `-P threads`.",
    "worker.gevent_missing": "gevent is not installed here. Install sms-desk[gevent], or use `-P threads`.",
    "worker.gevent_not_in_program": "this program comes without gevent. Use `-P threads`, or install the package.",
    "worker.gevent_unpatched": "gevent's patches are missing: write the option as `-P gevent`, with a space.",
    "worker.pool_unsupported": "only the pools threads, prefork, solo and gevent send messages here.",
    "worker.prefork_without_server": "the prefork pool needs a broker that is a server (Redis, RabbitMQ). "
    "Use `-P threads`, or set broker_url.",
    "worker.pool_spawn": "children of the prefork pool must be forked. Leave out `--pool-start-method spawn`.",
}
"""What happened and what to do, by code, where the doctor has no words for it; for a worker's log and a terminal."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the command line and the settings come to."""

    pool: str
    concurrency: int
    by_setting: bool
    """Celery knows nothing of it yet."""


def choose(options: Mapping[str, Any], settings: Settings) -> Chosen:
    """The pool of a worker that is started with these options. Raises DeskError where it cannot work here.

    Celery takes the word "prefork" for "nothing given" when its own setting names a pool, so ours is kept from it.
    """
    given = None if is_default("pool") else options.get("pool") or options.get("pool_cls")
    pool = settings.worker_pool if given is None else name_of(given)
    refuse_unusable(pool)
    if pool == "prefork" and options.get("pool_start_method") == "spawn":
        raise DeskError("worker.pool_spawn")
    concurrency = int(options.get("concurrency") or settings.worker_concurrency)
    if pool == "solo":
        concurrency = 1
    elif options.get("autoscale"):
        concurrency = max(options["autoscale"])
    return Chosen(pool, concurrency, given is None)


def is_default(option: str) -> bool:
    """Whether the running command was started without this option."""
    import click
    from click.core import ParameterSource

    context = click.get_current_context(silent=True)
    return context is not None and context.get_parameter_source(option) is ParameterSource.DEFAULT


def name_of(pool: Any) -> str:
    """A pool's name from Celery's class or a name."""
    return POOLS.get(pool.__module__, pool.__module__) if isinstance(pool, type) else str(pool)


def refuse_unusable(pool: str, platform: str = sys.platform) -> None:
    """Raise DeskError where a pool that an option chose cannot work."""
    if pool not in SUPPORTED:
        raise DeskError("worker.pool_unsupported", pool=pool)
    if pool == "prefork" and platform == "win32":
        raise DeskError("worker.pool_not_on_windows")
    if pool == "gevent" and find_spec("gevent") is None:
        raise DeskError("worker.gevent_not_in_program" if getattr(sys, "frozen", False) else "worker.gevent_missing")
    if pool == "gevent" and not is_green():
        raise DeskError("worker.gevent_unpatched")


def refuse_green(words: Sequence[str]) -> None:
    """Say that a green pool cannot work here before Celery, which would end in a traceback, tries to import it."""
    for pool in ("gevent", "eventlet"):
        if asks_for(pool, words):
            try:
                refuse_unusable(pool)
            except DeskError as error:
                raise SystemExit(f"The worker cannot start: {sentence(error)}") from None


def refuse_broker(chosen: Chosen, broker: str) -> None:
    """Raise DeskError where the pool cannot work over a broker.

    A main process that forks must hold no SQLite file open, the broker's neither (`tasks.maintenance.apart`).
    """
    if chosen.pool == "prefork" and (is_stand_in(broker) or broker.startswith(("sqla+sqlite", "sqlalchemy+sqlite"))):
        raise DeskError("worker.prefork_without_server")


def place_of(chosen: Chosen, settings: Settings) -> Place:
    """What the worker's processes are told. Children of the prefork pool share tokens, made before the first fork."""
    tokens = Tokens(settings.max_in_flight) if chosen.pool == "prefork" else None
    return Place(chosen.pool, chosen.concurrency, tokens)


def sentence(error: Exception) -> str:
    """What a worker that cannot start says of an error."""
    if not isinstance(error, DeskError):
        return type(error).__name__
    if error.code in SENTENCES:
        return f"{SENTENCES[error.code].format_map(error.params)} ({error.code})"
    finding = of_error(error)
    said = f"{say(finding, 'en')} {remedy(finding, 'en')}".strip()
    return f"{said} ({error.code})" if is_listed(finding) else str(error)

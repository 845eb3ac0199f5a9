"""What a Celery worker does when it starts and stops: finds its broker, its ledger's lanes, and runs maintenance."""

from __future__ import annotations

import logging
from typing import Any

from celery.signals import (
    celeryd_init,
    worker_process_init,
    worker_process_shutdown,
    worker_ready,
    worker_shutdown,
    worker_shutting_down,
)
from kombu import Exchange, Queue

from tasks import lanes, log, server
from tasks.connection import broker_address, result_address
from tasks.delivery.runtime import open_runtime, runtime, share, stop_claiming
from tasks.errors import DeskError
from tasks.ledger.accounts import note_rates
from tasks.ledger.engine import open_ledger
from tasks.maintenance.keeper import Keeper
from tasks.settings import Settings, load

logger = logging.getLogger(__name__)

SERVER_WAIT_S = 10


class Parts:
    """What this worker process holds for its lifetime."""

    server: Any = None
    keeper: Keeper | None = None
    processes: int = 1
    """How many the prefork pool has."""


@celeryd_init.connect  # type: ignore[untyped-decorator]
def find_broker_and_lanes(conf: Any = None, options: Any = None, **_: Any) -> None:
    """Before the first connection: the embedded server if no broker is set, and the ledger's own queues.

    Celery swallows what a signal's receiver raises, and a worker without its lanes would take nothing: it must end.
    """
    settings = load()
    log.install("worker", settings.home)
    Parts.processes = int((options or {}).get("concurrency") or settings.worker_concurrency)
    refuse_wrong_addresses(settings)
    try:
        if settings.broker_url is None:
            Parts.server = server.ensure(settings, SERVER_WAIT_S)
            conf.broker_url = broker_address(settings)
            conf.result_backend = result_address(settings, conf.broker_url)
        ledger = open_ledger(settings.ledger_url)
        # Before the first task: until the ledger knows an account's rate, nothing holds it back.
        note_rates(ledger, {name: (one.gateway, one.rate_per_s) for name, one in settings.accounts.items()})
    except Exception as error:
        said = error if isinstance(error, DeskError) else type(error).__name__
        raise SystemExit(f"The worker cannot start: {said}") from None
    conf.task_queues = task_queues(ledger.uuid)
    ledger.close()


def task_queues(ledger_uuid: str) -> list[Queue]:
    """What a worker of this ledger consumes.

    Each lane has an exchange of its own: Celery would bind them all to `celery`, the exchange of the default queue, and
    what a client publishes to that exchange would be copied into every lane.
    """
    default, *own = lanes.queue_names(ledger_uuid)
    return [Queue(default), *(Queue(name, Exchange(name), name) for name in own)]


def refuse_wrong_addresses(settings: Settings) -> None:
    """A broker or ledger that was asked for and cannot be used must not be replaced by the built-in one in silence."""
    for problem in settings.problems:
        if problem.params.get("key") in ("broker_url", "result_backend", "ledger_url"):
            raise SystemExit(f"The worker cannot start: {problem}")
        logger.warning("Setting not used: %s", problem)


@worker_ready.connect  # type: ignore[untyped-decorator]
def start_maintenance(**_: Any) -> None:
    """In the worker's main process, once it takes tasks.

    Without maintenance nothing lost is ever found again: such a worker must end and be started anew.
    """
    try:
        Parts.keeper = Keeper(runtime())
        Parts.keeper.start()
    except Exception as error:
        said = error if isinstance(error, DeskError) else type(error).__name__
        raise SystemExit(f"The worker cannot go on: {said}") from None


@worker_process_init.connect  # type: ignore[untyped-decorator]
def share_calls(**_: Any) -> None:
    """A child of the prefork pool has its part of the calls in flight."""
    share(Parts.processes)


@worker_shutting_down.connect  # type: ignore[untyped-decorator]
def claim_no_more(**_: Any) -> None:
    """At the signal to stop: what is claimed later could not be finished in time."""
    stop_claiming()


@worker_shutdown.connect  # type: ignore[untyped-decorator]
def finish(**_: Any) -> None:
    """Finish what is in flight, say goodbye, let the embedded server go if it was ours."""
    stop_claiming()
    here = open_runtime()
    if Parts.keeper is not None:
        Parts.keeper.stop(timeout_s=5)
    if here is not None:
        here.close()
    if Parts.server is not None:
        Parts.server.close()
    logger.info("stopped")


@worker_process_shutdown.connect  # type: ignore[untyped-decorator]
def finish_child(**_: Any) -> None:
    """A child of the prefork pool finishes what it has in flight itself."""
    here = open_runtime()
    if here is not None:
        here.close()

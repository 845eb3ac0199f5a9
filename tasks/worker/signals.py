"""What a Celery worker does when it starts and stops: finds its broker, its ledger's lanes, and runs maintenance."""

from __future__ import annotations

import logging
import threading
from typing import Any

from celery.signals import (
    celeryd_init,
    worker_init,
    worker_process_shutdown,
    worker_ready,
    worker_shutdown,
    worker_shutting_down,
)
from celery.worker import state
from kombu import Exchange, Queue

from tasks import lanes, log, server
from tasks.brokers import rabbitmq, stand_in
from tasks.brokers.addresses import is_rabbitmq, is_redis, missing_file
from tasks.connection import broker_address, result_address
from tasks.delivery.runtime import Place, open_runtime, runtime, stop_claiming, take_place
from tasks.errors import SettingsError
from tasks.ledger.accounts import note_limits
from tasks.ledger.engine import open_ledger
from tasks.limits import limits_of
from tasks.maintenance.apart import KeeperProcess
from tasks.maintenance.keeper import Keeper
from tasks.metrics import serve_metrics
from tasks.settings import Settings, load
from tasks.worker.announcement import announce
from tasks.worker.ending import Ending
from tasks.worker.pool import Chosen, choose, is_default, place_of, refuse_broker, sentence
from tasks.worker.restore import PREFETCH, Restorer, needs_restore

logger = logging.getLogger(__name__)

SERVER_WAIT_S = 10
WARM = "Warm"
"""Celery's word for a stop that finishes what is in hand."""

STOP_MARGIN_S = 5.0
"""Time for what a stop does beside ending the calls in flight."""


MUST_BE_RIGHT = ("broker_url", "result_backend", "ledger_url", "worker_pool")
"""Settings without which a worker that was asked for them does not start."""


class Parts:
    """What this worker process holds for its lifetime."""

    under_panel = False
    """Whether it is the window's, which shows its user what is wrong with the settings."""
    told_to_stop = False
    """Whether a signal asked for a warm stop, which then is no failure."""
    server: Any = None
    chosen: Chosen | None = None
    place: Place | None = None
    keeper: Keeper | KeeperProcess | None = None
    endpoint: Any = None
    """Health and metrics, where maintenance is in this process."""
    restorer: Restorer | None = None
    ending: Ending | None = None
    finishing = threading.Lock()
    finished = False


@celeryd_init.connect  # type: ignore[untyped-decorator]
def find_broker_and_lanes(conf: Any = None, options: Any = None, **_: Any) -> None:
    """Before the first connection: the embedded server if no broker is set, and the ledger's own queues.

    Celery swallows what a signal's receiver raises, and a worker without its lanes would take nothing: it must end.
    """
    settings = load()
    log.install("worker", settings.home)
    refuse_wrong_settings(settings, Parts.under_panel)
    try:
        Parts.chosen = choose(options or {}, settings)
        if settings.broker_url is None and not stand_in.is_used(settings):
            Parts.server = server.ensure(settings, SERVER_WAIT_S)
            conf.broker_url = broker_address(settings)
            conf.result_backend = result_address(settings, conf.broker_url)
        refuse_broker(Parts.chosen, conf.broker_url)
        if is_redis(conf.broker_url):
            from tasks.brokers.redis_channel import tell_lost_connections

            tell_lost_connections()
        ledger = open_ledger(settings.ledger_url)
        # Before the first task: until the ledger knows an account's limits, nothing holds it back.
        note_limits(ledger, limits_of(settings))
    except Exception as error:
        raise SystemExit(f"The worker cannot start: {sentence(error)}") from None
    Parts.place = place_of(Parts.chosen, settings)
    take_place(Parts.place)
    conf.task_queues = task_queues(ledger.uuid, conf.broker_url)
    announce(ledger.uuid, Parts.place)
    ledger.close()


def task_queues(ledger_uuid: str, broker: str) -> list[Queue]:
    """What a worker of this ledger consumes. The default queue is declared as every Celery app declares it.

    Each lane has an exchange of its own: Celery would bind them all to `celery`, the exchange of the default queue, and
    what a client publishes to that exchange would be copied into every lane.
    """
    default, *own = lanes.queue_names(ledger_uuid)
    if is_rabbitmq(broker):
        return [Queue(default), *(rabbitmq.lane_queue(ledger_uuid, lane) for lane in (lanes.SINGLE, lanes.BULK))]
    return [Queue(default), *(Queue(name, Exchange(name), name) for name in own)]


def refuse_wrong_settings(settings: Settings, under_panel: bool = False) -> None:
    """A broker, ledger or pool that was asked for and cannot be used must not be replaced by a default in silence.

    Nor the gateway: a web site's messages would go through the Simulator, and be told to be submitted. Where a window
    shows what is wrong, its worker goes on for what the window sends, and the door for others stays shut.
    """
    for problem in settings.problems:
        setting = problem.params.get("setting") or problem.params.get("key")
        must_be_right = problem.code == "settings.newer" or setting in MUST_BE_RIGHT
        if setting == "gateway":
            must_be_right = not under_panel or problem.params.get("source", "environment") == "environment"
        if must_be_right or (settings.file_not_in_force and not under_panel):
            raise SystemExit(f"The worker cannot start: {sentence(problem)}")
        logger.warning("Setting not used: %s", sentence(problem))
    try:
        settings.refuse_other_ledger()
    except SettingsError as error:
        raise SystemExit(f"The worker cannot start: {sentence(error)}") from None
    for address in (settings.broker_url, settings.result_backend):
        if address is not None and (path := missing_file(address)) is not None:
            raise SystemExit(f"The worker cannot start: a file that its broker's address names is not there: {path}")


@worker_init.connect  # type: ignore[untyped-decorator]
def settle_pool(sender: Any = None, **_: Any) -> None:
    """The last moment at which a worker's pool can be chosen: the one of the settings, unless an option named one."""
    if Parts.chosen is not None and Parts.chosen.by_setting:
        sender.pool_cls = Parts.chosen.pool
    if needs_restore(sender):
        Parts.restorer = Restorer(sender.app)
        if is_default("prefetch_multiplier"):
            sender.prefetch_multiplier = PREFETCH


@worker_ready.connect  # type: ignore[untyped-decorator]
def start_maintenance(**_: Any) -> None:
    """In the worker's main process, once it takes tasks.

    Without maintenance nothing lost is ever found again: such a worker must end and be started anew.
    """
    try:
        Parts.keeper = new_keeper(Parts.place)
        Parts.keeper.start()
        if isinstance(Parts.keeper, Keeper):
            Parts.endpoint = serve_metrics(runtime(), Parts.keeper)
        if Parts.restorer is not None:
            Parts.restorer.start()
    except Exception as error:
        raise SystemExit(f"The worker cannot go on: {sentence(error)}") from None


def new_keeper(place: Place | None) -> Keeper | KeeperProcess:
    """Maintenance in this process, unless it forks."""
    if place is not None and place.pool == "prefork":
        return KeeperProcess(place, end_outgrown)
    return Keeper(runtime(), end_outgrown)


def end_outgrown() -> None:
    """The ledger's tables are a later program's by now: claim nothing more, finish what is out, end with an error."""
    logger.error("A newer SMS Desk has carried the ledger over. This worker ends; start the newer program's instead.")
    stop_claiming()
    state.should_stop = 1


@worker_shutting_down.connect  # type: ignore[untyped-decorator]
def claim_no_more(how: str = "", **_: Any) -> None:
    """At the signal to stop: what is claimed later could not be finished in time."""
    Parts.told_to_stop = how == WARM
    stop_claiming()
    # A process that forked has calls in its children, which a hard end of it would cut off.
    if Parts.ending is None and Parts.place is not None and Parts.place.pool != "prefork":
        Parts.ending = Ending(finish, load().call_deadline_s + STOP_MARGIN_S)
        Parts.ending.start()


@worker_shutdown.connect  # type: ignore[untyped-decorator]
def finish(**_: Any) -> None:
    """Finish what is in flight, say goodbye, let the embedded server go if it was ours. Once, by whoever is first."""
    with Parts.finishing:
        if not Parts.finished:
            Parts.finished = True
            finish_parts()


def finish_parts() -> None:
    """Close what this process holds, in the order in which it is needed."""
    stop_claiming()
    here = open_runtime()
    if Parts.restorer is not None:
        Parts.restorer.stop()
    if Parts.endpoint is not None:
        Parts.endpoint.stop()
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

"""The broker, what waits in Celery's default queue on it, and the result backend."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select, text

from tasks import lanes, server
from tasks.brokers.addresses import is_rabbitmq, is_redis
from tasks.connection import NO_SERVER, result_address
from tasks.doctor.finding import Finding, found, of_error
from tasks.doctor.patient import Patient
from tasks.errors import BrokerError, LedgerError
from tasks.ledger.read_only import NoLedgerError, looking
from tasks.ledger.schema import ledger_info
from tasks.settings.checks import is_local

LOOKED_AT = 200
"""Tasks at the front of the default queue whose names are looked at."""

OWN_TASKS = "tasks.sms."

TOLD_OF_RESULTS = ("broker.silent", "broker.login", "broker.refused", "broker.no_address")
"""Troubles that the result backend has sentences of its own for."""


def check_broker(patient: Patient) -> list[Finding]:
    """Reach it, log in, and look whether it is of the kind that keeps tasks."""
    if "broker_url" in patient.refused_addresses:
        return [found("doctor.see_settings")]
    if patient.has_stand_in:
        return [found("doctor.broker.stand_in")]
    if is_off(patient):
        return [found("doctor.broker.off")]
    try:
        return [found_broker(patient)]
    except BrokerError as error:
        return [of_error(error)]


def is_off(patient: Patient) -> bool:
    """Whether the broker is the embedded one and nobody has started it."""
    if patient.settings.broker_url is not None or patient.has_stand_in:
        return False
    return patient.broker == NO_SERVER or not server.alive(patient.settings.home)


def found_broker(patient: Patient) -> Finding:
    """What the broker says of itself. Raises BrokerError."""
    from tasks.client import broker_connection

    with broker_connection(patient.broker) as connection:
        client = getattr(connection.default_channel, "client", None)
        about = facts(client) if client is not None else {}
        kind = kind_of(connection, about)
    if about.get("role") in ("slave", "replica"):
        return found("doctor.broker.replica", kind=kind, address=masked(patient.broker))
    if about.get("maxmemory_policy", "noeviction") != "noeviction":
        return found("doctor.broker.evicts", policy=about["maxmemory_policy"], kind=kind)
    if patient.settings.broker_url is None:
        return found("doctor.broker.embedded", kind=kind)
    if not is_local(patient.broker) and not is_encrypted(patient.broker):
        return found("doctor.broker.plain", kind=kind, address=masked(patient.broker))
    safe = "checked" if is_encrypted(patient.broker) else "local"
    return found(f"doctor.broker.{safe}", kind=kind, address=masked(patient.broker))


def facts(client: Any) -> Mapping[str, Any]:
    """What a Redis tells of itself; nothing where its user may not ask."""
    import redis

    try:
        return dict(client.info())
    except redis.exceptions.ResponseError:
        return {}


def kind_of(connection: Any, about: Mapping[str, Any]) -> str:
    """Program and version of the broker, as far as it tells."""
    for name in ("valkey", "redis"):
        if f"{name}_version" in about:
            return f"{name.capitalize()} {about[f'{name}_version']}"
    properties = getattr(connection.connection, "server_properties", None) or {}
    said = " ".join(str(properties[key]) for key in ("product", "version") if key in properties)
    return said or str(connection.transport_cls or "?").removesuffix("s").capitalize()  # a user who may not ask


def is_encrypted(url: str) -> bool:
    """Whether an address asks for TLS; without its check the settings refuse it."""
    return url.startswith(("rediss://", "amqps://")) or "ssl_cert_reqs=" in url


def masked(url: str) -> str:
    """An address without user and password, and without options, which may hold passwords too."""
    parts = []
    for one in url.split(";"):
        try:
            split = urlsplit(one)
        except ValueError:
            continue
        parts.append(f"{split.scheme}://{split.netloc.rpartition('@')[2]}{split.path}")
    return ";".join(parts)


def check_default_queue(patient: Patient) -> list[Finding]:
    """Whether another application's tasks wait in Celery's default queue, where other clients' ones come in."""
    if "broker_url" in patient.refused_addresses or is_off(patient):
        return [found("doctor.needs_broker")]
    if patient.has_stand_in:
        return [found("doctor.queue.closed")]
    from tasks.client import broker_connection

    try:
        with broker_connection(patient.broker) as connection:
            client = getattr(connection.default_channel, "client", None)
            if client is None:
                return [found("doctor.queue.closed"), *put_aside(patient, connection)]
            waiting = int(client.llen(lanes.DEFAULT_QUEUE))
            # Workers take from the right end.
            bodies = client.lrange(lanes.DEFAULT_QUEUE, -LOOKED_AT, -1)
    except BrokerError as error:
        return [found("doctor.queue.closed" if error.code == "broker.rights" else "doctor.needs_broker")]
    names = sorted({name for name in map(task_name, bodies) if not name.startswith(OWN_TASKS)})
    if names:
        return [found("doctor.queue.shared", names=names[:3], waiting=waiting)]
    return [found("doctor.queue.ok", waiting=waiting)]


def put_aside(patient: Patient, connection: Any) -> list[Finding]:
    """A finding where RabbitMQ has put tasks of this ledger aside. Raises BrokerError."""
    from tasks.client import counter

    if not is_rabbitmq(patient.broker):
        return []
    with patient.ledger() as ledger:
        if ledger is None:
            return []
        uuid = ledger.execute(select(ledger_info.c.value).where(ledger_info.c.name == "uuid")).scalar_one()
    queue = lanes.queue_name(uuid, lanes.DEAD)
    dead = counter(connection)(queue)
    return [found("doctor.queue.dead", dead=dead, queue=queue)] if dead else []


def task_name(message: bytes) -> str:
    """The task that a message of kombu's names. Nothing else of it is looked at."""
    from tasks.worker.consumer import task_name as name_of

    class Envelope:
        headers: Any = None

    try:
        Envelope.headers = json.loads(message)["headers"]
    except (ValueError, KeyError, TypeError):
        return "?"
    return name_of(Envelope) or "?"


def check_results(patient: Patient) -> list[Finding]:
    """Whether results of tasks can be kept and read."""
    if patient.refused_addresses:
        return [found("doctor.see_settings")]
    if patient.settings.result_backend is None and is_redis(patient.broker):
        return [found("doctor.needs_broker" if is_off(patient) else "doctor.results.broker")]
    address = result_address(patient.settings, patient.broker)
    if address.startswith("db+"):
        return [found_database(address.removeprefix("db+"), patient)]
    from tasks.doctor.backend import check_backend

    try:
        check_backend(address)
    except BrokerError as error:
        known = {code: f"doctor.results.{code.removeprefix('broker.')}" for code in TOLD_OF_RESULTS}
        code = known.get(error.code, "doctor.results.failed")
        return [found(code, kind=error.code, address=own_address(address))]
    return [found("doctor.results.ok", address=own_address(address))]


def own_address(address: str) -> str:
    """A result backend's address for a person: without our class in front."""
    return masked(address.rpartition("+")[2] if address.startswith("tasks.") else address)


def found_database(url: str, patient: Patient) -> Finding:
    """A database that keeps results; Celery makes its tables itself."""
    if url == patient.settings.ledger_url:
        return found("doctor.results.ledger")
    try:
        with looking(url) as connection:
            connection.execute(text("SELECT 1"))
    except NoLedgerError:
        return found("doctor.results.missing", address=masked(url))
    except LedgerError as error:
        return found("doctor.results.database", address=masked(url), kind=error.code)
    return found("doctor.results.ok", address=masked(url))

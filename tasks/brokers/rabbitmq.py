"""RabbitMQ: what its addresses stand for, how its waits are bounded, and the queues that a ledger has there.

    amqps://user:password@host:5671/vhost?ssl_cert_reqs=required&ssl_ca_certs=/etc/ssl/rabbitmq-ca.pem

TLS is never without the check of certificate and host name, also where the address does not ask for it.

The lanes are quorum queues: they survive the loss of a node, and count how often each task was delivered. One that has
brought down its worker time and again goes to the dead-letter queue in place of circling for ever. That queue is for
people to look at: what is to become of a message is in the ledger.
"""

from __future__ import annotations

import contextlib
import os
import ssl
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from amqp.exceptions import AMQPError, NotFound  # type: ignore[import-untyped]
from kombu import Connection, Exchange, Queue
from kombu.transport import pyamqp

from tasks import lanes
from tasks.brokers.addresses import TLS_PARAMETERS, Endpoint

HEARTBEAT_S: Final = 30
"""Both sides notice within a minute that the other has gone silent; Celery's own 120 s make it four."""

DELIVERY_LIMIT: Final = 5
"""How often a task comes back from a worker that went away with it, before it is put aside."""

DEAD_KEPT_MOST: Final = 10_000
"""A task that is put aside carries ids only, and the oldest make room."""

WAIT_S: Final = 2
"""The longest a single exchange with the broker may take for whoever only publishes or asks."""

_OWN: Final = Exchange("")
"""The exchange that every queue is bound to by its name: no right to bind anything is needed."""

OPTIONS: Final[dict[str, Any]] = {
    # Without it a task that a dying node has not taken counts as published.
    "confirm_publish": True,
    "connect_timeout": 4,
    # Without these a frozen node holds up whoever waits for its word for ever. py-amqp writes them as seconds and
    # microseconds, which Windows takes for milliseconds.
    **({} if os.name == "nt" else {"read_timeout": 5, "write_timeout": 5}),
}
"""`broker_transport_options` of a worker, and of a program that imports `tasks.sms`."""


class BlockedError(Exception):
    """The node takes nothing because its memory or its disk is full."""


def refuse_blocked(_reason: str) -> None:
    """At the node's word that it takes nothing more: no waiting for a confirmation that will not come."""
    raise BlockedError


CLIENT_OPTIONS: Final[dict[str, Any]] = {
    "confirm_publish": True,
    "connect_timeout": WAIT_S,
    # A node that refuses is asked again for a moment, one that is silent is not.
    "connect_retries_timeout": WAIT_S - 0.1,
    "on_blocked": refuse_blocked,
}
"""Transport options of a client that must not wait long."""

PUBLISH_WAITS: Final[dict[str, Any]] = {"timeout": WAIT_S, "confirm_timeout": WAIT_S}
"""How long one publish waits for the socket and for the confirmation."""


class BoundedTransport(pyamqp.Transport):  # type: ignore[misc]
    """kombu's own, with a limit to every wait for the node: opening a channel and declaring know none by themselves."""

    def establish_connection(self) -> Any:
        """A connection whose socket gives up after `WAIT_S`."""
        connection = super().establish_connection()
        connection.sock.settimeout(WAIT_S)
        return connection


TRANSPORT: Final = f"{__name__}:{BoundedTransport.__name__}"


def endpoint(url: str) -> Endpoint:
    """What Celery is told: TLS beside the address, because kombu makes keywords of it that py-amqp does not know."""
    parts = [urlsplit(part) for part in url.split(";")]
    plain = ";".join(f"{part.scheme}://{part.netloc}{part.path}" for part in parts)
    if not plain.startswith("amqps://"):
        return Endpoint(plain)
    given = dict(parse_qsl(parts[0].query))
    files = {name.removeprefix("ssl_"): given[name] for name in TLS_PARAMETERS[1:] if name in given}
    # Only with a name to compare does py-amqp look whom the certificate is for.
    return Endpoint(plain, tls={"cert_reqs": ssl.CERT_REQUIRED, "server_hostname": parts[0].hostname, **files})


class Lane(Queue):  # type: ignore[misc]
    """A lane's queue: whoever declares it, panel or worker, declares the dead-letter queue first."""

    def declare(self, nowait: bool = False, channel: Any = None) -> Any:
        """Make both queues where they are not there yet. Raises PreconditionFailed where one is of another kind."""
        dead = Queue(self.queue_arguments["x-dead-letter-routing-key"], _OWN, queue_arguments=DEAD_ARGUMENTS)
        dead(channel or self.channel).declare(nowait=nowait)
        return super().declare(nowait=nowait, channel=channel)


DEAD_ARGUMENTS: Final[dict[str, Any]] = {"x-queue-type": "quorum", "x-max-length": DEAD_KEPT_MOST}


def lane_queue(ledger_uuid: str, lane: str) -> Lane:
    """One lane of a ledger, the same for whoever publishes and whoever consumes."""
    name = lanes.queue_name(ledger_uuid, lane)
    arguments = {
        "x-queue-type": "quorum",
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-dead-letter-exchange": _OWN.name,
        "x-dead-letter-routing-key": lanes.queue_name(ledger_uuid, lanes.DEAD),
    }
    return Lane(name, _OWN, name, queue_arguments=arguments)


def length(connection: Connection, name: str) -> int:
    """Tasks that wait in a queue; 0 where nobody has declared it yet. Raises what py-amqp raises."""
    with connection.channel() as channel:
        try:
            return int(channel.queue_declare(name, passive=True).message_count)
        except NotFound:  # which has closed the channel
            return 0


def is_alive(connection: Connection) -> bool:
    """Whether a connection that lay idle is still one: a node that was restarted has closed it meanwhile."""
    try:
        connection.drain_events(timeout=0)
    except TimeoutError:
        return True
    except (AMQPError, BlockedError, OSError):
        return False
    return True


def forget(connection: Connection) -> None:
    """Drop a connection without the goodbye, for whose answer a frozen node would be waited for."""
    with contextlib.suppress(AMQPError, OSError):
        connection.collect()

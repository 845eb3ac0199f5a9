"""Addresses of brokers: their kinds and parameters, without any library."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

SCHEMES = ("redis", "rediss", "redis+socket", "sentinel")

RABBITMQ_SCHEMES = ("amqp", "amqps")

TLS_PARAMETERS = ("ssl_cert_reqs", "ssl_ca_certs", "ssl_certfile", "ssl_keyfile")
SENTINEL_PARAMETERS = ("master_name", "sentinel_username", "sentinel_password", *TLS_PARAMETERS)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What Celery is told of a broker or result backend."""

    url: str
    options: Mapping[str, Any] = field(default_factory=dict)
    """Transport options beside the usual ones."""
    tls: Mapping[str, Any] | None = None
    """`broker_use_ssl` or `redis_backend_use_ssl`, where the address itself cannot say it."""


def is_redis(url: str) -> bool:
    """Whether an address is one of a Redis-compatible server, reached directly or through Sentinels."""
    return url.partition("://")[0] in SCHEMES


def is_rabbitmq(url: str) -> bool:
    """Whether an address is one of RabbitMQ."""
    return url.partition("://")[0] in RABBITMQ_SCHEMES


def is_sentinel(url: str) -> bool:
    """Whether an address (also of a result backend, behind its class) is one of Sentinels."""
    return url.partition("://")[0].rpartition("+")[2] == "sentinel"


def sentinel_parameters(url: str) -> dict[str, str]:
    """The parameters of all parts of a Sentinel address together."""
    return {name: value for part in url.split(";") for name, value in parse_qsl(urlsplit(part).query)}


def missing_file(url: str) -> str | None:
    """The first file that an address names for TLS and that is not here."""
    for part in url.split(";"):
        for name, value in parse_qsl(urlsplit(part).query):
            if name in TLS_PARAMETERS[1:] and not os.access(value, os.R_OK):
                return value
    return None

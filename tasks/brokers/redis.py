"""What the address of a Redis-compatible server with Sentinels stands for in Celery's settings.

    sentinel://user:password@host1:26379/0;sentinel://host2:26379?master_name=desk&sentinel_password=…

User, password, database and parameters are taken from whichever part has them and hold for all. `user` and `password`
are those of the servers, `sentinel_username` and `sentinel_password` those of the Sentinels. With
`ssl_cert_reqs=required` both are reached by TLS.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from tasks.brokers.addresses import TLS_PARAMETERS, Endpoint, is_sentinel, sentinel_parameters

SENTINEL_PORT = 26379

SENTINEL_TIMEOUT_S = 2
"""How long one Sentinel is waited for before the next is asked."""


def endpoint(url: str) -> Endpoint:
    """What Celery is told: of Sentinels without the parameters, which it takes elsewhere; else the address itself."""
    if not is_sentinel(url):
        return Endpoint(url)
    scheme, _, _ = url.partition("://")
    prefix = scheme.removesuffix("sentinel")
    parts = [urlsplit(part) for part in url.removeprefix(prefix).split(";") if part]
    login = next((part.netloc.rpartition("@")[0] for part in parts if "@" in part.netloc), "")
    path = next((part.path for part in parts if part.path.strip("/")), "")
    hosts = [part.netloc.rpartition("@")[2] for part in parts]
    # Celery goes on with the next part where one does not answer, and would have no password there.
    plain = ";".join(f"sentinel://{login}@{host}{path}" if login else f"sentinel://{host}{path}" for host in hosts)
    given = sentinel_parameters(url)
    options = {"master_name": given.get("master_name", ""), "sentinel_kwargs": sentinel_login(given)}
    return Endpoint(prefix + plain, options, tls_of(given))


def sentinel_login(given: Mapping[str, str]) -> dict[str, Any]:
    """How the Sentinels themselves are reached: redis-py's own ten repetitions would hold up whoever asks."""
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    login: dict[str, Any] = {
        "socket_timeout": SENTINEL_TIMEOUT_S,
        "socket_connect_timeout": SENTINEL_TIMEOUT_S,
        "retry": Retry(NoBackoff(), 0),
    }
    if "sentinel_password" in given:
        login |= {"username": given.get("sentinel_username"), "password": given["sentinel_password"]}
    tls = tls_of(given)
    return login | ({"ssl": True, **tls} if tls else {})


def tls_of(given: Mapping[str, str]) -> dict[str, Any] | None:
    """The options of TLS among an address's parameters, never without the check of the certificate; None: no TLS."""
    named = {name: given[name] for name in TLS_PARAMETERS if name in given}
    return named | {"ssl_cert_reqs": ssl.CERT_REQUIRED} if named else None


def ask_sentinels(reached: Endpoint) -> None:
    """Raise what the last Sentinel raised, unless one answers: Celery's error does not say what it was."""
    from redis import Redis, RedisError

    failed: RedisError | None = None
    for part in reached.url.split(";") if is_sentinel(reached.url) else ():
        place = urlsplit(part)
        options = reached.options["sentinel_kwargs"]
        try:
            with Redis(place.hostname or "localhost", place.port or SENTINEL_PORT, **options) as sentinel:
                sentinel.ping()
            return
        except RedisError as error:
            failed = error
    if failed is not None:
        raise failed

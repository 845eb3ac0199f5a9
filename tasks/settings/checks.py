"""Addresses that must not be used: unchecked TLS, a ledger that other machines cannot see, a backend of no use."""

from __future__ import annotations

import sys
from urllib.parse import parse_qsl, urlsplit

from tasks.brokers.addresses import RABBITMQ_SCHEMES, SENTINEL_PARAMETERS, TLS_PARAMETERS
from tasks.errors import SettingsError
from tasks.settings.values import refuse

_HERE = frozenset({"", "localhost", "localhost.localdomain", "::1"})

OTHER_WAYS_TO_RABBITMQ = ("pyamqp", "librabbitmq")
"""Further schemes of kombu's, round all that is settled here for `amqp` and `amqps`."""

_CHECKED = ("required", "CERT_REQUIRED")
"""What kombu, Celery and redis-py all take as "check the certificate"; `REQUIRED` ends a worker with a KeyError."""


def check_broker(url: str) -> None:
    """Raise SettingsError `settings.tls_unchecked`, `settings.invalid` (malformed), `settings.sentinel_without_master`.

    Kombu takes `rediss://` without an option as "check nothing".
    """
    _check_address("broker_url", url)


def check_result_backend(url: str) -> None:
    """Raise SettingsError as `check_broker`, or `settings.result_backend_rpc`.

    `rpc://` keeps a result for one reader once: polling states would eat it.
    """
    if _scheme(url) == "rpc":
        raise SettingsError("settings.result_backend_rpc", key="result_backend")
    _check_address("result_backend", url)


def check_pool(pool: object, platform: str = sys.platform) -> None:
    """Raise SettingsError `settings.pool_by_flag` for gevent, which works as an option of the worker alone, and
    `settings.pool_not_on_windows` for prefork there.
    """
    name = pool.strip() if isinstance(pool, str) else pool
    if name == "gevent":
        raise SettingsError("settings.pool_by_flag", key="worker_pool")
    if name == "prefork" and platform == "win32":
        raise SettingsError("settings.pool_not_on_windows", key="worker_pool")


def check_shared_ledger(broker_url: str | None, ledger_url: str) -> None:
    """Raise SettingsError `settings.ledger_not_shared`: other machines' workers could not see an SQLite ledger here."""
    if broker_url is not None and ledger_url.startswith("sqlite") and not is_local(broker_url):
        raise SettingsError("settings.ledger_not_shared", key="broker_url")


def is_local(url: str) -> bool:
    """Whether every host of an address (Sentinel and RabbitMQ take several, split by `;`) is this machine."""
    return all(_is_local_host(part) for part in url.split(";"))


def _is_local_host(url: str) -> bool:
    scheme = url.split("://", 1)[0]
    if scheme.endswith("+socket") or scheme in ("memory", "filesystem") or scheme.startswith(("sqla", "sqlalchemy")):
        return True
    host = (urlsplit(url).hostname or "").lower()
    return host in _HERE or host.startswith("127.")


def _scheme(url: str) -> str:
    """What an address is of, without a class or transport named before it: `my.module:Backend+rediss` is `rediss`."""
    return url.partition("://")[0].rpartition("+")[2].lower()


def _check_address(key: str, url: str) -> None:
    """Celery takes several addresses, joined by `;`: each must stand the check."""
    parts = url.split(";")
    given = [parse_qsl(urlsplit(part).query, keep_blank_values=True) for part in parts]
    sentinel = [_scheme(part) == "sentinel" for part in parts]
    if any(sentinel):
        if not all(sentinel):
            refuse(key, "malformed")
        _check_sentinels(key, [pair for pairs in given for pair in pairs])
    for part, pairs in zip(parts, given, strict=True):
        scheme, asks_tls = _scheme(part), any(name.startswith("ssl") for name, _ in pairs)
        # One spelling only: upper case, or a class named before it, leads round the checks here or in Celery.
        if scheme in ("redis", "rediss", "sentinel", *RABBITMQ_SCHEMES) and not part.startswith(f"{scheme}://"):
            refuse(key, "malformed")
        # Of Redis Celery's broker would take it as TLS, its result backend would not.
        if scheme in ("redis", "amqp") and asks_tls:
            refuse(key, "malformed")
        if scheme in RABBITMQ_SCHEMES:
            _check_rabbitmq(key, part, pairs, len(parts))
        if scheme in OTHER_WAYS_TO_RABBITMQ:
            refuse(key, "malformed")
        if scheme == "rediss" or (asks_tls and not any(sentinel)):
            _check_tls(key, pairs)


def _check_rabbitmq(key: str, url: str, given: list[tuple[str, str]], addresses: int) -> None:
    """Nothing but TLS can be asked for. By TLS one address: py-amqp would compare all certificates with one name."""
    if any(not name.startswith("ssl") for name, _ in given):
        refuse(key, "malformed")
    if _scheme(url) == "amqps" and addresses > 1:
        refuse(key, "malformed")


def _check_sentinels(key: str, given: list[tuple[str, str]]) -> None:
    """The parameters of all parts hold for all of them."""
    if any(name not in SENTINEL_PARAMETERS for name, _ in given) or len(dict(given)) < len(given):
        refuse(key, "malformed")
    if not dict(given).get("master_name"):
        raise SettingsError("settings.sentinel_without_master", key=key)
    if any(name in TLS_PARAMETERS for name, _ in given):
        _check_tls(key, given)


def _check_tls(key: str, given: list[tuple[str, str]]) -> None:
    named = [(name, value) for name, value in given if name.startswith("ssl")]
    asked = [value for name, value in named if name == "ssl_cert_reqs"]
    # Any further one (ssl_check_hostname, ssl_exclude_verify_flags) weakens the check or is not known everywhere.
    if len(asked) != 1 or asked[0] not in _CHECKED or any(name not in TLS_PARAMETERS for name, _ in named):
        raise SettingsError("settings.tls_unchecked", key=key)

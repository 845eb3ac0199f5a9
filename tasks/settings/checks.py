"""Addresses that must not be used: unchecked TLS, a ledger that other machines cannot see, a backend of no use."""

from __future__ import annotations

import sys
from urllib.parse import parse_qs, urlsplit

from tasks.errors import SettingsError

_HERE = frozenset({"", "localhost", "localhost.localdomain", "::1"})


def check_broker(url: str) -> None:
    """Raise SettingsError `settings.tls_unchecked`: kombu takes `rediss://` without an option as "check nothing"."""
    _check_tls("broker_url", url)


def check_result_backend(url: str) -> None:
    """Raise SettingsError `settings.tls_unchecked` or `settings.result_backend_rpc`.

    `rpc://` keeps a result for one reader once: polling states would eat it.
    """
    if url.startswith("rpc:"):
        raise SettingsError("settings.result_backend_rpc", key="result_backend")
    _check_tls("result_backend", url)


def check_pool(pool: object, platform: str = sys.platform) -> None:
    """Raise SettingsError `settings.pool_by_flag` for gevent, which works as an option of the worker alone, and
    `settings.pool_not_on_windows` for prefork there."""
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


def _check_tls(key: str, url: str) -> None:
    for part in url.split(";"):
        if not part.startswith("rediss://"):
            continue
        asked = parse_qs(urlsplit(part).query).get("ssl_cert_reqs", [""])[-1].lower()
        if asked.removeprefix("cert_") != "required":
            raise SettingsError("settings.tls_unchecked", key=key)

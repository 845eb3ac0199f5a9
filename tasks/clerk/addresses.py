"""Passwords in addresses of brokers and databases: the window shows and returns a mask, never the password."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit, urlunsplit

MASK = "********"


def hide_password(url: str | None) -> str | None:
    """The address with a mask for its password; as it is where it has none."""
    if url is None:
        return None
    parts = _split(url)
    if parts is None or not parts.password:
        return url
    return _with_password(parts, MASK)


def restore_password(url: str, known: str | None) -> str:
    """The address with the password of `known` in place of the mask."""
    parts = _split(url)
    if parts is None or parts.password != MASK or known is None:
        return url
    before = _split(known)
    # The user and the host must be the same: a mask must not carry a password to somebody else's server.
    same = before is not None and (before.username, before.hostname) == (parts.username, parts.hostname)
    password = _raw_password(before.netloc) if same and before is not None else ""
    return _with_password(parts, password)


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:
        return None


def _raw_password(netloc: str) -> str:
    return netloc.rpartition("@")[0].partition(":")[2]


def _with_password(parts: SplitResult, password: str) -> str:
    user, host = netloc_parts(parts.netloc)
    login = f"{user}:{password}@" if password else (f"{user}@" if user else "")
    return urlunsplit(parts._replace(netloc=login + host))


def netloc_parts(netloc: str) -> tuple[str, str]:
    """User and host of the middle of an address."""
    login, _, host = netloc.rpartition("@")
    return login.partition(":")[0], host

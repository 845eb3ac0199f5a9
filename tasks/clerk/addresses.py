"""Passwords in addresses of brokers and databases: the window shows and returns a mask, never the password.

An address may be several, joined by `;` (Sentinels, a cluster), and hold a password among its parameters, too.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit, urlunsplit

MASK = "********"

_PARAMETER = re.compile(r"(?<=[?&])((?:[\w-]*_)?password=)([^&;#]+)")


def hide_password(url: str | None) -> str | None:
    """The address with a mask for each password; as it is where it has none."""
    if url is None:
        return None
    return ";".join(_hidden(part) for part in url.split(";"))


def restore_password(url: str, known: str | None) -> str:
    """The address with the passwords of `known` in place of the masks."""
    if MASK not in url or known is None:
        return url
    before = known.split(";")
    restored = [_restored(part, before) for part in url.split(";")]
    # A parameter's password holds for all hosts: one more, or another, and it would go to somebody else's server.
    same = sorted(map(_host, before)) == sorted(map(_host, restored))
    passwords = {name: value for part in before for name, value in _PARAMETER.findall(part)} if same else {}
    return ";".join(
        _PARAMETER.sub(lambda found: found[1] + (passwords.get(found[1], "") if found[2] == MASK else found[2]), part)
        for part in restored
    )


def _hidden(part: str) -> str:
    parts = _split(part)
    if parts is not None and parts.password:
        part = _with_password(parts, MASK)
    return _PARAMETER.sub(lambda found: found[1] + MASK, part)


def _restored(part: str, before: list[str]) -> str:
    parts = _split(part)
    if parts is None or parts.password != MASK:
        return part
    # The user and the host must be the same: a mask must not carry a password to somebody else's server.
    known = (_split(other) for other in before)
    same = [one for one in known if one and (one.username, one.hostname) == (parts.username, parts.hostname)]
    return _with_password(parts, _raw_password(same[0].netloc) if same else "")


def _host(part: str) -> str:
    parts = _split(part)
    return (parts.hostname or "") if parts is not None else part


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

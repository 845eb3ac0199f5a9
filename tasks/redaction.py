"""What is taken out of a text that may leave this computer, such as a bug report.

Stricter than what a log needs (`tasks.log.redact`): a report is read by strangers. Rather too much is taken out than
too little; what a reader needs of a traceback stays: times, line numbers, versions, counts.
"""

from __future__ import annotations

import getpass
import os
import re
import socket
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from ipaddress import AddressValueError, IPv6Address
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from tasks.settings.model import known_secrets

MASK: Final = "•••"

_TIME = r"20\d\d-[01]\d-[0-3]\d(?:[T ][0-2]\d:[0-5]\d(?::[0-5]\d(?:[.,]\d{1,6})?)?)?(?!\d)"
_UUID = r"(?<![0-9A-Za-z])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9A-Za-z])"
# What people and spreadsheets write between the digits of a number. A full stop only between groups of two digits and
# more: a version has groups of one.
_GAP = r"(?:[\s()\-/·_\u200b-\u200f\u2010-\u2015\u2060\u2212\u3000\ufeff]{1,3}|%[2２][0０])"
_NUMBER = rf"(?:\+|(?<!\d))\(?\d{{1,15}}\)?(?:{_GAP}\d+|\.\d{{2,}}|,\d{{4}}(?!\d))+|\d(?:[ \-]\d){{6,}}|\+?\d{{7,}}"
_NUMBERS: Final = re.compile(f"(?P<kept>{_TIME}|{_UUID})|(?P<number>{_NUMBER})")
_FEWEST_DIGITS: Final = 7

# Every repetition has a bound: without one, a long line without blanks would take seconds.
_SCHEME = r"[a-z][a-z0-9+.-]{0,30}://"
_CREDENTIALS: Final = re.compile(rf"(?i)({_SCHEME})[^/\s@'\"<>]{{0,300}}@")
_HOST: Final = re.compile(rf"(?i)({_SCHEME}(?:•••@|…@)?)(\[[0-9a-f:.%]{{2,60}}\]|[^/\s:'\"<>•@?]{{1,300}})")
_ADDRESS: Final = re.compile(r"(?<![\d.])(?!127\.)(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
_HERE: Final = frozenset({"localhost", "127.0.0.1", "::1", "[::1]"})
_SIX: Final = re.compile(
    r"(?i)(?<![0-9a-z:.])[0-9a-f:.]{0,45}:[0-9a-f]{0,4}:[0-9a-f:.]{0,45}(?:%\w{1,20})?(?![0-9a-z])"
)
_MAIL: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}")
"""Also a worker's name, which ends in its computer's."""
_NAMED: Final = re.compile(
    r"(?i)(?P<name>\b[\w-]{0,20}(?:password|passwd|passphrase|pwd|\bpass|secret|token|api[_-]?key|access[_-]?key"
    r"|authorization|cookie|app[_-]?id|sid|sig|signature)\\?['\"]?\s{0,3}(?:=|:|%3D)\s{0,3})(?:(?:bearer|basic)\s{1,3})?"
    r"(?P<value>\\?\"[^\"]*\"|'[^']*'|[^\s,;&)}\]]+)"
)
_BEARER: Final = re.compile(r"(?i)\b(bearer\s{1,3})[\w.~+/=-]{6,}")
_KEY: Final = re.compile(
    r"(?<![0-9A-Za-z])(?=[0-9A-Za-z]*[0-9])(?=[0-9A-Za-z]*[A-Za-z])[0-9A-Za-z]{24,}(?![0-9A-Za-z])"
)
_SQL_VALUES: Final = re.compile(r"(\[parameters: |Failing row contains \().*")
"""What a statement was given, and the row that PostgreSQL quotes in an error: there the texts of messages stand."""
_LONGEST_LINE: Final = 1_000
_SHORTEST_HOME: Final = 3
_CASE_OF_PATHS: Final = re.IGNORECASE if sys.platform == "win32" else re.NOFLAG
_EVERYBODY: Final = frozenset({"root", "user", "admin", "localhost", "sms", "desk"})
"""Names that tell nothing of a person, and would take half of a traceback with them."""
_SHORT: Final = 2
"""Names of so many letters and fewer, like "li" and "vm", are taken out only where a name is meant."""
_FIRST_PERSON: Final = 500
"""Below this a user's number is one of the system's own (1000 on Linux, 501 on macOS is a person's first)."""
_TELLING: Final = r"\b(?:user(?:name)?|login|logname|owner|host(?:name)?|computer|node)['\"]?\s?[=:]?\s?['\"]?"
"""A word after which a user's or a computer's name follows."""
_PATH: Final = re.compile(r"(?:\b[A-Za-z]:)?[\\/][^\s'\"<>|:;,*?()]+")


def names_in(url: str) -> set[str]:
    """What an address tells of others: their computers, who logs in there, and where a certificate lies.

    Sentinel's has several parts, and PostgreSQL's several computers, also in `host=`.
    """
    found: set[str] = set()
    for part in url.split(";"):
        with suppress(ValueError):
            split = urlsplit(part)
            login, _, computers = split.netloc.rpartition("@")
            found.add(unquote(login.partition(":")[0]))
            values = parse_qsl(split.query)
            found |= {value for _, value in values if value.startswith("/")}
            listed = [computers, *(value for name, value in values if name in ("host", "hostaddr"))]
            found |= {_without_port(computer) for entry in listed for computer in entry.split(",")}
    return {name for name in found if len(name) > 2 and name.lower() not in _HERE | _EVERYBODY}


def _without_port(computer: str) -> str:
    return computer[1:].partition("]")[0] if computer.startswith("[") else computer.partition(":")[0]


def for_report(text: str, names: Iterable[str] = ()) -> str:
    """The text without secrets, numbers, addresses, and names of this computer and of its user.

    `names`: of what else only those concerned should know.
    """
    for secret in known_secrets():
        for form in {secret, quote(secret, safe="")}:
            text = text.replace(form, MASK)
    text = "\n".join(map(_cut, text.split("\n")))
    text = _SQL_VALUES.sub(rf"\1{MASK}", text)
    text = _without_home(text)
    text = _CREDENTIALS.sub(rf"\1{MASK}@", text)
    text = _HOST.sub(lambda found: found[1] + (found[2] if found[2].lower() in _HERE else MASK), text)
    text = _NAMED.sub(rf"\g<name>{MASK}", text)
    text = _BEARER.sub(rf"\1{MASK}", text)
    text = _MAIL.sub(MASK, text)
    text = _ADDRESS.sub(MASK, text)
    text = _KEY.sub(MASK, text)
    text = _SIX.sub(_here_or_masked, text)
    text = _NUMBERS.sub(_kept_or_masked, text)
    here = _names_of_here()
    text = _without_short_names(text, [name for name in here if _is_short(name)])
    long = {*names, *(name for name in here if not _is_short(name))}
    return _without_names(text, sorted(long, key=len, reverse=True))


def _cut(line: str) -> str:
    return line if len(line) <= _LONGEST_LINE else line[:_LONGEST_LINE] + " …"


def _here_or_masked(found: re.Match[str]) -> str:
    """An address of IPv6, which a time is not, and neither is this computer's own."""
    try:
        address = IPv6Address(found[0])
    except AddressValueError:
        return found[0]
    return found[0] if address.is_loopback or address.is_unspecified else MASK


def _kept_or_masked(found: re.Match[str]) -> str:
    if found["kept"]:
        return found["kept"]
    digits = sum(sign.isdigit() for sign in found[0])
    return MASK if digits >= _FEWEST_DIGITS else found[0]


def _without_home(text: str) -> str:
    """Paths begin at the user's home, however they are written: in JSON and in `repr` a backslash stands twice."""
    try:
        home = str(Path.home())
    except RuntimeError:  # such a user has none
        return text
    if len(home) < _SHORTEST_HOME:
        return text
    forms = {home, home.replace("\\", "\\\\"), home.replace("\\", "/")}
    return re.sub("|".join(map(re.escape, sorted(forms, key=len, reverse=True))), "~", text, flags=_CASE_OF_PATHS)


def _without_names(text: str, names: Iterable[str]) -> str:
    for name in names:
        # A computer's name may go on with that of its network.
        whole = rf"(?<![0-9A-Za-z]){re.escape(name)}(?![0-9A-Za-z])(?:\.[\w-]{{1,63}}){{0,6}}"
        text = re.sub(whole, MASK, text, flags=re.IGNORECASE)
    return text


def _names_of_here() -> list[str]:
    """The user's name and the computer's; the user's number stands in paths only, as a short name does."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError):  # no such user is known here
        user = ""
    names = {user, socket.gethostname()} - {""}
    number = os.getuid() if hasattr(os, "getuid") else 0
    numbers = [str(number)] if number >= _FIRST_PERSON else []
    return [name for name in names if name.lower() not in _EVERYBODY] + numbers


def _is_short(name: str) -> bool:
    """Whether it also stands where nobody is meant: it is a word, a part of one, a count."""
    return name.isdecimal() or (name.isascii() and len(name) <= _SHORT)


def _without_short_names(text: str, names: Sequence[str]) -> str:
    """Where a user or a computer is meant: in a path, after such a word, before a process's number."""
    if not names:
        return text
    name = "|".join(map(re.escape, names))
    told = rf"(?i)(?P<by>{_TELLING})(?:{name})(?![\w-])"
    worker = rf"(?<![\w.-])(?:{name})(?=:\d)"
    part = re.compile(rf"(?<![0-9A-Za-z])(?:{name})(?![0-9A-Za-z])")
    text = _PATH.sub(lambda found: "".join(_part_masked(one, part) for one in re.split(r"([\\/])", found[0])), text)
    text = re.sub(told, rf"\g<by>{MASK}", text)
    return re.sub(worker, MASK, text)


def _part_masked(part: str, name: re.Pattern[str]) -> str:
    return part if part.endswith(".py") else name.sub(MASK, part)

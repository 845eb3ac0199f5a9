"""Codes as data: what each gateway's answers prove, what they mean, and what a person can do about them.

One table a gateway in `codes/`, and `desk.tsv` for the codes that are our own (`http.…`, `number.…`, `lease.expired`).
Columns: code (or a range `111001-111099`), kind (an OutcomeKind), meaning and remedy in English and Chinese, and, where
a gateway's rules name a pause, `retry_after_s`. Only `busy` is tried again by the program.
"""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

from tasks.gateways.protocol import OutcomeKind

Language = Literal["en", "zh"]

DESK = "desk"
MANY = "many."
"""Before a code: it was the one answer to several numbers, and need not hold for each of them."""
_RANGE = re.compile(r"(\d+)-(\d+)")
_HTTP_STATUS = re.compile(r"http\.(\d)\d\d")

_UNLISTED: Mapping[str, tuple[tuple[str, OutcomeKind], ...]] = {
    # The platform names success by 000000 alone and every other statusCode by its layer: 111 the account and its login,
    # 112 and 160 message, template and channel. Codes of other layers are no answer we know how to trust; nor are those
    # of 1126, where the platform names time-outs and the like on its own way.
    "yuntongxun": (
        ("111", OutcomeKind.ACCOUNT),
        ("1126", OutcomeKind.UNKNOWN),
        ("112", OutcomeKind.REFUSED),
        ("160", OutcomeKind.REFUSED),
    ),
}
OF_ONE_NUMBER = frozenset({"111112", "160038"})
"""Busy for the sake of one number: the gateway deals with others meanwhile."""

THROTTLING = frozenset({"http.429", "111111", "111114", "111116", "160016"})
"""Busy because we send faster than we may, whatever the message is: no reason ever to give a message up."""

_MANY_MEANING: Mapping[str, str] = {
    "en": "The gateway answered once for several numbers, so this message may have left: {meaning}",
    "zh": "网关对多个号码只作了一次应答，本条短信可能已发出：{meaning}",
}
_MANY_REMEDY: Mapping[str, str] = {
    "en": "Look the number up in the gateway's console before you send again. With fewer numbers in one request "
    "(Settings) an answer says more.",
    "zh": "重发前请先在网关控制台查询该号码。若在“设置”中减少每次请求的号码数，应答会更明确。",
}
_UNLISTED_MEANING: Mapping[str, str] = {
    "en": "The gateway gave a code that this program does not know: {code}.",
    "zh": "网关返回了本程序未收录的代码：{code}。",
}
_UNLISTED_REMEDY: Mapping[str, str] = {
    "en": "Look the code up in the gateway's documentation or ask its support.",
    "zh": "请在网关文档中查询该代码，或咨询其客服。",
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """A code for a person: what it means and what to do."""

    meaning: str
    remedy: str


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """One row of a table."""

    code: str
    kind: OutcomeKind
    meaning: Mapping[str, str]
    remedy: Mapping[str, str]
    retry_after_s: float | None = None


@functools.cache
def table(gateway: str) -> Mapping[str, CodeEntry]:
    """All codes of a gateway (or `desk`), ranges under their own name; empty for a gateway without a table."""
    source = files("tasks.gateways").joinpath("codes", f"{gateway}.tsv")
    if not re.fullmatch(r"\w+", gateway) or not source.is_file():
        return {}
    rows = csv.DictReader(source.read_text("utf-8").splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return {
        row["code"]: CodeEntry(
            row["code"],
            OutcomeKind(row["kind"]),
            {"en": row["meaning_en"], "zh": row["meaning_zh"]},
            {"en": row["remedy_en"], "zh": row["remedy_zh"]},
            float(row["retry_after_s"]) if row.get("retry_after_s") else None,
        )
        for row in rows
    }


def classify(gateway: str, code: str) -> OutcomeKind:
    """What a gateway's answer with this code proves.

    An unlisted code is UNKNOWN, the only safe reading, unless the gateway's answers have a shape that says more
    (`_UNLISTED`): there it is a definite refusal.
    """
    if code.startswith(MANY):
        return OutcomeKind.UNKNOWN
    entry = _find(gateway, code)
    if entry is not None:
        return entry.kind
    return next((kind for prefix, kind in _UNLISTED.get(gateway, ()) if code.startswith(prefix)), OutcomeKind.UNKNOWN)


def pause(gateway: str, code: str) -> float | None:
    """Seconds that the gateway's rules want to pass before the next try; None where they name none."""
    entry = _find(gateway, code)
    return None if entry is None else entry.retry_after_s


def explain(gateway: str, code: str, language: Language) -> Explanation:
    """Meaning and remedy of a gateway's or our own code. An unlisted code says so; an empty one gives empty texts."""
    if not code:
        return Explanation("", "")
    if code.startswith(MANY):
        meaning = explain(gateway, code.removeprefix(MANY), language).meaning
        return Explanation(_MANY_MEANING[language].format(meaning=meaning), _MANY_REMEDY[language])
    entry = _find(gateway, code)
    if entry is None:
        return Explanation(_UNLISTED_MEANING[language].format(code=code), _UNLISTED_REMEDY[language])
    return Explanation(entry.meaning[language], entry.remedy[language])


@functools.lru_cache(maxsize=1024)
def _find(gateway: str, code: str) -> CodeEntry | None:
    own = table(gateway)
    return own.get(code) or _in_a_range(own, code) or _find_ours(code)


def _in_a_range(rows: Mapping[str, CodeEntry], code: str) -> CodeEntry | None:
    if not (code.isascii() and code.isdigit()):
        return None
    for name, entry in rows.items():
        limits = _RANGE.fullmatch(name)
        if limits and len(limits[1]) == len(code) and int(limits[1]) <= int(code) <= int(limits[2]):
            return entry
    return None


def _find_ours(code: str) -> CodeEntry | None:
    rows = table(DESK)
    if code in rows:
        return rows[code]
    status = _HTTP_STATUS.fullmatch(code)
    return rows.get(f"http.{status[1]}xx") if status else None

"""Codes as data: what each gateway's answers prove, what they mean, and what a person can do about them.

One table a gateway in `codes/`, and `desk.tsv` for the codes that are our own (`http.…`, `number.…`, `lease.expired`).
Columns: code (or a range `111001-111099`), kind (an OutcomeKind), meaning and remedy in English and Chinese.
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
_RANGE = re.compile(r"(\d+)-(\d+)")
_HTTP_STATUS = re.compile(r"http\.(\d)\d\d")

_UNLISTED: Mapping[str, tuple[tuple[str, OutcomeKind], ...]] = {
    # The platform names success by 000000 alone and every other statusCode by its layer: 111 the account and its login,
    # 112 and 160 message, template and channel. Codes of other layers are no answer we know how to trust.
    "yuntongxun": (("111", OutcomeKind.ACCOUNT), ("112", OutcomeKind.REFUSED), ("160", OutcomeKind.REFUSED)),
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
        )
        for row in rows
    }


def classify(gateway: str, code: str) -> OutcomeKind:
    """What a gateway's answer with this code proves.

    An unlisted code is UNKNOWN, the only safe reading, unless the gateway's answers have a shape that says more
    (`_UNLISTED`): there it is a definite refusal.
    """
    entry = _find(gateway, code)
    if entry is not None:
        return entry.kind
    return next((kind for prefix, kind in _UNLISTED.get(gateway, ()) if code.startswith(prefix)), OutcomeKind.UNKNOWN)


def explain(gateway: str, code: str, language: Language) -> Explanation:
    """Meaning and remedy of a gateway's or our own code. An unlisted code says so; an empty one gives empty texts."""
    if not code:
        return Explanation("", "")
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

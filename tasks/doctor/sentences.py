"""The doctor's sentences: from a finding to one line, and to one line of remedy, in the language asked for."""

from __future__ import annotations

import csv
import functools
import string
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal

from tasks.doctor.finding import Finding
from tasks.gateways import codes
from tasks.log import redact

Language = Literal["en", "zh_CN"]
Level = Literal["ok", "warning", "trouble", ""]

LEVELS: tuple[Level, ...] = ("ok", "warning", "trouble")
"""From good to bad. A row without a level is a word of a sentence."""

UNLISTED = "doctor.unlisted"
_WORDS = frozenset({"reason", "by", "place"})
"""Params whose values are words of ours: `word.<value>` says them, where there is such a row."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One row of the table."""

    level: Level
    text: Mapping[Language, str]
    remedy: Mapping[Language, str]


@functools.cache
def table() -> Mapping[str, Sentence]:
    """All sentences by code."""
    text = files("tasks.doctor").joinpath("sentences.tsv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return {
        row["code"]: Sentence(
            row["level"],  # type: ignore[arg-type]
            {"en": row["en"], "zh_CN": row["zh"]},
            {"en": row["remedy_en"], "zh_CN": row["remedy_zh"]},
        )
        for row in rows
    }


def is_listed(finding: Finding) -> bool:
    """Whether there are words for it."""
    return finding.code in table()


def level_of(finding: Finding) -> Level:
    """How bad a finding is."""
    return _row(finding).level


def say(finding: Finding, language: Language) -> str:
    """The sentence of a finding, in one line."""
    return _one_line(_filled(_row(finding).text[language], finding, language))


def remedy(finding: Finding, language: Language) -> str:
    """What to do, in one line; empty where nothing is to be done. A gateway's own codes have theirs in its table."""
    explained = _explained(finding.params, language)
    text = explained.remedy if explained else _filled(_row(finding).remedy[language], finding, language)
    return _one_line(text)


def word(name: str, language: Language) -> str:
    """A word or a name: a row without a level."""
    return table()[name].text[language]


def _row(finding: Finding) -> Sentence:
    return table().get(finding.code) or table()[UNLISTED]


def _filled(text: str, finding: Finding, language: Language) -> str:
    values = {"code": finding.code, **finding.params}
    return string.Formatter().vformat(text, (), _Values({key: _value(key, values, language) for key in values}))


def _value(key: str, values: Mapping[str, Any], language: Language) -> str:
    value = values[key]
    if isinstance(value, list | tuple):
        return _plain(value)
    if key in _WORDS and f"word.{value}" in table():
        words = table()[f"word.{value}"].text[language]
        return string.Formatter().vformat(words, (), _Values({name: _plain(values[name]) for name in values}))
    if key == "reason" and (explained := _explained(values, language)) is not None:
        return f"{value}: {explained.meaning}"
    return str(value)


def _explained(params: Mapping[str, Any], language: Language) -> codes.Explanation | None:
    """What a gateway's code means, or one of our own for a call that failed."""
    gateway, reason = str(params.get("gateway") or codes.DESK), str(params.get("reason") or "")
    if not reason or (gateway == codes.DESK and not reason.startswith("http.")):
        return None
    return codes.explain(gateway, reason, "zh" if language == "zh_CN" else "en")


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


class _Values(dict[str, str]):
    """What a sentence names and nobody has said stays a mark."""

    def __missing__(self, key: str) -> str:
        return "?"


def _one_line(text: str) -> str:
    return redact(" ".join(text.split()))

"""What the doctor prints: a line for each finding and one for its remedy, or JSON for machines."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from typing import TextIO

from tasks import __version__
from tasks.doctor.examination import Examined
from tasks.doctor.sentences import LEVELS, Language, Level, level_of, remedy, say, word

MARKS: Mapping[Level, str] = {"ok": "✓ ", "warning": "! ", "trouble": "✗ "}
ARROW = "→ "
LANGUAGES: Mapping[str, Language] = {"en": "en", "zh_CN": "zh_CN", "zh": "zh_CN"}
WIDTH = 9
"""Columns of the word after the mark; a Chinese sign takes two."""


def language_of(asked: str | None, setting: str, environ: Mapping[str, str] = os.environ) -> Language:
    """What was asked for, else the setting, else the environment's locale (POSIX, in its order)."""
    chosen = LANGUAGES.get(asked or setting)
    if chosen is not None:
        return chosen
    locale = next((environ[key] for key in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(key)), "")
    return "zh_CN" if locale.lower().startswith("zh") else "en"


class Printer:
    """Prints findings as they come. `worst` is the worst level so far."""

    def __init__(self, out: TextIO, language: Language) -> None:
        self._out = out
        self._plain = not encodes(out, "".join(MARKS.values()) + ARROW)
        self._language: Language = language
        if language == "zh_CN" and not encodes(out, word("word.trouble", "zh_CN")):
            self._language = "en"
        self.worst: Level = "ok"

    def show(self, examined: Iterable[Examined]) -> None:
        """One line each, and a second one with what to do."""
        for one in examined:
            level = level_of(one.finding)
            self.worst = worse(self.worst, level)
            label = word(f"word.{level}", self._language)
            filling = " " * max(1, WIDTH - sum(2 if ord(sign) > 0x2E80 else 1 for sign in label))
            mark = "" if self._plain else MARKS[level]
            name = word(f"check.{one.check}", self._language)
            colon = "：" if self._language == "zh_CN" else ": "
            self._print(f"{mark}{label}{filling}{name}{colon}{say(one.finding, self._language)}")
            advice = remedy(one.finding, self._language) if level != "ok" else ""
            if advice:
                self._print(" " * (len(mark) + WIDTH) + ("-> " if self._plain else ARROW) + advice)

    def _print(self, line: str) -> None:
        encoding = self._out.encoding or "utf-8"
        # Names of accounts and paths may have signs that this output has not.
        print(line.encode(encoding, "backslashreplace").decode(encoding), file=self._out, flush=True)


def encodes(out: TextIO, text: str) -> bool:
    """Whether an output has these signs."""
    try:
        text.encode(out.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def as_json(examined: Iterable[Examined], language: Language) -> tuple[str, Level]:
    """Everything at once: `{version, status, checks: [{check, level, code, message, remedy}]}`, and the worst level."""
    rows, worst = [], LEVELS[0]
    for one in examined:
        level = level_of(one.finding)
        worst = worse(worst, level)
        rows.append(
            {
                "check": one.check,
                "level": level,
                "code": one.finding.code,
                "message": say(one.finding, language),
                "remedy": remedy(one.finding, language) if level != "ok" else "",
            }
        )
    return json.dumps({"version": __version__, "status": worst, "checks": rows}, ensure_ascii=True, indent=1), worst


def worse(one: Level, other: Level) -> Level:
    """The worse of two levels."""
    return max(one, other, key=LEVELS.index)

"""Phone numbers as people type and paste them → E.164, with a reason for each that cannot be.

Numbers stand between newlines, commas, semicolons, 、, tabs, slashes or bars; between spaces too, where what results
are whole numbers (`138 0013 8000` is one, `13800138000 13900139000` are two).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tasks.errors import RequestError
from tasks.phone_number import MOST_DIGITS, Judge, plain, region_of

_REPORT_EVERY = 500
_SEPARATORS = re.compile("[,;、\t/|]")
_LINE_END = re.compile("\r\n|[\n\r\v\f\u2028\u2029\x85]")
_WORD = re.compile(r"\S+")
_MOST_WORDS = 7
"""`+ 86 138 0013 8000 ext. 12`: a number is not written in more words than that."""
_WHOLE_NUMBER_DIGITS = 7

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Remark:
    """An entry that was refused (`bad`) or accepted with a doubt (`unusual`).

    `start` and `end` count UTF-16 code units of the text as given, as QTextDocument does; `line` counts from 1.
    `code` is `number.…`, explained in `tasks.gateways.codes`.
    """

    line: int
    start: int
    end: int
    code: str


@dataclass(slots=True)
class Checked:
    """What became of a text of numbers."""

    numbers: list[str] = field(default_factory=list)
    """E.164, each once, in order of first appearance."""
    duplicates: int = 0
    """Entries that repeated an earlier number."""
    by_region: dict[str, int] = field(default_factory=dict)
    """Numbers by region (ISO 3166), most first; `001` for those of no country."""
    bad: list[Remark] = field(default_factory=list)
    unusual: list[Remark] = field(default_factory=list)
    """Accepted, but in none of the ranges known: `number.unusual`."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """One presumed number: its place in the text and the judgement."""

    line: int
    start: int
    end: int
    number: str
    code: str


def check(
    text: str,
    region: str | None,
    *,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Checked:
    """Read the numbers of `text`; those without a country code are of `region` (ISO 3166, None = none).

    `progress(done, total)` is called in characters every few hundred entries, `cancelled` asked as often; when it says
    yes, RequestError `request.cancelled` ends the reading.
    """
    judge = Judge(region)
    checked = Checked()
    seen: set[str] = set()
    regions: Counter[str] = Counter()
    utf16 = _Utf16(text)
    for count, entry in enumerate(_entries(plain(text), judge), start=1):
        if count % _REPORT_EVERY == 0:
            if cancelled is not None and cancelled():
                raise RequestError("request.cancelled")
            if progress is not None:
                progress(entry.end, len(text))
        if entry.code:
            remark = Remark(entry.line, utf16.offset(entry.start), utf16.offset(entry.end), entry.code)
            (checked.unusual if entry.number else checked.bad).append(remark)
        if not entry.number:
            continue
        if entry.number in seen:
            checked.duplicates += 1
        else:
            seen.add(entry.number)
            checked.numbers.append(entry.number)
            regions[region_of(entry.number)] += 1
    checked.by_region = dict(regions.most_common())
    return checked


def _entries(text: str, judge: Judge) -> Iterator[_Entry]:
    line, start = 1, 0
    for end, next_start in [*((found.start(), found.end()) for found in _LINE_END.finditer(text)), (len(text), -1)]:
        yield from _entries_of_line(text, line, start, end, judge)
        line, start = line + 1, next_start


def _entries_of_line(text: str, line: int, start: int, end: int, judge: Judge) -> Iterator[_Entry]:
    if start == end:
        return
    for piece_start, piece_end in _pieces(text, start, end):
        piece = text[piece_start:piece_end]
        words = piece.split()
        if len(words) > 1:
            yield from _entries_of_words(text, line, piece_start, piece_end, judge)
        elif words:
            first = piece_start + piece.index(words[0])
            number, code = judge(words[0])
            yield _Entry(line, first, first + len(words[0]), number, code)


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for found in _SEPARATORS.finditer(text, start, end):
        yield start, found.start()
        start = found.end()
    yield start, end


def _entries_of_words(text: str, line: int, start: int, end: int, judge: Judge) -> Iterator[_Entry]:
    """Words between spaces: as few numbers as make sense, the longest first; what fits nowhere is told as it stands."""
    words = [found.span() for found in _WORD.finditer(text, start, end)]
    rest: list[Span] = []
    at = 0
    while at < len(words):
        entry, taken = _longest_number(text, line, words[at : at + _MOST_WORDS], judge)
        if entry is None and _has_country_code(text, words[at][0]):
            taken = _words_of_country_code(text, words[at:])
            entry = _judged(text, line, words[at][0], words[at + taken - 1][1], judge)
        if entry is None:
            rest.append(words[at])
            at += 1
            continue
        yield from _leftovers(text, line, rest, judge)
        rest = []
        yield entry
        at += taken
    yield from _leftovers(text, line, rest, judge)


def _longest_number(text: str, line: int, words: list[Span], judge: Judge) -> tuple[_Entry | None, int]:
    start = words[0][0]
    for count in range(len(words), 0, -1):
        end = words[count - 1][1]
        if count > 1 and _digits(text[start:end]) > MOST_DIGITS:
            continue
        number, code = judge(text[start:end])
        # A doubtful number is taken only as one word: two doubtful halves must not make a whole. A number with an
        # extension is refused with it, not sent to without it.
        if (number and (not code or count == 1)) or code == "number.extension":
            return _Entry(line, start, end, number, code), count
    return None, 0


def _has_country_code(text: str, start: int) -> bool:
    return text.startswith(("+", "00", "(+", "(00"), start)


def _words_of_country_code(text: str, words: list[Span]) -> int:
    """How many words a faulty number that starts with + or 00 takes.

    What follows a country code is never read as a number of its own: `+52 1 55 1234 5678` must not become a number
    of the default region.
    """
    digits, taken = 0, 0
    for start, end in words:
        own = _digits(text[start:end])
        if taken and (text[start] in "+(" or (digits >= _WHOLE_NUMBER_DIGITS and own >= _WHOLE_NUMBER_DIGITS)):
            break
        digits, taken = digits + own, taken + 1
    return taken


def _leftovers(text: str, line: int, words: list[Span], judge: Judge) -> Iterator[_Entry]:
    """Words that are no numbers: short groups of digits side by side are one faulty number, others stand alone."""
    group: list[Span] = []
    for word in [*words, None]:
        digits = 0 if word is None else _digits(text[word[0] : word[1]])
        if word is not None and 0 < digits < _WHOLE_NUMBER_DIGITS:
            group.append(word)
            continue
        if group:
            yield _judged(text, line, group[0][0], group[-1][1], judge)
            group = []
        if word is not None:
            yield _judged(text, line, word[0], word[1], judge)


def _judged(text: str, line: int, start: int, end: int, judge: Judge) -> _Entry:
    number, code = judge(text[start:end])
    return _Entry(line, start, end, number, code)


def _digits(text: str) -> int:
    return sum(map(str.isdigit, text))


class _Utf16:
    """Offsets in UTF-16 code units: a character beyond the BMP counts two."""

    def __init__(self, text: str) -> None:
        self._wide: list[int] = []
        if text and max(text) > "\uffff":
            self._wide = [at for at, character in enumerate(text) if character > "\uffff"]

    def offset(self, at: int) -> int:
        return at + bisect_left(self._wide, at) if self._wide else at

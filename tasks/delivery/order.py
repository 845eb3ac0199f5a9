"""What another Celery client asks for, understood: `send_sms(to, datas, temp_id)` with whatever JSON can carry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tasks.errors import RequestError
from tasks.recipients import Remark, check

MOST_NUMBERS = 200
"""Numbers in one order: the most that Yuntongxun's page allows in one request (doc/rest/sms/3_2_2_2)."""

LONGEST_NUMBER = 40
"""Characters of something that is no number that are kept for the operator to see."""

MOST_CHARACTERS = 10_000
MOST_VARIABLES = 100


@dataclass(frozen=True, slots=True)
class Order:
    """One template to some numbers."""

    recipients: tuple[str, ...]
    """E.164, each once."""
    refused: tuple[tuple[str, str], ...]
    """What is no number: as it was written, and why (`number.…`)."""
    template_id: str
    variables: tuple[str, ...]


def understand(to: Any, datas: Any, temp_id: Any, region: str) -> Order:
    """The order that these arguments mean.

    `to`: a number, several between commas, or a list; without a country code they are of `region`. `datas`: a list of
    texts and numbers, one value, or nothing. Raises RequestError `request.argument` (name: to, datas, temp_id),
    `request.no_recipients`, `request.too_many_recipients` (given, most).
    """
    template_id = word(temp_id, "temp_id").strip()
    if not template_id:
        raise RequestError("request.argument", name="temp_id")
    text = text_of_numbers(to)
    checked = check(text, region)
    count = len(checked.numbers) + len(checked.bad) + checked.duplicates
    if count == 0:
        raise RequestError("request.no_recipients")
    if count > MOST_NUMBERS:
        raise RequestError("request.too_many_recipients", given=count, most=MOST_NUMBERS)
    refused = tuple((written(text, remark), remark.code) for remark in checked.bad)
    return Order(tuple(checked.numbers), refused, template_id, variables_of(datas))


def text_of_numbers(to: Any) -> str:
    """The numbers as one text, one entry a line where a list was given."""
    entries: Sequence[Any] = to if isinstance(to, list | tuple) else (to,)
    if len(entries) > MOST_NUMBERS:
        raise RequestError("request.too_many_recipients", given=len(entries), most=MOST_NUMBERS)
    text = "\n".join(word(entry, "to") for entry in entries)
    if len(text) > MOST_CHARACTERS:
        raise RequestError("request.argument", name="to")
    return text


def variables_of(datas: Any) -> tuple[str, ...]:
    """The template's values as texts."""
    if datas is None:
        return ()
    values: Sequence[Any] = datas if isinstance(datas, list | tuple) else (datas,)
    variables = tuple(word(value, "datas") for value in values)
    if len(variables) > MOST_VARIABLES or sum(map(len, variables)) > MOST_CHARACTERS:
        raise RequestError("request.argument", name="datas")
    return variables


def word(value: Any, name: str) -> str:
    """A text or a plain number as text. `True` is an int to Python and a mistake here."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise RequestError("request.argument", name=name)
    text = str(value)
    if "\0" in text or (not text.isprintable() and any(0xD800 <= ord(character) <= 0xDFFF for character in text)):
        raise RequestError("request.argument", name=name)  # no database takes these
    return text


def written(text: str, remark: Remark) -> str:
    """An entry as it was written; remarks count UTF-16 code units."""
    units = text.encode("utf-16-le")[2 * remark.start : 2 * remark.end]
    return units.decode("utf-16-le", "replace")[:LONGEST_NUMBER]

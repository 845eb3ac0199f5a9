"""`recipients.check`: reads the numbers and keeps them, so that thousands need not travel back with the send."""

from __future__ import annotations

import secrets
import threading
from collections import Counter, OrderedDict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from tasks.clerk.desk import Desk
from tasks.clerk.wire import Request
from tasks.errors import RequestError

if TYPE_CHECKING:
    from tasks.segments import Rule

KEPT = 8
"""Checks that stay known: the window may still send what it checked before the last keystrokes."""

BAD_SHOWN = 200

FIRST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Checked:
    """Numbers that a token stands for."""

    numbers: tuple[str, ...]
    by_rule: Counter[Rule]
    """How many of them each rule of counting segments applies to."""


class Recipients:
    """Checks texts of numbers; knows the last ones by their tokens. Safe to use from every line."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Checked] = OrderedDict()

    def check(self, request: Request) -> dict[str, Any]:
        """`recipients.check`. RequestError `request.cancelled`."""
        from tasks import recipients  # the numbering plans: not needed to greet the window
        from tasks.segments import rule_for

        region = request.params.get("region") or self._desk.settings().region
        found = recipients.check(
            request.param("text", str),
            str(region),
            progress=request.progress,
            cancelled=request.cancelled.is_set,
        )
        by_rule = Counter(rule_for(number) for number in found.numbers)
        token = self._keep(Checked(tuple(found.numbers), by_rule))
        return {
            "token": token,
            "valid": len(found.numbers),
            "duplicates": found.duplicates,
            "by_region": found.by_region,
            "bad": [asdict(remark) for remark in found.bad[:BAD_SHOWN]],
            "bad_count": len(found.bad),
            "unusual": [asdict(remark) for remark in found.unusual[:BAD_SHOWN]],
            "unusual_count": len(found.unusual),
            "first": found.numbers[:FIRST_SHOWN],
        }

    def known(self, token: str) -> Checked:
        """What a token stands for. RequestError `request.recipients_gone`: it must be checked again."""
        with self._lock:
            found = self._kept.get(token)
            if found is None:
                raise RequestError("request.recipients_gone")
            self._kept.move_to_end(token)
            return found

    def _keep(self, checked: Checked) -> str:
        # Random: a token of a clerk that has ended must not stand for other numbers in the next one.
        token = secrets.token_hex(8)
        with self._lock:
            self._kept[token] = checked
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return token

"""`compose.earlier` and `compose.leave_out`: what the numbers of an order got before, and the order without those.

Both run in threads of their own: no page, price or send waits for them, and the window may give them up.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from tasks.clerk.content import read_content
from tasks.clerk.desk import Desk
from tasks.clerk.recipients import KEPT, Recipients
from tasks.clerk.wire import Request
from tasks.clock import now_ms
from tasks.errors import RequestError
from tasks.gateways.caps import caps_of
from tasks.ledger.earlier import Earlier, Message, Wanted, look_earlier

FIRST_SHOWN = 3

REPEATED, OVER_CAP = "repeated", "over_cap"
"""Why a number may be left out."""


class EarlierDesk:
    """Remembers what it found for the last tokens, so that thousands of numbers need not travel to be left out."""

    def __init__(self, desk: Desk, recipients: Recipients) -> None:
        self._desk = desk
        self._recipients = recipients
        self._lock = threading.Lock()
        self._found: OrderedDict[str, Mapping[str, frozenset[str]]] = OrderedDict()

    def look(self, request: Request) -> dict[str, Any]:
        """`compose.earlier`. Reports progress. RequestError `request.recipients_gone`, `request.cancelled`."""
        account = self._desk.account(request.param("account", str))
        content = read_content(request.param("content", dict), account)
        token = request.param("token", str)
        wanted = Wanted(
            recipients=self._recipients.known(token).numbers,
            account=account.name,
            text=content.text,
            template_id=content.template_id,
            variables=content.variables,
            sender=content.sender,
            caps=caps_of(account.gateway, account.number_caps),
        )
        with self._desk.ledger().reading() as connection:
            found = look_earlier(connection, wanted, now_ms(), request.progress)
        over = {number for numbers in found.over.values() for number in numbers}
        self._keep(token, {REPEATED: frozenset(found.repeated), OVER_CAP: frozenset(over)})
        return answer_of(found)

    def leave_out(self, request: Request) -> dict[str, Any]:
        """`compose.leave_out`: the numbers of a token without those that were found for the reasons of `what`.

        RequestError `request.recipients_gone`: they must be checked and looked up again.
        """
        token, what = request.param("token", str), request.param("what", list)
        numbers = self._recipients.known(token).numbers
        with self._lock:
            found = self._found.get(token)
        if found is None:
            raise RequestError("request.recipients_gone")
        if any(reason not in found for reason in what):
            raise RequestError("request.malformed", field="what")
        out = frozenset[str]().union(*(found[reason] for reason in what))
        kept = [number for number in numbers if number not in out]
        return {"recipients": "\n".join(kept), "count": len(kept), "left_out": len(numbers) - len(kept)}

    def _keep(self, token: str, found: Mapping[str, frozenset[str]]) -> None:
        with self._lock:
            self._found[token] = found
            self._found.move_to_end(token)
            while len(self._found) > KEPT:
                self._found.popitem(last=False)


def answer_of(found: Earlier) -> dict[str, Any]:
    """The answer of `compose.earlier`: how many numbers, the first of them, and the newest of the messages."""
    caps = sorted(found.over, key=lambda cap: cap.window_s)
    return {
        "repeated": _group(found.repeated),
        "over_cap": [
            {"kind": cap.kind.value, "most": cap.most, "window_s": cap.window_s} | _group(found.over[cap])
            for cap in caps
        ],
    }


def _group(numbers: Mapping[str, Message]) -> dict[str, Any]:
    newest = max(numbers.values(), key=lambda message: message.message_id, default=None)
    return {
        "count": len(numbers),
        "first": sorted(numbers)[:FIRST_SHOWN],
        "newest": None
        if newest is None
        else {"message_id": newest.message_id, "recipient": newest.recipient, "at_ms": newest.at_ms},
    }

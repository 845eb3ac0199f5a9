"""`updates.look`: whether there is a newer version. Asked for by a person only; nothing here starts by itself.

The feed is a small JSON file at an address that the setting `update_feed` names:

    {"version": "1.2.0", "page": "https://…", "notes": {"en": "…", "zh": "…"}}

Nothing is sent but the request for that file; nothing is fetched or installed.
"""

from __future__ import annotations

import json
from typing import Any

from packaging.version import InvalidVersion, Version

from tasks import __version__
from tasks.clerk.desk import Desk
from tasks.clerk.wire import Request
from tasks.errors import RequestError
from tasks.gateways.http import CallError, HttpCaller
from tasks.gateways.protocol import Deadline

ANSWER_WITHIN_S = 10.0
LONGEST_FEED = 64_000
LONGEST_NOTES = 4_000
LONGEST_VERSION = 40
OK = 200
_TROUBLES = {"http.connect_refused": "updates.not_taken", "http.tls": "updates.unproven"}
"""The network is there, and the other side is not as it should be."""


class Updates:
    """Asks in a line of its own."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def look(self, _request: Request) -> dict[str, Any]:
        """`updates.look` → `{here, newest, newer, page, notes}`.

        RequestError `updates.no_feed`, `updates.not_reached`, `updates.not_taken`, `updates.unproven` (reason),
        `updates.refused` (status), `updates.unreadable`.
        """
        feed = self._desk.reload_settings().update_feed
        if feed is None:
            raise RequestError("updates.no_feed")
        return compared(fetched(feed))


def fetched(feed: str) -> bytes:
    """The file at that address. Raises RequestError."""
    caller = HttpCaller()
    try:
        answer = caller.get(feed, {"Accept": "application/json"}, Deadline.after(ANSWER_WITHIN_S))
    except CallError as error:
        raise RequestError(_TROUBLES.get(error.code, "updates.not_reached"), reason=error.code) from None
    finally:
        caller.close()
    if answer.status != OK:
        raise RequestError("updates.refused", status=answer.status)
    return answer.body


def compared(feed: bytes) -> dict[str, Any]:
    """What the feed says, against this program. Raises RequestError `updates.unreadable`."""
    try:
        said: Any = json.loads(feed[:LONGEST_FEED])
        newest = Version(str(said["version"])[:LONGEST_VERSION])
        notes = said.get("notes") or {}
        page = str(said.get("page") or "")
        texts = {key: str(notes.get(key, ""))[:LONGEST_NOTES] for key in ("en", "zh")}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, InvalidVersion):
        raise RequestError("updates.unreadable") from None
    return {
        "here": __version__,
        "newest": str(newest),
        "newer": newest > Version(__version__),
        # Opened in a browser when a person clicks it: nothing but a web page may be.
        "page": page if page.startswith("https://") else "",
        "notes": texts,
    }

"""What a call over HTTP can come to, and what an HTTP status proves about the messages in it.

Free of the HTTP library, so that a gateway's fields can be read without loading it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from tasks.gateways.protocol import OutcomeKind

LONGEST_PAUSE_S = 3600.0
"""A Retry-After beyond this is cut: nobody waits a day on the word of a proxy."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """A whole answer. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class CallError(Exception):
    """No usable answer. `kind` is UNREACHED (not one byte was written) or UNKNOWN. Never holds an address."""

    def __init__(self, kind: OutcomeKind, code: str) -> None:
        super().__init__(code)
        self.kind = kind
        self.code = code


@dataclass(frozen=True, slots=True)
class StatusClass:
    """What an HTTP status alone proves. `code` is `http.<status>`."""

    kind: OutcomeKind
    code: str
    retry_after_s: float | None = None


_BY_STATUS: Mapping[int, OutcomeKind] = {
    # A method-keeping redirect was not followed: the request was not processed, and the address is wrong for all.
    301: OutcomeKind.ACCOUNT,
    307: OutcomeKind.ACCOUNT,
    308: OutcomeKind.ACCOUNT,
    400: OutcomeKind.REFUSED,
    401: OutcomeKind.ACCOUNT,
    402: OutcomeKind.ACCOUNT,
    403: OutcomeKind.ACCOUNT,
    404: OutcomeKind.ACCOUNT,
    405: OutcomeKind.ACCOUNT,
    407: OutcomeKind.ACCOUNT,
    # A proxy may say 408 after it has passed the request on.
    408: OutcomeKind.UNKNOWN,
    410: OutcomeKind.ACCOUNT,
    411: OutcomeKind.ACCOUNT,
    413: OutcomeKind.REFUSED,
    414: OutcomeKind.REFUSED,
    415: OutcomeKind.ACCOUNT,
    422: OutcomeKind.REFUSED,
    429: OutcomeKind.BUSY,
}


def classify_status(answer: HttpAnswer, table: Mapping[int, OutcomeKind] | None = None) -> StatusClass:
    """The class of an answer whose body says nothing usable. `table` is the gateway's own word and comes first.

    429 is the only repeatable status by itself. A 5xx, 503 too, may have been made by a proxy out of a connection that
    broke after the request was written, so it is UNKNOWN unless the gateway's own table names it. So is everything
    unlisted, a 2xx without a readable body included.
    """
    kind = (table or {}).get(answer.status) or _BY_STATUS.get(answer.status, OutcomeKind.UNKNOWN)
    wait = retry_after(answer.headers.get("retry-after")) if kind is OutcomeKind.BUSY else None
    return StatusClass(kind, f"http.{answer.status}", wait)


def retry_after(value: str | None) -> float | None:
    """Seconds of a Retry-After header, given as seconds or as a date (RFC 9110 10.2.3); None if it says nothing."""
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(value).timestamp() - time.time()
        except (TypeError, ValueError):
            return None
    if math.isnan(seconds):
        return None
    return min(max(seconds, 0.0), LONGEST_PAUSE_S)

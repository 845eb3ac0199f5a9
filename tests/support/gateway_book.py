"""What the counting gateway is told to do, and what it notes of every request."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

ACCEPTED = "000000"


@dataclass
class Behaviour:
    """How the gateway treats the next requests. Every field can be set while it runs."""

    delay_ms: float = 0
    """From the whole request to the answer."""
    mode: str = "answer"
    """answer; close (read all, answer nothing, close); reset (the same with RST); hang; drip (a byte every 50 ms);
    garbage (a body that is no JSON); empty (no body); half (close in the middle of the answer)."""
    http_status: int = 200
    status_code: str = ACCEPTED
    """Yuntongxun's statusCode for every request."""
    code_by_number: dict[str, str] = field(default_factory=dict)
    """statusCode of a request that has this number, whatever else it has."""
    drop_rate: float = 0.0
    """Share of the requests that are taken and closed without an answer."""
    moods: dict[str, float] = field(default_factory=dict)
    """Share of the requests that get another mode. Also: late (answered after `late_ms` more); unread (closed without
    being taken)."""
    late_ms: float = 0
    jitter_ms: float = 0
    """Up to so much more than `delay_ms`, at random."""
    retry_after: str | None = None
    """Value of the Retry-After header."""
    busy_first: int = 0
    """The next n requests get HTTP 429."""
    token: str | None = None
    """With a token the signature is checked; a wrong one gets 111109."""
    max_numbers: int = 200


@dataclass(frozen=True, slots=True)
class Taken:
    """One number of one request, as it arrived. `taken` = a person may have got it: not refused by an answer."""

    req_id: str
    to: str
    template_id: str
    datas: tuple[str, ...]
    taken: bool
    at_ms: int
    mode: str = "answer"
    """How it was answered: a `Behaviour.mode` or one of the moods."""


class Book:
    """What reached the gateway. Written by the event loop, read under the lock."""

    def __init__(self) -> None:
        self.lock = threading.Condition()
        self.reset()

    def reset(self) -> None:
        with self.lock:
            self.requests = 0
            self.bad_signatures = 0
            self.in_flight = 0
            self.in_flight_max = 0
            self.first_ms: int | None = None
            self.last_ms: int | None = None
            self.arrived: list[Taken] = []
            self._times: Counter[tuple[str, str, tuple[str, ...]]] = Counter()
            self._taken = 0
            self._duplicates = 0

    def add(self, to: list[str], body: dict[str, Any], taken: bool, mode: str = "answer") -> None:
        now = time.time_ns() // 1_000_000
        template, datas = str(body.get("templateId", "")), tuple(str(value) for value in body.get("datas") or ())
        req_id = str(body.get("reqId", ""))
        with self.lock:
            self.requests += 1
            self.first_ms = self.first_ms if self.first_ms is not None else now
            self.last_ms = now
            for number in to:
                self.arrived.append(Taken(req_id, number, template, datas, taken, now, mode))
                if taken:
                    key = (number, template, datas)
                    self._times[key] += 1
                    self._taken += 1
                    self._duplicates += self._times[key] > 1
            self.lock.notify_all()

    def state(self) -> dict[str, Any]:
        with self.lock:
            return {
                "requests": self.requests,
                "numbers": len(self.arrived),
                "taken": self._taken,
                "duplicates": self._duplicates,
                "in_flight": self.in_flight,
                "in_flight_max": self.in_flight_max,
                "first_ms": self.first_ms,
                "last_ms": self.last_ms,
                "bad_signatures": self.bad_signatures,
            }

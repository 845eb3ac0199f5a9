"""The Simulator: a gateway that sends nothing, for practice, for tests and for a first start without an account.

What it does can be adjusted in the account (delay, shares of refusals, lost answers, busy answers, receipts), and some
numbers always do the same, by their last four digits, so that an operator can practise each case:

    …0001 refused for good            …0005 receipt comes a minute late
    …0002 the answer is lost          …0006 no receipt ever comes
    …0003 busy at the first try       …0007 the account is refused (everything of it is held)
    …0004 receipt says not delivered  …0008 the gateway cannot be reached

Receipts need no memory: the id it gives a message says when its receipt is due and what it will say.
"""

from __future__ import annotations

import random
import re
import secrets
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from tasks.gateways.protocol import (
    AccountField,
    Deadline,
    Limits,
    Outcome,
    OutcomeKind,
    OutgoingMessage,
    PendingReceipt,
    Receipt,
)

LATE_RECEIPT_MS = 60_000
_BUSY_REMEMBERED = 10_000
_PROVIDER_ID = re.compile(r"SIM-(\d+)-([du])-[0-9a-f]+")
_MAGIC: Mapping[str, tuple[OutcomeKind, str]] = {
    "0001": (OutcomeKind.REFUSED, "sim.refused"),
    "0002": (OutcomeKind.UNKNOWN, "sim.answer_lost"),
    "0007": (OutcomeKind.ACCOUNT, "sim.account_refused"),
    "0008": (OutcomeKind.UNREACHED, "sim.unreached"),
}


def _milliseconds(key: str, default: int, en: str, zh: str) -> AccountField:
    return AccountField(key, int, default, {"en": en, "zh": zh}, minimum=0, maximum=3_600_000)


def _percent(key: str, en: str, zh: str) -> AccountField:
    return AccountField(key, float, 0.0, {"en": en, "zh": zh}, minimum=0, maximum=100)


class _BusyOnce:
    """Messages that have had their busy answer in this process. Bounded; forgetting one makes it busy once more."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[int, None] = {}

    def first_time(self, message_id: int) -> bool:
        with self._lock:
            if message_id in self._seen:
                return False
            self._seen[message_id] = None
            if len(self._seen) > _BUSY_REMEMBERED:
                del self._seen[next(iter(self._seen))]
            return True


_busy_once = _BusyOnce()


class Simulator:
    """A `Gateway` from which nothing leaves the machine."""

    name: ClassVar[str] = "simulator"
    title: ClassVar[Mapping[str, str]] = {"en": "Simulator", "zh": "模拟网关"}
    simulated: ClassVar[bool] = True
    account_fields: ClassVar[Sequence[AccountField]] = (
        _milliseconds("delay_ms", 60, "Answer after (ms)", "应答延迟（毫秒）"),
        _percent("refuse_percent", "Refused (%)", "拒绝比例（%）"),
        _percent("lose_answer_percent", "Answer lost (%)", "应答丢失比例（%）"),
        _percent("busy_percent", "Busy (%)", "繁忙比例（%）"),
        _milliseconds("receipt_delay_ms", 1500, "Receipt after (ms)", "回执延迟（毫秒）"),
        _percent("undelivered_percent", "Not delivered (%)", "未送达比例（%）"),
        AccountField(
            "numbers_per_request",
            int,
            1,
            {"en": "Numbers in one request", "zh": "每次请求的号码数"},
            minimum=1,
            maximum=1000,
            advanced=True,
        ),
    )

    def __init__(self, fields: Mapping[str, Any]) -> None:
        values = {entry.key: fields.get(entry.key, entry.default) for entry in self.account_fields}
        self._delay_s = values["delay_ms"] / 1000
        self._receipt_delay_ms = int(values["receipt_delay_ms"])
        self._refuse = values["refuse_percent"] / 100
        self._lose = values["lose_answer_percent"] / 100
        self._busy = values["busy_percent"] / 100
        self._undelivered = values["undelivered_percent"] / 100
        self._limits = Limits(numbers_per_request=int(values["numbers_per_request"]))
        self._random = random.Random()

    @property
    def limits(self) -> Limits:
        return self._limits

    def send(self, messages: Sequence[OutgoingMessage], deadline: Deadline) -> list[Outcome]:
        """Answer after the delay. A delay beyond the deadline ends there, as a read time-out would."""
        left = deadline.left_s()
        if left <= 0:
            return [Outcome(message.message_id, OutcomeKind.UNREACHED, "deadline.passed") for message in messages]
        time.sleep(min(self._delay_s, left))
        if self._delay_s > left or self._random.random() < self._lose:
            return [Outcome(message.message_id, OutcomeKind.UNKNOWN, "sim.answer_lost") for message in messages]
        if self._random.random() < self._busy:
            return [Outcome(message.message_id, OutcomeKind.BUSY, "sim.busy") for message in messages]
        return [self._outcome(message) for message in messages]

    def receipts(self, pending: Sequence[PendingReceipt], now_ms: int) -> list[Receipt]:
        """Read from the ids which receipts are due; works after any restart."""
        found = []
        for entry in pending:
            parts = _PROVIDER_ID.fullmatch(entry.provider_id)
            if parts is None or int(parts[1]) > now_ms:
                continue
            delivered = parts[2] == "d"
            found.append(
                Receipt(
                    entry.message_id,
                    delivered,
                    code="" if delivered else "sim.undelivered",
                    temporary=None if delivered else True,
                    at_ms=int(parts[1]),
                )
            )
        return found

    def check_login(self, deadline: Deadline) -> None:
        """Always works."""

    def close(self) -> None:
        """Nothing is open."""

    def _outcome(self, message: OutgoingMessage) -> Outcome:
        ending = message.recipient[-4:]
        if ending in _MAGIC:
            return Outcome(message.message_id, *_MAGIC[ending])
        if ending == "0003" and _busy_once.first_time(message.message_id):
            return Outcome(message.message_id, OutcomeKind.BUSY, "sim.busy", retry_after_s=2.0)
        if self._random.random() < self._refuse:
            return Outcome(message.message_id, OutcomeKind.REFUSED, "sim.refused")
        return Outcome(message.message_id, OutcomeKind.ACCEPTED, provider_id=self._provider_id(ending))

    def _provider_id(self, ending: str) -> str:
        due = time.time_ns() // 1_000_000 + self._receipt_delay_ms
        if ending == "0006":
            return f"SIM-none-{secrets.token_hex(6)}"
        if ending == "0005":
            due += LATE_RECEIPT_MS
        undelivered = ending == "0004" or self._random.random() < self._undelivered
        return f"SIM-{due}-{'u' if undelivered else 'd'}-{secrets.token_hex(6)}"

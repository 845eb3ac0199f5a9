"""The Simulator: a gateway that sends nothing, for practice, for tests and for a first start without an account.

What it does is adjusted in the account: how long it takes, and what share of the messages meets each trouble. At 100 %
every message meets it, which is how an operator rehearses one case. No number is special: any list will do.

Receipts need no memory: the id it gives a message says when its receipt is due and what it will say.
"""

from __future__ import annotations

import hashlib
import random
import re
import secrets
import time
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from tasks.gateways.protocol import (
    AccountField,
    Deadline,
    Limits,
    LostMessage,
    Outcome,
    OutcomeKind,
    OutgoingMessage,
    PendingReceipt,
    Receipt,
)

LATE_RECEIPT_MS = 60_000
_OF_THE_REQUEST = (
    ("busy", OutcomeKind.BUSY, "sim.busy"),
    ("unreached", OutcomeKind.UNREACHED, "sim.unreached"),
    ("account_refused", OutcomeKind.ACCOUNT, "sim.account_refused"),
)
_PROVIDER_ID = re.compile(r"SIM-(\d+)-([du])-[0-9a-f]+")


def _milliseconds(key: str, default: int, en: str, zh: str) -> AccountField:
    return AccountField(key, int, default, {"en": en, "zh": zh}, minimum=0, maximum=3_600_000)


def _percent(key: str, en: str, zh: str) -> AccountField:
    return AccountField(key, float, 0.0, {"en": en, "zh": zh}, minimum=0, maximum=100)


class Simulator:
    """A `Gateway` from which nothing leaves the machine."""

    name: ClassVar[str] = "simulator"
    title: ClassVar[Mapping[str, str]] = {"en": "Simulator", "zh": "模拟网关"}
    simulated: ClassVar[bool] = True
    polls_receipts: ClassVar[bool] = True
    account_fields: ClassVar[Sequence[AccountField]] = (
        _milliseconds("delay_ms", 60, "Answer after (ms)", "应答延迟（毫秒）"),
        _percent("refuse_percent", "Refused (%)", "拒绝比例（%）"),
        _percent("lose_answer_percent", "Answer lost (%)", "应答丢失比例（%）"),
        _percent("busy_percent", "Busy (%)", "繁忙比例（%）"),
        _percent("unreached_percent", "Not reached (%)", "无法连接比例（%）"),
        _percent("account_refused_percent", "Account refused (%)", "账号被拒比例（%）"),
        _milliseconds("receipt_delay_ms", 1500, "Receipt after (ms)", "回执延迟（毫秒）"),
        _percent("undelivered_percent", "Not delivered (%)", "未送达比例（%）"),
        _percent("late_receipt_percent", "Receipt a minute late (%)", "回执迟到一分钟的比例（%）"),
        _percent("no_receipt_percent", "No receipt ever (%)", "始终无回执的比例（%）"),
        _percent("look_up_percent", "Lost ones it can tell of (%)", "可查询结果的丢失应答比例（%）"),
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
        self._values = values
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
        delay = self._values["delay_ms"] / 1000
        time.sleep(min(delay, left))
        if delay > left or self._meets("lose_answer"):
            return [Outcome(message.message_id, OutcomeKind.UNKNOWN, "sim.answer_lost") for message in messages]
        for trouble, kind, code in _OF_THE_REQUEST:
            if self._meets(trouble):
                return [Outcome(message.message_id, kind, code) for message in messages]
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

    def look_up(self, lost: Sequence[LostMessage], deadline: Deadline) -> list[Outcome]:
        """Tell of its share of the messages, and of every second of these that it never got it.

        By the reference alone, so that it says the same whenever it is asked.
        """
        found = []
        for message in lost:
            lot = int.from_bytes(hashlib.blake2s(message.reference.encode(), digest_size=4).digest())
            if lot % 100 >= self._values["look_up_percent"]:
                continue
            if lot // 100 % 2:
                found.append(Outcome(message.message_id, OutcomeKind.UNREACHED, "lookup.not_found"))
            else:
                found.append(Outcome(message.message_id, OutcomeKind.ACCEPTED, provider_id=self._provider_id()))
        return found

    def check_login(self, deadline: Deadline) -> None:
        """Always works."""

    def close(self) -> None:
        """Nothing is open."""

    def _meets(self, trouble: str) -> bool:
        return bool(self._random.random() * 100 < self._values[f"{trouble}_percent"])

    def _outcome(self, message: OutgoingMessage) -> Outcome:
        if self._meets("refuse"):
            return Outcome(message.message_id, OutcomeKind.REFUSED, "sim.refused")
        return Outcome(message.message_id, OutcomeKind.ACCEPTED, provider_id=self._provider_id())

    def _provider_id(self) -> str:
        if self._meets("no_receipt"):
            return f"SIM-none-{secrets.token_hex(6)}"
        due = time.time_ns() // 1_000_000 + int(self._values["receipt_delay_ms"])
        if self._meets("late_receipt"):
            due += LATE_RECEIPT_MS
        return f"SIM-{due}-{'u' if self._meets('undelivered') else 'd'}-{secrets.token_hex(6)}"

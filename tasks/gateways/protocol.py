"""What an SMS gateway is: the one protocol that every gateway module implements.

A gateway turns messages into outcomes. It never retries, never touches the ledger, and answers with
exactly one outcome for every message it was given, whatever went wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, Protocol, runtime_checkable

from tasks.clock import steady_s


class OutcomeKind(StrEnum):
    """What an answer (or its absence) proves about one message."""

    ACCEPTED = "accepted"
    """The gateway took it and said so."""
    REFUSED = "refused"
    """Refused for good: this number, text or template. It never left."""
    ACCOUNT = "account"
    """Refused for a reason that would hit every message: token, balance, address not allowed. It never left."""
    BUSY = "busy"
    """Surely not taken, may be tried later: 429, a code that the gateway's own table calls so."""
    UNREACHED = "unreached"
    """Not one byte of the request was written: no address, connection refused, TLS failed."""
    UNKNOWN = "unknown"
    """The request may have left and no usable answer came. Never repeated by the program."""


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One message as a gateway gets it. `reference` is ours, unique for the message and try."""

    message_id: int
    reference: str
    recipient: str
    """E.164, with the plus; the gateway forms it at the edge."""
    text: str
    template_id: str | None = None
    variables: tuple[str, ...] = ()
    sender: str | None = None
    """Signature or sender id, without brackets."""

    @property
    def content(self) -> tuple[str, str | None, tuple[str, ...], str | None]:
        """Equal for messages that may share one request to a gateway that takes many numbers."""
        return (self.text, self.template_id, self.variables, self.sender)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one message in one call. `code` is the gateway's own, or ours (`http.read_timeout`, …)."""

    message_id: int
    kind: OutcomeKind
    code: str = ""
    provider_id: str | None = None
    """The gateway's id of the message. With UNKNOWN, where it gave none: our own id that it got, for its support."""
    retry_after_s: float | None = None
    """Only with BUSY: how long the gateway asked us to wait."""


@dataclass(frozen=True, slots=True)
class PendingReceipt:
    """A submitted message whose receipt is awaited."""

    message_id: int
    provider_id: str
    recipient: str
    submitted_ms: int


@dataclass(frozen=True, slots=True)
class LostMessage:
    """A message whose request may have left and whose answer never came."""

    message_id: int
    reference: str
    """Ours, as the gateway got it with the request."""
    recipient: str
    provider_id: str | None
    lost_ms: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt: `delivered` or not; `temporary` tells the class of a non-delivery (None = not known)."""

    message_id: int
    delivered: bool
    code: str = ""
    temporary: bool | None = None
    at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class GatewayTemplate:
    """A template as the gateway has it."""

    template_id: str
    text: str
    """With its places {1}, {2}…, without the signature."""
    name: str = ""
    signature: str = ""
    """Without brackets; empty where the gateway does not say it."""
    approved: bool | None = None
    """None where the gateway does not say."""


@dataclass(frozen=True, slots=True)
class Balance:
    """What is left on an account, in units of `currency` (ISO 4217, empty = the gateway does not say)."""

    amount: Decimal
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request of a gateway may carry."""

    numbers_per_request: int = 1
    """Messages of equal content that may share one request."""
    needs_template: bool = False
    """True where only approved templates are sent, never free text."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """The end of a call, at most a third of the claim's lease away.

    By the clock that goes on while the computer sleeps and that nobody can set: an answer on its way is waited for
    though the computer's clock is set meanwhile.
    """

    at_s: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        return cls(steady_s() + seconds)

    def left_s(self) -> float:
        """Seconds left, never below zero."""
        return max(0.0, self.at_s - steady_s())


@dataclass(frozen=True, slots=True)
class AccountField:
    """One described setting of a gateway account; the Settings page builds itself from these.

    `key` in settings.toml is `accounts.<account>.<key>`, in the environment `SMSDESK_<GATEWAY>_<KEY>`.
    """

    key: str
    kind: type
    default: Any
    title: Mapping[str, str]
    """{"en": …, "zh": …}"""
    help: Mapping[str, str] = field(default_factory=dict)
    secret: bool = False
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    advanced: bool = False


class Gateway(Protocol):
    """An open connection to one account of one gateway. Used by one thread at a time; made per sending thread."""

    name: ClassVar[str]
    title: ClassVar[Mapping[str, str]]
    simulated: ClassVar[bool]
    polls_receipts: ClassVar[bool]
    """Whether `receipts` can ever answer; where not, nobody asks it."""
    account_fields: ClassVar[Sequence[AccountField]]

    @property
    def limits(self) -> Limits: ...

    def send(self, messages: Sequence[OutgoingMessage], deadline: Deadline) -> list[Outcome]:
        """One call for messages of equal content, at most `limits.numbers_per_request`. Never raises.

        Outcomes come in the order of `messages`, one for each. Where a gateway refuses a whole request for one bad
        number, it may send the rest in parts within the same call: the refusal proves that nothing was taken.
        """
        ...

    def receipts(self, pending: Sequence[PendingReceipt], now_ms: int) -> list[Receipt]:
        """Receipts that have come for any of `pending`; empty where the gateway has no polling."""
        ...

    def check_login(self, deadline: Deadline) -> None:
        """Return if the account's credentials work; sends nothing.

        Raises GatewayError `gateway.login_refused` (gateway, reason: its code), `gateway.unreachable` and
        `gateway.no_answer` (reason: `http.…`).
        """
        ...

    def close(self) -> None: ...


@runtime_checkable
class ListsTemplates(Protocol):
    """What a gateway may offer besides: its templates."""

    def templates(self, deadline: Deadline) -> list[GatewayTemplate]:
        """All templates of the account, approved or not; sends nothing.

        Raises GatewayError as `Gateway.check_login`, and `gateway.refused` (gateway, reason: its code).
        """
        ...


@runtime_checkable
class TellsBalance(Protocol):
    """What a gateway may offer besides: what is left on the account."""

    def balance(self, deadline: Deadline) -> Balance | None:
        """What is left; None where the answer is good but names no amount. A login check too; raises as `templates`."""
        ...


@runtime_checkable
class LooksUp(Protocol):
    """What a gateway may offer besides: what it knows of a message by our own reference."""

    def look_up(self, lost: Sequence[LostMessage], deadline: Deadline) -> list[Outcome]:
        """What became of messages whose answer was lost; sends nothing. What it cannot tell of is left out.

        ACCEPTED and REFUSED are what the answer would have been; UNREACHED: the gateway says it never got it. Others
        are not looked at. Raises as `ListsTemplates.templates`.
        """
        ...

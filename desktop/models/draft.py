"""What the Compose page and its agent hand to each other: plain values, no Qt, no wire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

MAX_RECIPIENTS: Final = 10_000
"""Most recipients of one message written by hand; more come from a file."""


@dataclass(frozen=True, slots=True)
class Account:
    """A gateway account as Compose needs it."""

    name: str
    gateway: str
    title: Mapping[str, str]
    """The gateway's name: {"en": …, "zh": …}"""
    simulated: bool
    needs_template: bool
    signature: str
    price_micros: int | None
    """Price of one segment in millionths of `currency`; None = no price set."""
    currency: str
    usable: bool
    lists_templates: bool = False
    """Whether its gateway can be asked for the templates."""
    problem: str = ""
    """The code of what keeps it from sending, empty when it is usable."""
    problem_params: Mapping[str, Any] = field(default_factory=dict)
    field_titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Its settings' names by key, for the sentence of a problem."""

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> Account:
        title = wire.get("title") or wire["gateway"]
        problem = wire.get("problem") or {}
        price = wire.get("price_micros")
        return cls(
            name=str(wire["name"]),
            gateway=str(wire["gateway"]),
            title=title if isinstance(title, Mapping) else {"en": str(title), "zh": str(title)},
            simulated=bool(wire.get("simulated")),
            needs_template=bool(wire.get("needs_template")),
            signature=str(wire.get("signature") or ""),
            price_micros=None if price is None else int(price),
            currency=str(wire.get("currency") or ""),
            usable=bool(wire.get("usable", True)),
            lists_templates=bool(wire.get("lists_templates")),
            problem=str(problem.get("code", "")) if isinstance(problem, Mapping) else str(problem),
            problem_params=dict(problem.get("params") or {}) if isinstance(problem, Mapping) else {},
            field_titles={str(entry["key"]): entry.get("title") or {} for entry in wire.get("fields", ())},
        )

    @property
    def takes_text(self) -> bool:
        return not self.needs_template

    @property
    def takes_template(self) -> bool:
        """Free-text gateways have no approved templates; the Simulator plays both kinds."""
        return self.needs_template or self.simulated


@dataclass(frozen=True, slots=True)
class Template:
    """An entry of the template book. `text` is the approved text with its places {1}, {2} …"""

    template_id: str
    account: str
    name: str
    text: str
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What asking the gateway for its templates brought into the book."""

    found: int
    """Templates that the gateway named."""
    added: int
    changed: int
    not_approved: tuple[str, ...] = ()
    """Ids that were left out, or are in the book and may not be sent."""
    missing: tuple[str, ...] = ()
    """Ids of the book that the gateway did not name."""

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> Fetched:
        ids = {name: tuple(map(str, wire.get(name, ()))) for name in ("not_approved", "missing")}
        return cls(int(wire["found"]), int(wire["added"]), int(wire["changed"]), **ids)


@dataclass(frozen=True, slots=True)
class Remark:
    """A piece of the recipients' text that is no number, or a doubtful one.

    `start` and `end` count UTF-16 units, as Qt does.
    """

    line: int
    """From 1."""
    start: int
    end: int
    code: str

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> Remark:
        return cls(int(wire["line"]), int(wire["start"]), int(wire["end"]), str(wire["code"]))


@dataclass(frozen=True, slots=True)
class RecipientCheck:
    """What became of the recipients' text. `bad` holds the first ones only, `bad_count` all."""

    valid: int = 0
    duplicates: int = 0
    first: tuple[str, ...] = ()
    """The first few numbers, as they will be called."""
    by_region: tuple[tuple[str, int], ...] = ()
    bad: tuple[Remark, ...] = ()
    bad_count: int = 0
    unusual: tuple[Remark, ...] = ()
    """Valid, but worth a look before sending."""
    unusual_count: int = 0

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> RecipientCheck:
        """Offsets of the wire count UTF-16 units already."""
        bad = tuple(map(Remark.from_wire, wire.get("bad", ())))
        unusual = tuple(map(Remark.from_wire, wire.get("unusual", ())))
        return cls(
            valid=int(wire.get("valid", 0)),
            duplicates=int(wire.get("duplicates", 0)),
            first=tuple(map(str, wire.get("first", ()))),
            by_region=tuple((str(region), int(number)) for region, number in wire.get("by_region", {}).items()),
            bad=bad,
            bad_count=int(wire.get("bad_count", len(bad))),
            unusual=unusual,
            unusual_count=int(wire.get("unusual_count", len(unusual))),
        )

    @property
    def mainland(self) -> int:
        """How many are numbers of mainland China."""
        return sum(count for region, count in self.by_region if region == "CN")


@dataclass(frozen=True, slots=True)
class Content:
    """What is to be sent. Free text has `template_id` None; of a template `text` is the rendered text."""

    text: str
    template_id: str | None = None
    variables: tuple[str, ...] = ()
    sender: str | None = None
    template_text: str | None = None

    def to_wire(self) -> dict[str, Any]:
        wire: dict[str, Any] = {"text": self.text, "sender": self.sender}
        if self.template_id is not None:
            wire |= {"template_id": self.template_id, "variables": list(self.variables)}
            if self.template_text is not None:
                wire["template_text"] = self.template_text
        return wire


@dataclass(frozen=True, slots=True)
class Writing:
    """The fields of the page as they stand, before anything is rendered."""

    account: Account | None
    by_template: bool
    text: str = ""
    template_id: str = ""
    template_text: str | None = None
    """None where the template's id is not in the book: then there is nothing to render."""
    template_signature: str = ""
    variables_text: str = ""
    """As typed; how it is divided depends on the template."""
    sender: str = ""

    @property
    def signature(self) -> str:
        """The signature that will stand before the text, without brackets."""
        own = self.sender or (self.template_signature if self.by_template else "")
        return own or (self.account.signature if self.account is not None else "")


@dataclass(frozen=True, slots=True)
class Length:
    """The size of one message under one rule."""

    mainland: bool
    """Counted by characters with the signature, as mainland China bills; else as GSM 03.38 encodes."""
    encoding: str
    """`gsm7` or `ucs2`; without meaning for the mainland rule."""
    characters: int
    segments: int
    left: int
    """What still fits before one more segment is begun, in characters (GSM-7: septets)."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A writing, rendered and measured."""

    text: str
    """As it would be sent, without the signature; "" where the template's text is not known."""
    received: str
    """As it will be read: in mainland China the signature stands before it."""
    variables: tuple[str, ...]
    lengths: tuple[Length, ...]
    """One rule, or the mainland's and the others' where the recipients are mixed."""
    forcing: tuple[str, ...]
    """The characters that force Unicode, each once, in order."""
    replaced: str | None
    """The free text with its look-alikes replaced; None where nothing would change."""
    missing: tuple[int, ...]
    """Numbers (from 1) of the template's places without a variable."""
    signed: bool
    """Whether a signature stands in front and is counted."""
    surplus: int
    """Variables that the template has no place for."""


@dataclass(frozen=True, slots=True)
class Quote:
    """What a message would come to. Prices in millionths of `currency`; None = no price set."""

    messages: int
    segments: int
    price_micros: int | None
    currency: str
    warnings: tuple[str, ...] = ()
    above_limit: tuple[str, int] | None = None
    """(code of the account's limit, messages that will wait for it)."""

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> Quote:
        above = wire.get("above_limit")
        price = wire.get("price_micros")
        return cls(
            messages=int(wire["messages"]),
            segments=int(wire["segments"]),
            price_micros=None if price is None else int(price),
            currency=str(wire.get("currency") or ""),
            warnings=tuple(str(code) for code in wire.get("warnings", ())),
            above_limit=(str(above["reason"]), int(above["count"])) if above else None,
        )


@dataclass(frozen=True, slots=True)
class Submission:
    """What the operator confirmed. The same `request_id` never makes a second batch."""

    request_id: str
    account: str
    content: Content
    recipients: str
    """The text of the recipients' field: a clerk that was started anew has to read it again."""


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The answer to a submission that is on disk."""

    batch_id: int
    first_id: int
    count: int

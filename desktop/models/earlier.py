"""What the numbers of an order got before, as the confirmation needs it: plain values, no Qt, no wire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

REPEATED: Final = "repeated"
OVER_CAP: Final = "over_cap"
"""Why numbers may be left out, in the words of the wire."""


@dataclass(frozen=True, slots=True)
class Sent:
    """An earlier message."""

    message_id: int
    recipient: str


@dataclass(frozen=True, slots=True)
class Cap:
    """What the gateway takes for one number, and how many of the numbers would exceed it."""

    most: int
    window_s: int
    codes: bool
    """Whether it holds for verification codes only."""
    count: int
    newest: Sent | None


@dataclass(frozen=True, slots=True)
class Earlier:
    """The answer of `compose.earlier`."""

    repeated: int = 0
    """How many of the numbers were sent the same content within a day."""
    newest: Sent | None = None
    """The latest of those messages."""
    caps: tuple[Cap, ...] = ()

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> Earlier:
        repeated = wire["repeated"]
        caps = (
            Cap(
                int(entry["most"]),
                int(entry["window_s"]),
                entry.get("kind") == "code",
                int(entry["count"]),
                _sent(entry.get("newest")),
            )
            for entry in wire["over_cap"]
        )
        return cls(int(repeated["count"]), _sent(repeated.get("newest")), tuple(caps))

    @property
    def over_cap(self) -> int:
        """How many numbers would exceed a cap; each is counted once."""
        return sum(cap.count for cap in self.caps)

    @property
    def is_empty(self) -> bool:
        return not self.repeated and not self.caps


def _sent(wire: Mapping[str, Any] | None) -> Sent | None:
    return None if wire is None else Sent(int(wire["message_id"]), str(wire["recipient"]))

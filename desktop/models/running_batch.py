"""A batch under way, as the pulse tells of it: its figures, and the sentence they make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QCoreApplication

from desktop.models.row_text import number_text

TAKEN: Final = ("submitted", "delivered", "undelivered", "no_receipt")
"""States of messages that the gateway took."""
WAITING: Final = ("queued", "retrying", "scheduled")
REFUSED: Final = ("rejected", "failed", "expired")
STOPPABLE: Final = (*WAITING, "held")
"""Surely not sent: these a pause or a cancel reaches."""


@dataclass(frozen=True, slots=True)
class RunningBatch:
    """One of those that `status.look` calls `running`."""

    batch_id: int
    total: int
    counts: Mapping[str, int]
    paused: bool = False
    undo_left_ms: int | None = None
    """How long the whole batch can still be taken back; None where it cannot any more."""

    @classmethod
    def from_wire(cls, entry: Mapping[str, Any]) -> RunningBatch:
        counts = {str(state): int(count) for state, count in (entry.get("counts") or {}).items()}
        left = entry.get("undo_left_ms")
        return cls(
            int(entry["batch_id"]),
            int(entry["total"]),
            counts,
            bool(entry.get("paused")),
            int(left) if left is not None and left > 0 else None,
        )

    def number(self, *states: str) -> int:
        """How many of its messages are in any of these states."""
        return sum(self.counts.get(state, 0) for state in states)

    @property
    def nothing_left(self) -> bool:
        """Whether all of it was cancelled before any of it was sent."""
        return 0 < self.total == self.number("cancelled")

    @property
    def awaits_news(self) -> bool:
        """Whether anything may still become of it: a receipt, or what a person decides."""
        return self.number(*STOPPABLE, "sending", "submitted", "unknown") > 0

    @property
    def went_well(self) -> bool:
        """Whether nothing of it needs a look."""
        return self.total == self.number("delivered", "submitted", "no_receipt", "cancelled")

    @property
    def settled(self) -> int:
        """How many have left or ended: what a progress bar shows."""
        return self.total - self.number(*STOPPABLE, "sending")

    def figures(self) -> str:
        """`400 delivered · 12 submitted · 3 in flight · 585 held`: every message is in exactly one of them."""
        parts = (
            (QCoreApplication.translate("batch", "{count} delivered"), self.number("delivered")),
            (QCoreApplication.translate("batch", "{count} submitted"), self.number("submitted")),
            (QCoreApplication.translate("batch", "{count} in flight"), self.number("sending")),
            (QCoreApplication.translate("batch", "{count} waiting"), self.number(*WAITING)),
            (QCoreApplication.translate("batch", "{count} held"), self.number("held")),
            (QCoreApplication.translate("batch", "{count} without receipt"), self.number("no_receipt")),
            (QCoreApplication.translate("batch", "{count} undelivered"), self.number("undelivered")),
            (QCoreApplication.translate("batch", "{count} unknown"), self.number("unknown")),
            (QCoreApplication.translate("batch", "{count} refused or failed"), self.number(*REFUSED)),
            (QCoreApplication.translate("batch", "{count} cancelled"), self.number("cancelled")),
        )
        return " · ".join(text.format(count=number_text(count)) for text, count in parts if count)

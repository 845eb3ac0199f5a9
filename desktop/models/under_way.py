"""What is still to be sent, in a few figures, for whoever closes the window and for the tray."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QCoreApplication

from desktop.models.row_text import number_text
from desktop.models.running_batch import TAKEN, WAITING, RunningBatch


@dataclass(frozen=True, slots=True)
class UnderWay:
    """The figures of one look of the pulse."""

    submitted: int = 0
    """Messages that the gateway took, of the batches that have not ended."""
    in_flight: int = 0
    queued: int = 0
    held: int = 0
    other_workers: int = 0
    """Workers that go on when this program ends."""

    @classmethod
    def from_status(cls, status: Mapping[str, Any], own_worker: int) -> UnderWay:
        """The answer of `status.look`; `own_worker` is the process id of this program's worker."""
        counts = {str(state): int(count) for state, count in (status.get("open") or {}).items()}
        batches = [RunningBatch.from_wire(entry) for entry in status.get("running") or ()]
        return cls(
            submitted=sum(batch.number(*TAKEN) for batch in batches),
            in_flight=counts.get("sending", 0),
            queued=sum(counts.get(state, 0) for state in WAITING),
            held=counts.get("held", 0),
            other_workers=sum(entry.get("pid") != own_worker for entry in status.get("workers") or ()),
        )

    @property
    def is_over(self) -> bool:
        """Whether nothing is in flight or about to leave. What is held waits for a person."""
        return not self.in_flight and not self.queued

    def figures(self) -> str:
        """`412 submitted, 3 in flight, 585 queued`."""
        tr = QCoreApplication.translate
        parts = (
            (tr("under way", "{count} submitted"), self.submitted, False),
            (tr("under way", "{count} in flight"), self.in_flight, True),
            (tr("under way", "{count} queued"), self.queued, True),
            (tr("under way", "{count} held"), self.held, False),
        )
        texts = [text.format(count=number_text(count)) for text, count, always in parts if count or always]
        return tr("under way", ", ").join(texts)

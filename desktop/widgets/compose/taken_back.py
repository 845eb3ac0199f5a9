"""Batches that were undone: what was written comes back, and never over what was written since."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, Slot

from desktop.models.kept_draft import KeptDraft
from desktop.widgets.compose.outcome_line import OutcomeLine
from desktop.widgets.compose.sheet import Sheet

MOST: Final = 3
"""Batches whose text is kept; more than anybody sends within the time to undo one."""


class TakenBack(QObject):
    """Keeps what the last batches were made of."""

    def __init__(self, sheet: Sheet, outcome: OutcomeLine, parent: QObject) -> None:
        super().__init__(parent)
        self._sheet, self._outcome = sheet, outcome
        self._drafts: dict[int, KeptDraft] = {}
        self._offered = KeptDraft()
        outcome.draft_wanted.connect(self._change_places)

    def note(self, batch_id: int) -> None:
        """What stands on the page was handed over as this batch."""
        self._drafts[batch_id] = self._sheet.draft()
        for former in list(self._drafts)[:-MOST]:
            del self._drafts[former]

    @Slot(int)
    def show_undone(self, batch_id: int) -> None:
        """This batch was undone whole. One that was sent from elsewhere is none of the page's business."""
        draft = self._drafts.pop(batch_id, None)
        if draft is None:
            return
        empty = self._sheet.is_empty
        if empty:
            self._sheet.put(draft)
        else:
            self._offered = draft
        self._outcome.show_undone(offer=not empty)

    @Slot()
    def _change_places(self) -> None:
        written = self._sheet.draft()
        self._sheet.put(self._offered)
        self._offered = written

"""How wide the columns are: by what they hold at first, and what a window has to spare goes to the long texts.

Once a person has moved, hidden or sized a column, all stay as that person left them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QByteArray, QObject
from PySide6.QtWidgets import QHeaderView

from desktop.models.columns import Column

SHARES: Final = {Column.TEXT: 0.6, Column.REASON: 0.4}
"""Of what is to spare."""


class ColumnWidths(QObject):
    """Looks after one header."""

    def __init__(self, header: QHeaderView) -> None:
        super().__init__(header)
        self._header = header
        self._first: dict[Column, int] = {}
        self._own = False
        """Whether it is we who are changing a width."""
        self._touched = False
        header.sectionResized.connect(self._resized)
        header.sectionMoved.connect(self._moved)

    def begin(self, widths: Mapping[Column, int]) -> None:
        """What the columns have room for at first."""
        self._first = dict(widths)
        self.fill(0)

    def fill(self, room: int) -> None:
        """Spread the room (pixels) that the columns do not need."""
        if self._touched:
            return
        spare = max(0, room - sum(self._first.values()))
        self._own = True
        for column, width in self._first.items():
            self._header.resizeSection(column, width + round(spare * SHARES.get(column, 0)))
        self._own = False

    def state(self) -> QByteArray:
        """To be remembered; empty while nobody has touched a column."""
        return self._header.saveState() if self._touched else QByteArray()

    def restore(self, state: QByteArray) -> None:
        """What `state` gave."""
        if not state.isEmpty():
            self._touched = True
            self._header.restoreState(state)

    def _resized(self, section: int, _old: int, _new: int) -> None:
        stretched = self._header.stretchLastSection() and section == self._header.logicalIndex(len(Column) - 1)
        if not self._own and not stretched and self._header.isVisible():
            self._touched = True

    def _moved(self, *_: int) -> None:
        self._touched = True

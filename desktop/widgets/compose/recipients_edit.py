"""The text field that takes up to 10,000 numbers and underlines the bad ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QMimeData, Signal
from PySide6.QtGui import QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from desktop.models.draft import Remark
from desktop.theme import Role, colour

LONGEST_TEXT: Final = 400_000
"""Characters; 10,000 lines of 40. More than this is no list written by hand and would stall the field."""


class RecipientsEdit(QPlainTextEdit):
    """Tab leaves the field; a paste that is far too long is refused before the field has to lay it out."""

    paste_refused = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        self._underlined: tuple[Sequence[Remark], Sequence[Remark]] = ((), ())
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)

    def insertFromMimeData(self, source: QMimeData) -> None:
        if len(source.text()) + self.document().characterCount() > LONGEST_TEXT:
            self.paste_refused.emit()
            return
        self.insertPlainText(source.text())

    def underline(self, bad: Sequence[Remark], unusual: Sequence[Remark] = ()) -> None:
        """Underline these pieces and nothing else. Offsets beyond the text are cut."""
        self._underlined = (bad, unusual)
        last = max(0, self.document().characterCount() - 1)
        selections = []
        for remarks, role in ((bad, Role.BAD), (unusual, Role.ATTENTION)):
            form = _underlined(role)
            for entry in remarks:
                if entry.start < last:
                    selection = QTextEdit.ExtraSelection()
                    selection.cursor = self._cursor(entry, last)
                    selection.format = form
                    selections.append(selection)
        self.setExtraSelections(selections)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:  # another scheme has other colours
            self.underline(*self._underlined)

    def select(self, entry: Remark) -> None:
        """Put the cursor on a piece, ready to be typed over."""
        last = max(0, self.document().characterCount() - 1)
        self.setTextCursor(self._cursor(entry, last))
        self.ensureCursorVisible()
        self.setFocus()

    def _cursor(self, entry: Remark, last: int) -> QTextCursor:
        cursor = QTextCursor(self.document())
        cursor.setPosition(min(entry.start, last))
        cursor.setPosition(min(entry.end, last), QTextCursor.MoveMode.KeepAnchor)
        return cursor


def _underlined(role: Role) -> QTextCharFormat:
    form = QTextCharFormat()
    form.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
    form.setUnderlineColor(colour(role))
    form.setForeground(colour(role))
    return form

"""The free text of a message, with the offer to replace what only looks like a plain character."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QMimeData, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from desktop.theme import SMALL, Hint
from desktop.widgets.field_note import FieldNote

LONGEST_MESSAGE: Final = 10_000
"""Characters the field takes; far beyond what any gateway sends as one message."""


class MessageEdit(QPlainTextEdit):
    """Tab leaves the field; only plain text comes in, and never a book."""

    paste_refused = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)

    def insertFromMimeData(self, source: QMimeData) -> None:
        if len(source.text()) + self.document().characterCount() > LONGEST_MESSAGE:
            self.paste_refused.emit()
            return
        self.insertPlainText(source.text())


class MessageField(QWidget):
    """Emits that the text changed; is told whether look-alikes could be replaced."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._replaced: str | None = None
        self._label = QLabel()
        self.edit = MessageEdit()
        self._label.setBuddy(self.edit)
        self.note = FieldNote(self.edit)
        self._offer = self._make_offer()
        self.edit.textChanged.connect(self._changed)
        self.edit.paste_refused.connect(self._say_too_long)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SMALL // 2)
        column.addWidget(self._label)
        column.addWidget(self.edit, 1)
        column.addWidget(self.note)
        column.addWidget(self._offer)
        self.retranslate()

    def text(self) -> str:
        return self.edit.toPlainText()

    def set_text(self, text: str) -> None:
        self.edit.setPlainText(text)

    def offer_replacement(self, replaced: str | None) -> None:
        """Offer this text in place of the one that stands there; None withdraws the offer."""
        self._replaced = replaced
        self._offer.setVisible(replaced is not None)
        if replaced is not None:
            self._preview.setText(replaced if len(replaced) <= 240 else replaced[:240] + "…")

    def retranslate(self) -> None:
        self._label.setText(self.tr("&Message"))
        self.edit.setAccessibleName(self.tr("Message"))
        self.edit.setPlaceholderText(self.tr("What they will read"))
        self._offer_title.setText(self.tr("With look-alikes replaced by plain characters it reads:"))
        self.replace_button.setText(self.tr("Replace look-a&likes"))
        self.replace_button.setAccessibleName(self.tr("Replace look-alikes"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _make_offer(self) -> QWidget:
        offer = QWidget()
        self._offer_title = Hint()
        self._preview = QLabel()
        self._preview.setWordWrap(True)
        self._preview.setTextFormat(self._preview.textFormat().PlainText)
        self.replace_button = QPushButton()
        self.replace_button.clicked.connect(self._replace)
        row = QHBoxLayout(offer)
        row.setContentsMargins(0, 0, 0, 0)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self._offer_title)
        texts.addWidget(self._preview)
        row.addLayout(texts, 1)
        row.addWidget(self.replace_button)
        offer.hide()
        return offer

    def _changed(self) -> None:
        self.note.clear()
        self.changed.emit()

    def _replace(self) -> None:
        if self._replaced is None:
            return
        cursor = QTextCursor(self.edit.document())  # through the cursor: Ctrl+Z brings the old text back
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(self._replaced)
        self.edit.setFocus()

    def _say_too_long(self) -> None:
        self.note.show_error(
            self.tr("The pasted text is too long for a message ({limit} characters at most).").format(
                limit=LONGEST_MESSAGE
            )
        )

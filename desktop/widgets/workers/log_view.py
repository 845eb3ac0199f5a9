"""The log of the bundled worker: the last lines, following the end as long as the reader stands there."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QGuiApplication, QHideEvent, QShowEvent, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from desktop.theme import SMALL, fixed_font

LINES: Final = 2_000
SHOWN_EVERY_MS: Final = 150
"""Lines are collected so long, so that a worker that writes much costs few repaints."""


class LogView(QWidget):
    """Read-only, in a fixed font, with a button that copies all of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._waiting: list[str] = []
        self._following = True
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setUndoRedoEnabled(False)
        self.text.setMaximumBlockCount(LINES)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setFont(fixed_font())
        self.copy_button = QPushButton()
        self.copy_button.clicked.connect(self._copy)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.copy_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, SMALL, 0, 0)
        layout.setSpacing(SMALL)
        layout.addWidget(self.text, 1)
        layout.addLayout(row)
        self._timer = QTimer(self, interval=SHOWN_EVERY_MS, singleShot=True)
        self._timer.timeout.connect(self._flush)
        self.retranslate()

    def add(self, lines: list[str]) -> None:
        """Append lines soon."""
        self._waiting.extend(lines)
        del self._waiting[:-LINES]
        if not self._timer.isActive():
            self._timer.start()

    def retranslate(self) -> None:
        self.text.setAccessibleName(self.tr("Worker log"))
        self.text.setPlaceholderText(self.tr("The worker has written nothing yet."))
        self.copy_button.setText(self.tr("Copy log"))
        self.copy_button.setAccessibleName(self.tr("Copy log"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._following:
            QTimer.singleShot(0, self, self._to_end)  # once it has its size

    def hideEvent(self, event: QHideEvent) -> None:
        self._following = self._at_end()
        super().hideEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _flush(self) -> None:
        side = self.text.horizontalScrollBar()
        left = side.value()
        if self.text.isVisible():  # hidden, its bars tell nothing
            self._following = self._at_end()
        self.text.appendPlainText("\n".join(self._waiting))
        self._waiting.clear()
        if self._following:
            self._to_end()
        side.setValue(left)

    def _at_end(self) -> bool:
        bar = self.text.verticalScrollBar()
        return bar.value() >= bar.maximum() - 2

    def _to_end(self) -> None:
        if not self.text.textCursor().hasSelection():
            self._rest_cursor()
        bar = self.text.verticalScrollBar()
        bar.setValue(bar.maximum())

    def _rest_cursor(self) -> None:
        """To the start of the last line: Qt scrolls to the cursor, and a line is read from its start."""
        cursor = self.text.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.movePosition(QTextCursor.MoveOperation.StartOfBlock)
        self.text.setTextCursor(cursor)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())

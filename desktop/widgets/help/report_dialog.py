"""The one dialog for reports: what to do, and a text to copy, without numbers and secrets."""

from __future__ import annotations

from enum import Enum, auto

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from desktop.theme import LARGE, MEDIUM, SMALL, Hint, fixed_font


class Cause(Enum):
    """Why there is a report."""

    FAULT = auto()
    """The program itself met something that must not be."""
    ASKED = auto()
    """A person wants to tell of something."""


class ReportDialog(QDialog):
    """Not modal: work goes on. Its text is shown as it is and must be redacted already; nothing is sent anywhere."""

    def __init__(self, cause: Cause, report: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cause = cause
        self._gathering = False
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.resize(720, 520)
        self._what, self.state = QLabel(), Hint()
        self._what.setWordWrap(True)
        self.text = QPlainTextEdit(report)
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setFont(fixed_font())
        self.copy_button, self.close_button = QPushButton(), QPushButton()
        self.copy_button.setProperty("primary", True)
        self.copy_button.setDefault(True)
        self.copy_button.clicked.connect(self._copy)
        self.close_button.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.setSpacing(SMALL)
        buttons.addWidget(self.state, 1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.copy_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(LARGE, LARGE, LARGE, LARGE)
        layout.setSpacing(MEDIUM)
        layout.addWidget(self._what)
        layout.addWidget(self.text, 1)
        layout.addLayout(buttons)
        self.retranslate()

    def show_gathering(self) -> None:
        """More will come; what stands there can be copied already."""
        self._gathering = True
        self.state.setText(self.tr("Looking at versions, settings and logs…"))

    def add(self, more: str) -> None:
        """What was gathered; "" where nothing could be."""
        self._gathering = False
        self.state.setText("" if more else self.tr("More could not be found out."))
        if more:
            self.text.appendPlainText(f"\n{more}")
            self.text.moveCursor(self.text.textCursor().MoveOperation.Start)

    def retranslate(self) -> None:
        if self._cause is Cause.FAULT:
            self.setWindowTitle(self.tr("A fault in SMS Desk"))
            said = self.tr(
                "Something in this program went wrong. Your messages are safe in the ledger, and the window goes on. "
                "Please send the report below to whoever looks after this program; numbers and passwords are "
                "already taken out of it."
            )
        else:
            self.setWindowTitle(self.tr("Report a problem"))
            said = self.tr(
                "Tell whoever looks after this program what you did and what happened, and paste this report below it. "
                "Phone numbers, texts, passwords and names are taken out; read it before you send it. SMS Desk itself "
                "sends it nowhere."
            )
        self._what.setText(said)
        self.text.setAccessibleName(self.tr("Report"))
        if self._gathering:
            self.show_gathering()
        self.copy_button.setText(self.tr("&Copy report"))
        self.copy_button.setAccessibleName(self.tr("Copy report"))
        self.close_button.setText(self.tr("Close"))
        self.close_button.setAccessibleName(self.tr("Close"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.state.setText(self.tr("✓ Copied"))

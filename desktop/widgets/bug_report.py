"""The one dialog for bugs: what to do, and a report to copy, without numbers and secrets."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from desktop.theme import LARGE, MEDIUM, SMALL, fixed_font


class BugReportDialog(QDialog):
    """Not modal: work goes on. `report` is shown as it is and must be redacted already."""

    def __init__(self, report: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.resize(680, 460)
        self._what = QLabel()
        self._what.setWordWrap(True)
        self.text = QPlainTextEdit(report)
        self.text.setReadOnly(True)
        self.text.setFont(fixed_font())
        self.copy_button = QPushButton()
        self.copy_button.clicked.connect(self._copy)
        self.close_button = QPushButton()
        self.close_button.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.setSpacing(SMALL)
        buttons.addStretch(1)
        buttons.addWidget(self.copy_button)
        buttons.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(LARGE, LARGE, LARGE, LARGE)
        layout.setSpacing(MEDIUM)
        layout.addWidget(self._what)
        layout.addWidget(self.text, 1)
        layout.addLayout(buttons)
        self.retranslate()

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("A fault in SMS Desk"))
        self._what.setText(
            self.tr(
                "Something in this program went wrong. Your messages are safe in the ledger, and the window goes on. "
                "Please send the report below to whoever looks after this program; numbers and passwords are "
                "already taken out of it."
            )
        )
        self.text.setAccessibleName(self.tr("Report"))
        self.copy_button.setText(self.tr("Copy report"))
        self.copy_button.setAccessibleName(self.tr("Copy report"))
        self.close_button.setText(self.tr("Close"))
        self.close_button.setAccessibleName(self.tr("Close"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())

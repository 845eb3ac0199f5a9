"""Whether there is a newer version: asked when it is opened, and only then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QEvent, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from desktop.i18n import short_language
from desktop.theme import LARGE, MEDIUM, Hint, fit_height

WIDTH = 460


class UpdatesDialog(QDialog):
    """Closing it gives the question up."""

    def __init__(self, version: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(WIDTH)
        self._version = version
        self._answer: Mapping[str, Any] | None = None
        self._refusal: tuple[str, str] | None = None
        self.said, self.more = QLabel(), Hint()
        for label in (self.said, self.more):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._progress = QProgressBar()
        self._progress.setRange(0, 0)
        self._progress.setTextVisible(False)
        self.page_button, self.close_button = QPushButton(), QPushButton()
        self.page_button.clicked.connect(self._open_page)
        self.page_button.hide()
        self.close_button.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.page_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(LARGE, LARGE, LARGE, LARGE)
        column.setSpacing(MEDIUM)
        for widget in (self.said, self._progress, self.more):
            column.addWidget(widget)
        column.addStretch(1)
        column.addLayout(buttons)
        self.retranslate()

    def show_answer(self, answer: Mapping[str, Any]) -> None:
        """What `updates.look` has answered."""
        self._answer = answer
        self._reword()

    def show_refused(self, sentence: str, remedy: str) -> None:
        """It could not be found out."""
        self._refusal = (sentence, remedy)
        self._reword()

    def _reword(self) -> None:
        self.retranslate()
        fit_height(self)

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Check for updates"))
        self.close_button.setText(self.tr("Close"))
        self.close_button.setAccessibleName(self.tr("Close"))
        self.page_button.setText(self.tr("Open the page of the new version"))
        self.page_button.setAccessibleName(self.page_button.text())
        self._progress.setAccessibleName(self.tr("Asking"))
        self._progress.setVisible(self._answer is None and self._refusal is None)
        more = ""
        if self._refusal is not None:
            said, more = self._refusal
        elif self._answer is None:
            said = self.tr("Asking whether there is a newer version than {here}…").format(here=self._version)
        elif self._answer["newer"]:
            said = self.tr("There is a newer version: {newest}. This is {here}.").format(
                newest=self._answer["newest"], here=self._version
            )
            more = str(self._answer["notes"].get(short_language()) or self._answer["notes"].get("en") or "")
        else:
            said = self.tr("You have the newest version, {here}.").format(here=self._version)
        self.said.setText(said)
        self.more.setText(more)
        self.more.setVisible(bool(more))
        self.page_button.setVisible(bool(self._answer and self._answer["newer"] and self._answer["page"]))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _open_page(self) -> None:
        if self._answer is not None:
            QDesktopServices.openUrl(QUrl(str(self._answer["page"])))

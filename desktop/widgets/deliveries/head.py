"""The head of the Deliveries page: its name, how many messages are shown, and the way to a file."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from desktop.theme import MEDIUM, Hint, PageTitle


class DeliveriesHead(QWidget):
    """The page fills the count."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self.count_label, self.export_button = PageTitle(), Hint(), QPushButton()
        self.count_label.setWordWrap(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(MEDIUM)
        row.addWidget(self._title)
        row.addWidget(self.count_label)
        row.addStretch(1)
        row.addWidget(self.export_button)
        self.retranslate()

    def retranslate(self) -> None:
        self._title.setText(self.tr("Deliveries"))
        self.export_button.setText(self.tr("Export…"))
        self.export_button.setAccessibleName(self.tr("Export…"))
        self.export_button.setToolTip(self.tr("Write what the filter shows to a file"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

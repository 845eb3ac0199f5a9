"""What is seen between closing the window and the end of the worker."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QLabel, QProgressBar, QVBoxLayout, QWidget

from desktop.icons import program_icon
from desktop.theme import LARGE, MEDIUM


class Finishing(QWidget):
    """“Finishing…”: the worker ends the calls it has begun. Closing it changes nothing."""

    def __init__(self, at_most_s: float) -> None:
        super().__init__(None, Qt.WindowType.Dialog | Qt.WindowType.CustomizeWindowHint | Qt.WindowType.WindowTitleHint)
        self._at_most_s = at_most_s
        self.setWindowIcon(program_icon())
        self.setMinimumWidth(420)
        self._label = QLabel()
        self._label.setWordWrap(True)
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(LARGE, LARGE, LARGE, LARGE)
        layout.setSpacing(MEDIUM)
        layout.addWidget(self._label)
        layout.addWidget(bar)
        self.retranslate()

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Finishing…"))
        self._label.setText(
            self.tr(
                "Finishing the messages that are on their way to the gateway, {seconds} seconds at most. "
                "Everything else stays in the ledger and goes on at the next start."
            ).format(seconds=round(self._at_most_s))
        )

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()

"""The line below the table while an export runs, and what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QWidget

from desktop.models.columns import Column
from desktop.models.deliveries import DeliveriesModel
from desktop.models.row_text import number_text
from desktop.theme import SMALL
from desktop.theme.state_names import state_names

STEPS: Final = 1_000
"""Qt's bar counts in 32 bits; a share of it is enough."""


def titles_of(model: DeliveriesModel) -> dict[str, str]:
    """Columns and states in the window's language, by the names that the export knows."""
    columns = {
        "created_ms": Column.TIME, "recipient": Column.RECIPIENT, "text": Column.TEXT, "gateway": Column.GATEWAY,
        "state": Column.STATE, "tries": Column.TRIES, "worker": Column.WORKER, "segments": Column.SEGMENTS,
        "price_micros": Column.COST,
    }  # fmt: skip
    titles = {name: model.heading(column) for name, column in columns.items()}
    tr = QCoreApplication.translate
    titles |= {"reason": tr("ExportBar", "Code"), "reason_words": tr("ExportBar", "Reason")}
    return titles | {f"state.{state}": name for state, name in state_names()}


class ExportBar(QWidget):
    """Hidden until an export starts; stays with its result until it is put away."""

    cancel_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.progress = QProgressBar()
        self.progress.setFixedWidth(220)
        self.progress.setTextVisible(False)
        self.button = QPushButton()
        self.button.clicked.connect(self._clicked)
        self._running = False
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SMALL)
        row.addWidget(self.text, 1)
        row.addWidget(self.progress)
        row.addWidget(self.button)
        self.retranslate()
        self.hide()

    def start(self, path: str) -> None:
        """An export has begun."""
        self._running = True
        self.progress.setRange(0, 0)
        self.progress.show()
        self._say(self.tr("Writing {file} …").format(file=Path(path).name))
        self.retranslate()
        self.show()

    def advance(self, done: int, total: int | None) -> None:
        """So many rows of so many are written."""
        if total:
            self.progress.setRange(0, STEPS)
            self.progress.setValue(min(STEPS, done * STEPS // total))

    def finish(self, written: int, path: str) -> None:
        """The file is whole."""
        if written == 1:
            self._end(self.tr("1 message was written to {path}").format(path=path))
        else:
            self._end(self.tr("{count} messages were written to {path}").format(count=number_text(written), path=path))

    def stop(self) -> None:
        """The person has cancelled."""
        self._end(self.tr("The export was cancelled; no file was left behind."))

    def fail(self, sentence: str) -> None:
        """It did not work; the sentence says why and what to do."""
        self._end(sentence)

    def retranslate(self) -> None:
        self.button.setText(self.tr("Cancel") if self._running else self.tr("Dismiss"))
        self.button.setAccessibleName(self.tr("Cancel export") if self._running else self.tr("Dismiss"))
        self.progress.setAccessibleName(self.tr("Progress of the export"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _end(self, sentence: str) -> None:
        self._running = False
        self.progress.hide()
        self._say(sentence)
        self.retranslate()
        self.show()

    def _say(self, sentence: str) -> None:
        self.text.setText(sentence)
        self.text.setAccessibleName(sentence)

    def _clicked(self) -> None:
        if self._running:
            self.cancel_wanted.emit()
        else:
            self.hide()

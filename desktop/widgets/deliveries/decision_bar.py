"""What a person may decide about messages: let go on what is held, cancel what has not left, settle what is Unknown."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from desktop.models.held_row import RESUME_ACCOUNT, RESUME_ALL, RESUME_BATCH
from desktop.models.row_text import number_text
from desktop.models.running_batch import STOPPABLE
from desktop.theme import SMALL, show_tone
from desktop.theme.colours import Role

ASK, COUNT_AS_SENT, SEND_AGAIN, CANCEL = "unknown.ask", "unknown.count_as_sent", "unknown.send_again", "messages.cancel"
"""What is decided, by the names of the clerk's wire."""
RESUMING = (RESUME_BATCH, RESUME_ACCOUNT, RESUME_ALL)
"""One of these fits a message that is held, or none."""

CONFIRMED = (SEND_AGAIN, COUNT_AS_SENT)
"""Decided only after a second question."""


class DecisionBar(QWidget):
    """For one message, or for all that the filter shows. Hidden while there is nothing to decide."""

    decided = Signal(str)
    """One of the names above."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = self._resume = ""
        self._count: int | None = None
        self._asking = ""
        self.question = QLabel()
        self.question.setWordWrap(True)
        self.question.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.buttons = {do: QPushButton() for do in (ASK, COUNT_AS_SENT, SEND_AGAIN, *RESUMING, CANCEL)}
        self.yes_button, self.no_button = QPushButton(), QPushButton()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SMALL)
        row.addWidget(self.question, 1)
        for do, button in self.buttons.items():
            button.clicked.connect(lambda _=False, do=do: self._choose(do))
            row.addWidget(button)
        self.yes_button.clicked.connect(self._confirm)
        self.no_button.clicked.connect(lambda: self._ask(""))
        row.addWidget(self.yes_button)
        row.addWidget(self.no_button)
        self.retranslate()

    def offer(self, state: str, count: int | None = None, resume: str = "") -> None:
        """What fits messages in this state. `count`: so many of them are meant; None: the one that is shown.

        `resume`: which of `RESUMING` lets it go on.
        """
        if (state, count, resume) != (self._state, self._count, self._resume):
            self._asking = self._asking if state == self._state else ""
            self._state, self._count, self._resume = state, count, resume
            self._show()

    def reset(self) -> None:
        """Another message is meant now: no question stays open."""
        self._ask("")

    def _choose(self, do: str) -> None:
        if do in CONFIRMED or self._count is not None:
            self._ask(do)
        else:
            self.decided.emit(do)

    def _confirm(self) -> None:
        do, self._asking = self._asking, ""
        self._show()
        self.decided.emit(do)

    def _ask(self, do: str) -> None:
        self._asking = do
        self._show()
        if do:
            self.no_button.setFocus()

    def _show(self) -> None:
        unknown, waiting = self._state == "unknown", self._state in STOPPABLE and self._count is None
        self.setVisible(bool(unknown or waiting or self._resume) and self._count != 0)
        for do, button in self.buttons.items():
            fits = do == self._resume if do in RESUMING else waiting if do == CANCEL else unknown
            button.setVisible(not self._asking and fits)
        for button in (self.yes_button, self.no_button):
            button.setVisible(bool(self._asking))
        self.question.setText(self._sentence(unknown))
        self.question.setAccessibleName(self.question.text())
        role = Role.BAD if self._asking == SEND_AGAIN else Role.TEXT
        show_tone(self.question, role)

    def _sentence(self, unknown: bool) -> str:
        if not self._asking:
            return self._standing() if unknown and self._count is not None else ""
        if self._count is None or self._count == 1:
            return {
                SEND_AGAIN: self.tr("It may have arrived already, and would then arrive twice. Send it again?"),
                COUNT_AS_SENT: self.tr("Count it as sent? It is not sent again."),
                ASK: self.tr("Ask the gateway about it?"),
            }[self._asking]
        return {
            SEND_AGAIN: self.tr("Some may have arrived already, and would then arrive twice. Send all {count} again?"),
            COUNT_AS_SENT: self.tr("Count all {count} as sent? They are not sent again."),
            ASK: self.tr("Ask the gateway about all {count}?"),
        }[self._asking].format(count=number_text(self._count))

    def _standing(self) -> str:
        """What stands beside the buttons for all that the filter shows."""
        if self._count == 1:
            return self.tr("1 unknown: what became of it?")
        return self.tr("{count} unknown: what became of them?").format(count=number_text(self._count or 0))

    def retranslate(self) -> None:
        for do, name in (
            (ASK, self.tr("Ask the gateway")),
            (COUNT_AS_SENT, self.tr("Count as sent")),
            (SEND_AGAIN, self.tr("Send again…")),
            (RESUME_BATCH, self.tr("Resume batch")),
            (RESUME_ACCOUNT, self.tr("Resume account")),
            (RESUME_ALL, self.tr("Resume all sending")),
            (CANCEL, self.tr("Cancel message")),
        ):
            self.buttons[do].setText(name)
            self.buttons[do].setAccessibleName(name)
        for button, name in ((self.yes_button, self.tr("Yes")), (self.no_button, self.tr("No"))):
            button.setText(name)
            button.setAccessibleName(name)
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

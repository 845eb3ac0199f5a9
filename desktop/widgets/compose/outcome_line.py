"""What became of the last order: handed over, with a way to its deliveries, held, undone, or why not."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from desktop.models.draft import HandedOver
from desktop.models.money import count
from desktop.theme import Role, show_tone


class OutcomeLine(QFrame):
    """Hidden while there is nothing to say."""

    deliveries_wanted = Signal(int)
    draft_wanted = Signal()
    """The text of the batch that was undone is to stand on the page again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._result: HandedOver | None = None
        self._held = False
        self._sentence: Callable[[], str] = str
        """Says it in the language that is on."""
        self._role = Role.GOOD
        self._mark = QLabel()
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.link, self.bring_button = QPushButton(), QPushButton()
        self.link.clicked.connect(self._want_deliveries)
        self.bring_button.clicked.connect(self.draft_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._mark)
        row.addWidget(self.text, 1)
        row.addWidget(self.link)
        row.addWidget(self.bring_button)
        self.bring_button.hide()
        self.retranslate()
        self.hide()

    def show_handed_over(self, result: HandedOver, *, held: bool = False) -> None:
        """It is on disk; `held`: all sending is stopped, and it waits for that to end."""
        self._result, self._held = result, held
        if held:
            self._say(lambda: self._waiting(result), "▲", Role.ATTENTION)
        else:
            self._say(lambda: self._success(result), "✓", Role.GOOD)

    def show_resumed(self) -> None:
        """All sending goes on: what was held by that is held no more."""
        if self._result is not None and self._held:
            self.show_handed_over(self._result)

    def show_undone(self, *, offer: bool) -> None:
        """A batch was taken back whole; `offer`: its text can be brought back."""
        self._result = None
        self._say(lambda: self.tr("Undone: nothing was sent."), "↶", Role.NEUTRAL, offer=offer)

    def show_error(self, sentence: str) -> None:
        self._result = None
        self._say(lambda: sentence, "✗", Role.BAD)

    def clear(self) -> None:
        self._result = None
        self.bring_button.hide()
        self.hide()

    def fade(self) -> None:
        """The next message is begun: a success is old news. An error, or a text to bring back, stays until Send."""
        if self.isVisible() and self._role is not Role.BAD and self.bring_button.isHidden():
            self.clear()

    def retranslate(self) -> None:
        self.link.setText(self.tr("Show in &Deliveries"))
        self.link.setAccessibleName(self.tr("Show in Deliveries"))
        self.bring_button.setText(self.tr("Bring t&he text back"))
        self.bring_button.setAccessibleName(self.tr("Bring the text back"))
        self.bring_button.setToolTip(
            self.tr("Changes places with what stands here now: pressed again, that comes back.")
        )
        self.text.setText(self._sentence())
        self.setAccessibleName(self.text.text())

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _want_deliveries(self) -> None:
        if self._result is not None:
            self.deliveries_wanted.emit(self._result.batch_id)

    def _say(self, sentence: Callable[[], str], mark: str, role: Role, *, offer: bool = False) -> None:
        self._sentence, self._role = sentence, role
        self._mark.setText(mark)
        self.link.setVisible(self._result is not None)
        self.bring_button.setVisible(offer)
        show_tone(self._mark, role, bold=True)
        show_tone(self.text, role, bold=True)
        self.retranslate()
        self.show()

    def _success(self, result: HandedOver) -> str:
        if result.count == 1:
            return self.tr("1 message handed over")
        return self.tr("{count} messages handed over").format(count=count(result.count))

    def _waiting(self, result: HandedOver) -> str:
        if result.count == 1:
            return self.tr("1 message is held: all sending is stopped")
        return self.tr("{count} messages are held: all sending is stopped").format(count=count(result.count))

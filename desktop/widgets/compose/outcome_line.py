"""What became of the last order: handed over, with a way to its deliveries, or why not."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from desktop.models.draft import HandedOver
from desktop.theme import Role, show_tone
from desktop.widgets.compose.money import count


class OutcomeLine(QFrame):
    """Hidden while there is nothing to say."""

    deliveries_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._result: HandedOver | None = None
        self._role = Role.GOOD
        self._mark = QLabel()
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.link = QPushButton()
        self.link.clicked.connect(self._want_deliveries)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._mark)
        row.addWidget(self.text, 1)
        row.addWidget(self.link)
        self.retranslate()
        self.hide()

    def show_handed_over(self, result: HandedOver) -> None:
        self._result = result
        self._say(self._success(result), "✓", Role.GOOD)

    def show_error(self, sentence: str) -> None:
        self._result = None
        self._say(sentence, "✗", Role.BAD)

    def clear(self) -> None:
        self._result = None
        self.hide()

    def fade(self) -> None:
        """The next message is begun: a success is old news, an error stays until Send is pressed again."""
        if self._result is not None and self.isVisible():
            self.clear()

    def retranslate(self) -> None:
        self.link.setText(self.tr("Show in &Deliveries"))
        self.link.setAccessibleName(self.tr("Show in Deliveries"))
        if self._result is not None:
            self.text.setText(self._success(self._result))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _want_deliveries(self) -> None:
        if self._result is not None:
            self.deliveries_wanted.emit(self._result.batch_id)

    def _say(self, text: str, mark: str, role: Role) -> None:
        self._role = role
        self._mark.setText(mark)
        self.text.setText(text)
        self.setAccessibleName(text)
        self.link.setVisible(self._result is not None)
        self._tint()
        self.show()

    def _tint(self) -> None:
        show_tone(self._mark, self._role, bold=True)
        show_tone(self.text, self._role, bold=True)

    def _success(self, result: HandedOver) -> str:
        if result.count == 1:
            return self.tr("1 message handed over")
        return self.tr("{count} messages handed over").format(count=count(result.count))

"""What the whole message comes to, beside Send."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop.models.draft import Account, Measured, RecipientCheck
from desktop.models.money import count, money
from desktop.theme import Hint
from desktop.widgets.compose.length_line import segments_text


class CostLine(QWidget):
    """`3 messages · 6 segments · ¥0.27`, or that the account has no price. Never 0.00 for what is not known."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._account: Account | None = None
        self._check: RecipientCheck | None = None
        self._measured: Measured | None = None
        self.total = QLabel()
        self.total.setWordWrap(True)
        self.price = Hint()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addStretch(1)
        column.addWidget(self.total)
        column.addWidget(self.price)
        column.addStretch(1)
        self.setMinimumHeight(2 * self.fontMetrics().height() + 4)  # one line or two: what is beside it stays
        self.retranslate()

    def show_cost(self, account: Account | None, check: RecipientCheck | None, measured: Measured) -> None:
        """`check` None: the numbers are being checked, the former total stays."""
        self._account, self._measured = account, measured
        self._check = check if check is not None else self._check
        self.retranslate()

    def retranslate(self) -> None:
        self.total.setAccessibleName(self.tr("In all"))
        account, check, measured = self._account, self._check, self._measured
        if account is None or measured is None:
            return
        if account.price_micros is None:
            self.price.setText(self.tr("No price set for this account"))
        else:
            self.price.setText(self.tr("{price} a segment").format(price=money(account.price_micros, account.currency)))
        segments = total_segments(check, measured)
        if check is None or not check.valid or not segments:
            self.total.setText("")
            self.total.hide()
            return
        number = check.valid
        messages = self.tr("1 message") if number == 1 else self.tr("{count} messages").format(count=count(number))
        parts = [messages, segments_text(segments)]
        if account.price_micros is not None:
            parts.append(money(segments * account.price_micros, account.currency))
        self.total.setText(" · ".join(parts))
        self.total.show()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


def total_segments(check: RecipientCheck | None, measured: Measured) -> int:
    """Segments of all messages, each counted by its own country's rule; 0 where the text is not known."""
    if check is None:
        return 0
    return sum(
        length.segments * (check.mainland if length.mainland else check.valid - check.mainland)
        for length in measured.lengths
    )

"""What is about to be sent, row by row: to whom, through which account, for how much, and how it reads."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.models.draft import Account, Content, Measured, Quote, RecipientCheck
from desktop.models.money import count, money
from desktop.theme import LARGE, MEDIUM, Hint, Role, show_tone
from desktop.widgets.compose.length_line import listed, segments_text
from desktop.widgets.compose.reasons import above_limit_text, warning
from desktop.widgets.compose.through_field import account_title


@dataclass(frozen=True, slots=True)
class Order:
    """Everything the confirmation says, as it stood when Send was pressed."""

    account: Account
    content: Content
    signature: str
    check: RecipientCheck
    measured: Measured
    quote: Quote
    left_out: int = 0
    """Numbers that the person left out here, for what they got before."""


class OrderForm(QWidget):
    """Rows of names and values, and the text below them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(LARGE)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(110)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(MEDIUM)
        column.addLayout(self._form)
        column.addWidget(self.text)

    # -- what it says -----------------------------------------------------------------------------------

    def fill(self, order: Order, *, stopped: bool) -> None:
        """Say this order; `stopped`: whether all sending is stopped, so that it will wait."""
        while self._form.rowCount():
            self._form.removeRow(0)
        self._row(self.tr("To"), self._to(order))
        self._row(self.tr("Through"), self._through(order))
        self._row(self.tr("Sender"), order.signature or self.tr("as the gateway has it"))
        if order.content.template_id is not None:
            self._row(self.tr("Template"), order.content.template_id)
        self._row(self.tr("Segments"), self._segments(order))
        self._row(self.tr("Cost"), self._cost(order))
        if order.check.bad_count:
            self._row(self.tr("Not valid, left out"), count(order.check.bad_count), Role.ATTENTION)
        if order.check.unusual_count:
            self._row(self.tr("Unusual, sent all the same"), count(order.check.unusual_count), Role.ATTENTION)
        if order.left_out:
            self._row(self.tr("Left out by you"), count(order.left_out))
        if order.check.duplicates:
            self._row(self.tr("Duplicates removed"), count(order.check.duplicates))
        if stopped:
            held = self.tr(
                "All sending is stopped: these messages will wait as Held until “Resume all sending” is pressed."
            )
            self._row(self.tr("Will wait"), held, Role.ATTENTION)
        if order.quote.above_limit is not None:
            self._row(self.tr("Will wait"), above_limit_text(*order.quote.above_limit), Role.ATTENTION)
        for code in order.quote.warnings:
            self._row(self.tr("Note"), warning(code, order.account.name), Role.ATTENTION)
        self.text.setPlainText(self._preview(order))

    def _row(self, title: str, text: str, role: Role = Role.TEXT) -> None:
        label, value = Hint(title), QLabel(text)
        label.setWordWrap(False)
        label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        value.setWordWrap(True)
        value.setTextFormat(Qt.TextFormat.PlainText)
        show_tone(value, role)
        value.setAccessibleName(f"{title}: {text}")
        self._form.addRow(label, value)

    def _to(self, order: Order) -> str:
        first = listed(order.check.first)
        rest = order.quote.messages - len(order.check.first)
        if not first or rest <= 0:
            return first or count(order.quote.messages)
        return self.tr("{first} and {count} more").format(first=first, count=count(rest))

    def _through(self, order: Order) -> str:
        title = account_title(order.account)
        if order.account.simulated:
            return self.tr("{gateway} — simulated, nothing leaves this computer").format(gateway=title)
        return title

    def _segments(self, order: Order) -> str:
        lengths = order.measured.lengths
        if not order.quote.segments:
            return self.tr("not known: the template book does not have this template's text")
        total = self.tr("{segments} in all").format(segments=segments_text(order.quote.segments))
        if not lengths or not order.measured.text:
            return total
        each = " / ".join(count(number) for number in dict.fromkeys(length.segments for length in lengths))
        return self.tr("{each} each, {total}").format(each=each, total=total)

    def _cost(self, order: Order) -> str:
        if order.account.price_micros is None:
            return self.tr("no price set for this account")
        if order.quote.price_micros is None:
            return self.tr("not known without the text")
        return money(order.quote.price_micros, order.quote.currency)

    def _preview(self, order: Order) -> str:
        if order.content.template_id is not None and order.content.template_text is None:
            return self.tr("(text as approved for this template; variables: {variables})").format(
                variables=listed(order.content.variables) or "–"
            )
        return f"【{order.signature}】{order.content.text}" if self._mainland(order) else order.content.text

    def _mainland(self, order: Order) -> bool:
        return bool(order.signature) and any(length.mainland for length in order.measured.lengths)

"""The Compose page: write, see what it comes to, confirm, hand over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.errors import whole
from desktop.models.draft import (
    MAX_RECIPIENTS,
    Account,
    Fetched,
    HandedOver,
    Measured,
    Quote,
    RecipientCheck,
    Template,
    Writing,
)
from desktop.theme import LARGE, MEDIUM, Card, PageTitle, ReadingWidth
from desktop.widgets.compose.confirmation import Confirmation
from desktop.widgets.compose.content_field import ContentField
from desktop.widgets.compose.cost_line import CostLine
from desktop.widgets.compose.order_form import Order
from desktop.widgets.compose.orders import Orders
from desktop.widgets.compose.outcome_line import OutcomeLine
from desktop.widgets.compose.recipients_field import RecipientsField
from desktop.widgets.compose.sheet import Sheet
from desktop.widgets.compose.taken_back import TakenBack
from desktop.widgets.compose.template_book import TemplateBook
from desktop.widgets.compose.through_field import ThroughField


class ComposePage(QWidget):
    """Knows no clerk: what it wants to know leaves as signals, the answers come into slots."""

    shown = Signal()
    recipients_edited = Signal(str)
    writing_changed = Signal(object)
    """A Writing, to be rendered and measured."""
    quote_wanted = Signal(object)
    send_wanted = Signal(object)
    """Both carry a Submission."""
    template_save_wanted = Signal(object)
    template_delete_wanted = Signal(object)
    template_fetch_wanted = Signal(str)
    """The account whose gateway is asked."""
    earlier_wanted = Signal(object)
    """A Submission: what did its numbers get before?"""
    deliveries_wanted = Signal(int)
    """Show what was handed over: its batch."""
    account_chosen = Signal(object)
    """The Account that the next message goes through; None while none is known."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._templates: tuple[Template, ...] = ()
        self._default_account = ""
        self._accounts_known = False
        self._send_when_checked = False
        self._leaving_out = False
        self._left_out = 0
        self._stopped = False
        self._title = PageTitle()
        self.outcome = OutcomeLine()
        self.recipients = RecipientsField()
        self.through = ThroughField()
        self.content = ContentField()
        self.sheet = Sheet(self.recipients, self.through, self.content)
        self.orders = Orders(self.sheet)
        self.taken_back = TakenBack(self.sheet, self.outcome, self)
        self.cost = CostLine()
        self.send_button = QPushButton()
        self.send_button.setProperty("primary", True)
        self.send_button.setMinimumWidth(120)
        self.confirmation = Confirmation(self)
        self.book = TemplateBook(self)
        self._lay_out()
        ReadingWidth(self)
        self._wire()
        self.retranslate()
        self._refresh_send()

    # -- answers ----------------------------------------------------------------------------------------

    @Slot(object, str)
    def show_accounts(self, accounts: Sequence[Account], default: str) -> None:
        """The gateway accounts, and the one to begin with.

        Another default one is taken where nothing is written and nobody chose another than the former.
        """
        chosen, former = self.through.account(), self._default_account
        follows = chosen is not None and chosen.name == former and self.sheet.is_empty
        self._accounts_known, self._default_account = True, default
        self.through.set_accounts(accounts, default)
        if follows and default != former:
            self.through.choose(default)
        self._refresh_send()

    @Slot(object)
    def show_templates(self, templates: Sequence[Template]) -> None:
        """The whole template book; shown is what belongs to the chosen account."""
        self._templates = tuple(templates)
        self._fill_templates()
        if self.book.isVisible():
            self.book.set_templates(self._templates)

    @Slot()
    def show_template_saved(self) -> None:
        self.book.show_saved()

    @Slot(str, object)
    def show_template_refused(self, code: str, params: Mapping[str, Any]) -> None:
        self.book.show_error(whole(code, params))

    @Slot(str, object)
    def show_templates_fetched(self, account: str, fetched: Fetched) -> None:
        self.book.show_fetched(account, fetched)

    @Slot(str, str, object)
    def show_template_fetch_refused(self, account: str, code: str, params: Mapping[str, Any]) -> None:
        self.book.show_fetch_error(account, whole(code, params))

    @Slot(object)
    def show_check(self, check: RecipientCheck) -> None:
        self.recipients.show_check(check)
        if self._send_when_checked and self.recipients.check is not None:
            self._send_when_checked = False
            self.send()

    @Slot(str, object)
    def show_check_refused(self, code: str, params: Mapping[str, Any]) -> None:
        self._send_when_checked = False
        self._end_leaving_out()
        self.recipients.note.show_error(whole(code, params))

    @Slot(object)
    def show_measured(self, measured: Measured) -> None:
        self.content.show_measured(measured)
        self.cost.show_cost(self.through.account(), self.recipients.check, measured)

    @Slot(object)
    def show_quote(self, quote: Quote) -> None:
        """The price is there: ask for the last word."""
        submission, account, check = self.orders.current, self.through.account(), self.recipients.check
        measured = self.content.measured
        shown = self.confirmation.isVisible() and not self._leaving_out
        if submission is None or account is None or check is None or measured is None or shown:
            return
        self._leaving_out = False
        writing = self._writing()
        order = Order(
            account, submission.content, writing.signature, check, measured, quote,
            self._left_out,
        )  # fmt: skip
        self.confirmation.show_order(order)

    @Slot(str, object)
    def show_quote_refused(self, code: str, params: Mapping[str, Any]) -> None:
        self._end_leaving_out()
        self.outcome.show_error(whole(code, params))

    @Slot(str, int)
    def show_left_out(self, recipients: str, count: int) -> None:
        """The numbers without those left out stand in the field, and are asked about anew. Ctrl+Z brings all back."""
        if not self.confirmation.isVisible():
            return
        self._leaving_out = True
        self._left_out += count
        self.recipients.replace(recipients)
        self.send()

    @Slot(str, object)
    def show_not_left_out(self, code: str, params: Mapping[str, Any]) -> None:
        self.confirmation.reject()
        self.outcome.show_error(whole(code, params))

    @Slot(int, object)
    def show_progress(self, done: int, total: int | None) -> None:
        self.confirmation.show_progress(done, total)

    @Slot()
    def show_interrupted(self) -> None:
        self.confirmation.show_interrupted()

    @Slot(object)
    def show_handed_over(self, result: HandedOver) -> None:
        """It is on disk: the page is free for the next message."""
        self.orders.end()
        self.confirmation.finish()
        self.taken_back.note(result.batch_id)
        self.recipients.clear()
        self.recipients_edited.emit("")
        self.content.clear()
        self.outcome.show_handed_over(result, held=self._stopped)
        self._refresh_send()
        self.recipients.edit.setFocus()

    @Slot(str, object)
    def show_refused(self, code: str, params: Mapping[str, Any]) -> None:
        """It was not handed over, or nobody knows: everything stays, and so does the order's number."""
        self.confirmation.finish()
        self.outcome.show_error(whole(code, params))
        self._refresh_send()

    @Slot(bool)
    def show_stopped(self, stopped: bool) -> None:
        """Whether all sending is stopped: what is handed over then waits."""
        self._stopped = stopped
        self.confirmation.show_stopped(stopped)
        if not stopped:
            self.outcome.show_resumed()

    @Slot(object)
    def fill(self, content: Mapping[str, Any]) -> None:
        """Begin a new message like another: `recipient(s)`, `text`, `template_id`, `variables`, `account`, `sender`.

        What is not given is left as it is; an account that is gone too.
        """
        with_numbers = self.sheet.fill(content)
        self.outcome.clear()
        (self.content.message.edit if with_numbers else self.recipients.edit).setFocus()

    # -- Send -------------------------------------------------------------------------------------------

    @Slot()
    def send(self) -> None:
        """Check what is there; then price it and ask for confirmation. What is wrong is said at its field."""
        if self.confirmation.isVisible() and not self._leaving_out:
            return
        if not self.send_button.isEnabled():
            return
        if not self._leaving_out:
            self._left_out = 0
        self.outcome.clear()
        if self.recipients.check is None and not self.recipients.is_empty():
            self._send_when_checked = True
            self.recipients.check_now()
            return
        wrong = self._first_wrong_field()
        if wrong is not None:
            self._end_leaving_out()
            wrong.setFocus()
            return
        account, measured = self.through.account(), self.content.measured
        if account is None or measured is None:
            return
        content = self.content.content(self._writing(), measured)
        self.quote_wanted.emit(self.orders.begin(account.name, content, self.recipients.text()))

    @Slot()
    def _take_keyboard(self) -> None:
        self.window().activateWindow()

    def _first_wrong_field(self) -> QWidget | None:
        check = self.recipients.check
        if check is None or not check.valid:
            if check is not None and check.bad_count:
                text = self.tr("None of these numbers is valid: correct at least one.")
            else:
                text = self.tr("No recipients: type or paste at least one number.")
            self.recipients.note.show_error(text)
            return self.recipients.edit
        if check.valid > MAX_RECIPIENTS:
            self.recipients.show_too_many()
            return self.recipients.edit
        account = self.through.account()
        if account is None or not account.usable:
            return self.through.gateway
        return self.content.first_error()

    def _end_leaving_out(self) -> None:
        """The rest cannot be confirmed now: back to the page, where it says why."""
        if self._leaving_out:
            self._leaving_out = False
            self.confirmation.reject()

    @Slot()
    def _closed(self) -> None:
        """Whatever was still asked for the confirmation must not open it again."""
        self._leaving_out = self._send_when_checked = False

    def _look_earlier(self) -> None:
        if self.orders.current is not None:
            self.earlier_wanted.emit(self.orders.current)

    def _confirmed(self) -> None:
        if self.orders.current is not None:
            self._refresh_send()
            self.send_wanted.emit(self.orders.current)

    # -- what changes while writing ---------------------------------------------------------------------

    def _writing(self) -> Writing:
        return self.content.writing(self.through.account(), self.through.sender_edit.text().strip().strip("【】"))

    def _changed(self) -> None:
        self.writing_changed.emit(self._writing())

    def _account_changed(self) -> None:
        self.content.set_account(self.through.account())
        self._fill_templates()
        self._changed()
        self.account_chosen.emit(self.through.account())

    def _fill_templates(self) -> None:
        account = self.through.account()
        name = account.name if account is not None else ""
        self.content.template.set_templates([entry for entry in self._templates if entry.account == name])

    def _open_book(self) -> None:
        account = self.through.account()
        if account is not None:
            wanted = self.content.template.template_id()
            self.book.show_account(account.name, self._templates, wanted, can_fetch=account.lists_templates)

    def _refresh_send(self) -> None:
        self.send_button.setEnabled(self._accounts_known and not self.confirmation.submitting)

    # -- Qt's events ------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        self._title.setText(self.tr("Compose"))
        self.send_button.setText(self.tr("&Send…"))
        self.send_button.setAccessibleName(self.tr("Send"))
        self.send_button.setToolTip(self.tr("Shows what it comes to and asks before anything leaves (Ctrl+Return)"))

    # -- how it is built --------------------------------------------------------------------------------

    def _wire(self) -> None:
        self.recipients.edited.connect(self.recipients_edited)
        self.recipients.edit.textChanged.connect(self.outcome.fade)
        self.through.account_changed.connect(self._account_changed)
        self.through.sender_changed.connect(self._changed)
        self.content.changed.connect(self._changed)
        self.content.template.book_wanted.connect(self._open_book)
        self.book.save_wanted.connect(self.template_save_wanted)
        self.book.delete_wanted.connect(self.template_delete_wanted)
        self.book.fetch_wanted.connect(self.template_fetch_wanted)
        self.send_button.clicked.connect(self.send)
        self.confirmation.confirmed.connect(self._confirmed)
        self.confirmation.earlier_wanted.connect(self._look_earlier)
        # Where no window manager gives the keyboard back, it would be lost with the dialog.
        self.confirmation.finished.connect(self._take_keyboard)
        self.confirmation.finished.connect(self._closed)
        self.outcome.deliveries_wanted.connect(self.deliveries_wanted)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(self.send)

    def _lay_out(self) -> None:
        left, right = Card(), Card()
        for card, parts in ((left, (self.recipients,)), (right, (self.through, self.content))):
            inside = QVBoxLayout(card)
            inside.setContentsMargins(LARGE, MEDIUM, LARGE, MEDIUM)
            inside.setSpacing(MEDIUM)
            for part in parts:
                inside.addWidget(part, 0 if part is self.through else 1)
        columns = QHBoxLayout()
        columns.setSpacing(MEDIUM)
        columns.addWidget(left, 2)
        columns.addWidget(right, 3)
        foot = QHBoxLayout()
        foot.addWidget(self.cost, 1)
        foot.addWidget(self.send_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(LARGE + 4, LARGE, LARGE + 4, LARGE)
        column.setSpacing(MEDIUM)
        head = QHBoxLayout()  # beside the title, so that nothing below moves when it comes and goes
        head.setSpacing(LARGE)
        head.addWidget(self._title)
        head.addWidget(self.outcome, 1)
        head.addStretch()
        column.addLayout(head)
        column.addLayout(columns, 1)
        column.addLayout(foot)
        QWidget.setTabOrder(self.send_button, self.outcome.link)  # the page begins with the numbers

"""Through which account the message goes, and under which name."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QLineEdit, QSizePolicy, QWidget

from desktop.errors import whole
from desktop.i18n import short_language
from desktop.models.draft import Account
from desktop.theme import MEDIUM, SMALL, Role
from desktop.widgets.field_note import FieldNote

LONGEST_SENDER = 20
"""Characters; a signature of mainland China has at most 12, an alphanumeric sender id 11."""


class ThroughField(QWidget):
    """Gateway and sender."""

    account_changed = Signal()
    """Another account, or the same one with other properties."""
    sender_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._accounts: tuple[Account, ...] = ()
        self._wanted = ""
        self._gateway_label, self._sender_label = QLabel(), QLabel()
        self.gateway = QComboBox()
        self.gateway.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.gateway.setMinimumContentsLength(16)
        self.note = FieldNote(self.gateway)
        self.sender_edit = QLineEdit()
        self.sender_edit.setMaxLength(LONGEST_SENDER)
        self.gateway.setMinimumHeight(self.sender_edit.sizeHint().height())
        self._gateway_label.setBuddy(self.gateway)
        self._sender_label.setBuddy(self.sender_edit)
        self.gateway.currentIndexChanged.connect(self._changed)
        self.gateway.activated.connect(self._forget_wanted)
        self.sender_edit.textChanged.connect(self.sender_changed)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(MEDIUM)
        grid.setVerticalSpacing(SMALL // 2)
        grid.addWidget(self._gateway_label, 0, 0)
        grid.addWidget(self._sender_label, 0, 1)
        grid.addWidget(self.gateway, 1, 0)
        grid.addWidget(self.sender_edit, 1, 1)
        grid.addWidget(self.note, 2, 0, 1, 2)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 2)
        self.retranslate()

    def account(self) -> Account | None:
        name = self.gateway.currentData()
        return next((account for account in self._accounts if account.name == name), None)

    def set_accounts(self, accounts: Sequence[Account], default: str = "") -> None:
        """Show these accounts. The chosen one stays chosen if it is still there; else the default one is, or the first
        usable one.
        """
        chosen = self.gateway.currentData()
        self._accounts = tuple(accounts)
        with QSignalBlocker(self.gateway):
            self.gateway.clear()
            for account in self._accounts:
                self.gateway.addItem(account_title(account), account.name)
            index = self.gateway.findData(chosen) if chosen is not None else -1
            if index < 0:
                index = self.gateway.findData(default)
            if index < 0:
                usable = (i for i, account in enumerate(self._accounts) if account.usable)
                index = next(usable, 0 if self._accounts else -1)
            self.gateway.setCurrentIndex(index)
        self._changed()
        if self._wanted:
            self.want(self._wanted)

    def want(self, name: str) -> None:
        """Choose an account now, or as soon as it is among them and nobody has chosen another one."""
        self._wanted = "" if self.choose(name) else name

    def choose(self, name: str) -> bool:
        """Choose an account by its name; False if there is none of that name."""
        index = self.gateway.findData(name)
        if index >= 0:
            self.gateway.setCurrentIndex(index)
        return index >= 0

    def retranslate(self) -> None:
        for index, account in enumerate(self._accounts):
            self.gateway.setItemText(index, account_title(account))
        self._gateway_label.setText(self.tr("&Gateway"))
        self.gateway.setAccessibleName(self.tr("Gateway"))
        self._sender_label.setText(self.tr("Se&nder or signature"))
        self.sender_edit.setAccessibleName(self.tr("Sender"))
        self._changed()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _forget_wanted(self) -> None:
        self._wanted = ""

    def _changed(self) -> None:
        account = self.account()
        self.sender_edit.setPlaceholderText(
            account.signature if account is not None and account.signature else self.tr("as the gateway has it")
        )
        if account is None:
            self.note.clear()
        elif not account.usable:
            self.note.show_error(self._problem(account))
        elif account.simulated:
            self.note.show_hint(self.tr("Simulated: nothing leaves this computer."), Role.ATTENTION)
        else:
            self.note.show_hint(self.tr("Real: messages are really sent and cost money."), Role.TEXT)
        self.account_changed.emit()

    def _problem(self, account: Account) -> str:
        if not account.problem:
            return self.tr("This account cannot send yet: see Settings.")
        params = dict(account.problem_params)
        titles = account.field_titles.get(str(params.get("field")), {})
        params["field"] = titles.get(short_language()) or params.get("field")
        return whole(account.problem, params)


def account_title(account: Account) -> str:
    """`Yuntongxun (clinic)`; only the gateway's title where the account bears its name."""
    title = account.title.get(short_language()) or account.title.get("en") or account.gateway
    return title if account.name == account.gateway else f"{title} ({account.name})"

"""Gateway accounts: the list, the way to add and remove, and the chosen one's fields beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.i18n import short_language
from desktop.models.described import DescribedAccount, DescribedGateway, DescribedSettings
from desktop.theme import LARGE, SMALL
from desktop.widgets.field_note import FieldNote
from desktop.widgets.quiet_combo_box import QuietComboBox
from desktop.widgets.settings.account_form import AccountForm
from desktop.widgets.settings.form_stack import FormStack
from desktop.widgets.settings.setting_field import SettingField

BUILT_IN: Final = "simulator"
"""The account that is always there."""
LIST_WIDTH: Final = 190
_NAME: Final = re.compile(r"[^\s.\x00-\x1f](?:[^.\x00-\x1f]{0,38}[^\s.\x00-\x1f])?")
"""As the settings schema has it: 1 to 40 characters, no dot."""


class AccountsCard(QWidget):
    """Built anew by `show_settings`; what is added or removed takes effect when the page is saved."""

    edited = Signal()
    test_wanted = Signal(str, object)
    begun = Signal(object)
    """The AccountForm of a new account."""
    grown = Signal()
    """There is a form more: the order of Tab has to be made anew."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keyring = ""
        self._gateways: tuple[DescribedGateway, ...] = ()
        self._removed: list[str] = []
        self._advanced = False
        self.list = QListWidget()
        self.list.setFixedWidth(LIST_WIDTH)
        self.list.setFixedHeight(150)
        self.list.setSpacing(2)
        self._stack = FormStack()
        self.add_button, self.remove_button = QPushButton(), QPushButton()
        self._adding = self._make_adding()
        self.list.currentRowChanged.connect(self._chosen)
        self.add_button.clicked.connect(self._begin_adding)
        self.remove_button.clicked.connect(self._remove)
        left = QVBoxLayout()
        left.setSpacing(SMALL)
        left.addWidget(self.list)
        buttons = QHBoxLayout()
        buttons.addWidget(self.add_button)
        buttons.addWidget(self.remove_button)
        left.addLayout(buttons)
        left.addStretch(1)
        right = QVBoxLayout()
        right.addWidget(self._adding)
        right.addWidget(self._stack, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(LARGE)
        row.addLayout(left)
        row.addLayout(right, 1)
        self.retranslate()

    # -- what the page needs ----------------------------------------------------------------------------

    def show_settings(self, settings: DescribedSettings) -> None:
        """The accounts as saved; the chosen one stays chosen."""
        form = self.current()
        chosen = form.name if form is not None else ""
        self._keyring, self._gateways, self._removed = settings.keyring, settings.gateways, []
        self.list.clear()
        while self._stack.count():
            widget = self._stack.widget(0)
            self._stack.removeWidget(widget)
            widget.deleteLater()
        for account in settings.accounts:
            self._append(account)
        names = [form.name for form in self.forms()]
        self.list.setCurrentRow(names.index(chosen) if chosen in names else 0 if names else -1)
        self._adding.hide()
        self.retranslate()

    def forms(self) -> Iterator[AccountForm]:
        for index in range(self._stack.count()):
            widget = self._stack.widget(index)
            if isinstance(widget, AccountForm):
                yield widget

    def form(self, name: str) -> AccountForm | None:
        return next((form for form in self.forms() if form.name == name), None)

    def current(self) -> AccountForm | None:
        widget = self._stack.currentWidget()
        return widget if isinstance(widget, AccountForm) else None

    def names(self) -> list[str]:
        return [form.name for form in self.forms()]

    def values(self) -> dict[str, Any]:
        values: dict[str, Any] = {f"accounts.{name}": None for name in self._removed}
        for form in self.forms():
            values |= form.values()
        return values

    def secrets(self) -> dict[str, str]:
        return {name: value for form in self.forms() for name, value in form.secrets().items()}

    def restarting(self) -> list[str]:
        changed = [title for form in self.forms() for title in form.restarting()]
        added = [form.name for form in self.forms() if form.account.new]
        return [*changed, *added, *self._removed]

    def first_wrong(self) -> SettingField | None:
        """The first wrong field, brought to the front."""
        for row, form in enumerate(self.forms()):
            wrong = form.first_wrong()
            if wrong is not None:
                self.list.setCurrentRow(row)
                return wrong
        return None

    def field_of(self, key: str) -> SettingField | None:
        """The field of a dotted key `accounts.<name>.<field>`, brought to the front."""
        parts = key.split(".")
        if len(parts) != 3 or parts[0] != "accounts" or parts[1] not in self.names():
            return None
        self.list.setCurrentRow(self.names().index(parts[1]))
        form = self.form(parts[1])
        return next((field for field in form.fields if field.key == parts[2]), None) if form is not None else None

    def show_advanced(self, shown: bool) -> None:
        self._advanced = shown
        for form in self.forms():
            form.show_advanced(shown)

    def retranslate(self) -> None:
        self.list.setAccessibleName(self.tr("Gateway accounts"))
        for button, text, name in (
            (self.add_button, self.tr("&Add…"), self.tr("Add account")),
            (self.remove_button, self.tr("Re&move"), self.tr("Remove account")),
            (self.create_button, self.tr("Add account"), self.tr("Create account")),
            (self._cancel_button, self.tr("Cancel"), self.tr("Cancel")),
        ):
            button.setText(text)
            button.setAccessibleName(name)
        self._gateway_label.setText(self.tr("Gateway of the new account"))
        self._name_label.setText(self.tr("What you call it"))
        self.gateway_choice.setAccessibleName(self.tr("Gateway of the new account"))
        self.name_edit.setAccessibleName(self.tr("Name of the new account"))
        for index, gateway in enumerate(self._gateways[: self.gateway_choice.count()]):
            self.gateway_choice.setItemText(index, gateway.title.get(short_language(), gateway.name))
        for row, form in enumerate(self.forms()):
            self._word(self.list.item(row), form.account)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    # -- add and remove ---------------------------------------------------------------------------------

    def begin(self, gateway: str) -> None:
        """Add an account of this gateway, under the name that is suggested for it."""
        self._begin_adding()
        self.gateway_choice.setCurrentIndex(self.gateway_choice.findData(gateway))
        self._suggest_name()
        self._create()

    def _begin_adding(self) -> None:
        self.gateway_choice.clear()
        for gateway in self._gateways:
            self.gateway_choice.addItem(gateway.title.get(short_language(), gateway.name), gateway.name)
        real = next((index for index, gateway in enumerate(self._gateways) if not gateway.simulated), 0)
        self.gateway_choice.setCurrentIndex(real)
        self._suggest_name()
        self._adding.show()
        self._stack.hide()
        self.name_edit.setFocus()
        self.name_edit.selectAll()

    def _suggest_name(self) -> None:
        base = str(self.gateway_choice.currentData() or "")
        taken = self.names()
        number = 2
        name = base
        while name in taken:
            name, number = f"{base}-{number}", number + 1
        self.name_edit.setText(name)
        self.name_note.clear()

    def _create(self) -> None:
        name = self.name_edit.text().strip()
        gateway = next((entry for entry in self._gateways if entry.name == self.gateway_choice.currentData()), None)
        if gateway is None:
            return
        if not _NAME.fullmatch(name):
            self.name_note.show_error(self.tr("A name has 1 to 40 characters and no dot."))
        elif name.lower() in [taken.lower() for taken in self.names()]:
            self.name_note.show_error(self.tr("There is an account of this name already."))
        else:
            if name in self._removed:
                self._removed.remove(name)
            account = DescribedAccount(name, gateway.name, gateway.title, gateway.simulated, gateway.fields, new=True)
            self._append(account)
            self._end_adding()
            self.list.setCurrentRow(self.list.count() - 1)
            form = self.current()
            self.begun.emit(form)
            self.edited.emit()
            if form is not None and form.fields:
                form.fields[0].editor.setFocus()
            return
        self.name_edit.setFocus()

    def _end_adding(self) -> None:
        self._adding.hide()
        self._stack.show()

    def _remove(self) -> None:
        form, row = self.current(), self.list.currentRow()
        if form is None or form.name == BUILT_IN:
            return
        if not form.account.new:
            self._removed.append(form.name)
        self._stack.removeWidget(form)
        form.deleteLater()
        self.list.takeItem(row)
        self.list.setCurrentRow(max(0, row - 1))
        self.edited.emit()

    # -- how it is built --------------------------------------------------------------------------------

    def _append(self, account: DescribedAccount) -> None:
        form = AccountForm(account, self._keyring)
        form.edited.connect(self.edited)
        form.test_wanted.connect(self.test_wanted)
        form.show_advanced(self._advanced)
        self._stack.addWidget(form)
        item = QListWidgetItem()
        self._word(item, account)
        self.list.addItem(item)
        self.grown.emit()

    def _word(self, item: QListWidgetItem | None, account: DescribedAccount) -> None:
        if item is None:
            return
        title = account.title.get(short_language(), account.gateway)
        lines = [account.name if account.name != account.gateway else title]
        if account.name != account.gateway:
            lines.append(title)
        if account.new:
            lines.append(self.tr("not saved yet"))
        elif account.problem is not None:
            lines.append(self.tr("cannot send yet"))
        item.setText("\n".join(lines))

    def _chosen(self, row: int) -> None:
        self._end_adding()
        if row >= 0:
            self._stack.setCurrentIndex(row)
        form = self.current()
        self.remove_button.setEnabled(form is not None and form.name != BUILT_IN)

    def _make_adding(self) -> QWidget:
        panel = QWidget()
        self._gateway_label, self._name_label = QLabel(), QLabel()
        self.gateway_choice, self.name_edit = QuietComboBox(), QLineEdit()
        self.name_edit.setMaxLength(40)
        self.name_note = FieldNote(self.name_edit)
        self.create_button, self._cancel_button = QPushButton(), QPushButton()
        self._gateway_label.setBuddy(self.gateway_choice)
        self._name_label.setBuddy(self.name_edit)
        column = QVBoxLayout(panel)
        column.setContentsMargins(SMALL, 0, 0, 0)
        for part in (self._gateway_label, self.gateway_choice, self._name_label, self.name_edit, self.name_note):
            column.addWidget(part)
        row = QHBoxLayout()
        row.addWidget(self.create_button)
        row.addWidget(self._cancel_button)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)
        column.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.gateway_choice.activated.connect(self._suggest_name)
        self.name_edit.returnPressed.connect(self._create)
        self.create_button.clicked.connect(self._create)
        self._cancel_button.clicked.connect(self._end_adding)
        panel.hide()
        return panel

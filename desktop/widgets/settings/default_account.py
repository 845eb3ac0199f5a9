"""Which account messages go through: the field of the settings and the box at a new account say the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QObject, Slot

from desktop.models.described import DescribedAccount, DescribedSettings
from desktop.widgets.settings.account_form import AccountForm
from desktop.widgets.settings.accounts_card import AccountsCard
from desktop.widgets.settings.setting_field import SettingField

KEY: Final = "gateway"


class DefaultAccount(QObject):
    """The first real account is offered as the default while that is the Simulator: seen, and a click takes it back."""

    def __init__(self, accounts: AccountsCard) -> None:
        super().__init__(accounts)
        self._accounts = accounts
        self._field: SettingField | None = None
        self._saved: tuple[DescribedAccount, ...] = ()
        self._names: list[str] = []
        accounts.begun.connect(self._begun)
        accounts.edited.connect(self._accounts_edited)

    def show_settings(self, settings: DescribedSettings, field: SettingField | None) -> None:
        """The field of the settings, built anew, and the accounts as saved."""
        self._field, self._saved = field, settings.accounts
        self._names = self._accounts.names()
        if field is not None:
            field.edited.connect(self._say_at_forms)
        self._offer()

    @Slot(object)
    def _begun(self, form: AccountForm) -> None:
        if self._field is None or self._field.field.fixed or form.account.simulated:
            return
        form.through_box.show()
        form.through_box.toggled.connect(lambda wanted: self._wanted(form.name, wanted))
        self._accounts_edited()
        real = [one for one in self._accounts.forms() if not one.account.simulated]
        chosen = self._accounts.form(str(self._field.read()[0]))
        if real == [form] and chosen is not None and chosen.account.simulated:
            self._field.choose(form.name)

    @Slot()
    def _accounts_edited(self) -> None:
        if self._field is None or self._accounts.names() == self._names:
            return
        gone = set(self._names) - set(self._accounts.names()) - {account.name for account in self._saved}
        self._names = self._accounts.names()
        if self._field.read()[0] in gone:
            self._field.choose(self._field.field.value)
        self._offer()

    def _wanted(self, name: str, wanted: bool) -> None:
        if self._field is not None and wanted != (self._field.read()[0] == name):
            self._field.choose(name if wanted else self._field.field.value)

    @Slot()
    def _say_at_forms(self) -> None:
        for form in self._accounts.forms():
            form.through_box.setChecked(self._field is not None and self._field.read()[0] == form.name)

    def _offer(self) -> None:
        """Every account as saved, and those that are about to be."""
        if self._field is not None:
            new = [form.account for form in self._accounts.forms() if form.account.new]
            self._field.set_choices([(account.name, _words(account)) for account in (*self._saved, *new)])


def _words(account: DescribedAccount) -> Mapping[str, str]:
    if account.name == account.gateway:
        return dict(account.title)
    return {code: f"{account.name} ({title})" for code, title in account.title.items()}

"""The fields of one gateway account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import QCoreApplication, QEvent, Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from desktop.account_names import account_shown
from desktop.errors import joined, whole
from desktop.i18n import short_language
from desktop.models.described import DescribedAccount
from desktop.models.money import count, money
from desktop.theme import MEDIUM, SMALL, Hint, Role
from desktop.widgets.field_note import FieldNote
from desktop.widgets.settings.probe_line import TestLine
from desktop.widgets.settings.setting_field import SettingField

TITLE_WIDTH: Final = 150
WIDEST_TITLE: Final = 15
"""Heights of a line: longer titles wrap."""


class AccountForm(QWidget):
    """Keeps what was changed while another account is looked at."""

    edited = Signal()
    test_wanted = Signal(str, object)
    """(account, {field: value as it stands})."""

    def __init__(self, account: DescribedAccount, keyring: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.account = account
        self._about = Hint()
        self.problem = FieldNote(self)
        self.usage = Hint()
        """What the account has sent of its limits."""
        self.fields = [SettingField(field, keyring, TITLE_WIDTH) for field in account.fields]
        self.through_box = QCheckBox()
        """Of a new account: it becomes the one that messages go through."""
        self.through_box.hide()
        self.test_line = TestLine()
        self.test_line.wanted.connect(lambda: self.test_wanted.emit(account.name, self._test_values()))
        self.test_line.setVisible(not account.simulated)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(MEDIUM)
        column.addWidget(self._about)
        column.addWidget(self.through_box)
        column.addWidget(self.problem)
        column.addWidget(self.usage)
        for field in self.fields:
            column.addWidget(field)
            field.edited.connect(self._edited)
        column.addWidget(self.test_line)
        column.addStretch(1)
        column.setContentsMargins(SMALL, 0, 0, 0)
        self.retranslate()

    @property
    def name(self) -> str:
        return self.account.name

    def values(self) -> dict[str, Any]:
        """Changed values by dotted key; of a new account its gateway too."""
        prefix = f"accounts.{self.name}"
        values = {f"{prefix}.{field.key}": field.read()[0] for field in self._changed() if not field.field.secret}
        return {f"{prefix}.gateway": self.account.gateway, **values} if self.account.new else values

    def secrets(self) -> dict[str, str]:
        """Changed secrets by `account.field`; "" forgets one."""
        return {f"{self.name}.{field.key}": field.text() for field in self._changed() if field.field.secret}

    def restarting(self) -> list[str]:
        return [f"{self.name}: {field.title_text()}" for field in self._changed() if field.field.restart_worker]

    def first_wrong(self) -> SettingField | None:
        """An account that was incomplete before holds nothing up: only what was typed now is judged."""
        judged = self.fields if self.account.new else self._changed()
        wrong = [field for field in judged if not field.validate()]
        return wrong[0] if wrong else None

    def show_advanced(self, shown: bool) -> None:
        for field in self.fields:
            field.setVisible(shown or not field.field.advanced or field.is_changed())

    def retranslate(self) -> None:
        title = self.account.title.get(short_language(), self.account.gateway)
        if self.account.simulated:
            text = self.tr("{gateway}: for practice. Nothing leaves this computer; here you set how it behaves.")
            self._about.setText(text.format(gateway=title))
        else:
            self._about.setText(self.tr("Account of {gateway}").format(gateway=title))
        letters = self.fontMetrics()
        widest = max((letters.horizontalAdvance(field.title_text()) for field in self.fields), default=0)
        for field in self.fields:
            field.set_title_width(max(TITLE_WIDTH, min(widest + SMALL, WIDEST_TITLE * letters.height())))
        self.usage.setText(usage_text(self.account.limits))
        self.usage.setVisible(self.account.limits is not None)
        self.through_box.setText(self.tr("Send through it from now on: it becomes the default account"))
        self.through_box.setAccessibleName(self.through_box.text())
        self.test_line.set_what(account_shown(self.name))
        if self.account.problem is not None:
            code, params = self.account.problem[0], self._titled(self.account.problem[1])
            self.problem.show_hint(whole(code, params), Role.ATTENTION)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _titled(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """A field by its title instead of its key."""
        title = next((field.title_text() for field in self.fields if field.key == params.get("field")), None)
        return dict(params) if title is None else {**params, "field": title}

    def _changed(self) -> list[SettingField]:
        return [field for field in self.fields if field.is_changed()]

    def _edited(self) -> None:
        self.test_line.clear()
        self.edited.emit()

    def _test_values(self) -> dict[str, Any]:
        typed = {field.key: field.text() for field in self.fields if field.is_changed() or field.text()}
        return {"gateway": self.account.gateway, **typed}


def usage_text(limits: Mapping[str, Any] | None) -> str:
    """What an account has sent of its limits, in words."""
    if limits is None:
        return ""
    tr = QCoreApplication.translate
    parts = []
    if limits["per_day"] is not None:
        said = tr("usage", "Today: {today} of {per_day} messages.")
        parts.append(said.format(today=count(limits["today"]), per_day=count(limits["per_day"])))
    if limits["budget_micros"] is not None:
        spent, budget = (money(limits[name], limits["currency"]) for name in ("month_micros", "budget_micros"))
        parts.append(tr("usage", "This month: {spent} of {budget}.").format(spent=spent, budget=budget))
    return joined(*parts)

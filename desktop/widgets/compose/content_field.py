"""What is sent: free text or a template, whichever the account takes, with the live line beneath."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QStackedWidget, QVBoxLayout, QWidget

from desktop.models.draft import Account, Content, Measured, Writing
from desktop.theme import SMALL
from desktop.widgets.compose.length_line import LengthLine
from desktop.widgets.compose.message_field import MessageField
from desktop.widgets.compose.template_field import TemplateField


class ContentField(QWidget):
    """Both kinds keep what was written in them while the other one is shown."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._measured: Measured | None = None
        self._wants_template = False
        self.by_text, self.by_template = QRadioButton(), QRadioButton()
        self._kinds = QButtonGroup(self)
        self._kinds.addButton(self.by_text)
        self._kinds.addButton(self.by_template)
        self.by_text.setChecked(True)
        self._switch = QWidget()
        self.message, self.template = MessageField(), TemplateField()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.message)
        self._stack.addWidget(self.template)
        self._line = LengthLine()
        row = QHBoxLayout(self._switch)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.by_text)
        row.addWidget(self.by_template)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SMALL)
        column.addWidget(self._switch)
        column.addWidget(self._stack, 1)
        column.addWidget(self._line)
        self._kinds.buttonToggled.connect(lambda _button, checked: self._kind_changed() if checked else None)
        self.message.changed.connect(self.changed)
        self.template.changed.connect(self.changed)
        self.retranslate()

    @property
    def templated(self) -> bool:
        """Whether a template is what would be sent."""
        return self.by_template.isChecked()

    @property
    def measured(self) -> Measured | None:
        return self._measured

    def set_account(self, account: Account | None) -> None:
        """Offer the kinds that this account takes. One that takes both gets the kind that was chosen last."""
        takes_text = account is None or account.takes_text
        takes_template = account is not None and account.takes_template
        self._switch.setVisible(takes_text and takes_template)
        wanted = self._wants_template
        (self.by_template if takes_template and (wanted or not takes_text) else self.by_text).setChecked(True)
        self._wants_template = wanted  # what an account prescribes was nobody's choice

    def show_measured(self, measured: Measured) -> None:
        self._measured = measured
        self._line.show_measured(measured)
        self._line.setVisible(not self.templated or bool(measured.text))
        self.message.offer_replacement(None if self.templated else measured.replaced)
        self.template.show_measured(measured)

    def fill(self, content: Mapping[str, Any]) -> None:
        """Stand as another message does: its `text`, `template_id` and `variables`; what is not given is left."""
        if content.get("template_id"):
            self.by_template.setChecked(True)
            variables = list(map(str, content.get("variables") or ()))
            self.template.set_content(str(content["template_id"]), variables)
        elif content.get("text") is not None:
            self.by_text.setChecked(True)
        if content.get("text") is not None:  # of a template too: another account may take free text only
            self.message.set_text(str(content["text"]))

    def put(self, by_template: bool, text: str, template_id: str, variables: str) -> None:
        """Both kinds as they were written, and which of them was shown."""
        self.message.set_text(text)
        self.template.set_content(template_id, [variables] if variables else [])
        (self.by_template if by_template else self.by_text).setChecked(True)

    def writing(self, account: Account | None, sender: str) -> Writing:
        """The fields as they stand."""
        if not self.templated:
            return Writing(account, False, text=self.message.text(), sender=sender)
        entry = self.template.template()
        return Writing(
            account,
            True,
            template_id=self.template.template_id(),
            template_text=entry.text if entry is not None else None,
            template_signature=entry.signature if entry is not None else "",
            variables_text=self.template.variables_text(),
            sender=sender,
        )

    def content(self, writing: Writing, measured: Measured) -> Content:
        """What would be sent."""
        sender = writing.signature or None
        if not writing.by_template:
            return Content(writing.text, sender=sender)
        return Content(
            measured.text,
            template_id=writing.template_id,
            variables=measured.variables,
            sender=sender,
            template_text=writing.template_text,
        )

    def first_error(self) -> QWidget | None:
        """Say at the first wrong field why it cannot be sent; returns that field."""
        if not self.templated:
            if self.message.text().strip():
                return None
            self.message.note.show_error(self.tr("The message is empty: write what is to be sent."))
            return self.message.edit
        if not self.template.template_id():
            self.template.choice_note.show_error(self.tr("No template is chosen: choose one or type its id."))
            return self.template.choice
        measured = self._measured
        if measured is not None and (measured.missing or measured.surplus):
            self.template.show_missing(measured)
            return self.template.variables
        return None

    def clear(self) -> None:
        self.message.set_text("")
        self.template.clear()

    def retranslate(self) -> None:
        self.by_text.setText(self.tr("Te&xt"))
        self.by_text.setAccessibleName(self.tr("Text"))
        self.by_template.setText(self.tr("Tem&plate"))
        self.by_template.setAccessibleName(self.tr("By template"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _kind_changed(self) -> None:
        self._wants_template = self.templated
        self._stack.setCurrentWidget(self.template if self.templated else self.message)
        self.changed.emit()

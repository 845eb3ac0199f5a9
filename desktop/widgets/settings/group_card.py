"""A group of settings under its title; an address among them with its Test button."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QRadioButton, QVBoxLayout, QWidget

from desktop.theme import LARGE, MEDIUM, Card
from desktop.widgets.settings.probe_line import TestLine
from desktop.widgets.settings.setting_field import TITLE_WIDTH, SettingField


class GroupCard(Card):
    """A titled card; the title is set by the page, in the window's language."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = QLabel()
        font = QFont(self._title.font())
        font.setBold(True)
        self._title.setFont(font)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(LARGE, MEDIUM, LARGE, MEDIUM + 4)
        self.column.setSpacing(MEDIUM)
        self.column.addWidget(self._title)

    def set_title(self, title: str) -> None:
        self._title.setText(title)
        self.setAccessibleName(title)

    def set_fields(self, fields: Sequence[QWidget]) -> None:
        """Put these in place of what stood there."""
        while self.column.count() > 1:
            item = self.column.takeAt(1)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for field in fields:
            self.column.addWidget(field)


class AddressField(QWidget):
    """An address that may be left to the program, with a Test button."""

    test_wanted = Signal(object)
    """{key: address as it stands}."""
    edited = Signal()

    def __init__(self, field: SettingField, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self._own, self._given = QRadioButton(), QRadioButton()
        self._kinds = QButtonGroup(self)
        self._kinds.addButton(self._own)
        self._kinds.addButton(self._given)
        given = bool(field.text())
        (self._given if given else self._own).setChecked(True)
        self.field.setVisible(given)
        for button in (self._own, self._given):
            button.setEnabled(not field.field.fixed)
        self.test_line = TestLine()
        self.test_line.wanted.connect(self._test)
        self.field.edited.connect(self._edited)
        self._kinds.buttonToggled.connect(lambda _button, checked: self._switched() if checked else None)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(MEDIUM)
        choice = QHBoxLayout()
        choice.addWidget(self._own)
        choice.addWidget(self._given)
        choice.addStretch(1)
        column.addLayout(choice)
        column.addWidget(self.field)
        test = QHBoxLayout()
        test.addSpacing(TITLE_WIDTH + LARGE)
        test.addWidget(self.test_line, 1)
        column.addLayout(test)

    def set_words(self, own: str, given: str, what: str) -> None:
        """The two choices and what is tested, in the window's language."""
        self._own.setText(own)
        self._given.setText(given)
        self._own.setAccessibleName(own)
        self._given.setAccessibleName(given)
        self.test_line.set_what(what)

    @property
    def own_button(self) -> QRadioButton:
        return self._own

    @property
    def given_button(self) -> QRadioButton:
        return self._given

    def left_to_program(self) -> bool:
        return self._own.isChecked()

    def is_changed(self) -> bool:
        return not self.field.field.fixed and self._value() != self._saved()

    def value(self) -> Any:
        """The address, None where it is left to the program."""
        return self._value() or None

    def validate(self) -> bool:
        """Whether it can be saved; an address that is wanted must be given."""
        if self.left_to_program():
            return True
        if not self.field.text():
            self.field.show_error(self.tr("Type the address, or choose what comes with the program."))
            return False
        return self.field.validate()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange and self.field.note.bad:
            self.validate()
        super().changeEvent(event)

    def _value(self) -> str:
        return "" if self.left_to_program() else self.field.text()

    def _saved(self) -> str:
        described = self.field.field
        return "" if described.value is None or described.source == "default" else str(described.value)

    def _test(self) -> None:
        if not self.validate():
            self.test_line.show_refused("settings.invalid", {"key": self.field.title_text(), "reason": "malformed"})
            return
        self.test_wanted.emit({self.field.key: self._value()})

    def _switched(self) -> None:
        self.field.setVisible(not self.left_to_program())
        if not self.left_to_program():
            self.field.editor.setFocus()
        self._edited()

    def _edited(self) -> None:
        self.test_line.clear()
        self.edited.emit()

"""One setting: its title, the editor that fits its kind, what it means, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.i18n import short_language
from desktop.models.described import Described
from desktop.theme import LARGE, SMALL, Hint
from desktop.widgets.field_note import FieldNote
from desktop.widgets.quiet_combo_box import QuietComboBox
from desktop.widgets.region_field import RegionField
from desktop.widgets.settings.value_check import read_text

TITLE_WIDTH: Final = 190
REGION: Final = "region"
"""The setting that is a region, chosen as in the welcome."""
BREAK: Final = "\u200b"
"""A line may end here."""
EDITOR_WIDTH: Final = 360
"""Widest editor, in pixels: a number's field as wide as the page would be hard to read."""


class SettingField(QWidget):
    """Knows its value as saved, so that only what was changed is saved."""

    edited = Signal()

    def __init__(
        self, field: Described, keyring: str = "", title_width: int = TITLE_WIDTH, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.field = field
        self._keyring = keyring
        self._choices: Sequence[tuple[str, Mapping[str, str]]] = [(name, {}) for name in field.choices]
        self._forget_secret = False
        self._explained = False
        self._title = QLabel()
        self._title.setWordWrap(True)
        self._title.setFixedWidth(title_width)
        self._help, self._where = Hint(), Hint()
        self.editor = self._make_editor()
        self.editor.setMaximumWidth(EDITOR_WIDTH)
        self._title.setBuddy(self.editor)
        self.note = FieldNote(self.editor)
        self._remove = QPushButton()
        self._remove.setVisible(field.secret and field.is_set and not field.fixed)
        self._remove.clicked.connect(self._forget)
        self._show_saved()
        self._lay_out()
        self.retranslate()

    # -- value ------------------------------------------------------------------------------------------

    @property
    def key(self) -> str:
        return self.field.key

    def title_text(self) -> str:
        return self.field.title.get(short_language()) or self.field.key

    def set_title_width(self, width: int) -> None:
        """Titles of fields that stand under each other are of one width, so that the fields begin at one place."""
        self._title.setFixedWidth(width)

    def set_choices(self, choices: Sequence[tuple[str, Mapping[str, str]]]) -> None:
        """(value, words by language) for a field whose choices only the page knows."""
        self._choices = choices
        self._explained = self.key == "language"  # its choices say it all
        self._help.setVisible(bool(self._help.text()) and not self._explained)
        if isinstance(self.editor, QComboBox):
            chosen = self.editor.currentData() if self.editor.count() else self.field.value
            self._fill_choices(self.editor, chosen)

    def read(self) -> tuple[Any, str]:
        """(value, "") or (None, why it is none)."""
        if isinstance(self.editor, QCheckBox):
            return self.editor.isChecked(), ""
        if isinstance(self.editor, RegionField):
            return self.editor.region(), ""
        if isinstance(self.editor, QComboBox):
            return self.editor.currentData(), ""
        return read_text(self.field, self.editor.text())

    def choose(self, value: Any) -> None:
        """Choose one of the choices, as a person would."""
        if isinstance(self.editor, QComboBox) and (index := self.editor.findData(value)) >= 0:
            self.editor.setCurrentIndex(index)

    def is_changed(self) -> bool:
        if self.field.fixed:
            return False
        if isinstance(self.editor, QLineEdit):
            return self._forget_secret or self.editor.text().strip() != self._saved_text()
        return bool(self.read()[0] != self.field.value)

    def text(self) -> str:
        """What stands in it, for a test of values that are not saved."""
        if isinstance(self.editor, QLineEdit):
            return self.editor.text().strip()
        return str(self.read()[0])

    def validate(self) -> bool:
        """Say what is wrong, if anything is; whether it can be saved."""
        if self.field.fixed:
            return True
        _, error = self.read()
        if self.field.secret and self._forget_secret:
            error = ""
        self.note.show_error(error)
        return not error

    def show_error(self, text: str) -> None:
        self.note.show_error(text)

    # -- words ------------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        title = self.title_text()
        self._title.setText(title)
        self.editor.setAccessibleName(title)
        self._help.setText(self.field.help.get(short_language(), ""))
        self._help.setVisible(bool(self._help.text()) and not self._explained)
        self._say_where()
        self._remove.setText(self.tr("Remove"))
        self._remove.setAccessibleName(self.tr("Remove {title}").format(title=title))
        if isinstance(self.editor, RegionField):
            self.editor.word(title)
        elif isinstance(self.editor, QComboBox):
            for index in range(self.editor.count()):
                self.editor.setItemText(index, self._choice_text(str(self.editor.itemData(index))))
        elif isinstance(self.editor, QLineEdit):
            self.editor.setPlaceholderText(self._placeholder())
        if self.note.bad:
            self.validate()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _say_where(self) -> None:
        self._where.setText(self._where_text())
        self._where.setVisible(bool(self._where.text()))

    def _where_text(self) -> str:
        if self.field.fixed:
            name = str(self.field.env).replace("_", f"_{BREAK}")  # in one piece it would be wider than the page
            return self.tr("Set by environment variable {name}, cannot be changed here.").format(name=name)
        if not self.field.secret:
            return ""
        if self._forget_secret:
            return self.tr("Will be removed when you save.")
        if self.field.is_set and self.field.source == "session":
            return self.tr("No system keyring here: kept until you quit.")
        if self.field.is_set:
            return self.tr("Stored in {keyring}.").format(keyring=self._keyring or self.tr("the system keyring"))
        if self._keyring:
            return self.tr("Will be stored in {keyring}.").format(keyring=self._keyring)
        return self.tr("No system keyring here: it will be kept until you quit.")

    def _placeholder(self) -> str:
        if self.field.secret:
            return "••••••••" if self.field.is_set and not self._forget_secret else ""
        if self._saved_text():
            return ""
        value = self.field.value if self.field.value not in (None, "") else self.field.default
        return "" if value is None else str(value)

    def _choice_text(self, value: str) -> str:
        words = dict(self._choices).get(value) or {}
        return words.get(short_language()) or words.get("en") or value

    # -- how it is built --------------------------------------------------------------------------------

    def _make_editor(self) -> QComboBox | QCheckBox | QLineEdit:
        if self.field.kind == "bool":
            box = QCheckBox()
            box.toggled.connect(self._edited)
            box.setEnabled(not self.field.fixed)
            return box
        if self.field.key == REGION:
            region = RegionField(str(self.field.value))
            region.setEnabled(not self.field.fixed)
            region.editTextChanged.connect(self._edited)
            return region
        if self.field.choices:
            choice = QuietComboBox()
            choice.setEnabled(not self.field.fixed)
            choice.currentIndexChanged.connect(self._edited)
            return choice
        line = QLineEdit()
        line.setReadOnly(self.field.fixed)
        line.setEnabled(not (self.field.fixed and self.field.secret))
        if self.field.secret:
            line.setEchoMode(QLineEdit.EchoMode.Password)
        line.textEdited.connect(self._edited)
        return line

    def _show_saved(self) -> None:
        with QSignalBlocker(self.editor):
            if isinstance(self.editor, QCheckBox):
                self.editor.setChecked(bool(self.field.value))
            elif isinstance(self.editor, RegionField):
                pass  # it was made with it
            elif isinstance(self.editor, QComboBox):
                self._fill_choices(self.editor, self.field.value)
            else:
                self.editor.setText(self._saved_text())

    def _saved_text(self) -> str:
        """Empty for a secret, and for a default that nobody wrote (it shows as the field's placeholder)."""
        field = self.field
        if field.secret or field.value is None or (field.source == "default" and field.default is None):
            return ""
        return f"{field.value:g}" if isinstance(field.value, float) else str(field.value)

    def _fill_choices(self, choice: QComboBox, chosen: Any) -> None:
        with QSignalBlocker(choice):
            choice.clear()
            for value, _ in self._choices:
                choice.addItem(self._choice_text(value), value)
            if chosen is not None and choice.findData(chosen) < 0:
                choice.addItem(str(chosen), chosen)
            choice.setCurrentIndex(choice.findData(chosen))

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(LARGE)
        grid.setVerticalSpacing(2)
        grid.addWidget(self._title, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.editor, 0, 1)
        grid.addWidget(self._remove, 0, 2)
        below = QVBoxLayout()
        below.setSpacing(2)
        for part in (self.note, self._where, self._help):
            below.addWidget(part)
        grid.addLayout(below, 1, 1, 1, 3)
        grid.setColumnStretch(1, 10)
        grid.setColumnStretch(3, 1)
        self._title.setContentsMargins(0, SMALL // 2 + 2, 0, 0)

    def _edited(self) -> None:
        self._forget_secret = False
        self.validate()
        self._say_where()
        self.edited.emit()

    def _forget(self) -> None:
        self._forget_secret = True
        if isinstance(self.editor, QLineEdit):
            self.editor.clear()
        self.note.clear()
        self.retranslate()
        self.edited.emit()

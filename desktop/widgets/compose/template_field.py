"""A template and its variables, with the text they come to."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.models.draft import Measured, Template
from desktop.theme import SMALL, Hint
from desktop.widgets.field_note import FieldNote


class TemplateField(QWidget):
    """The template is chosen from the book, or its id is typed. Variables: one a line, or commas on one line."""

    changed = Signal()
    book_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._templates: tuple[Template, ...] = ()
        self._choice_label, self._variables_label, self._preview_label = QLabel(), QLabel(), Hint()
        self.choice = self._make_choice()
        self.choice_note = FieldNote(self.choice)
        self.book_button = QPushButton()
        self.book_button.clicked.connect(self.book_wanted)
        self.variables = QPlainTextEdit()
        self.variables.setTabChangesFocus(True)
        self.variables_note = FieldNote(self.variables)
        self.preview = QLabel()
        self.preview.setWordWrap(True)
        self.preview.setTextFormat(Qt.TextFormat.PlainText)
        self.preview.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.preview.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._choice_label.setBuddy(self.choice)
        self._variables_label.setBuddy(self.variables)
        self.choice.editTextChanged.connect(self._choice_changed)
        self.variables.textChanged.connect(self._variables_changed)
        self._lay_out()
        self.retranslate()

    # -- what stands there ------------------------------------------------------------------------------

    def template_id(self) -> str:
        """The id of the chosen entry, or what was typed."""
        typed = self.choice.currentText().strip()
        index = self.choice.findText(typed, Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchCaseSensitive)
        return str(self.choice.itemData(index)) if index >= 0 else typed

    def template(self) -> Template | None:
        """The entry of the book; None for an id that is not in it."""
        wanted = self.template_id()
        return next((entry for entry in self._templates if entry.template_id == wanted), None)

    def variables_text(self) -> str:
        """The variables as they are typed: one a line, or between commas on one line."""
        return self.variables.toPlainText()

    def set_templates(self, templates: Sequence[Template]) -> None:
        """Fill the list from the book; what was chosen or typed stays."""
        chosen, typed = self.template_id(), self.choice.currentText()
        self._templates = tuple(templates)
        with QSignalBlocker(self.choice):
            self.choice.clear()
            for entry in self._templates:
                title = f"{entry.template_id} — {entry.name}" if entry.name else entry.template_id
                self.choice.addItem(title, entry.template_id)
            index = self.choice.findData(chosen)
            self.choice.setCurrentIndex(index)
            if index < 0:
                self.choice.setEditText(typed)
        self.changed.emit()

    def set_content(self, template_id: str, values: Sequence[str]) -> None:
        index = self.choice.findData(template_id)
        self.choice.setCurrentIndex(index)
        if index < 0:
            self.choice.setEditText(template_id)
        self.variables.setPlainText("\n".join(values))

    def clear(self) -> None:
        self.choice.setCurrentIndex(-1)
        self.choice.clearEditText()
        self.variables.clear()

    def show_measured(self, measured: Measured) -> None:
        """Show the text and mark what is missing at the variables."""
        template = self.template()
        known = template is not None
        if known:
            self.preview.setText(measured.received)
        elif self.template_id():
            self.preview.setText(
                self.tr("This id is not in the template book, so its text is not known here. The gateway knows it.")
            )
        else:
            self.preview.setText(self.tr("Choose a template, or type its id."))
        if self.variables_note.bad:
            return
        self.variables_note.show_hint(self._missing(measured) or self._surplus(measured))

    def show_missing(self, measured: Measured) -> None:
        """The places without a variable, said as an error: Send was pressed."""
        self.variables_note.show_error(self._missing(measured) or self._surplus(measured))

    def retranslate(self) -> None:
        self._choice_label.setText(self.tr("&Template"))
        self.choice.setAccessibleName(self.tr("Template"))
        typed = self.choice.lineEdit()
        if typed is not None:  # a combo box that can be typed into tells its own text as its name
            typed.setAccessibleName(self.tr("Template"))
        self._variables_label.setText(self.tr("&Variables"))
        self.variables.setAccessibleName(self.tr("Variables"))
        self.variables.setPlaceholderText(self.tr("One a line, or separated by commas on one line"))
        self.book_button.setText(self.tr("Template &book…"))
        self.book_button.setAccessibleName(self.tr("Template book"))
        self._preview_label.setText(self.tr("Preview"))
        self.preview.setAccessibleName(self.tr("Preview"))
        self.changed.emit()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    # -- how it is built --------------------------------------------------------------------------------

    def _make_choice(self) -> QComboBox:
        choice = QComboBox()
        choice.setEditable(True)
        choice.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        choice.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        choice.setMinimumContentsLength(12)
        completer = choice.completer()
        assert completer is not None  # an editable box has one
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        return choice

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SMALL // 2)
        row = QHBoxLayout()
        row.addWidget(self.choice, 1)
        row.addWidget(self.book_button)
        column.addWidget(self._choice_label)
        column.addLayout(row)
        column.addWidget(self.choice_note)
        column.addWidget(self._variables_label)
        column.addWidget(self.variables, 1)
        column.addWidget(self.variables_note)
        column.addWidget(self._preview_label)
        column.addWidget(self.preview, 1)

    def _choice_changed(self) -> None:
        self.choice_note.clear()
        self.variables_note.clear()
        self.changed.emit()

    def _variables_changed(self) -> None:
        self.variables_note.clear()
        self.changed.emit()

    # -- sentences --------------------------------------------------------------------------------------

    def _missing(self, measured: Measured) -> str:
        if not measured.missing:
            return ""
        places = ", ".join(f"{{{number}}}" for number in measured.missing)
        return self.tr("Not set yet: {places}").format(places=places)

    def _surplus(self, measured: Measured) -> str:
        if not measured.surplus:
            return ""
        return self.tr("More variables than the template has places ({count} too many).").format(count=measured.surplus)

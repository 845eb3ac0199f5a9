"""The template book: what a gateway has approved, as the operator noted it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.errors import joined
from desktop.models.draft import Fetched, Template
from desktop.theme import LARGE, MEDIUM, Hint, Role
from desktop.widgets.field_note import FieldNote

MOST_IDS: Final = 8
"""Ids that a sentence names at most."""


class TemplateBook(QDialog):
    """Lists the templates of one account; adds, changes and deletes through signals, one at a time."""

    save_wanted = Signal(object)
    """A Template."""
    delete_wanted = Signal(object)
    fetch_wanted = Signal(str)
    """The account whose gateway is asked for its templates."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._account = ""
        self._templates: tuple[Template, ...] = ()
        self._delete_armed = self._can_fetch = False
        self._fetching = ""
        """The account whose gateway is being asked."""
        self._seconds = 0
        self.setModal(True)
        self.resize(720, 440)
        self.entries = QListWidget()
        self.empty = Hint(parent=self.entries.viewport())
        """Stands where the entries would, while there are none."""
        self.entries.currentItemChanged.connect(self._chosen)
        self.template_id, self.name, self.signature = QLineEdit(), QLineEdit(), QLineEdit()
        self.text = QPlainTextEdit()
        self.text.setTabChangesFocus(True)
        self._labels = [QLabel() for _ in range(4)]
        self.note = FieldNote(self.template_id)
        self._hint = Hint()
        self.fetch_button = QPushButton()
        self.fetch_note = FieldNote(self.fetch_button)
        self.fetch_button.clicked.connect(self._fetch)
        self._clock = QTimer(self, interval=1_000)
        self._clock.timeout.connect(self._tick)
        self.new_button, self.save_button = QPushButton(), QPushButton()
        self.delete_button, self.close_button = QPushButton(), QPushButton()
        for button in (
            self.new_button, self.fetch_button, self.save_button, self.delete_button, self.close_button,
        ):  # fmt: skip
            button.setAutoDefault(False)
        self.save_button.setProperty("primary", True)
        self.new_button.clicked.connect(self._new)
        self.save_button.clicked.connect(self._save)
        self.delete_button.clicked.connect(self._delete)
        self.close_button.clicked.connect(self.accept)
        self.template_id.textEdited.connect(lambda _: self.note.clear())
        self._lay_out()
        self.retranslate()

    def show_account(
        self, account: str, templates: Sequence[Template], template_id: str = "", *, can_fetch: bool = False
    ) -> None:
        """Open for an account; the entry with this id is shown first, an unknown id begins a new entry.

        `can_fetch`: its gateway can be asked for the templates.
        """
        if account != self._account:
            self._new()
            self.fetch_note.clear()
        self._account = account
        self._can_fetch = can_fetch
        self.fetch_button.setVisible(can_fetch)
        self._word_empty()
        self._show_fetch()
        self.set_templates(templates)
        if template_id and not self._select(template_id):
            self._new()
            self.template_id.setText(template_id)
        self.open()

    def set_templates(self, templates: Sequence[Template]) -> None:
        """The account's entries as the book has them now."""
        wanted = self.template_id.text().strip()
        self._templates = tuple(entry for entry in templates if entry.account == self._account)
        self.entries.clear()
        for entry in self._templates:
            item = QListWidgetItem(f"{entry.name or entry.template_id}\n{entry.template_id}")
            item.setData(Qt.ItemDataRole.UserRole, entry)
            self.entries.addItem(item)
        self.empty.setVisible(not self._templates)
        self._word_empty()
        if not self._select(wanted) and not wanted:  # what is being written stays
            self._new()

    def show_fetched(self, account: str, fetched: Fetched) -> None:
        """The gateway's templates are in the book."""
        self._end_fetching(account)
        if account == self._account:
            self.fetch_note.show_hint(self._fetched_words(fetched), Role.GOOD if fetched.found else Role.ATTENTION)

    def show_fetch_error(self, account: str, sentence: str) -> None:
        self._end_fetching(account)
        if account == self._account:
            self.fetch_note.show_error(sentence)

    def show_error(self, sentence: str) -> None:
        self.note.show_error(sentence)

    def show_saved(self) -> None:
        """The last change is on disk."""
        self.note.show_hint(self.tr("Saved."), Role.GOOD)

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Template book"))
        self.entries.setAccessibleName(self.tr("Templates"))
        titles = (self.tr("&Id"), self.tr("&Name"), self.tr("&Signature"), self.tr("Approved &text"))
        names = (self.tr("Template id"), self.tr("Template name"), self.tr("Signature"), self.tr("Approved text"))
        fields = (self.template_id, self.name, self.signature, self.text)
        for label, field, title, name in zip(self._labels, fields, titles, names, strict=True):
            label.setText(title)
            label.setBuddy(field)
            field.setAccessibleName(name)
        self.template_id.setPlaceholderText(self.tr("as at the gateway: 1834521"))
        self.name.setPlaceholderText(self.tr("what you call it"))
        self._hint.setText(
            self.tr("Write the text exactly as it was approved, with its places: {example}").format(
                example="{1}, {2} …"
            )
        )
        for button, text, name in (
            (self.new_button, self.tr("Ne&w"), self.tr("New template")),
            (self.save_button, self.tr("Sa&ve"), self.tr("Save template")),
            (self.close_button, self.tr("&Close"), self.tr("Close")),
        ):
            button.setText(text)
            button.setAccessibleName(name)
        self._show_delete()
        self._show_fetch()
        self._word_empty()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    # -- what a person does -----------------------------------------------------------------------------

    def _new(self) -> None:
        self.entries.setCurrentRow(-1)
        for field in (self.template_id, self.name, self.signature):
            field.clear()
        self.text.clear()
        self._disarm()
        self.template_id.setFocus()

    def _chosen(self, item: QListWidgetItem | None) -> None:
        self._disarm()
        if item is None:
            return
        entry: Template = item.data(Qt.ItemDataRole.UserRole)
        self.note.clear()
        self.template_id.setText(entry.template_id)
        self.name.setText(entry.name)
        self.signature.setText(entry.signature)
        self.text.setPlainText(entry.text)

    def _save(self) -> None:
        self._disarm()
        template_id = self.template_id.text().strip()
        if not template_id:
            self.note.show_error(self.tr("The id is missing: it is the number the gateway gave the template."))
            self.template_id.setFocus()
            return
        self.note.clear()
        self.save_wanted.emit(
            Template(
                template_id, self._account, self.name.text().strip(), self.text.toPlainText().strip(),
                self.signature.text().strip().strip("【】"),
            )
        )  # fmt: skip

    def _delete(self) -> None:
        item = self.entries.currentItem()
        if item is None:
            return
        if not self._delete_armed:  # the second press is the confirmation: nothing modal for one line of text
            self._delete_armed = True
            self._show_delete()
            return
        self.delete_wanted.emit(item.data(Qt.ItemDataRole.UserRole))
        self._new()

    def _fetch(self) -> None:
        self._fetching, self._seconds = self._account, 0
        self.fetch_note.clear()
        self._clock.start()
        self._show_fetch()
        self.fetch_wanted.emit(self._account)

    def _tick(self) -> None:
        self._seconds += 1
        self._show_fetch()

    def _end_fetching(self, account: str) -> None:
        if account == self._fetching:
            self._fetching = ""
            self._clock.stop()
        self._show_fetch()

    def _show_fetch(self) -> None:
        waiting = self.tr("Asking the gateway… {seconds} s").format(seconds=self._seconds)
        self.fetch_button.setText(waiting if self._fetching else self.tr("&Fetch from gateway"))
        self.fetch_button.setAccessibleName(waiting if self._fetching else self.tr("Fetch from gateway"))
        self.fetch_button.setEnabled(not self._fetching)

    def _fetched_words(self, fetched: Fetched) -> str:
        if not fetched.found:
            return self.tr("The gateway has no templates of this account yet: apply for one in its console.")
        words = [self.tr("New: {added}, changed: {changed}.").format(added=fetched.added, changed=fetched.changed)]
        if fetched.not_approved:
            words.append(self.tr("Not approved, so not taken: {ids}.").format(ids=_some(fetched.not_approved)))
        if fetched.missing:
            words.append(self.tr("In the book, but not at the gateway: {ids}.").format(ids=_some(fetched.missing)))
        return joined(*words)

    def _disarm(self) -> None:
        self._delete_armed = False
        self._show_delete()

    def _word_empty(self) -> None:
        if self._can_fetch:
            said = self.tr("No templates yet. “New” writes one in, “Fetch from gateway” gets those that are approved.")
        else:
            said = self.tr("No templates yet. “New” writes one in.")
        self.empty.setText(said)
        self.entries.setAccessibleDescription("" if self._templates else said)

    def _show_delete(self) -> None:
        text = self.tr("&Really delete?") if self._delete_armed else self.tr("&Delete")
        self.delete_button.setText(text)
        self.delete_button.setAccessibleName(self.tr("Delete template"))
        self.delete_button.setEnabled(self.entries.currentItem() is not None)

    def _select(self, template_id: str) -> bool:
        for row, entry in enumerate(self._templates):
            if entry.template_id == template_id:
                self.entries.setCurrentRow(row)
                return True
        return False

    # -- how it is built --------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.addWidget(self.entries, 1)
        left.addWidget(self.new_button)
        left.addWidget(self.fetch_button)
        left.addWidget(self.fetch_note)
        form = QFormLayout()
        form.setHorizontalSpacing(MEDIUM)
        form.addRow(self._labels[0], self.template_id)
        form.addRow(self._labels[1], self.name)
        form.addRow(self._labels[2], self.signature)
        form.addRow(self._labels[3], self.text)
        right = QVBoxLayout()
        right.addLayout(form, 1)
        right.addWidget(self._hint)
        right.addWidget(self.note)
        buttons = QHBoxLayout()
        buttons.addWidget(self.delete_button)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.save_button)
        right.addLayout(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(LARGE, LARGE, LARGE, LARGE)
        row.setSpacing(LARGE)
        row.addLayout(left, 2)
        row.addLayout(right, 3)
        inside = QVBoxLayout(self.entries.viewport())
        inside.addWidget(self.empty)
        inside.addStretch(1)


def _some(ids: Sequence[str]) -> str:
    """The first few ids; of more only that there are more."""
    return ", ".join(ids[:MOST_IDS]) + (" …" if len(ids) > MOST_IDS else "")

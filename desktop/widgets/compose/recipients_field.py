"""Recipients: the text, what became of it in numbers, and the list of what is wrong."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from desktop.models.draft import MAX_RECIPIENTS, RecipientCheck, Remark
from desktop.models.money import count
from desktop.theme import SMALL, Hint
from desktop.widgets.compose.reasons import reason
from desktop.widgets.compose.recipients_edit import RecipientsEdit
from desktop.widgets.field_note import FieldNote

CHECK_AFTER_MS: Final = 150
"""Rest after the last key before the text is checked."""
SHOWN_OF_BAD: Final = 60
"""Longest piece of a bad number that the list repeats, in characters."""


class RecipientsField(QWidget):
    """Emits the text when typing rests; shows the answer. Checks nothing itself."""

    edited = Signal(str)
    """The whole text, `CHECK_AFTER_MS` after the last change."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._check: RecipientCheck | None = RecipientCheck()
        self._label = QLabel()
        self.edit = RecipientsEdit()
        self._label.setBuddy(self.edit)
        self._counts = Hint()
        self.note = FieldNote(self.edit)
        self.bad_list = QListWidget()
        self.bad_list.setWordWrap(True)
        self.bad_list.setProperty("wraps", True)
        self.bad_list.setMaximumHeight(132)
        self.bad_list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.bad_list.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.bad_list.hide()
        self._rest = QTimer(self, singleShot=True, interval=CHECK_AFTER_MS)
        self._rest.timeout.connect(self._emit_edited)
        self.edit.textChanged.connect(self._changed)
        self.edit.paste_refused.connect(self.show_too_many)
        self.bad_list.itemClicked.connect(self._jump)
        self.bad_list.itemActivated.connect(self._jump)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SMALL // 2)
        for part in (self._label, self.edit, self._counts, self.note, self.bad_list):
            column.addWidget(part, 1 if part is self.edit else 0)
        self.retranslate()

    @property
    def check(self) -> RecipientCheck | None:
        """The answer for the text as it stands; None while it is awaited."""
        return self._check

    def text(self) -> str:
        return self.edit.toPlainText()

    def is_empty(self) -> bool:
        return not self.edit.document().characterCount() > 1 or not self.text().strip()

    def check_now(self) -> None:
        """Do not wait for typing to rest; ask again where an answer never came."""
        self._rest.stop()
        self._emit_edited()

    def show_check(self, check: RecipientCheck) -> None:
        """The answer for the last emitted text; one that comes after a further key is out of date."""
        if self._rest.isActive():
            return
        self._check = check
        self._show()

    def show_too_many(self) -> None:
        """More than the page takes: said at the field."""
        self.note.show_error(self._too_many())

    def clear(self) -> None:
        self.edit.clear()
        self._rest.stop()
        self._check = RecipientCheck()
        self._show()

    def replace(self, text: str) -> None:
        """Other numbers, as if they were typed: Ctrl+Z brings back what stood there."""
        cursor = QTextCursor(self.edit.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)

    def retranslate(self) -> None:
        self._label.setText(self.tr("&Recipients"))
        self.edit.setAccessibleName(self.tr("Recipients"))
        self.edit.setPlaceholderText(
            self.tr("One number a line, or separated by commas or spaces.\nUp to {limit}.").format(
                limit=count(MAX_RECIPIENTS)
            )
        )
        self.bad_list.setAccessibleName(self.tr("Numbers to correct or to look at"))
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _changed(self) -> None:
        self._check = None
        self.note.clear()
        self._rest.start()

    def _emit_edited(self) -> None:
        self.edited.emit(self.text())

    def _jump(self, item: QListWidgetItem) -> None:
        remark = item.data(Qt.ItemDataRole.UserRole)
        if remark is not None:
            self.edit.select(remark)

    # -- what is shown ----------------------------------------------------------------------------------

    def _show(self) -> None:
        check = self._check
        if check is None:
            return
        self._counts.setText(self._counted(check))
        self.edit.underline(check.bad, check.unusual)
        self._fill_list(check)
        if check.valid > MAX_RECIPIENTS:
            self.show_too_many()
        else:
            self.note.clear()

    def _counted(self, check: RecipientCheck) -> str:
        if not (check.valid or check.bad_count):
            return self.tr("No numbers yet")
        parts = [self.tr("Valid: {count}").format(count=count(check.valid))]
        if check.duplicates:
            parts.append(self.tr("duplicates removed: {count}").format(count=count(check.duplicates)))
        if check.bad_count:
            parts.append(self.tr("not valid: {count}").format(count=count(check.bad_count)))
        if check.unusual_count:
            parts.append(self.tr("to be looked at: {count}").format(count=count(check.unusual_count)))
        return " · ".join(parts)

    def _fill_list(self, check: RecipientCheck) -> None:
        remarks = check.bad + check.unusual
        self.bad_list.setVisible(bool(remarks))
        self.bad_list.clear()
        units = self.text().encode("utf-16-le") if remarks else b""
        for entry in remarks:
            item = QListWidgetItem(self._line(entry, units))
            item.setData(Qt.ItemDataRole.UserRole, entry)
            item.setToolTip(reason(entry.code).remedy)
            self.bad_list.addItem(item)
        hidden = check.bad_count + check.unusual_count - len(remarks)
        if hidden > 0:
            rest = QListWidgetItem(self.tr("… and {count} more").format(count=count(hidden)))
            rest.setFlags(Qt.ItemFlag.NoItemFlags)
            self.bad_list.addItem(rest)

    def _line(self, entry: Remark, units: bytes) -> str:
        piece = units[2 * entry.start : 2 * entry.end].decode("utf-16-le", "replace").strip()
        if len(piece) > SHOWN_OF_BAD:
            piece = piece[:SHOWN_OF_BAD] + "…"
        return self.tr("Line {line}: {number} — {reason}").format(
            line=entry.line, number=piece, reason=reason(entry.code).meaning
        )

    def _too_many(self) -> str:
        return self.tr(
            "More than {limit} recipients: too many for one message written here. Take some out and send them "
            "as another message."
        ).format(limit=count(MAX_RECIPIENTS))

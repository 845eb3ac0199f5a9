"""The foot of the Settings page: what is unsaved, what was saved, what restarts."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from desktop.errors import joined
from desktop.models.described import Changes
from desktop.theme import Role, show_tone


class SaveBar(QWidget):
    """Save and Revert, with one line of words."""

    save_wanted = Signal()
    revert_wanted = Signal()
    worker_restart_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dirty = False
        self._saving = False
        self._saved: Changes | None = None
        self._error = ""
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.restart_button, self.revert_button, self.save_button = QPushButton(), QPushButton(), QPushButton()
        self.save_button.setProperty("primary", True)
        self.save_button.setMinimumWidth(110)
        self.restart_button.clicked.connect(self._restart)
        self.revert_button.clicked.connect(self.revert_wanted)
        self.save_button.clicked.connect(self.save_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.text, 1)
        for button in (self.restart_button, self.revert_button, self.save_button):
            row.addWidget(button)
        self.retranslate()

    def begin(self) -> None:
        """The page is come to anew: that something was saved some time ago is no news. What is still to do stays."""
        if self._saved is not None and not (self._saved.restart_program or self._saved.restart_worker):
            self._saved = None
            self.retranslate()

    def set_dirty(self, dirty: bool) -> None:
        """Whether something on the page is not saved."""
        self._dirty, self._error = dirty, ""
        if dirty:
            self._saved = None
        self.retranslate()

    def show_saving(self) -> None:
        self._saving, self._error = True, ""
        self.retranslate()

    def show_saved(self, changes: Changes) -> None:
        self._saving, self._dirty, self._saved, self._error = False, False, changes, ""
        self.retranslate()

    def show_error(self, text: str) -> None:
        self._saving, self._error = False, text
        self.retranslate()

    def retranslate(self) -> None:
        self.save_button.setText(self.tr("&Save"))
        self.save_button.setAccessibleName(self.tr("Save settings"))
        self.revert_button.setText(self.tr("Re&vert"))
        self.revert_button.setAccessibleName(self.tr("Revert"))
        self.restart_button.setText(self.tr("Restart &worker now"))
        self.restart_button.setAccessibleName(self.tr("Restart worker now"))
        self.save_button.setEnabled(self._dirty and not self._saving)
        self.revert_button.setEnabled(self._dirty and not self._saving)
        self.restart_button.setVisible(bool(self._saved and self._saved.restart_worker))
        self.text.setText(self._words())
        role = Role.BAD if self._error else Role.GOOD if self._saved is not None else Role.MUTED
        show_tone(self.text, role)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _words(self) -> str:
        if self._error:
            return self._error
        if self._saving:
            return self.tr("Saving…")
        if self._saved is None:
            return self.tr("Not saved yet") if self._dirty else ""
        words = [self.tr("✓ Saved.")]
        if self._saved.restart_program:
            titles = ", ".join(self._saved.restart_program)
            words.append(self.tr("Close and open SMS Desk again to use: {titles}.").format(titles=titles))
        if self._saved.restart_worker:
            words.append(self.tr("It takes effect once the worker has restarted."))
        return joined(*words)

    def _restart(self) -> None:
        self.restart_button.hide()
        self._saved = None
        self.worker_restart_wanted.emit()
        self.retranslate()

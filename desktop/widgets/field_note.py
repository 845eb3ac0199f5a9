"""The line under a field that says what is wrong with it, or only what it is for."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from desktop.theme import Role, show_tone


class FieldNote(QLabel):
    """Hidden while there is nothing to say. Marks its field as invalid and becomes its description."""

    def __init__(self, field: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field = field
        self._role = Role.BAD
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.hide()

    @property
    def bad(self) -> bool:
        """Whether an error stands here (a hint is none)."""
        return bool(self.text()) and self._role is Role.BAD

    def show_error(self, text: str) -> None:
        """Say what is wrong; "" clears."""
        self._put(text, Role.BAD)

    def show_hint(self, text: str, role: Role = Role.MUTED) -> None:
        """Say something that is no error; "" clears."""
        self._put(text, role)

    def clear(self) -> None:
        self._put("", Role.BAD)

    def _put(self, text: str, role: Role) -> None:
        if text == self.text() and role is self._role:
            return
        self._role = role
        self.setText(text)
        show_tone(self, role)
        self.setVisible(bool(text))
        self._field.setAccessibleDescription(text)
        if bool(self._field.property("invalid")) != self.bad:
            self._field.setProperty("invalid", self.bad)
            self._field.style().unpolish(self._field)
            self._field.style().polish(self._field)

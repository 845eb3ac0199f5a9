"""The notice line: known trouble with its remedy, above the page, never in the way."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from desktop.theme import show_properties, show_tone
from desktop.theme.colours import SYMBOLS, Role


@dataclass(frozen=True, slots=True)
class Notice:
    """One trouble. `key` names it, so the same trouble never stands there twice."""

    key: str
    sentence: str
    remedy: str = ""
    role: Role = Role.ATTENTION
    action: str = ""
    """What the button beside it does; none where empty."""
    lasts: bool = False
    """Stays as long as it is so: it cannot be dismissed, only put behind the others."""


class MessageBar(QFrame):
    """Shows the newest notice; the others wait behind it. A dismissed one stays away until it was cleared.

    Notices that say the same count as one.
    """

    shown = Signal(str)
    """The key of the notice that stands there now, "" for none."""
    acted = Signal(str)
    """The button of the notice with this key was pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self._notices: dict[str, Notice] = {}
        self._dismissed: set[str] = set()
        self._mark = QLabel("!")
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._more = QLabel()
        self.action_button = QPushButton()
        self.action_button.clicked.connect(self._act)
        self.dismiss_button = QPushButton()
        self.dismiss_button.clicked.connect(self.dismiss)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 8, 16, 8)
        layout.setSpacing(12)
        layout.addWidget(self._mark)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._more)
        layout.addWidget(self.action_button)
        layout.addWidget(self.dismiss_button)
        self.retranslate()
        self.hide()

    def put(self, notice: Notice) -> None:
        """Show a trouble; one with the same key is replaced where it stands."""
        if notice.key in self._dismissed:
            return
        if self._notices.get(notice.key) != notice:
            self._notices[notice.key] = notice
            self._show()

    def clear(self, key: str) -> None:
        """That trouble is over; should it come back, it is shown again."""
        self._dismissed.discard(key)
        if self._notices.pop(key, None) is not None:
            self._show()

    def clear_all(self, prefix: str) -> None:
        """Clear every notice whose key begins with `prefix`."""
        for key in [*self._notices, *self._dismissed]:
            if key.startswith(prefix):
                self.clear(key)

    def dismiss(self) -> None:
        """Put the notice that stands there away, and all that say the same; one that lasts, behind the others."""
        standing = self.current()
        if standing is not None and standing.lasts:
            del self._notices[standing.key]
            self._notices = {standing.key: standing, **self._notices}
            self._show()
        elif standing is not None:
            same = [key for key, notice in self._notices.items() if _joined(notice) == _joined(standing)]
            for key in same:
                del self._notices[key]
            self._dismissed.update(same)
            self._show()

    def bring_back(self, prefix: str) -> None:
        """Notices whose key begins with `prefix` may be shown again although they were dismissed."""
        self._dismissed = {key for key in self._dismissed if not key.startswith(prefix)}

    def _act(self) -> None:
        notice = self.current()
        if notice is not None:
            self.acted.emit(notice.key)

    def current(self) -> Notice | None:
        """The notice that stands there."""
        return self._notices[next(reversed(self._notices))] if self._notices else None

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Notice"))
        self.dismiss_button.setText(self.tr("Dismiss"))
        self.dismiss_button.setAccessibleName(self.tr("Dismiss"))
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _show(self) -> None:
        notice = self.current()
        self.setVisible(notice is not None)
        if notice is not None:
            show_properties(self, {"grave": notice.role is Role.BAD})
            self._mark.setText(SYMBOLS.get(notice.role, "●"))
            show_tone(self._mark, notice.role, bold=True)
            self._text.setText(_joined(notice))
            self._text.setAccessibleName(self._text.text())
            self.action_button.setVisible(bool(notice.action))
            self.action_button.setText(notice.action)
            self.action_button.setAccessibleName(notice.action)
            waiting = len({_joined(entry) for entry in self._notices.values()}) - 1
            self.dismiss_button.setVisible(bool(waiting) or not notice.lasts)
            self._more.setText(self.tr("{count} more").format(count=waiting) if waiting else "")
        self.shown.emit(notice.key if notice else "")


def _joined(notice: Notice) -> str:
    gap = "" if notice.sentence.endswith("。") else " "  # Chinese sentences follow each other without a space
    return gap.join(part for part in (notice.sentence, notice.remedy) if part)

"""The Help button below the pages' names, with its menu."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from desktop.icons import icon


class HelpButton(QPushButton):
    """Says which of its entries was chosen."""

    about_wanted = Signal()
    report_wanted = Signal()
    updates_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.about_action, self.report_action, self.updates_action = QAction(self), QAction(self), QAction(self)
        self.about_action.triggered.connect(self.about_wanted)
        self.report_action.triggered.connect(self.report_wanted)
        self.updates_action.triggered.connect(self.updates_wanted)
        menu = QMenu(self)
        menu.addAction(self.report_action)
        menu.addAction(self.updates_action)
        menu.addSeparator()
        menu.addAction(self.about_action)
        self.setMenu(menu)
        self.setShortcut(QKeySequence(QKeySequence.StandardKey.HelpContents))
        self.tint()
        self.retranslate()

    def tint(self) -> None:
        """The icon in the colour of the theme."""
        self.setIcon(icon("help"))

    def retranslate(self) -> None:
        shortcut = self.shortcut()
        self.setText(f" {self.tr('Help')}")
        self.setShortcut(shortcut)  # a new text takes it away
        self.setAccessibleName(self.tr("Help"))
        self.report_action.setText(self.tr("&Report a problem…"))
        self.updates_action.setText(self.tr("Check for &updates…"))
        self.about_action.setText(self.tr("&About SMS Desk…"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

"""The symbol in the notification area while the window is hidden and messages go on being sent."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget

from desktop.icons import program_icon
from desktop.models.under_way import UnderWay


class Tray(QObject):
    """Shown only while the window is not. Its words are the window's language at the moment it is shown."""

    open_wanted = Signal()
    stop_wanted = Signal()
    """Stop all sending, or resume it: what the menu says."""
    quit_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.icon = QSystemTrayIcon(program_icon(), self)
        self.menu = QMenu(parent)
        self.open_action, self.stop_action, self.quit_action = QAction(self), QAction(self), QAction(self)
        self.menu.addAction(self.open_action)
        self.menu.addAction(self.stop_action)
        self.menu.addSeparator()
        self.menu.addAction(self.quit_action)
        self.menu.setDefaultAction(self.open_action)
        self.icon.setContextMenu(self.menu)
        self._under_way = UnderWay()
        self._stopped = False
        self.open_action.triggered.connect(lambda _=False: self.open_wanted.emit())
        self.stop_action.triggered.connect(lambda _=False: self.stop_wanted.emit())
        self.quit_action.triggered.connect(lambda _=False: self.quit_wanted.emit())
        self.icon.activated.connect(self._activated)
        self.icon.messageClicked.connect(self.open_wanted)

    @staticmethod
    def is_available() -> bool:
        """Whether the desktop has a notification area now."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    @property
    def is_shown(self) -> bool:
        return self.icon.isVisible()

    def show(self) -> None:
        self.retranslate()
        self.icon.show()

    def hide(self) -> None:
        self.icon.hide()

    def show_figures(self, under_way: UnderWay, *, stopped: bool) -> None:
        """How far it is, and whether all sending is stopped."""
        if (under_way, stopped) != (self._under_way, self._stopped):
            self._under_way, self._stopped = under_way, stopped
            self.retranslate()

    def tell(self, title: str, text: str) -> None:
        """A message beside the symbol, for some seconds."""
        self.icon.showMessage(title, text, self.icon.icon())

    def retranslate(self) -> None:
        figures = self.tr("Nothing is waiting to be sent") if self._under_way.is_over else self._under_way.figures()
        if self._stopped:
            figures = self.tr("All sending is stopped: {figures}").format(figures=self._under_way.figures())
        self.icon.setToolTip("SMS Desk\n" + figures)
        self.open_action.setText(self.tr("Open SMS Desk"))
        self.stop_action.setText(self.tr("Resume all sending") if self._stopped else self.tr("Stop all sending"))
        self.quit_action.setText(self.tr("Quit"))

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        reasons = QSystemTrayIcon.ActivationReason
        if reason in (reasons.Trigger, reasons.DoubleClick):
            self.open_wanted.emit()

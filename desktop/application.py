"""The composition root: makes the parts and wires signals to slots."""

from __future__ import annotations

import importlib
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from desktop.background.children import Children
from desktop.background.status import StatusWatch
from desktop.background.worker_process import STOP_GRACE_S
from desktop.boot import Boot
from desktop.main_window import MainWindow
from desktop.theme import Theme

FINISHING_SHOWN_AFTER_MS = 400
"""A stop shorter than this needs no words."""


class Application(QObject):
    """Owns everything of one window. `start` shows it; `quit` ends the children in order, then emits `ended`."""

    ended = Signal()

    def __init__(self, app: QApplication, boot: Boot, children: Children) -> None:
        super().__init__()
        self._boot = boot
        self.children_ = children
        self.theme = Theme(app)
        self.watch = StatusWatch(children.clerk, self)
        self.pages = _pages()
        self.window = MainWindow(self.pages, boot.home)
        self._quitting = False
        self._finishing: QWidget | None = None
        self.window.close_wanted.connect(self.quit)
        children.all_stopped.connect(self._all_stopped)

    def start(self) -> None:
        """Show the window; what it does not need to be seen comes in the next turn of the event loop."""
        self.window.show()
        QTimer.singleShot(0, self, self._wire)

    def _wire(self) -> None:
        _connect_pages(self.pages, self.children_, self)
        self.watch.start()

    def quit(self) -> None:
        """Hide the window, let the worker finish, end."""
        if self._quitting:
            return
        self._quitting = True
        self.watch.stop()
        self.window.hide()
        QTimer.singleShot(FINISHING_SHOWN_AFTER_MS, self, self._show_finishing)
        self.children_.stop()

    def _show_finishing(self) -> None:
        from desktop.widgets.finishing import Finishing

        self._finishing = Finishing(self._boot.call_deadline_s + STOP_GRACE_S)
        self._finishing.show()

    def _all_stopped(self) -> None:
        if self._finishing is not None:
            self._finishing.deleteLater()
            self._finishing = None
        self.window.close_for_good()
        self.ended.emit()


_PAGE_CLASSES = {
    "compose": "ComposePage",
    "deliveries": "DeliveriesPage",
    "workers": "WorkersPage",
    "settings": "SettingsPage",
}


def _pages() -> dict[str, QWidget]:
    pages: dict[str, QWidget] = {}
    for name, class_name in _PAGE_CLASSES.items():
        try:
            module = importlib.import_module(f"desktop.widgets.{name}.page")
        except ModuleNotFoundError:
            pages[name] = QWidget()
        else:
            pages[name] = getattr(module, class_name)()
    return pages


def _connect_pages(pages: dict[str, QWidget], children: Children, application: Application) -> None:
    def made(module: str, name: str) -> Any:
        return getattr(importlib.import_module(f"desktop.background.{module}"), name)(children.clerk)

    agents = {
        "compose": [("composer", "Composer")],
        "deliveries": [("row_loader", "RowLoader"), ("status_poller", "StatusPoller")],
        "settings": [("settings_agent", "SettingsAgent")],
    }
    for page, parts in agents.items():
        try:
            wiring = importlib.import_module(f"desktop.wiring.{page}")
        except ModuleNotFoundError:
            continue
        wiring.connect(pages[page], *(made(module, name) for module, name in parts))

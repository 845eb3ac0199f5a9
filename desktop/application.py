"""The composition root: makes the parts and wires signals to slots."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

import desktop.wiring.closing
import desktop.wiring.compose
import desktop.wiring.deliveries
import desktop.wiring.help
import desktop.wiring.pages
import desktop.wiring.sending
import desktop.wiring.settings
import desktop.wiring.shell
import desktop.wiring.workers
from desktop.background.bugs import BugCatcher
from desktop.background.children import Children
from desktop.background.composer import Composer
from desktop.background.exporter import Exporter
from desktop.background.row_loader import RowLoader
from desktop.background.settings_agent import SettingsAgent
from desktop.background.status import StatusWatch
from desktop.background.status_poller import StatusPoller
from desktop.background.worker_process import STOP_GRACE_S
from desktop.boot import AUTOSTART_KEY, Boot, window_memory
from desktop.draft_file import DraftFile
from desktop.main_window import MainWindow
from desktop.theme import Theme
from desktop.widgets.compose.page import ComposePage
from desktop.widgets.deliveries.page import DeliveriesPage
from desktop.widgets.finishing import Finishing
from desktop.widgets.settings.page import SettingsPage
from desktop.widgets.workers.page import WorkersPage
from desktop.wiring.draft import DraftKeeper
from desktop.wiring.welcome import FirstStart

FINISHING_SHOWN_AFTER_MS = 400
"""A stop shorter than this needs no words."""


class Application(QObject):
    """Owns everything of one window. `start` shows it; `quit` ends the children in order, then `ended` follows."""

    quitting = Signal()
    ended = Signal()

    def __init__(self, app: QApplication, boot: Boot, children: Children) -> None:
        super().__init__()
        self._boot = boot
        self._children = children
        self._memory = window_memory(boot.home)
        self._finishing: QWidget | None = None
        self._quitting = False
        self.bugs = BugCatcher(self)
        self.bugs.install()
        theme = Theme(app)
        self.watch = StatusWatch(children.clerk, self)
        self._make_window()
        theme.apply()
        children.all_stopped.connect(self._all_stopped)

    def start(self) -> None:
        """Show the window; what it does not need to be seen comes in the next turn of the event loop."""
        self.window.show()
        self.window.focus_page()
        QTimer.singleShot(0, self, self._go)

    def welcome(self) -> None:
        """Show what a new user sees first."""
        first = FirstStart(self.window, self.settings, self.settings_agent, self._memory, self._boot.region)
        first.begin()

    def quit(self) -> None:
        """Hide the window, let the worker finish what is in flight, end."""
        if self._quitting:
            return
        self._quitting = True
        self.quitting.emit()
        self.watch.stop()
        self.deliveries.remember(self._memory)
        self.window.hide()
        self._finishing_soon.start()
        self._children.stop()

    # -- how it is put together -------------------------------------------------------------------------

    def _make_window(self) -> None:
        self.compose, self.deliveries = ComposePage(), DeliveriesPage()
        self.workers, self.settings = WorkersPage(), SettingsPage()
        pages: dict[str, QWidget] = {
            "compose": self.compose,
            "deliveries": self.deliveries,
            "workers": self.workers,
            "settings": self.settings,
        }
        self.window = MainWindow(pages, self._memory)
        self._finishing_soon = QTimer(self, singleShot=True, interval=FINISHING_SHOWN_AFTER_MS)
        self._finishing_soon.timeout.connect(self._show_finishing)
        self._wire()

    def _wire(self) -> None:
        clerk, window = self._children.clerk, self.window
        self.composer = Composer(clerk)
        self.row_loader, self.status_poller = RowLoader(clerk), StatusPoller(clerk)
        self.exporter, self.settings_agent = Exporter(clerk), SettingsAgent(clerk)
        self.shell = desktop.wiring.shell.connect(window, self._children, self.watch, self._boot.default_account)
        self.sending = desktop.wiring.sending.connect(
            window, clerk, self.watch, self.shell, self.composer, self.deliveries
        )
        self.sending.undone.connect(self.compose.taken_back.show_undone)
        self.sending.stopped_changed.connect(self.compose.show_stopped)
        finishes_within_s = self._boot.call_deadline_s + STOP_GRACE_S
        self.closing = desktop.wiring.closing.connect(
            window, self._children, self.watch, self.composer, finishes_within_s
        )
        self.closing.quit_wanted.connect(self.quit)
        self.quitting.connect(self.closing.end)
        desktop.wiring.workers.connect(self.workers, self._children, self.watch)
        desktop.wiring.compose.connect(self.compose, self.composer)
        self.draft = DraftKeeper(self.compose, self.composer, DraftFile(self._boot.home))
        self.quitting.connect(self.draft.keep)
        desktop.wiring.deliveries.connect(
            self.deliveries, self.row_loader, self.status_poller, self.exporter, self.watch, self._memory
        )
        desktop.wiring.settings.connect(self.settings, self.settings_agent)
        desktop.wiring.pages.connect(
            window,
            self.compose,
            self.deliveries,
            self.settings,
            self._children,
            self.settings_agent,
            self.shell,
        )
        self.help = desktop.wiring.help.connect(window, clerk)
        self.bugs.caught.connect(self.shell.report_bug)
        self.shell.bug_found.connect(self.help.show_fault)
        self.workers.autostart_changed.connect(self._remember_autostart)
        self.workers.show_autostart(self._boot.autostart_worker)

    def _go(self) -> None:
        self.shell.show_settings_problems(self._boot.troubles)
        self.watch.start()

    def _remember_autostart(self, wanted: bool) -> None:
        self._memory.setValue(AUTOSTART_KEY, wanted)

    # -- how it ends ------------------------------------------------------------------------------------

    def _show_finishing(self) -> None:
        self._finishing = Finishing(self._boot.call_deadline_s + STOP_GRACE_S)
        self._finishing.show()
        frame = self._finishing.frameGeometry()
        frame.moveCenter(self.window.frameGeometry().center())  # where the window was looked at
        self._finishing.move(frame.topLeft())

    def _all_stopped(self) -> None:
        self._finishing_soon.stop()
        if self._finishing is not None:
            self._finishing.hide()
            self._finishing.deleteLater()
            self._finishing = None
        self.window.close_for_good()
        self.ended.emit()

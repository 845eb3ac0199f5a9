"""Closing the window: at once where nothing runs; else a person says whether sending goes on without it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot
from PySide6.QtWidgets import QApplication

from desktop.background.child_process import ChildState
from desktop.background.children import Children
from desktop.background.composer import Composer
from desktop.background.status import StatusWatch
from desktop.main_window import MainWindow
from desktop.models.draft import HandedOver
from desktop.models.running_batch import RunningBatch
from desktop.models.under_way import UnderWay
from desktop.widgets.closing_dialog import ClosingDialog
from desktop.widgets.tray import Tray


class Closing(QObject):
    """Owns the question and the tray. Knows what runs from the pulse; `quit_wanted` ends the program."""

    quit_wanted = Signal()

    def __init__(
        self, window: MainWindow, children: Children, watch: StatusWatch, composer: Composer, finishes_within_s: float
    ) -> None:
        super().__init__(window)
        self._window, self._children = window, children
        self.tray_available: Callable[[], bool] = Tray.is_available
        """Asked anew each time: a desktop may lose its notification area, or get one."""
        self.dialog, self.tray = ClosingDialog(finishes_within_s, window), Tray(window)
        self._under_way = UnderWay()
        self._handed_over = False
        self._away = False
        self._running: set[int] = set()
        watch.looked.connect(self._looked)
        watch.lost.connect(self._lost)
        composer.handed_over.connect(self._note_handed_over)
        window.came_forward.connect(self._come_back)
        window.language_changed.connect(self.tray.retranslate)
        self.dialog.background_wanted.connect(self._go_away)
        self.dialog.stop_wanted.connect(self.quit_wanted)
        self.tray.open_wanted.connect(window.come_forward)
        self.tray.stop_wanted.connect(window.stop_button.click)
        self.tray.quit_wanted.connect(self.quit_wanted)

    @Slot()
    def ask(self) -> None:
        """The window is to be closed."""
        if not self._is_sending():
            self.quit_wanted.emit()
        elif not self.dialog.isVisible():
            self.dialog.ask(self._under_way, has_tray=self.tray_available())

    @Slot()
    def end(self) -> None:
        """The program ends, whoever asked for it: nothing is asked any more."""
        self._away = False
        self.dialog.reject()
        self.tray.hide()

    def _is_sending(self) -> bool:
        """Whether this program's worker has something to send. Without one the window sends nothing."""
        working = self._children.worker.state in (ChildState.STARTING, ChildState.RUNNING)
        return working and (self._handed_over or not self._under_way.is_over)

    def _go_away(self) -> None:
        self._away = True
        if self.tray_available():
            self.tray.show()
            self._window.hide()
        else:
            self._window.showMinimized()

    @Slot()
    def _come_back(self) -> None:
        self._away = False
        self.tray.hide()

    # -- the pulse --------------------------------------------------------------------------------------

    @Slot(object)
    def _note_handed_over(self, _result: HandedOver) -> None:
        """The pulse has not seen it yet."""
        self._handed_over = True

    @Slot(object)
    def _looked(self, status: Mapping[str, Any]) -> None:
        self._handed_over = False
        self._under_way = UnderWay.from_status(status, self._children.worker.process_id)
        self.dialog.show_figures(self._under_way)
        self.tray.show_figures(self._under_way, stopped=bool(status.get("stopped")))
        running = {int(entry["batch_id"]) for entry in status.get("running") or ()}
        if self._away and self._window.isActiveWindow():
            self._come_back()  # somebody took it out of the list of windows
        if self._away:
            for batch_id in self._running - running:
                self._tell_ended(batch_id)
            if not self._window.isVisible() and not self.tray_available():
                self._window.showMinimized()  # the desktop has lost its notification area: no window without a way back
        self._running = running

    @Slot(str, object)
    def _lost(self, _code: str, _params: Mapping[str, Any]) -> None:
        """Nobody knows what runs while the clerk is away; closing must not depend on it."""
        self._under_way, self._handed_over = UnderWay(), False

    def _tell_ended(self, batch_id: int) -> None:
        def came(answer: dict[str, Any]) -> None:
            if not self._away:
                return
            title = QCoreApplication.translate("closing", "Batch {number} has ended").format(number=batch_id)
            self.tray.tell(title, RunningBatch.from_wire(answer).figures())
            QApplication.alert(self._window)

        self._children.clerk.request("batch.counts", {"batch_id": batch_id}, came, lambda _code, _params: None)


def connect(
    window: MainWindow, children: Children, watch: StatusWatch, composer: Composer, finishes_within_s: float
) -> Closing:
    """Join them for as long as the window lives."""
    closing = Closing(window, children, watch, composer, finishes_within_s)
    window.close_wanted.connect(closing.ask)
    return closing

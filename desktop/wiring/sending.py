"""Batches under way and the stop of all sending: what the pulse tells of them, and what a person does about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot

from desktop.background.clerk import Clerk
from desktop.background.composer import Composer
from desktop.background.status import StatusWatch
from desktop.main_window import MainWindow
from desktop.models.draft import HandedOver
from desktop.models.running_batch import RunningBatch
from desktop.theme.colours import Role
from desktop.widgets.deliveries.page import DeliveriesPage
from desktop.widgets.message_bar import Notice
from desktop.widgets.status_lights import Light
from desktop.wiring.shell import Shell

STOPPED: Final = "sending.stopped"
TROUBLE: Final = "sending.command"


class SendingPaths(QObject):
    """Slots live in a QObject of the GUI thread, owned by the window."""

    undone = Signal(int)
    """This batch was taken back before anything of it left."""
    stopped_changed = Signal(bool)
    """Whether all sending is stopped."""

    def __init__(
        self,
        window: MainWindow,
        clerk: Clerk,
        watch: StatusWatch,
        shell: Shell,
        composer: Composer,
        deliveries: DeliveriesPage,
    ) -> None:
        super().__init__(window)
        self._window, self._clerk, self._watch, self._shell = window, clerk, watch, shell
        self._stopped = False
        bar = window.sending_bar
        bar.undo_wanted.connect(self._undo)
        bar.pause_wanted.connect(lambda batch_id: self._command("batch.pause", batch_id))
        bar.resume_wanted.connect(lambda batch_id: self._command("batch.resume", batch_id))
        bar.cancel_wanted.connect(lambda batch_id: self._command("batch.cancel", batch_id))
        bar.figures_wanted.connect(self._ask_figures)
        window.stop_button.clicked.connect(self._stop_or_resume)
        window.message_bar.acted.connect(self._acted)
        window.language_changed.connect(self.retranslate)
        watch.looked.connect(self._looked)
        composer.handed_over.connect(self._handed_over)
        deliveries.decided.connect(self._ask)

    @Slot()
    def retranslate(self) -> None:
        """Button and notice anew, in the language that is on now."""
        self._window.show_stopped(self._stopped)
        self._window.sending_bar.show_stopped(self._stopped)
        self._window.lights.show_light("sending", stopped_light() if self._stopped else None)
        if self._stopped:
            self._window.message_bar.put(stopped_notice())

    @Slot(object)
    def _looked(self, status: Mapping[str, Any]) -> None:
        self._window.sending_bar.show_batches([RunningBatch.from_wire(one) for one in status.get("running") or ()])
        stopped = bool(status.get("stopped"))
        if stopped != self._stopped:
            self._stopped = stopped
            if not stopped:
                self._window.message_bar.clear(STOPPED)
            self.retranslate()
            self.stopped_changed.emit(stopped)

    @Slot(object)
    def _handed_over(self, result: HandedOver) -> None:
        """Undo must stand there at once, not at the next beat of the pulse."""
        self._window.sending_bar.follow(result.batch_id)
        self._watch.look()

    @Slot(int)
    def _ask_figures(self, batch_id: int) -> None:
        bar = self._window.sending_bar

        def came(answer: dict[str, Any]) -> None:
            bar.show_ended(RunningBatch.from_wire(answer))

        self._clerk.request("batch.counts", {"batch_id": batch_id}, came, self._not_now)

    def _not_now(self, _code: str, _params: dict[str, Any]) -> None:
        """The figures that stand there stay: nothing depends on them."""

    @Slot()
    def _stop_or_resume(self) -> None:
        self._ask("sending.resume" if self._stopped else "sending.stop", {})

    @Slot(str)
    def _acted(self, key: str) -> None:
        if key == STOPPED:
            self._ask("sending.resume", {})

    @Slot(int)
    def _undo(self, batch_id: int) -> None:
        def came(answer: dict[str, Any]) -> None:
            batch = RunningBatch.from_wire(answer)
            if batch.nothing_left:
                self.undone.emit(batch_id)
            self._done(answer)

        self._clerk.request("batch.undo", {"batch_id": batch_id}, came, self._refused)

    def _command(self, do: str, batch_id: int) -> None:
        self._ask(do, {"batch_id": batch_id})

    @Slot(str, object)
    def _ask(self, do: str, params: dict[str, Any]) -> None:
        self._clerk.request(do, params, self._done, self._refused)

    def _done(self, _answer: dict[str, Any]) -> None:
        """The figures follow at once, not at the next beat of the pulse."""
        self._shell.over(TROUBLE)
        self._watch.look()

    def _refused(self, code: str, params: dict[str, Any]) -> None:
        self._shell.trouble(TROUBLE, code, params)
        self._watch.look()


def stopped_notice() -> Notice:
    """What stands in the notice line while all sending is stopped."""
    tr = QCoreApplication.translate
    return Notice(
        STOPPED,
        tr("sending", "All sending is stopped. Every message that had not left waits as Held, new ones too."),
        "",
        Role.BAD,
        tr("sending", "Resume all sending"),
        lasts=True,
    )


def stopped_light() -> Light:
    """What stands among the lights while all sending is stopped."""
    tr = QCoreApplication.translate
    tip = tr("sending", "Nothing leaves until somebody presses “Resume all sending”. Click to see what waits.")
    return Light(Role.BAD, tr("sending", "All sending is stopped"), tip, "deliveries")


def connect(
    window: MainWindow,
    clerk: Clerk,
    watch: StatusWatch,
    shell: Shell,
    composer: Composer,
    deliveries: DeliveriesPage,
) -> SendingPaths:
    """Join them for as long as the window lives."""
    return SendingPaths(window, clerk, watch, shell, composer, deliveries)

"""The pulse of the status bar: asks the clerk once a second how broker, workers and gateways are."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.background.clerk import Clerk

INTERVAL_MS: Final = 1_000


class StatusWatch(QObject):
    """Never has more than one question out: a hung broker slows the pulse, nothing else."""

    looked = Signal(object)
    """dict: the answer of `status.look`."""
    lanes_counted = Signal(object)
    """dict: queue → length or None; only while somebody watches them."""
    lost = Signal(str, object)
    """(code, params): the clerk could not tell."""

    def __init__(self, clerk: Clerk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clerk = clerk
        self._looking = False
        self._counting = False
        self._counts_lanes = False
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Begin, with a first look at once."""
        self._timer.start()
        self.look()

    def stop(self) -> None:
        self._timer.stop()

    def count_lanes(self, wanted: bool) -> None:
        """Whether queue lengths are asked for too: while the Workers page is shown."""
        self._counts_lanes = wanted
        if wanted and self._timer.isActive():
            self.look()

    def look(self) -> None:
        """Ask now, unless an answer is still out."""
        if not self._looking:
            self._looking = True
            self._clerk.request("status.look", {}, self._looked, self._not_looked)
        if self._counts_lanes and not self._counting:
            self._counting = True
            self._clerk.request("queues.lengths", {}, self._counted, self._not_counted)

    def _looked(self, answer: dict[str, Any]) -> None:
        self._looking = False
        self.looked.emit(answer)

    def _not_looked(self, code: str, params: dict[str, Any]) -> None:
        self._looking = False
        self.lost.emit(code, params)

    def _counted(self, answer: dict[str, Any]) -> None:
        self._counting = False
        self.lanes_counted.emit(answer.get("lanes", {}))

    def _not_counted(self, code: str, params: dict[str, Any]) -> None:
        self._counting = False
        self.lanes_counted.emit({})

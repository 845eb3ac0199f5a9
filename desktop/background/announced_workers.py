"""Asks from time to time which workers answer on the broker, as long as somebody watches."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from desktop.background.clerk import Clerk

INTERVAL_MS: Final = 10_000


class AnnouncedWorkers(QObject):
    """Never asks more often than every ten seconds, and never twice at once."""

    heard = Signal(object)
    """dict: the answer of `workers.announced`."""

    def __init__(self, clerk: Clerk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clerk = clerk
        self._asking = False
        self._asked = QElapsedTimer()
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._ask)
        self._watched = False

    def watch(self, watched: bool) -> None:
        """Whether the Workers page is seen."""
        self._watched = watched
        if not watched:
            self._timer.stop()
        elif not self._asking:
            since = self._asked.elapsed() if self._asked.isValid() else INTERVAL_MS
            self._timer.start(max(0, INTERVAL_MS - since))

    def _ask(self) -> None:
        self._asking = True
        self._asked.start()
        self._clerk.request("workers.announced", {}, self._answered, self._refused)

    def _answered(self, answer: dict[str, Any]) -> None:
        self._asking = False
        self.heard.emit(answer)
        self.watch(self._watched)

    def _refused(self, _code: str, _params: dict[str, Any]) -> None:
        """A clerk that is away or a ledger that cannot be opened is told elsewhere."""
        self._asking = False
        self.watch(self._watched)

"""The QTimer behind the live table: twice a second it asks what has changed among the rows that are seen.

The timer's slot only sends questions to the clerk. At most one of each kind is out, so a hung broker delays
Celery's states and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Protocol

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from desktop.background.clerk import Clerk

INTERVAL_MS: Final = 500
LONGEST_PAUSE_MS: Final = 8_000
MOST_TASKS: Final = 500
"""The wire's limit for one request."""


class Look(Protocol):
    """What a person sees now; `desktop.models.deliveries.Look` is one."""

    @property
    def first(self) -> int: ...

    @property
    def last(self) -> int: ...

    @property
    def revision(self) -> int: ...

    @property
    def task_ids(self) -> tuple[str, ...]: ...


class _Question:
    """Whether one kind of question is out, and how long to leave it after errors."""

    def __init__(self) -> None:
        self.out = False
        self._pause_ms = 0
        self._since = QElapsedTimer()

    def may_ask(self) -> bool:
        return not self.out and (self._pause_ms == 0 or self._since.elapsed() >= self._pause_ms)

    def answered(self) -> None:
        self.out = False
        self._pause_ms = 0

    def failed(self) -> None:
        self.out = False
        self._pause_ms = min(LONGEST_PAUSE_MS, max(INTERVAL_MS, self._pause_ms) * 2)
        self._since.start()


class StatusPoller(QObject):
    """Runs while it is active (the table is seen) and a view is open."""

    refreshed = Signal(int, int, object)
    """(first, last, answer of `view.refresh`) for the rows that were asked about."""
    states_arrived = Signal(object)
    """dict: task id → Celery's own state."""
    states_failed = Signal(str, object)
    """(code, params): Celery's states cannot be read now; the ledger's states go on."""
    view_lost = Signal()
    """The clerk does not know the view any more: open it again."""

    def __init__(self, clerk: Clerk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clerk = clerk
        self._view: object = None
        self._life = 0
        self._look: Callable[[], Look] | None = None
        self._refresh = _Question()
        self._states = _Question()
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self.poll)

    def watch(self, look: Callable[[], Look]) -> None:
        """Where to learn what is seen; called in the timer's slot, must be quick."""
        self._look = look

    def set_view(self, view: object) -> None:
        """Another view is open: answers for the former one are dropped."""
        self._view = view
        self._life += 1
        self._refresh = _Question()

    def set_active(self, active: bool) -> None:
        """Whether anybody can see the table."""
        if active and not self._timer.isActive():
            self._timer.start()
            self.poll()
        elif not active:
            self._timer.stop()

    @property
    def active(self) -> bool:
        return self._timer.isActive()

    def poll(self) -> None:
        """Ask now what may be asked."""
        if self._view is None or self._look is None or not self._timer.isActive():
            return
        look = self._look()
        if self._refresh.may_ask():
            self._ask_changes(look.first, look.last, look.revision)
        if look.task_ids and self._states.may_ask():
            self._ask_states(look.task_ids[:MOST_TASKS])

    def _ask_changes(self, first: int, last: int, revision: int) -> None:
        question, life = self._refresh, self._life
        question.out = True

        def came(answer: dict[str, Any]) -> None:
            question.answered()
            if life == self._life:
                self.refreshed.emit(first, last, answer)

        def failed(code: str, _params: dict[str, Any]) -> None:
            question.failed()
            if life == self._life and code == "request.view_closed":
                self.view_lost.emit()

        self._clerk.request(
            "view.refresh", {"view": self._view, "first": first, "last": last, "revision": revision}, came, failed
        )

    def _ask_states(self, task_ids: tuple[str, ...]) -> None:
        self._states.out = True
        self._clerk.request("celery.states", {"task_ids": list(task_ids)}, self._states_came, self._no_states)

    def _states_came(self, answer: dict[str, Any]) -> None:
        self._states.answered()
        self.states_arrived.emit(answer["states"])

    def _no_states(self, code: str, params: dict[str, Any]) -> None:
        self._states.failed()
        self.states_failed.emit(code, params)

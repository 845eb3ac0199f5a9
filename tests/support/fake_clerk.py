"""A clerk without a process: answers from a table, on the next turn of the event loop."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QTimer

from desktop.background.clerk import Answer, Clerk, Refusal
from tasks.errors import DeskError

Answerer = Callable[[dict[str, Any]], dict[str, Any]]


class FakeClerk(Clerk):
    """Same API as `Clerk`. `calls` records every request; a DeskError raised by an answer becomes the refusal.

    With `hold=True` nothing is answered until `release()`. `progress(request_id, {...})` reports progress.
    A request without an answer in the table is refused with the code `fake.no_answer`.
    """

    def __init__(self, answers: Mapping[str, Answerer] | None = None, *, hold: bool = False) -> None:
        super().__init__(())
        self.answers: dict[str, Answerer] = dict(answers or {})
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.cancelled: list[int] = []
        self.hold = hold
        self._waiting: dict[int, tuple[str, dict[str, Any], Answer, Refusal | None, Answer | None]] = {}

    def request(
        self,
        do: str,
        params: dict[str, Any],
        on_ok: Answer,
        on_error: Refusal | None = None,
        on_progress: Answer | None = None,
    ) -> int:
        request_id = self._next_id
        self._next_id += 1
        self.calls.append((do, params))
        self._waiting[request_id] = (do, params, on_ok, on_error, on_progress)
        if not self.hold:
            QTimer.singleShot(0, self, lambda: self._answer(request_id))
        return request_id

    def cancel(self, request_id: int) -> None:
        if self._waiting.pop(request_id, None) is not None:
            self.cancelled.append(request_id)

    def release(self) -> None:
        """Answer all held requests, oldest first, on the next turn."""
        for request_id in list(self._waiting):
            QTimer.singleShot(0, self, lambda request_id=request_id: self._answer(request_id))

    def progress(self, request_id: int, report: dict[str, Any]) -> None:
        on_progress = self._waiting[request_id][4]
        if on_progress is not None:
            on_progress(report)

    def calls_of(self, do: str) -> list[dict[str, Any]]:
        """The params of every request of one kind, in order."""
        return [params for name, params in self.calls if name == do]

    def start(self) -> None:
        """Nothing to start."""

    def stop(self) -> None:
        QTimer.singleShot(0, self, self.stopped.emit)

    def _answer(self, request_id: int) -> None:
        waiting = self._waiting.pop(request_id, None)
        if waiting is None:
            return
        do, params, on_ok, on_error, _ = waiting
        try:
            answerer = self.answers.get(do)
            if answerer is None:
                raise DeskError("fake.no_answer", do=do)
            answer = answerer(params)
        except DeskError as error:
            if on_error is not None:
                on_error(error.code, dict(error.params))
            else:
                self.failed.emit(do, error.code, dict(error.params))
            return
        on_ok(answer)

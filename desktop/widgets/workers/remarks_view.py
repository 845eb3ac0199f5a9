"""Below the table: what is not as it should be with the workers, and what could not be looked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from desktop.errors import joined, whole
from desktop.models.seen_workers import SeenWorker
from desktop.models.worker_remarks import remarks_of
from desktop.theme import SMALL, Hint

LINES_MOST: Final = 5


class RemarksView(QWidget):
    """As high as its words need, up to some lines; then it scrolls. Gone while there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workers: Sequence[SeenWorker] = ()
        self._asked: dict[str, Any] | None = None
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setUndoRedoEnabled(False)
        self.text.setTabChangesFocus(True)
        self.hint = Hint()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, SMALL, 0, 0)
        layout.setSpacing(SMALL)
        layout.addWidget(self.text)
        layout.addWidget(self.hint)
        self.retranslate()

    def show_workers(self, workers: Sequence[SeenWorker]) -> None:
        """What there is to say of these."""
        self._workers = workers
        lines = [f"▲ {text}" for text in remarks_of(workers)]
        if not workers:
            lines = [self.tr("No worker has been seen. Messages wait in the ledger until one runs.")]
        text = "\n".join(lines)
        if text != self.text.toPlainText():  # a reader's place and selection stay
            self.text.setPlainText(text)
        self.text.setVisible(bool(lines))
        self._fit()

    def show_asked(self, asked: dict[str, Any] | None) -> None:
        """How the question to the broker for workers of other ledgers went; None: it has not been asked."""
        self._asked = asked
        text = ""
        if asked is not None and not asked["ok"]:
            failed = self.tr("Workers with other ledgers cannot be looked for now.")
            text = joined(failed, whole(str(asked["code"]), asked.get("params") or {}))
        elif asked is not None and not asked.get("fanout", True):
            text = self.tr("Workers with other ledgers cannot be seen: this broker cannot ask all workers at once.")
        self.hint.setText(text)
        self.hint.setVisible(bool(text))

    def retranslate(self) -> None:
        self.text.setAccessibleName(self.tr("Remarks on workers"))
        self.show_workers(self._workers)
        self.show_asked(self._asked)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        document, line = self.text.document(), self.text.fontMetrics().lineSpacing()
        lines = max(1, min(LINES_MOST, int(document.size().height())))  # a plain document's height is in lines
        around = self.text.contentsMargins().top() + self.text.contentsMargins().bottom()
        self.text.setFixedHeight(round(lines * line + 2 * document.documentMargin() + around + 2))

"""Below the table: what is not as it should be with the workers, and what could not be looked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from desktop.errors import joined, whole
from desktop.models.row_text import clock_time
from desktop.models.seen_workers import SeenWorker
from desktop.models.worker_remarks import remarks_of
from desktop.theme import SMALL, Hint
from desktop.theme.colours import SYMBOLS, Role

LINES_LEAST: Final = 5
"""So many are shown at least, where there is so much to say."""


class RemarksView(QWidget):
    """As high as its words need, up to some lines; then it scrolls. Gone while there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workers: Sequence[SeenWorker] | None = None
        self._asked: dict[str, Any] | None = None
        self._old_since_ms: int | None = None
        self._most = LINES_LEAST
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

    def show_workers(self, workers: Sequence[SeenWorker] | None) -> None:
        """What there is to say of these; None: they are not known yet."""
        self._workers = workers
        lines = [f"{SYMBOLS[remark.role]} {remark.text}" for remark in remarks_of(workers or ())]
        if workers is not None and not any(one.serves for one in workers):
            told = self.tr("No worker runs on this ledger. Messages wait in it; Start worker starts this window's.")
            lines.insert(0, f"{SYMBOLS[Role.ATTENTION]} {told}")
        text = "\n".join(lines)
        if text != self.text.toPlainText():  # a reader's place and selection stay
            self.text.setPlainText(text)
        self.text.setVisible(bool(lines))
        self._fit()

    def show_asked(self, asked: dict[str, Any] | None) -> None:
        """How the question to the broker for workers of other ledgers went; None: it has not been asked."""
        self._asked = asked
        self._show_hint()

    def show_old(self, since_ms: int | None) -> None:
        """Since when the ledger has not answered, milliseconds since the epoch; None: it does."""
        if since_ms != self._old_since_ms:
            self._old_since_ms = since_ms
            self._show_hint()

    def _show_hint(self) -> None:
        """One matter at a time: while the ledger does not answer, who answers on the broker matters less."""
        asked, text = self._asked, ""
        if self._old_since_ms is not None:
            when = clock_time(self._old_since_ms)
            text = self.tr("As it was at {time}; the ledger has not answered since.").format(time=when)
        elif asked is not None and not asked["ok"]:
            failed = self.tr("Workers with other ledgers cannot be looked for now.")
            text = joined(failed, whole(str(asked["code"]), asked.get("params") or {}))
        elif asked is not None and not asked.get("fanout", True):
            text = self.tr("Workers with other ledgers cannot be seen: this broker cannot ask all workers at once.")
        self.hint.setText(text)
        self.hint.setVisible(bool(text))

    def set_most(self, lines: int) -> None:
        """How many lines there is room for; what is more is scrolled to."""
        self._most = max(LINES_LEAST, lines)
        self._fit()

    def retranslate(self) -> None:
        self.text.setAccessibleName(self.tr("Remarks on workers"))
        self.show_workers(self._workers)
        self._show_hint()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        document, line = self.text.document(), self.text.fontMetrics().lineSpacing()
        lines = max(1, min(self._most, int(document.size().height())))  # a plain document's height is in lines
        around = self.text.contentsMargins().top() + self.text.contentsMargins().bottom()
        self.text.setFixedHeight(round(lines * line + 2 * document.documentMargin() + around + 2))

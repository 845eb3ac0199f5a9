"""The strip above the pages while a batch is under way: its exact figures, and the operator's hand on it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, SignalInstance, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.models.row_text import number_text
from desktop.models.running_batch import STOPPABLE, WAITING, RunningBatch

TICK_MS: Final = 250
NEWS_AFTER_MS: Final = 2_000
"""A batch that has ended is looked at again after this time, then after twice as long, and so on."""
NEWS_AT_LEAST_EVERY_MS: Final = 60_000
PUT_AWAY_AFTER_MS: Final = 20_000
"""So long the last figures stay where all went well."""


class SendingBar(QFrame):
    """Shows one batch, the newest first; the others are a button away. One that has ended stays with its figures, which
    follow the receipts, until it is closed or another one is sent; one that went well puts itself away.
    """

    undo_wanted = Signal(int)
    pause_wanted = Signal(int)
    resume_wanted = Signal(int)
    cancel_wanted = Signal(int)
    rows_wanted = Signal(int)
    figures_wanted = Signal(int)
    """The batch has ended: its figures since. Each signal carries the id of the batch."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sending")
        self._batches: Sequence[RunningBatch] = ()
        self._chosen: int | None = None
        self._ended: RunningBatch | None = None
        self._asking = self._stopped = False
        self._undo_left_ms = 0
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._count_down)
        self._news = QTimer(self, singleShot=True)
        self._news.timeout.connect(self._ask_news)
        self.away_timer = QTimer(self, singleShot=True, interval=PUT_AWAY_AFTER_MS)
        self.away_timer.timeout.connect(self._put_itself_away)
        self.text, self.progress = QLabel(), QProgressBar()
        self.undo_button, self.pause_button, self.cancel_button = QPushButton(), QPushButton(), QPushButton()
        self.sure_button, self.keep_button = QPushButton(), QPushButton()
        self.rows_button, self.next_button = QPushButton(), QPushButton()
        self.close_button = QPushButton("✕")
        self._lay_out()
        self._wire()
        self.hide()

    # -- what is shown ----------------------------------------------------------------------------------

    @Slot(object)
    def show_batches(self, batches: Sequence[RunningBatch]) -> None:
        """The batches under way, newest first."""
        before = self.batch
        self._batches = tuple(batches)
        if any(one.batch_id == self._chosen for one in batches):
            self._ended = None  # one that had ended may begin again: what was Unknown is sent anew
        elif batches:
            self._chosen, self._ended, self._asking = batches[0].batch_id, None, False
        elif before is not None and self._ended is None and self.batch is None:
            self._ended, self._asking = before, False
            self._news.start(NEWS_AFTER_MS)
            self.figures_wanted.emit(before.batch_id)
        batch = self.batch
        self._undo_left_ms = batch.undo_left_ms or 0 if batch is not None else 0
        self._tick.start() if self._undo_left_ms else self._tick.stop()
        self._show()

    @property
    def batch(self) -> RunningBatch | None:
        """The batch that is shown."""
        running = next((one for one in self._batches if one.batch_id == self._chosen), None)
        return running or (self._ended if self._ended is not None and self._ended.batch_id == self._chosen else None)

    def show_ended(self, batch: RunningBatch) -> None:
        """The figures of a batch that has ended."""
        if self._ended is not None and self._ended.batch_id == batch.batch_id:
            self._ended = batch
            if not batch.awaits_news:
                self._news.stop()
                if batch.went_well:
                    self.away_timer.start()
            self._show()

    def put_away(self) -> None:
        """The last figures have been seen."""
        self._ended = None
        self._show()

    def _put_itself_away(self) -> None:
        focus = QApplication.focusWidget()
        if focus is not None and self.isAncestorOf(focus):
            self.away_timer.start()  # the keyboard is here
        elif self._ended is not None:
            self.put_away()

    def _ask_news(self) -> None:
        if self._ended is not None:
            self._news.start(min(2 * self._news.interval(), NEWS_AT_LEAST_EVERY_MS))
            self.figures_wanted.emit(self._ended.batch_id)

    def show_stopped(self, stopped: bool) -> None:
        """Whether all sending is stopped: then a batch can neither pause nor go on by itself."""
        self._stopped = stopped
        self._show()

    def follow(self, batch_id: int) -> None:
        """Show this batch as soon as it is known: it was just handed over."""
        self._chosen, self._ended, self._asking = batch_id, None, False

    def _count_down(self) -> None:
        self._undo_left_ms = max(0, self._undo_left_ms - TICK_MS)
        if not self._undo_left_ms:
            self._tick.stop()
        self._show()

    def _show(self) -> None:
        batch = self.batch
        self.setVisible(batch is not None)
        if batch is None:
            return
        self.text.setText(self._sentence(batch))
        self.setAccessibleName(self.text.text())
        self.progress.setRange(0, max(1, batch.total))
        self.progress.setValue(batch.settled)
        self.progress.setVisible(not batch.nothing_left)
        self._show_buttons(batch)
        if batch is not self._ended:
            self._news.stop()
            self.away_timer.stop()

    def _show_buttons(self, batch: RunningBatch) -> None:
        can_undo = self._undo_left_ms > 0
        stoppable = 0 if batch is self._ended else batch.number(*STOPPABLE)
        can_cancel = not can_undo and bool(stoppable)
        self._asking = self._asking and can_cancel
        self.close_button.setVisible(batch is self._ended)
        self.undo_button.setVisible(can_undo)
        self.undo_button.setText(self.tr("&Undo ({seconds})").format(seconds=math.ceil(self._undo_left_ms / 1000)))
        paused = batch.paused or (batch.number("held") > 0 and not batch.number(*WAITING))
        self.pause_button.setVisible(can_cancel and not self._asking and (batch.paused or not self._stopped))
        self.pause_button.setText(self.tr("R&esume") if paused else self.tr("Paus&e"))
        self.pause_button.setAccessibleName(self.tr("Resume batch") if paused else self.tr("Pause batch"))
        self.cancel_button.setVisible(can_cancel and not self._asking)
        self.sure_button.setVisible(self._asking)
        self.keep_button.setVisible(self._asking)
        number = number_text(stoppable)
        self.sure_button.setText(self.tr("Yes, &cancel {count}").format(count=number))
        self.sure_button.setAccessibleName(self.tr("Yes, cancel {count}").format(count=number))
        self.next_button.setVisible(len(self._batches) > 1)
        self.next_button.setText(self.tr("{count} more").format(count=len(self._batches) - 1))
        self._paused = paused

    def _sentence(self, batch: RunningBatch) -> str:
        total = number_text(batch.total)
        if self._undo_left_ms and self._stopped:
            return self.tr("{total} messages wait as Held: all sending is stopped.").format(total=total)
        if self._undo_left_ms:
            return self.tr("{total} messages leave in a moment.").format(total=total)
        said = self.tr("{total} messages: {figures}")
        if batch.nothing_left:
            said = self.tr("{total} messages, finished: {figures}. Nothing was sent.")
        elif batch is self._ended:
            said = self.tr("{total} messages, finished: {figures}")
        elif batch.paused:
            said = self.tr("{total} messages, paused: {figures}")
        return said.format(total=total, figures=batch.figures())

    # -- what a person wants ----------------------------------------------------------------------------

    def _undo(self) -> None:
        self._tell(self.undo_wanted)

    def _pause_or_resume(self) -> None:
        self._tell(self.resume_wanted if self._paused else self.pause_wanted)

    def _cancel(self) -> None:
        """Asked once more, here: what is cancelled does not come back. The safe answer has the keyboard."""
        self._asking = True
        self._show()
        self.keep_button.setFocus()

    def _cancel_surely(self) -> None:
        self._asking = False
        self._tell(self.cancel_wanted)
        self._show()

    def _keep(self) -> None:
        self._asking = False
        self._show()
        self.cancel_button.setFocus()

    def _show_rows(self) -> None:
        self._tell(self.rows_wanted)

    def _next(self) -> None:
        ids = [one.batch_id for one in self._batches]
        if ids:
            self._chosen = ids[(ids.index(self._chosen) + 1) % len(ids)] if self._chosen in ids else ids[0]
            self._asking = False
            self.show_batches(self._batches)

    def _tell(self, signal: SignalInstance) -> None:
        if self.batch is not None:
            signal.emit(self.batch.batch_id)

    # -- how it is built --------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._paused = False
        self.text.setWordWrap(True)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(6)
        self.undo_button.setProperty("primary", True)
        self.undo_button.setMinimumSize(140, 40)
        self.close_button.setProperty("light", True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.text, 1)
        for button in self._buttons():
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 8)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self.progress)
        self.retranslate()

    def _buttons(self) -> tuple[QPushButton, ...]:
        """In their order. *No* comes where *Cancel* was: a second click right after the first cancels nothing."""
        return (
            self.next_button, self.rows_button, self.undo_button, self.pause_button, self.sure_button,
            self.cancel_button, self.keep_button, self.close_button,
        )  # fmt: skip

    def _wire(self) -> None:
        self.undo_button.clicked.connect(self._undo)
        self.pause_button.clicked.connect(self._pause_or_resume)
        self.cancel_button.clicked.connect(self._cancel)
        self.sure_button.clicked.connect(self._cancel_surely)
        self.keep_button.clicked.connect(self._keep)
        self.rows_button.clicked.connect(self._show_rows)
        self.next_button.clicked.connect(self._next)
        self.close_button.clicked.connect(self.put_away)

    def retranslate(self) -> None:
        self.undo_button.setAccessibleName(self.tr("Undo"))
        self.rows_button.setText(self.tr("Sh&ow"))
        self.rows_button.setAccessibleName(self.tr("Show this batch in Deliveries"))
        self.cancel_button.setText(self.tr("&Cancel the rest…"))
        self.cancel_button.setAccessibleName(self.tr("Cancel the rest…"))
        self.keep_button.setText(self.tr("No, &keep them"))
        self.keep_button.setAccessibleName(self.tr("No, keep them"))
        self.keep_button.setMinimumWidth(self.cancel_button.sizeHint().width())  # it comes where that one was
        self.next_button.setAccessibleName(self.tr("Next batch"))
        self.close_button.setAccessibleName(self.tr("Put the figures away"))
        self.close_button.setToolTip(self.tr("Put the figures away"))
        self.progress.setAccessibleName(self.tr("Progress of the batch"))
        self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._asking and event.key() == Qt.Key.Key_Escape:
            self._keep()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

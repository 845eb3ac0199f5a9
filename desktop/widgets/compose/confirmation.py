"""The last look before a message leaves: what, to how many, through which account, for how much."""

from __future__ import annotations

from enum import Enum, auto
from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.models.earlier import Earlier, Sent
from desktop.models.money import count
from desktop.theme import LARGE, MEDIUM, Hint
from desktop.widgets.compose.earlier_notes import EarlierNotes
from desktop.widgets.compose.order_form import Order, OrderForm

WIDTH: Final = 520
LOOK_WITHIN_MS: Final = 3_000
"""So long Confirm waits for what the numbers got before."""


class Look(Enum):
    """How far the search for earlier messages is."""

    UNDER_WAY = auto()
    DONE = auto()
    NOT_DONE = auto()


class Confirmation(QDialog):
    """Opened with `open()`, so the event loop goes on. Confirms once; stays until told what became of it.

    What the numbers got before is looked up while it stands there. A Confirm that comes before the answer waits for it,
    no longer than `LOOK_WITHIN_MS`: a warning about what has just left would be of no use. If there is nothing to warn
    of it goes through by itself; else, and where nothing could be found out, it is for the person to press again.
    """

    confirmed = Signal()
    earlier_wanted = Signal()
    """Look up what the numbers of this order got before: `show_earlier` or `show_no_earlier` answers."""
    message_wanted = Signal(object)
    """Sent: the earlier message is to be shown. The dialog is closed."""
    leave_out_wanted = Signal(str)
    """Leave out the numbers found for this reason; `show_order` follows with the rest."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._order: Order | None = None
        self._submitting = self._stopped = False
        self._look = Look.DONE
        self._pressed = False
        self._look_timer = QTimer(self, singleShot=True, interval=LOOK_WITHIN_MS)
        self._look_timer.timeout.connect(self.show_no_earlier)
        self._notes = EarlierNotes()
        self.setModal(True)
        self.setMinimumWidth(WIDTH)
        self._headline = QLabel()
        self._headline.setWordWrap(True)
        self._headline.setObjectName("headline")
        self._said = OrderForm()
        self._state = Hint()
        self._state.setMinimumHeight(self._state.fontMetrics().height())
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        kept = self._progress.sizePolicy()
        kept.setRetainSizeWhenHidden(True)  # nothing moves when it appears
        self._progress.setSizePolicy(kept)
        self._progress.hide()
        self.confirm_button = QPushButton()
        self.confirm_button.setProperty("primary", True)
        self.confirm_button.setDefault(True)
        self.confirm_button.installEventFilter(self)
        self.back_button = QPushButton()
        self.back_button.setAutoDefault(False)
        self.confirm_button.clicked.connect(self._confirm)
        self.back_button.clicked.connect(self.reject)
        self._notes.show_wanted.connect(self._show_message)
        self._notes.leave_out_wanted.connect(self._leave_out)
        self._lay_out()
        self.retranslate()

    def show_order(self, order: Order) -> None:
        """Open with this order, ready to be confirmed."""
        self._order = order
        self._pressed = False
        self._notes.clear()
        self._begin_look()
        self._set_submitting(False)
        self.retranslate()
        self.confirm_button.setDefault(True)
        self.confirm_button.setFocus()
        self.adjustSize()
        self.open()
        self.earlier_wanted.emit()

    def show_stopped(self, stopped: bool) -> None:
        """Whether all sending is stopped: what is confirmed then waits."""
        if stopped != self._stopped:
            self._stopped = stopped
            self.retranslate()
            self._grow()

    @property
    def submitting(self) -> bool:
        return self._submitting

    @property
    def looking(self) -> bool:
        """Whether it is still being looked up what the numbers got before."""
        return self._look is Look.UNDER_WAY

    @property
    def notes(self) -> EarlierNotes:
        """What it says of earlier messages."""
        return self._notes

    def show_earlier(self, earlier: Earlier) -> None:
        """What the numbers got before. One that comes late is still shown, as long as nothing was confirmed."""
        if self._submitting or self._order is None or not self.isVisible():
            return
        pressed = self._end_look(Look.DONE)
        self._notes.show_earlier(earlier, self._order.quote.messages)
        self._say_look()
        if not earlier.is_empty:
            # Return was meant for an order without a warning: it leads back until somebody has read it.
            self.back_button.setDefault(True)
            self.back_button.setFocus()
            self._grow()
        elif pressed:
            self._confirm()

    def show_no_earlier(self) -> None:
        """It cannot be found out, or not in time. A Confirm that waited for it is to be pressed again."""
        if self._look is not Look.UNDER_WAY:
            return
        self._end_look(Look.NOT_DONE)
        self._say_look()
        self._grow()

    def show_progress(self, done: int, total: int | None) -> None:
        """How much of it is on disk."""
        if total:
            self._progress.setRange(0, total)
            self._progress.setValue(done)
            self._state.setText(self.tr("Handing over: {done} of {total}").format(done=count(done), total=count(total)))

    def show_interrupted(self) -> None:
        """The background process ended before it answered; the same order goes to the next one."""
        self._progress.setRange(0, 0)
        self._state.setText(
            self.tr(
                "The background part of the program has ended and starts again. Your order is kept and is repeated "
                "under the same number, so nothing is sent twice."
            )
        )
        self._grow()

    def finish(self) -> None:
        """The answer is there, whatever it is: close."""
        self._set_submitting(False)
        self.accept()

    def reject(self) -> None:
        """Back to the page; not while the order is under way."""
        if not self._submitting:
            self._look_timer.stop()
            self._pressed = False
            super().reject()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not event.isAutoRepeat():
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # A Return that is held down since Ctrl+Return must not confirm.
        if isinstance(event, QKeyEvent) and event.isAutoRepeat():
            return True
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Send this?"))
        self._say_look()
        self.back_button.setText(self.tr("&Back"))
        self.back_button.setAccessibleName(self.tr("Back"))
        self._said.text.setAccessibleName(self.tr("Text"))
        if self._order is not None:
            self._headline.setText(self._headline_text(self._order))
            self._said.fill(self._order, stopped=self._stopped)

    # -- what happens -----------------------------------------------------------------------------------

    def _confirm(self) -> None:
        if self._submitting or self._order is None:
            return
        if self._look is Look.UNDER_WAY:
            self._pressed = True
            self.confirm_button.setEnabled(False)
            self._progress.setRange(0, 0)
            self._progress.show()
            return
        self._set_submitting(True)
        self._progress.setRange(0, 0)
        self._state.setText(self.tr("Handing over…"))
        self.confirmed.emit()

    def _set_submitting(self, submitting: bool) -> None:
        self._submitting = submitting
        self.confirm_button.setEnabled(not submitting)
        self.back_button.setEnabled(not submitting)
        self._progress.setVisible(submitting)
        self._notes.set_enabled(not submitting)

    def _begin_look(self) -> None:
        self._look = Look.UNDER_WAY
        self._look_timer.start()

    def _end_look(self, end: Look) -> bool:
        """The search is over; whether Confirm has been pressed meanwhile."""
        self._look_timer.stop()
        pressed, self._pressed, self._look = self._pressed, False, end
        self.confirm_button.setEnabled(True)
        self._progress.hide()
        return pressed

    def _say_look(self) -> None:
        warned = self._notes.isVisibleTo(self)
        self.confirm_button.setText(self.tr("&Send anyway") if warned else self.tr("&Confirm and send"))
        self.confirm_button.setAccessibleName(self.tr("Send anyway") if warned else self.tr("Confirm and send"))
        if self.confirm_button.property("primary") is warned:  # with a warning neither way is the one to take
            self.confirm_button.setProperty("primary", not warned)
            self.confirm_button.style().unpolish(self.confirm_button)
            self.confirm_button.style().polish(self.confirm_button)
        if not self._submitting:
            self._state.setText(self._look_text())

    def _look_text(self) -> str:
        if self._look is Look.UNDER_WAY:
            return self.tr("Checking what these numbers got before…")
        if self._look is Look.NOT_DONE:
            return self.tr(
                "What these numbers got before could not be checked. “Confirm and send” sends without that check."
            )
        return ""

    def _show_message(self, sent: Sent) -> None:
        self.reject()
        self.message_wanted.emit(sent)

    def _leave_out(self, reason: str) -> None:
        self._notes.set_enabled(False)
        self.confirm_button.setEnabled(False)
        self._progress.setRange(0, 0)
        self._progress.show()
        self.leave_out_wanted.emit(reason)

    def _grow(self) -> None:
        """Room for a longer sentence: a dialog does not grow by itself, it squeezes what is above."""
        layout = self.layout()
        assert layout is not None
        layout.activate()
        needed = layout.totalHeightForWidth(self.width())
        if needed > self.height():
            self.resize(self.width(), needed)

    def _headline_text(self, order: Order) -> str:
        number = order.quote.messages
        if number == 1:
            return self.tr("Send 1 message?")
        return self.tr("Send {count} messages?").format(count=count(number))

    # -- how it is built -------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        font = self._headline.font()
        font.setPointSizeF(font.pointSizeF() * 1.3)
        font.setBold(True)
        self._headline.setFont(font)
        column = QVBoxLayout(self)
        column.setContentsMargins(LARGE + 4, LARGE, LARGE + 4, LARGE)
        column.setSpacing(MEDIUM)
        column.addWidget(self._headline)
        column.addWidget(self._said)
        column.addWidget(self._notes)
        column.addWidget(self._state)
        column.addWidget(self._progress)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.back_button)
        buttons.addWidget(self.confirm_button)
        column.addLayout(buttons)

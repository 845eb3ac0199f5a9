"""What is asked when the window is closed while messages are being sent."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.models.row_text import number_text
from desktop.models.under_way import UnderWay
from desktop.theme import LARGE, MEDIUM, Hint

WIDTH: Final = 560


class ClosingDialog(QDialog):
    """Three choices in words: go on in the background, stop now, do not close. Opened with `ask`."""

    background_wanted = Signal()
    stop_wanted = Signal()

    def __init__(self, at_most_s: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._at_most_s = at_most_s
        self._under_way = UnderWay()
        self._has_tray = True
        self.setModal(True)
        self.setMinimumWidth(WIDTH)
        self._headline, self.figures = QLabel(), QLabel()
        font = self._headline.font()
        font.setPointSizeF(font.pointSizeF() * 1.3)
        font.setBold(True)
        self._headline.setFont(font)
        self._background, self._stop, self._others = Hint(), Hint(), Hint()
        for label in (self._headline, self.figures, self._background, self._stop, self._others):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.cancel_button, self.stop_button, self.background_button = QPushButton(), QPushButton(), QPushButton()
        self.background_button.setProperty("primary", True)
        self.background_button.setDefault(True)
        for button in (self.cancel_button, self.stop_button):
            button.setAutoDefault(False)
        self.cancel_button.clicked.connect(self.reject)
        self.stop_button.clicked.connect(self._choose_stop)
        self.background_button.clicked.connect(self._choose_background)
        kept = self._background.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self._background.setSizePolicy(kept)
        self._lay_out()
        self.retranslate()

    def ask(self, under_way: UnderWay, *, has_tray: bool) -> None:
        """Open with these figures; `has_tray`: the desktop has a place for a window that is hidden."""
        self._has_tray = has_tray
        self._under_way = under_way
        self.retranslate()
        self.background_button.setFocus()
        self.adjustSize()
        self.open()

    def show_figures(self, under_way: UnderWay) -> None:
        """They change while it is open."""
        self._under_way = under_way
        self._say_figures()

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Close SMS Desk?"))
        if self._has_tray:
            self.background_button.setText(self.tr("&Keep sending in the background"))
            background = self.tr(
                "Keep sending in the background: the window is hidden, a symbol in the notification area shows how far "
                "it is and brings the window back."
            )
        else:
            self.background_button.setText(self.tr("&Keep sending, minimized"))
            background = self.tr(
                "Keep sending, minimized: this desktop has no notification area to hide the window in, so it stays in "
                "the list of windows."
            )
        self._background.setText(background)
        self.background_button.setAccessibleDescription(background)
        self.cancel_button.setText(self.tr("&Cancel"))
        for button in (self.background_button, self.cancel_button):
            button.setAccessibleName(_spoken(button))
        self._say_figures()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    # -- inside -----------------------------------------------------------------------------------------

    def _say_figures(self) -> None:
        over, others = self._under_way.is_over, self._under_way.other_workers
        self._headline.setText(self._sentence(over))
        self.figures.setText(self._under_way.figures())
        self.figures.setAccessibleName(self.figures.text())
        if others == 1:
            self._others.setText(self.tr("1 worker outside this program goes on sending in either case."))
        else:
            text = self.tr("{count} workers outside this program go on sending in either case.")
            self._others.setText(text.format(count=number_text(others)))
        self._others.setVisible(others > 0)
        self._offer(over)

    def _sentence(self, over: bool) -> str:
        held = self._under_way.held
        if not over:
            return self.tr("Messages are still being sent")
        if held == 1:
            return self.tr("Nothing is being sent; 1 held message waits.")
        if held:
            return self.tr("Nothing is being sent; {count} held messages wait.").format(count=number_text(held))
        return self.tr("All messages have left meanwhile")

    def _offer(self, over: bool) -> None:
        """With nothing left to send there is nothing to keep in the background. Every button stays where it is."""
        if over:
            stop, explained = self.tr("&Quit"), self.tr("Quit: nothing is being sent any more.")
        else:
            stop = self.tr("&Stop now")
            explained = self.tr(
                "Stop now: what is in flight is finished, {seconds} seconds at most. Everything else is kept and goes "
                "on at the next start."
            ).format(seconds=round(self._at_most_s))
        self.stop_button.setText(stop)
        self.stop_button.setAccessibleName(_spoken(self.stop_button))
        self.stop_button.setAccessibleDescription(explained)
        self._stop.setText(explained)
        self._background.setVisible(not over)
        if over and self.background_button.hasFocus():
            self.stop_button.setFocus()
        self.background_button.setEnabled(not over)

    def _choose_background(self) -> None:
        self.accept()
        self.background_wanted.emit()

    def _choose_stop(self) -> None:
        self.accept()
        self.stop_wanted.emit()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(LARGE + 4, LARGE, LARGE + 4, LARGE)
        column.setSpacing(MEDIUM)
        for label in (self._headline, self.figures, self._background, self._stop, self._others):
            column.addWidget(label)
        column.addSpacing(MEDIUM)
        buttons = QHBoxLayout()
        buttons.addWidget(self.cancel_button)
        buttons.addStretch(1)
        buttons.addWidget(self.stop_button)
        buttons.addWidget(self.background_button)
        column.addLayout(buttons)


def _spoken(button: QPushButton) -> str:
    """What a button says, without its key."""
    return button.text().replace("&", "").partition("(")[0]

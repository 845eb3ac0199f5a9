"""What the numbers of an order got before: a sentence each, a way to the earlier message, and a way without them."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.models.earlier import OVER_CAP, REPEATED, Cap, Earlier, Sent
from desktop.models.money import count
from desktop.theme import MEDIUM, SMALL, Role, show_tone

MINUTE_S: Final = 60
HOUR_S: Final = 3_600
DAY_S: Final = 86_400


class EarlierNote(QWidget):
    """One reason. Hidden while there is nothing to say."""

    show_wanted = Signal(object)
    """Sent: the earlier message."""
    leave_out_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sent: Sent | None = None
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.link, self.leave_out = QPushButton(), QPushButton()
        for button in (self.link, self.leave_out):
            button.setAutoDefault(False)
        self.link.clicked.connect(self._show_it)
        self.leave_out.clicked.connect(self.leave_out_wanted)
        buttons = QHBoxLayout()
        buttons.setSpacing(SMALL)
        buttons.addWidget(self.leave_out)
        buttons.addWidget(self.link)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SMALL)
        column.addWidget(self.text)
        column.addLayout(buttons)
        self.hide()

    def say(self, text: str, sent: Sent | None, *, leaves_some: bool) -> None:
        """Show the sentence; `leaves_some`: without these numbers there are still others to send to."""
        self._sent = sent
        self.text.setText(text)
        self.text.setAccessibleName(text)
        show_tone(self.text, Role.ATTENTION, bold=True)
        self.link.setVisible(sent is not None)
        self.leave_out.setVisible(leaves_some)
        self.show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.text.setMinimumHeight(max(0, self.text.heightForWidth(self.text.width())))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def _show_it(self) -> None:
        if self._sent is not None:
            self.show_wanted.emit(self._sent)


class EarlierNotes(QWidget):
    """Both reasons, one below the other."""

    show_wanted = Signal(object)
    """Sent: the earlier message."""
    leave_out_wanted = Signal(str)
    """`repeated` or `over_cap`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._earlier = Earlier()
        self._messages = 0
        self.repeated, self.over_cap = EarlierNote(), EarlierNote()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(MEDIUM)
        for note, reason in ((self.repeated, REPEATED), (self.over_cap, OVER_CAP)):
            column.addWidget(note)
            note.show_wanted.connect(self.show_wanted)
            note.leave_out_wanted.connect(lambda reason=reason: self.leave_out_wanted.emit(reason))
        self.hide()

    def show_earlier(self, earlier: Earlier, messages: int) -> None:
        """Say what was found for an order of so many messages; nothing found hides everything."""
        self._earlier, self._messages = earlier, messages
        for note in (self.repeated, self.over_cap):
            note.hide()
        if earlier.repeated:
            sentence = self._repeated_text(earlier.repeated, messages)
            self.repeated.say(sentence, earlier.newest, leaves_some=earlier.repeated < messages)
        if earlier.caps:
            newest = next((cap.newest for cap in earlier.caps if cap.newest is not None), None)
            self.over_cap.say(self._cap_text(earlier), newest, leaves_some=earlier.over_cap < messages)
        self.setVisible(not earlier.is_empty)
        self._name_buttons()

    def clear(self) -> None:
        self.show_earlier(Earlier(), 0)

    def set_enabled(self, enabled: bool) -> None:
        """Whether the buttons can be pressed."""
        for note in (self.repeated, self.over_cap):
            note.link.setEnabled(enabled)
            note.leave_out.setEnabled(enabled)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.LanguageChange, QEvent.Type.ApplicationPaletteChange):
            self.show_earlier(self._earlier, self._messages)
        super().changeEvent(event)

    # -- words ------------------------------------------------------------------------------------------

    def _name_buttons(self) -> None:
        for note, number in ((self.repeated, self._earlier.repeated), (self.over_cap, self._earlier.over_cap)):
            leave = self.tr("Leave out this 1") if number == 1 else self.tr("Leave out these {count}")
            note.leave_out.setText(leave.format(count=count(number)))
            note.leave_out.setAccessibleName(f"{note.leave_out.text()} – {note.text.text()}")
            link = self.tr("Show the earlier message") if number == 1 else self.tr("Show the latest earlier message")
            note.link.setText(link)
            note.link.setAccessibleName(f"{link} – {note.text.text()}")
            note.link.setToolTip(self.tr("Opens Deliveries; what you wrote stays on the Compose page"))

    def _repeated_text(self, number: int, messages: int) -> str:
        if messages == 1:
            return self.tr("This number got the same text within the last 24 hours, or is about to.")
        if number == 1:
            return self.tr("1 of these numbers got the same text within the last 24 hours, or is about to.")
        text = self.tr("{count} of these numbers got the same text within the last 24 hours, or are about to.")
        return text.format(count=count(number))

    def _cap_text(self, earlier: Earlier) -> str:
        caps = self.tr(", ").join(self._one_cap(cap, alone=len(earlier.caps) == 1) for cap in earlier.caps)
        codes, one = earlier.caps[0].codes, earlier.over_cap == 1
        if codes and one:
            text = self.tr("1 number would exceed what the gateway allows for verification codes: {caps}.")
        elif codes:
            text = self.tr("{count} numbers would exceed what the gateway allows for verification codes: {caps}.")
        elif one:
            text = self.tr("1 number would exceed what the gateway allows for one number: {caps}.")
        else:
            text = self.tr("{count} numbers would exceed what the gateway allows for one number: {caps}.")
        return text.format(count=count(earlier.over_cap), caps=caps)

    def _one_cap(self, cap: Cap, *, alone: bool) -> str:
        rate = self._rate(cap)
        return rate if alone else self.tr("{rate} ({count} of them)").format(rate=rate, count=count(cap.count))

    def _rate(self, cap: Cap) -> str:
        texts = {
            MINUTE_S: self.tr("{most} a minute"),
            HOUR_S: self.tr("{most} an hour"),
            DAY_S: self.tr("{most} a day"),
        }
        text = texts.get(cap.window_s, self.tr("{most} in {seconds} seconds"))
        return text.format(most=count(cap.most), seconds=count(cap.window_s))

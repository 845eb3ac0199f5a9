"""A Test button with its answer beside it, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from desktop.errors import whole
from desktop.models.money import money
from desktop.theme import SMALL, Role, show_tone


class TestLine(QWidget):
    """Asks through a signal and shows that it waits; the answer stays until a value changes."""

    __test__ = False  # not a test case, whatever its name begins with

    wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._what = ""
        self._state: tuple[str, str, Mapping[str, Any]] = ("", "", {})
        self._seconds = 0
        self.button = QPushButton()
        self.button.clicked.connect(self._start)
        self.result = QLabel()
        self.result.setWordWrap(True)
        self.result.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._clock = QTimer(self, interval=1_000)
        self._clock.timeout.connect(self._tick)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SMALL)
        row.addWidget(self.button)
        row.addWidget(self.result, 1)
        self.retranslate()

    def set_what(self, what: str) -> None:
        """What is tested, for the button's accessible name; already in the window's language."""
        self._what = what
        self.retranslate()

    def show_works(self, answer: Mapping[str, Any]) -> None:
        """It works; a balance in the answer is told too."""
        self._show("works", "", answer)

    def show_refused(self, code: str, params: Mapping[str, Any]) -> None:
        self._show("refused", code, params)

    def clear(self) -> None:
        """The values have changed: an old answer says nothing about them."""
        if self._state[0] != "asking":
            self._show("", "", {})

    def retranslate(self) -> None:
        self.button.setText(self.tr("Test"))
        self.button.setAccessibleName(self.tr("Test {what}").format(what=self._what) if self._what else self.tr("Test"))
        state, code, params = self._state
        texts = {
            "": "",
            "asking": self.tr("Testing… {seconds} s").format(seconds=self._seconds),
            "works": self._works(params),
            "refused": f"✗ {whole(code, params)}" if code else "",
        }
        self.result.setText(texts[state])
        self.result.setAccessibleName(texts[state])
        role = {"works": Role.GOOD, "refused": Role.BAD}.get(state, Role.MUTED)
        show_tone(self.result, role)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _works(self, answer: Mapping[str, Any]) -> str:
        balance = answer.get("balance_micros")
        if not isinstance(balance, int):
            return self.tr("✓ It works.")
        shown = money(balance, str(answer.get("currency") or ""))
        return self.tr("✓ It works. Balance: {amount}").format(amount=shown)

    def _start(self) -> None:
        self._seconds = 0
        self._show("asking", "", {})
        self.wanted.emit()

    def _tick(self) -> None:
        self._seconds += 1
        self.retranslate()

    def _show(self, state: str, code: str, params: Mapping[str, Any]) -> None:
        self._state = (state, code, params)
        self.button.setEnabled(state != "asking")
        if state == "asking":
            self._clock.start()
        else:
            self._clock.stop()
        self.retranslate()

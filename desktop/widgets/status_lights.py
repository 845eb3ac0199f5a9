"""The lights of the status bar, in words: broker, worker, gateway; and that all sending is stopped, while it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from desktop.theme import show_tone
from desktop.theme.colours import SYMBOLS, Role

BESIDE: Final = 2 * 8
"""Pixels left and right of all lights."""
AROUND: Final = 2 * (8 + 1) + 8
"""Pixels around the words of a light: its padding and frame in the style sheet, and the space to the next."""


@dataclass(frozen=True, slots=True)
class Light:
    """How one part is. `page` is where a click leads: where it can be mended."""

    role: Role
    text: str
    tip: str
    page: str


class StatusLights(QWidget):
    """Shows a `Light` each for `broker`, `worker` and `gateway`, and one for `sending` where there is one."""

    page_wanted = Signal(str)
    NAMES: Final = ("sending", "broker", "worker", "gateway")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lights: dict[str, Light] = {}
        self._buttons: dict[str, QPushButton] = {}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 2, 8, 2)
        layout.setSpacing(8)
        for name in self.NAMES:
            button = QPushButton()
            button.setProperty("light", True)
            button.setObjectName(f"light.{name}")
            button.clicked.connect(lambda _=False, name=name: self._clicked(name))
            self._buttons[name] = button
            layout.addWidget(button)
        layout.addStretch(1)
        self._buttons["sending"].hide()

    def show_light(self, name: str, light: Light | None) -> None:
        """Show how `name` is now; None: there is nothing to say of it."""
        self._buttons[name].setVisible(light is not None)
        if light is None:
            self._lights.pop(name, None)
            self._fit()
        elif self._lights.get(name) != light:
            self._lights[name] = light
            self._paint(name)

    def light(self, name: str) -> Light | None:
        """What stands there for `name`."""
        return self._lights.get(name)

    def button(self, name: str) -> QPushButton:
        return self._buttons[name]

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.PaletteChange:
            for name in self._lights:
                self._paint(name)
        super().changeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """Words give way before what stands beside them does: the button that stops all sending is always whole."""
        return QSize(0, super().minimumSizeHint().height())

    def _paint(self, name: str) -> None:
        light, button = self._lights[name], self._buttons[name]
        show_tone(button, light.role)
        button.setAccessibleName(light.text)
        self._fit()

    def _fit(self) -> None:
        """All words where there is room; else the longest are cut first, and a tip says them whole. What stops all is
        never cut.
        """
        full = {name: f"{SYMBOLS.get(light.role, '○')} {light.text}" for name, light in self._lights.items()}
        metrics = {name: self._buttons[name].fontMetrics() for name in full}
        widths = {name: metrics[name].horizontalAdvance(text) + 1 for name, text in full.items()}
        room = self.width() - BESIDE - len(full) * AROUND - widths.pop("sending", 0)
        longest = longest_that_fit(list(widths.values()), room)
        for name, text in full.items():
            button, tip = self._buttons[name], self._lights[name].tip
            cut = widths.get(name, 0) > longest
            button.setText(metrics[name].elidedText(text, Qt.TextElideMode.ElideRight, longest) if cut else text)
            button.setToolTip("\n".join(filter(None, (self._lights[name].text, tip))) if cut else tip)

    def _clicked(self, name: str) -> None:
        light = self._lights.get(name)
        if light is not None:
            self.page_wanted.emit(light.page)


def longest_that_fit(widths: list[int], room: int) -> int:
    """How long the longest may be so that all together fit."""
    ordered = sorted(widths)
    for at, width in enumerate(ordered):
        share = max(0, room // (len(ordered) - at))
        if width > share:
            return share
        room -= width
    return max(widths, default=0)

"""The lights of the status bar, in words: broker, worker, gateway; and that all sending is stopped, while it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from desktop.theme import show_tone
from desktop.theme.colours import SYMBOLS, Role


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

    def _paint(self, name: str) -> None:
        light, button = self._lights[name], self._buttons[name]
        button.setText(f"{SYMBOLS.get(light.role, '○')} {light.text}")
        show_tone(button, light.role)
        button.setAccessibleName(light.text)
        button.setToolTip(light.tip)

    def _clicked(self, name: str) -> None:
        light = self._lights.get(name)
        if light is not None:
            self.page_wanted.emit(light.page)

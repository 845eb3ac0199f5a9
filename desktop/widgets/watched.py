"""Whether anybody can see a widget: what nobody sees need not be kept fresh."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QWidget


class Watched(QObject):
    """Follows one widget: it can be seen while it is shown and its window is not minimized."""

    changed = Signal(bool)

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self._window: QWidget | None = None
        self._was = False
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._widget and event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self._follow_window()
            self._tell()
        elif watched is self._window and event.type() is QEvent.Type.WindowStateChange:
            self._tell()
        return super().eventFilter(watched, event)

    def _follow_window(self) -> None:
        window = self._widget.window()
        if window is not self._window:
            self._window = window
            window.installEventFilter(self)

    def _tell(self) -> None:
        now = self._widget.isVisible() and not self._widget.window().isMinimized()
        if now != self._was:
            self._was = now
            self.changed.emit(now)

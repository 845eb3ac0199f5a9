"""Small parts every page is built of; the style sheet knows them by their class names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from desktop.theme.colours import Role

SIDE: Final = 20
"""Of a page, left and right."""
TITLE_HEIGHT: Final = 36
"""Room for a button beside the title, or two lines of text: titles stand at one height on all pages."""


def show_tone(widget: QWidget, role: Role, *, bold: bool = False) -> None:
    """Let a widget's text speak in the colour of a role, in whatever scheme is on or comes."""
    show_properties(widget, {"tone": role.value, "bold": bold})


def show_properties(widget: QWidget, wanted: Mapping[str, object]) -> None:
    """Let a widget look as the style sheet says for these properties."""
    if any(widget.property(name) != value for name, value in wanted.items()):
        for name, value in wanted.items():
            widget.setProperty(name, value)
        widget.style().unpolish(widget)  # the style sheet looks at properties only then
        widget.style().polish(widget)


def fit_height(dialog: QWidget) -> None:
    """As high as its words need at its width: Qt asks lines that wrap only when it lays a window out for itself."""
    layout = dialog.layout()
    if layout is not None:
        layout.activate()
        width = max(dialog.width(), dialog.minimumWidth())
        dialog.resize(width, layout.totalHeightForWidth(width))


class ReadingWidth(QObject):
    """Keeps the content of a page as wide as it can be read and filled in, in the middle of a wide screen."""

    def __init__(self, page: QWidget, most: int = 1500) -> None:
        super().__init__(page)
        self._most = most
        page.installEventFilter(self)

    def eventFilter(self, page: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and isinstance(page, QWidget):
            layout = page.layout()
            if layout is not None:
                margins = layout.contentsMargins()
                side = max(SIDE, (page.width() - self._most) // 2)
                layout.setContentsMargins(side, margins.top(), side, margins.bottom())
        return super().eventFilter(page, event)


class PageTitle(QLabel):
    """The heading of a page."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setMinimumHeight(TITLE_HEIGHT)


class Hint(QLabel):
    """Secondary text that explains; wraps."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setWordWrap(True)


class Card(QFrame):
    """A framed group on its own ground."""

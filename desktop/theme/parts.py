"""Small parts every page is built of; the style sheet knows them by their class names."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QFrame, QLabel, QWidget

TITLE_HEIGHT: Final = 36
"""Room for a button beside the title, or two lines of text: titles stand at one height on all pages."""


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

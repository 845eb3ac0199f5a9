"""Small parts every page is built of; the style sheet knows them by their class names."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QLabel, QWidget


class PageTitle(QLabel):
    """The heading of a page."""


class Hint(QLabel):
    """Secondary text that explains; wraps."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setWordWrap(True)


class Card(QFrame):
    """A framed group on its own ground."""

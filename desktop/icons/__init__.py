"""Icons as SVG outlines (24 × 24), tinted in the colours of the scheme that is on."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from desktop.theme.colours import Role, colour

_FOLDER = Path(__file__).parent
SIDE: Final = 22
"""Of an icon in the navigation."""
_SIZES = tuple((SIDE * quarters + 2) // 4 for quarters in (4, 5, 6, 7, 8, 10, 12, 14, 16))
"""In pixels of the screen, for the scales that systems offer: what Qt has to stretch is blurred."""


def icon(name: str) -> QIcon:
    """The outline `name`.svg in the text's colour, and in the accent's counter-colour where it is checked."""
    result = QIcon()
    outline = (_FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    for size in _SIZES:
        result.addPixmap(_pixmap(outline, size, colour(Role.TEXT)), QIcon.Mode.Normal, QIcon.State.Off)
        result.addPixmap(_pixmap(outline, size, colour(Role.ON_ACCENT)), QIcon.Mode.Normal, QIcon.State.On)
    return result


def program_icon() -> QIcon:
    """The program's own icon, in its own colours."""
    result = QIcon()
    drawing = (_FOLDER / "sms-desk.svg").read_text(encoding="utf-8")
    for size in (16, 24, 32, 48, 64, 128, 256):
        result.addPixmap(_pixmap(drawing, size, QColor("black")))
    return result


def _pixmap(outline: str, size: int, tint: QColor) -> QPixmap:
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(outline.replace("currentColor", tint.name()).encode())).render(
        painter, QRectF(0, 0, size, size)
    )
    painter.end()
    return pixmap

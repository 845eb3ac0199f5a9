"""The symbols of states as small pictures."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

SIZE: Final = 16


def symbol_icon(symbol: str, shade: QColor, widget: QWidget) -> QIcon:
    """A symbol in its colour, drawn with the widget's font for its screen."""
    ratio = widget.devicePixelRatioF()
    picture = QPixmap(round(SIZE * ratio), round(SIZE * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setFont(widget.font())
    painter.setPen(shade)
    painter.drawText(QRect(0, 0, SIZE, SIZE), Qt.AlignmentFlag.AlignCenter, symbol)
    painter.end()
    return QIcon(picture)

"""The program's icon in all sizes that desktops ask for, drawn from the one SVG by Qt."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

SIZES = (16, 22, 24, 32, 48, 64, 96, 128, 256, 512)
DRAWING = Path(__file__).resolve().parent.parent / "desktop" / "icons" / "sms-desk.svg"


def write_icons(theme: Path, name: str) -> None:
    """Fill a folder `hicolor` with PNGs in every size and the drawing itself."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QSize, Qt
    from PySide6.QtGui import QGuiApplication, QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    application = QGuiApplication.instance() or QGuiApplication([])
    drawing = QSvgRenderer(str(DRAWING))
    for size in SIZES:
        picture = QImage(QSize(size, size), QImage.Format.Format_ARGB32)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        drawing.render(painter)
        painter.end()
        place = theme / f"{size}x{size}" / "apps"
        place.mkdir(parents=True, exist_ok=True)
        if not picture.save(str(place / f"{name}.png")):
            raise SystemExit(f"package: the icon of {size} pixels could not be written to {place}")
    scalable = theme / "scalable" / "apps"
    scalable.mkdir(parents=True, exist_ok=True)
    shutil.copy(DRAWING, scalable / f"{name}.svg")
    del application

"""The program's icon in every form that systems ask for, drawn from the one SVG by Qt."""

from __future__ import annotations

import os
import shutil
import struct
from collections.abc import Mapping
from pathlib import Path

SIZES = (16, 22, 24, 32, 48, 64, 96, 128, 256, 512)
ICO_SIZES = (16, 24, 32, 48, 64, 128, 256)
ICNS_KINDS: Mapping[bytes, int] = {
    b"icp4": 16,
    b"icp5": 32,
    b"ic11": 32,
    b"icp6": 64,
    b"ic12": 64,
    b"ic07": 128,
    b"ic08": 256,
    b"ic13": 256,
    b"ic09": 512,
    b"ic14": 512,
    b"ic10": 1024,
}
"""Kinds of an .icns that hold a PNG, with its size in pixels; ic10 to ic14 are for screens of twice the density."""
DRAWING = Path(__file__).resolve().parent.parent / "desktop" / "icons" / "sms-desk.svg"


def drawn(size: int) -> bytes:
    """The icon as PNG, `size` pixels wide and high."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QBuffer, QIODevice, QSize, Qt
    from PySide6.QtGui import QGuiApplication, QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    application = QGuiApplication.instance() or QGuiApplication([])
    picture = QImage(QSize(size, size), QImage.Format.Format_ARGB32)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(str(DRAWING)).render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not picture.save(buffer, "PNG"):  # type: ignore[call-overload]  # its stub knows file names only
        raise SystemExit(f"package: the icon of {size} pixels could not be drawn")
    del application
    return bytes(buffer.data().data())


def write_icons(theme: Path, name: str) -> None:
    """Fill a folder `hicolor` with PNGs in every size and the drawing itself."""
    for size in SIZES:
        place = theme / f"{size}x{size}" / "apps"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{name}.png").write_bytes(drawn(size))
    scalable = theme / "scalable" / "apps"
    scalable.mkdir(parents=True, exist_ok=True)
    shutil.copy(DRAWING, scalable / f"{name}.svg")


def write_ico(path: Path) -> Path:
    """Windows' form: a directory of PNGs (ICONDIR and ICONDIRENTRY of the Windows API; 0 means 256 pixels)."""
    pictures = [(size, drawn(size)) for size in ICO_SIZES]
    place = 6 + 16 * len(pictures)
    entries, data = b"", b""
    for size, picture in pictures:
        entries += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(picture), place + len(data))
        data += picture
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(struct.pack("<HHH", 0, 1, len(pictures)) + entries + data)
    return path


def write_icns(path: Path) -> Path:
    """macOS's form: blocks of four letters, a length and a PNG."""
    pictures = {size: drawn(size) for size in set(ICNS_KINDS.values())}
    blocks = b"".join(
        kind + struct.pack(">I", 8 + len(pictures[size])) + pictures[size] for kind, size in ICNS_KINDS.items()
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"icns" + struct.pack(">I", 8 + len(blocks)) + blocks)
    return path

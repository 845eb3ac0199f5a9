"""What of the window's words does not fit where it stands: `python -m support.clipped` looks at every page.

A process of its own, since Qt takes the scale factor of the screen (QT_SCALE_FACTOR) once, at its start. Prints what
it found as JSON: {"page language size": ["…", …]}.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

SIZES = ((1024, 700), (1280, 720), (2560, 1440))
TURNS = 60
SLACK = 1
"""Pixels: sizes are rounded."""


def clipped(root: QWidget) -> Iterator[str]:
    """Every visible text below `root` that is cut off."""
    for widget in root.findChildren(QWidget):
        if widget.isVisible() and not widget.visibleRegion().isEmpty():
            what = _cut(widget)
            if what:
                yield f"{type(widget).__name__} {widget.accessibleName() or widget.objectName()!r}: {what}"


def _cut(widget: QWidget) -> str:
    if isinstance(widget, QLabel) and widget.text() and widget.textFormat() is not Qt.TextFormat.RichText:
        return _cut_label(widget)
    if isinstance(widget, QPushButton) and widget.text() and widget.sizeHint().width() > widget.width() + SLACK:
        return f"{widget.text()!r} needs {widget.sizeHint().width()} px and has {widget.width()}"
    if isinstance(widget, QAbstractButton) and widget.sizeHint().height() > widget.height() + SLACK:
        return f"{widget.text()!r} needs {widget.sizeHint().height()} px of height and has {widget.height()}"
    if isinstance(widget, QLineEdit):
        needs = widget.fontMetrics().horizontalAdvance(widget.placeholderText())
        if widget.placeholderText() and not widget.text() and needs > widget.contentsRect().width() - 8:
            return f"the hint {widget.placeholderText()!r} needs {needs} px"
    if isinstance(widget, QComboBox) and widget.sizeHint().height() > widget.height() + SLACK:
        return f"needs {widget.sizeHint().height()} px of height and has {widget.height()}"
    return ""


def _cut_label(label: QLabel) -> str:
    room = label.contentsRect()
    if label.wordWrap():
        needs = label.heightForWidth(label.width())
        return f"{label.text()[:60]!r} needs {needs} px of height" if needs > label.height() + SLACK else ""
    lines = label.text().replace("&", "").split("\n")
    needs = max(label.fontMetrics().horizontalAdvance(line) for line in lines)
    if needs > room.width() + SLACK:
        return f"{label.text()[:60]!r} needs {needs} px and has {room.width()}"
    height = label.fontMetrics().height() * len(lines)
    return f"{label.text()[:60]!r} needs {height} px of height" if height > room.height() + SLACK else ""


def main() -> None:
    """Look at every page and dialog in every language and size."""
    from support.window import RealWindow, wait_for

    from desktop.i18n import apply_language

    app = QApplication([])
    desk = RealWindow(app)
    found: dict[str, list[str]] = {}
    wait_for(lambda: desk.children.worker.state == "running", 30)
    desk.compose("13800138000\n1370013", "您预约的周三上午九点就诊。Reply C to cancel.")
    for language in ("en", "zh_CN"):
        apply_language(language)
        for width, height in SIZES:
            desk.window.resize(width, height)
            for page in ("compose", "deliveries", "workers", "settings"):
                desk.window.show_page(page)
                _settle(app)
                found[f"{page} {language} {width}x{height}"] = list(clipped(desk.window))
        desk.window.show_page("compose")
        application = desk.application
        application.welcome()
        application.help.show_about()
        application.help.report_problem()
        application.help.check_for_updates()
        application.compose.book.show_account("yuntongxun", (), can_fetch=True)
        _settle(app)
        for dialog in desk.window.findChildren(QDialog):
            if dialog.isVisible():
                found[f"{type(dialog).__name__} {language}"] = list(clipped(dialog))
                dialog.close()
        _settle(app)
    desk.close()
    json.dump({place: cut for place, cut in found.items() if cut} | {"looked at": [str(len(found))]}, sys.stdout)


def _settle(app: QApplication) -> None:
    """Layouts and answers of the clerk take some turns of the event loop."""
    from support.window import GapMeter, wait_for

    meter = GapMeter()
    meter.start()
    wait_for(lambda: len(meter.gaps_ms) > TURNS, 20)
    meter.stop()
    app.processEvents()


if __name__ == "__main__":
    main()

"""How the window looks: Fusion with a calm palette that follows the system's light or dark.

Parts of pages that want the common look set a dynamic property or a class name of this package:
`Card` (a framed group), `PageTitle`, `Hint` (secondary text); a button's property `primary` marks the one
main action of a page. Spacing comes from `SMALL`, `MEDIUM`, `LARGE` (pixels).
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QFont, QFontDatabase, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from desktop.theme.colours import Role, colour, is_dark
from desktop.theme.parts import Card, Hint, PageTitle, ReadingWidth, fit_height, show_properties, show_tone
from desktop.theme.sheet import style_sheet

__all__ = [
    "LARGE", "MEDIUM", "SMALL",
    "Card", "Hint", "PageTitle", "ReadingWidth", "Role", "Theme",
    "colour", "fit_height", "fixed_font", "is_dark", "show_properties", "show_tone",
]  # fmt: skip

SMALL: Final = 8
MEDIUM: Final = 12
LARGE: Final = 16

POINT_SIZE: Final = 10.5
CJK_FAMILIES: Final = (
    "Microsoft YaHei UI", "PingFang SC", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC",
    "WenQuanYi Micro Hei", "Droid Sans Fallback",
)  # fmt: skip


class Theme(QObject):
    """Dresses the application: style, font and palette at once, the style sheet with `apply`.

    `apply` comes after the window is built and before it is shown: a widget that is put into another one under a
    style sheet is polished again each time, which doubles the time to build the window.
    """

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        app.setStyle(QStyleFactory.create("Fusion"))
        app.setFont(_font(app.font()))
        app.setPalette(_palette())
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self.apply)
        hints.accessibility().contrastPreferenceChanged.connect(self.apply)

    def apply(self) -> None:
        """Set palette and style sheet for the scheme that is on."""
        self._app.setPalette(_palette())
        self._app.setStyleSheet(style_sheet())


def fixed_font() -> QFont:
    """The font of logs."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPointSizeF(POINT_SIZE - 1)
    return font


def _font(system: QFont) -> QFont:
    """The system's own family, large enough to read, with families for Chinese behind it."""
    font = QFont(system)
    font.setPointSizeF(max(POINT_SIZE, min(system.pointSizeF(), 14.0)))
    # The resolved family: an alias such as “Sans Serif” in a list would be passed over for the next entry.
    font.setFamilies([QFontInfo(system).family(), *CJK_FAMILIES])
    return font


def _palette() -> QPalette:
    palette = QPalette()
    window, base, text = colour(Role.WINDOW), colour(Role.BASE), colour(Role.TEXT)
    muted, accent, line = colour(Role.MUTED), colour(Role.ACCENT), colour(Role.LINE)
    part = QPalette.ColorRole
    for role, value in (
        (part.Window, window), (part.WindowText, text), (part.Base, base), (part.Text, text),
        (part.AlternateBase, colour(Role.CARD) if is_dark() else window), (part.Button, colour(Role.CARD)),
        (part.ButtonText, text), (part.BrightText, colour(Role.BAD)), (part.ToolTipBase, colour(Role.CARD)),
        (part.ToolTipText, text), (part.PlaceholderText, muted), (part.Highlight, accent), (part.Accent, accent),
        (part.HighlightedText, colour(Role.ON_ACCENT)), (part.Link, colour(Role.BUSY)), (part.Mid, line),
        (part.Midlight, line), (part.Light, base), (part.Dark, muted), (part.Shadow, line),
    ):  # fmt: skip
        palette.setColor(role, value)
    for role in (part.WindowText, part.Text, part.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, muted)
    palette.setColor(QPalette.ColorGroup.Disabled, part.Highlight, line)
    return palette

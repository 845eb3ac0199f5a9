"""The style sheet: only what a palette cannot say. Tables and delegates are left to Fusion, which paints faster."""

from __future__ import annotations

from pathlib import Path
from string import Template

from desktop.theme.colours import Role, Scheme, colour, current_scheme, is_dark

_ICONS = Path(__file__).parent.parent / "icons"

_SHEET = Template("""
PageTitle { font-size: 17pt; font-weight: 700; color: $text; }
Hint { color: $muted; }
Card { background: $card; border: 1px solid $line; border-radius: 8px; }
#navigation { background: $card; border: none; border-right: 1px solid $line; }
#navigation QPushButton { border: 1px solid transparent; border-radius: 6px; padding: 9px 14px; text-align: left;
    color: $text; background: transparent; }
#navigation QPushButton:hover { background: $window; }
#navigation QPushButton:checked { background: $accent; color: $on_accent; font-weight: 700; }
#navigation QPushButton:focus { border: 2px solid $text; padding: 8px 13px; }
#navigation QPushButton:checked:focus { border: 6px double $on_accent; border-radius: 0; padding: 4px 9px; }
#brand { font-size: 14pt; font-weight: 700; color: $text; padding: 6px 8px 10px 8px; }
QPushButton { padding: 6px 14px; border: 1px solid $line; border-radius: 6px; background: $card; color: $text;
    outline: none; }
QPushButton:hover { border-color: $accent; }
QPushButton:pressed { background: $window; }
QPushButton:disabled { color: $muted; background: $window; border-style: $disabled_line; }
QPushButton:focus { border: 2px solid $accent; padding: 5px 13px; }
QPushButton[primary="true"] { background: $accent; border-color: $accent; color: $on_accent; font-weight: 700; }
QPushButton[primary="true"]:disabled { background: $disabled; border-color: $line; color: $muted; }
QPushButton[primary="true"]:focus { border: 6px double $on_accent; border-radius: 0; padding: 1px 9px; }
QPushButton[light="true"] { border: 1px solid transparent; background: transparent; padding: 3px 8px;
    text-align: left; }
QPushButton[light="true"]:hover { border-color: $line; }
QPushButton[light="true"]:focus { border: 1px solid $accent; }
QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox { border: 1px solid $edge; border-radius: 6px; padding: 5px 7px;
    background: $base; selection-background-color: $accent; selection-color: $on_accent; }
QCheckBox::indicator, QRadioButton::indicator { width: 14px; height: 14px; border: 1px solid $muted;
    background: $base; }
QCheckBox::indicator { border-radius: 4px; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url("$tick"); }
QRadioButton::indicator:checked { border-color: $accent; background: qradialgradient(cx: 0.5, cy: 0.5, radius: 0.5,
    fx: 0.5, fy: 0.5, stop: 0 $accent, stop: 0.5 $accent, stop: 0.6 $base, stop: 1 $base); }
QCheckBox:disabled, QRadioButton:disabled { color: $off; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border: 1px $disabled_line $line;
    background: $window; }
QCheckBox::indicator:checked:disabled { background: $off; border: 1px solid $off; }
QRadioButton::indicator:checked:disabled { background: qradialgradient(cx: 0.5, cy: 0.5, radius: 0.5,
    fx: 0.5, fy: 0.5, stop: 0 $off, stop: 0.5 $off, stop: 0.6 $window, stop: 1 $window); }
QCheckBox:focus, QRadioButton:focus { color: $busy; }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border: 2px solid $accent; width: 12px; height: 12px; }
QComboBox { border: 1px solid $edge; border-radius: 6px; padding: 5px 7px; background: $base; combobox-popup: 0; }
QComboBox:focus { border: 2px solid $accent; padding: 4px 6px; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox::down-arrow { image: url("$chevron"); width: 12px; height: 12px; }
QComboBox QAbstractItemView, QComboBox QAbstractItemView:focus, QListView:window { border: 1px solid $edge;
    border-radius: 0; padding: 2px; background: $base; selection-background-color: $accent;
    selection-color: $on_accent; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QAbstractSpinBox:focus { border: 2px solid $accent;
    padding: 4px 6px; }
QLineEdit[invalid="true"], QPlainTextEdit[invalid="true"] { border: 2px solid $bad; padding: 4px 6px; }
QLineEdit:disabled, QPlainTextEdit:disabled, QTextEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled {
    color: $off; background: $window; border: 1px $disabled_line $line; }
QLineEdit[readOnly="true"] { background: $window; color: $muted; }
QStatusBar { background: $card; border-top: 1px solid $line; }
QStatusBar::item { border: none; }
#sending { background: $card; border: none; border-bottom: 1px solid $line; }
#notice { background: $notice; border: none; border-bottom: 1px solid $line; }
#notice[grave="true"] { background: $grave; }
QHeaderView::section { background: $window; color: $muted; border: none; border-bottom: 1px solid $line;
    padding: 6px 8px; }
QTabWidget::pane { border: none; border-top: 1px solid $line; }
QTabBar { background: transparent; }
QTabBar::tab { background: transparent; color: $muted; border: 2px solid transparent; padding: 5px 12px 7px 12px; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; font-weight: 700; }
QTabBar::tab:focus { border-color: $accent; border-radius: 4px; }
QTableView { border: 1px solid $line; border-radius: 6px; padding: 1px; background: $base;
    selection-background-color: $accent;
    selection-color: $on_accent; }
QListView { border: 1px solid $line; border-radius: 6px; background: $base; padding: 2px; }
QListView:focus { border: 2px solid $accent; padding: 1px; }
QListView::item { padding: 5px 6px; border-radius: 4px; color: $text; }
QListView[wraps="true"] { padding: 2px 8px; }
QListView[wraps="true"]:focus { padding: 1px 7px; }
QListView[wraps="true"]::item { padding: 5px 0; }
QListView::item:selected { background: $accent; color: $on_accent; }
QAbstractItemView { outline: none; }
QTableView[roomy="true"]::item { padding: 0 8px; }
QTableView:focus { border: 2px solid $accent; padding: 0; }
QScrollBar:vertical { background: transparent; width: 11px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 11px; margin: 0; }
QScrollBar::handle { background: $edge; border-radius: 4px; margin: 2px; min-height: 28px; min-width: 28px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QProgressBar { border: 1px solid $edge; border-radius: 3px; background: $base; min-height: 4px; max-height: 4px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }
QMenu { background: $card; color: $text; border: 1px solid $edge; padding: 4px; }
QMenu::item { background: transparent; border-radius: 4px; padding: 5px 22px 5px 12px; }
QMenu::item:selected { background: $accent; color: $on_accent; }
QMenu::item:disabled { background: transparent; color: $off; }
QMenu::indicator { width: 12px; height: 12px; margin-left: 8px; border: 1px solid $muted; border-radius: 4px;
    background: $base; }
QMenu::indicator:checked { background: $accent; image: url("$tick"); }
QMenu::indicator:selected { border-color: $on_accent; }
QMenu::separator { height: 1px; background: $line; margin: 4px 6px; }
QToolTip { background: $card; color: $text; border: 1px solid $line; padding: 4px; }
*[bold="true"] { font-weight: 700; }
#detail-title { font-size: 12pt; }
""")


def style_sheet() -> str:
    """The sheet in the colours of the scheme that is on."""
    chevron = _ICONS / ("chevron-dark.svg" if is_dark() else "chevron-light.svg")
    tick = _ICONS / ("tick.svg" if colour(Role.ON_ACCENT).lightness() > 127 else "tick-dark.svg")
    colours = {role.value: colour(role).name() for role in Role}
    # Where lines are strong, nothing can be read on their colour.
    high = current_scheme() in (Scheme.LIGHT_CONTRAST, Scheme.DARK_CONTRAST)
    colours["disabled"] = colours[Role.WINDOW if high else Role.LINE]
    colours["disabled_line"] = "dashed" if high else "solid"
    tones = "\n".join(f'*[tone="{role}"] {{ color: {colours[role]}; }}' for role in Role)
    return _SHEET.substitute(colours, chevron=chevron.as_posix(), tick=tick.as_posix()) + tones

"""The window: navigation on the left, pages beside it, notices and batches above them, the lights below."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QEvent, QSettings, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QStatusBar,
    QVBoxLayout,
    QWidget,
)

from desktop.icons import SIDE, icon, program_icon
from desktop.widgets.help.help_button import HelpButton
from desktop.widgets.message_bar import MessageBar
from desktop.widgets.sending_bar import SendingBar
from desktop.widgets.status_lights import StatusLights

PAGES: Final = ("compose", "deliveries", "workers", "settings")
"""In the order of the navigation and of Ctrl+1…4."""
MINIMUM_SIZE: Final = QSize(900, 600)
FIRST_SIZE: Final = QSize(1180, 760)


class MainWindow(QMainWindow):
    """Knows no process: pages are given to it, what a person wants leaves it as signals."""

    close_wanted = Signal()
    came_forward = Signal()
    page_changed = Signal(str)
    language_changed = Signal()

    def __init__(self, pages: Mapping[str, QWidget], memory: QSettings | None = None) -> None:
        super().__init__()
        self._memory = memory
        self._may_close = False
        self.setWindowIcon(program_icon())
        self.setMinimumSize(MINIMUM_SIZE)
        self.message_bar, self.sending_bar = MessageBar(), SendingBar()
        self.stop_button, self.help_button = QPushButton(), HelpButton()
        self._stopped = False
        self.lights = StatusLights()
        self._stack = QStackedWidget()
        self._buttons: dict[str, QPushButton] = {}
        self._pages = {name: pages[name] for name in PAGES}
        for page in self._pages.values():
            self._stack.addWidget(page)
        self._lay_out()
        self._make_shortcuts()
        self.lights.page_wanted.connect(self.show_page)
        self.retranslate()
        self.show_page(PAGES[0])
        self._recall()

    # -- pages ------------------------------------------------------------------------------------------

    def show_page(self, name: str) -> None:
        """Bring a page (`compose`, `deliveries`, `workers`, `settings`) to the front."""
        if self._buttons[name].isChecked():
            self._bring(name)
        else:
            self._buttons[name].setChecked(True)  # which brings it

    def _bring(self, name: str) -> None:
        if self._stack.currentWidget() is not self._pages[name] or not self.isVisible():
            self._stack.setCurrentWidget(self._pages[name])
            self.page_changed.emit(name)

    def focus_page(self) -> None:
        """Put the cursor into the first field of the page in front."""
        page = self._pages[self.current_page()]
        widget = _next_in_chain(page)
        while widget is not page and page.isAncestorOf(widget):
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isEnabled() and widget.isVisibleTo(page):
                widget.setFocus(Qt.FocusReason.OtherFocusReason)
                return
            widget = _next_in_chain(widget)

    def current_page(self) -> str:
        """The name of the page in front."""
        widget = self._stack.currentWidget()
        return next(name for name, page in self._pages.items() if page is widget)

    def page(self, name: str) -> QWidget:
        return self._pages[name]

    def navigation_button(self, name: str) -> QPushButton:
        return self._buttons[name]

    def come_forward(self) -> None:
        """Show the window on top, out of the minimized or hidden state too: a second start or the tray asked for it."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()
        self.came_forward.emit()

    def show_stopped(self, stopped: bool) -> None:
        """Whether all sending is stopped: the button does the other thing."""
        self._stopped = stopped
        self.stop_button.setText(self.tr("Resume all send&ing") if stopped else self.tr("Stop all send&ing"))
        self.stop_button.setAccessibleName(self.tr("Resume all sending") if stopped else self.tr("Stop all sending"))
        self.stop_button.setToolTip(
            "" if stopped else self.tr("Nothing more leaves, from any window, until you resume")
        )

    def close_for_good(self) -> None:
        """Close without asking the application again."""
        self._may_close = True
        self.close()

    # -- Qt's events ------------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        """The application decides when: it lets the worker finish what is in flight first."""
        self._remember()
        if self._may_close:
            event.accept()
        else:
            event.ignore()
            self.close_wanted.emit()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
            self.language_changed.emit()
        elif event.type() is QEvent.Type.PaletteChange:
            self._tint()
        super().changeEvent(event)

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("SMS Desk"))
        titles = {
            "compose": self.tr("Compose"),
            "deliveries": self.tr("Deliveries"),
            "workers": self.tr("Workers"),
            "settings": self.tr("Settings"),
        }
        for number, (name, title) in enumerate(titles.items(), start=1):
            button = self._buttons[name]
            button.setText(f" {title}")  # a little air beside the icon
            button.setAccessibleName(title)
            button.setToolTip(f"{title} (Ctrl+{number})")
        self._navigation.setAccessibleName(self.tr("Pages"))
        self.show_stopped(self._stopped)

    # -- how it is built --------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._navigation = self._make_navigation()
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.message_bar)
        column.addWidget(self.sending_bar)
        column.addWidget(self._stack, 1)
        central = QWidget()
        row = QHBoxLayout(central)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._navigation)
        row.addWidget(right, 1)
        self.setCentralWidget(central)
        status_bar = QStatusBar()
        status_bar.setSizeGripEnabled(False)
        status_bar.addWidget(self.lights, 1)
        status_bar.addPermanentWidget(self.stop_button)
        status_bar.setContentsMargins(0, 2, 8, 2)
        self.setStatusBar(status_bar)

    def _make_navigation(self) -> QFrame:
        frame = QFrame()
        frame.setObjectName("navigation")
        frame.setFixedWidth(184)
        column = QVBoxLayout(frame)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(4)
        brand = QLabel("SMS Desk")
        brand.setObjectName("brand")
        column.addWidget(brand)
        group = QButtonGroup(frame)
        group.setExclusive(True)
        for name in PAGES:
            button = QPushButton()
            button.setObjectName(f"navigation.{name}")
            button.setCheckable(True)
            button.setIconSize(QSize(SIDE, SIDE))
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.setAutoExclusive(True)  # read out as one of several
            # Not `clicked`: a screen reader checks a button without clicking it.
            button.toggled.connect(lambda chosen, name=name: self._bring(name) if chosen else None)
            group.addButton(button)
            column.addWidget(button)
            self._buttons[name] = button
        column.addStretch(1)
        self.help_button.setIconSize(QSize(SIDE, SIDE))
        column.addWidget(self.help_button)
        self._tint()
        return frame

    def _tint(self) -> None:
        for name, button in self._buttons.items():
            button.setIcon(icon(name))
        self.help_button.tint()

    def _make_shortcuts(self) -> None:
        for number, name in enumerate(PAGES, start=1):
            shortcut = QShortcut(QKeySequence(f"Ctrl+{number}"), self)
            shortcut.activated.connect(lambda name=name: self._go_to(name))
        QShortcut(QKeySequence(QKeySequence.StandardKey.Quit), self).activated.connect(self.close)

    def _go_to(self, name: str) -> None:
        self.show_page(name)
        self.focus_page()

    # -- where it stood ---------------------------------------------------------------------------------

    def _remember(self) -> None:
        if self._memory is not None:
            self._memory.setValue("geometry", self.saveGeometry())
            self._memory.setValue("page", self.current_page())
            self._memory.sync()

    def _recall(self) -> None:
        geometry = self._memory.value("geometry") if self._memory is not None else None
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(FIRST_SIZE)


def _next_in_chain(widget: QWidget) -> QWidget:
    following = widget.nextInFocusChain()
    assert following is not None  # the chain is a ring
    return following

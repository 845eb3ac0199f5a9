"""What this program is: versions to copy, where it keeps things, and the licences of all that is inside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QFileInfo, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.icons import program_icon
from desktop.theme import LARGE, MEDIUM, SMALL, Hint, fixed_font

ICON_PX = 56


class AboutDialog(QDialog):
    """Filled as the clerk answers; what the window itself knows stands there at once."""

    licence_wanted = Signal(str)
    """The text of this part's licence is to be shown."""

    def __init__(self, version: str, own: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(820, 540)
        self._version = version
        self._versions = dict(own)
        self._refused = ""
        self._picture, self._name, self._what = QLabel(), QLabel(f"SMS Desk {version}"), Hint()
        self._picture.setPixmap(program_icon().pixmap(ICON_PX, ICON_PX))
        font = self._name.font()
        font.setPointSizeF(font.pointSizeF() * 1.4)
        font.setBold(True)
        self._name.setFont(font)
        self.versions = QPlainTextEdit()
        self.versions.setReadOnly(True)
        self.versions.setTabChangesFocus(True)
        self.versions.setFont(fixed_font())
        self.copy_button, self.close_button = QPushButton(), QPushButton()
        self.copy_button.clicked.connect(self._copy)
        self.close_button.clicked.connect(self.close)
        self.places: dict[str, QLineEdit] = {}
        self._place_titles: dict[str, QLabel] = {}
        self._open_buttons: dict[str, QPushButton] = {}
        self.parts, self.licence, self._qt = QListWidget(), QPlainTextEdit(), Hint()
        self.licence.setReadOnly(True)
        self.licence.setTabChangesFocus(True)
        self.parts.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.parts.currentItemChanged.connect(self._chosen)
        self.tabs = QTabWidget()
        for page in (self._versions_tab(), self._places_tab(), self._licences_tab()):
            self.tabs.addTab(page, "")
        self._lay_out()
        self.retranslate()

    # -- answers ----------------------------------------------------------------------------------------

    def show_all(
        self, versions: Mapping[str, str], places: Mapping[str, str], parts: Sequence[Mapping[str, Any]]
    ) -> None:
        """What the clerk knows."""
        self._versions = {**versions, **{key: value for key, value in self._versions.items() if key not in versions}}
        self._write_versions()
        for name, field in self.places.items():
            field.setText(places.get(name, ""))
            self._open_buttons[name].setEnabled(bool(places.get(name)))
        self.parts.clear()
        for part in parts:
            item = QListWidgetItem(f"{part['name']} {part['version']}\n{part['licence']}")
            item.setData(Qt.ItemDataRole.UserRole, str(part["name"]))
            item.setToolTip(item.text())
            self.parts.addItem(item)
        self.parts.setCurrentRow(0)

    def show_refused(self, sentence: str) -> None:
        """The clerk could not answer."""
        self._refused = sentence
        self._write_versions()

    def show_licence(self, name: str, text: str) -> None:
        """The text that was asked for, if it is still the one that is looked at."""
        item = self.parts.currentItem()
        chosen = "" if self.parts.currentRow() < 0 else item.data(Qt.ItemDataRole.UserRole)
        if chosen == name:
            self.licence.setPlainText(text or self.tr("This part came without a text of its licence."))

    # -- inside -----------------------------------------------------------------------------------------

    def _chosen(self, item: QListWidgetItem | None) -> None:
        self.licence.setPlainText("")
        if item is not None:
            self.licence_wanted.emit(str(item.data(Qt.ItemDataRole.UserRole)))

    def _write_versions(self) -> None:
        lines = [f"{name:<20} {version}" for name, version in self._versions.items()]
        self.versions.setPlainText("\n".join([*lines, *(["", self._refused] if self._refused else [])]))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.versions.toPlainText())

    def _open(self, name: str) -> None:
        path = self.places[name].text()
        folder = path if name in ("home", "logs") else QFileInfo(path).absolutePath()
        QDesktopServices.openUrl(QUrl.fromLocalFile(folder))

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("About SMS Desk"))
        self._what.setText(
            self.tr("A desktop panel for sending SMS: nothing is lost, nothing is sent twice, the window never waits.")
        )
        for index, title in enumerate((self.tr("Versions"), self.tr("Where things are"), self.tr("Licences"))):
            self.tabs.setTabText(index, title)
        self.versions.setAccessibleName(self.tr("Versions"))
        self.copy_button.setText(self.tr("&Copy versions"))
        self.copy_button.setAccessibleName(self.tr("Copy versions"))
        self.close_button.setText(self.tr("Close"))
        self.close_button.setAccessibleName(self.tr("Close"))
        titles = {
            "home": self.tr("Data"),
            "settings": self.tr("Settings"),
            "ledger": self.tr("Ledger"),
            "logs": self.tr("Logs"),
        }
        for name, title in titles.items():
            self._place_titles[name].setText(title)
            self.places[name].setAccessibleName(title)
            self._open_buttons[name].setText(self.tr("Open folder"))
            self._open_buttons[name].setAccessibleName(self.tr("Open the folder of {what}").format(what=title))
        self.places["ledger"].setPlaceholderText(self.tr("in a database of your own"))
        self.parts.setAccessibleName(self.tr("Parts that others made"))
        self.licence.setAccessibleName(self.tr("Licence"))
        self._qt.setText(
            self.tr(
                "SMS Desk is under the MIT licence. It stands on the work of others, each under its own licence. Qt "
                "and Qt for Python are used under the LGPL 3: you may replace their libraries by your own."
            )
        )
        self._write_versions()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    # -- how it is laid out -----------------------------------------------------------------------------

    def _versions_tab(self) -> QWidget:
        page, buttons = QWidget(), QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.copy_button)
        column = QVBoxLayout(page)
        column.addWidget(self.versions, 1)
        column.addLayout(buttons)
        return page

    def _places_tab(self) -> QWidget:
        page = QWidget()
        grid = QGridLayout(page)
        grid.setHorizontalSpacing(MEDIUM)
        for row, name in enumerate(("home", "settings", "ledger", "logs")):
            title, field, button = QLabel(), QLineEdit(), QPushButton()
            field.setReadOnly(True)
            button.setEnabled(False)
            button.clicked.connect(lambda _=False, name=name: self._open(name))
            title.setBuddy(field)
            self._place_titles[name], self.places[name], self._open_buttons[name] = title, field, button
            for column, widget in enumerate((title, field, button)):
                grid.addWidget(widget, row, column)
        grid.setRowStretch(4, 1)
        return page

    def _licences_tab(self) -> QWidget:
        page, row = QWidget(), QHBoxLayout()
        self.parts.setFixedWidth(230)
        row.setSpacing(MEDIUM)
        row.addWidget(self.parts)
        row.addWidget(self.licence, 1)
        column = QVBoxLayout(page)
        column.addWidget(self._qt)
        column.addLayout(row, 1)
        return page

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(SMALL)
        words.addWidget(self._name)
        words.addWidget(self._what)
        head = QHBoxLayout()
        head.setSpacing(LARGE)
        head.addWidget(self._picture)
        head.addLayout(words, 1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(LARGE, LARGE, LARGE, LARGE)
        column.setSpacing(MEDIUM)
        column.addLayout(head)
        column.addWidget(self.tabs, 1)
        column.addLayout(foot)

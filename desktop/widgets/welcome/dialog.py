"""The first start: language, practice or a real gateway, region. Shown once; everything can be changed in Settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from desktop.i18n import current_language, short_language
from desktop.models.described import DescribedGateway
from desktop.theme import LARGE, MEDIUM, SMALL, Hint, fit_height
from desktop.widgets.region_field import RegionField

WIDTH: Final = 560
LANGUAGES: Final = (("zh_CN", "简体中文"), ("en", "English"))


@dataclass(frozen=True, slots=True)
class FirstChoices:
    """What was chosen, or stood there when the welcome was put away."""

    language: str
    """en or zh_CN."""
    region: str
    """ISO 3166."""
    gateway: str | None
    """The gateway whose account is to be entered now; None for practice."""


class Welcome(QDialog):
    """Opened with `open()`. However it is closed, `decided` follows: putting it away means practice."""

    language_chosen = Signal(str)
    """en or zh_CN: in force at once."""
    decided = Signal(object)
    """FirstChoices."""

    def __init__(self, region: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._real: list[DescribedGateway] = []
        self.setModal(True)
        self.setMinimumWidth(WIDTH)
        self._headline, self._intro, self._later = QLabel(), QLabel(), Hint()
        self._intro.setWordWrap(True)
        self._language_title, self._region_title, self._gateway_title = QLabel(), QLabel(), QLabel()
        self._make_languages()
        self._make_gateways()
        self.region = RegionField(region)
        self._region_title.setBuddy(self.region)
        self._region_hint = Hint()
        self.start_button = QPushButton()
        self.start_button.setProperty("primary", True)
        self.start_button.setDefault(True)
        self.start_button.clicked.connect(self.accept)
        self.finished.connect(self._decide)
        self._lay_out()
        self.retranslate()
        self.languages[current_language()].setFocus()

    def show_gateways(self, gateways: Sequence[DescribedGateway]) -> None:
        """The real ones there are, as soon as they are known."""
        self._real = [gateway for gateway in gateways if not gateway.simulated]
        self.real_button.setEnabled(bool(self._real))
        self._word_gateways()

    def choices(self) -> FirstChoices:
        """As they stand."""
        gateway = self.gateway.currentData() if self.real_button.isChecked() else None
        return FirstChoices(current_language(), self.region.region(), gateway)

    # -- inside -----------------------------------------------------------------------------------------

    def _decide(self, _result: int) -> None:
        self.decided.emit(self.choices())

    def _make_languages(self) -> None:
        self.languages = {code: QRadioButton(name) for code, name in LANGUAGES}
        group = QButtonGroup(self)
        for code, button in self.languages.items():
            group.addButton(button)
            button.setAccessibleName(button.text())
            button.setChecked(code == current_language())
            button.toggled.connect(lambda chosen, code=code: self.language_chosen.emit(code) if chosen else None)

    def _make_gateways(self) -> None:
        self.practice_button, self.real_button = QRadioButton(), QRadioButton()
        self.practice_button.setChecked(True)
        self.real_button.setEnabled(False)  # until it is known which there are
        group = QButtonGroup(self)
        group.addButton(self.practice_button)
        group.addButton(self.real_button)
        self._practice_hint, self._real_hint = Hint(), Hint()
        self._gateway_label, self.gateway = QLabel(), QComboBox()
        self._gateway_label.setBuddy(self.gateway)
        self.gateway.setEnabled(False)
        self.real_button.toggled.connect(self.gateway.setEnabled)

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Welcome to SMS Desk"))
        self._headline.setText(self.tr("Welcome to SMS Desk"))
        self._intro.setText(self.tr("Three questions, and you can write your first message."))
        self._language_title.setText(self.tr("Language"))
        self._gateway_title.setText(self.tr("What do you want to begin with?"))
        self.practice_button.setText(self.tr("&Practice"))
        self.practice_button.setAccessibleName(self.tr("Practice"))
        self._practice_hint.setText(
            self.tr("Everything works as it does in earnest, but no message leaves this computer and it costs nothing.")
        )
        self.practice_button.setAccessibleDescription(self._practice_hint.text())
        self.real_button.setText(self.tr("A &real gateway"))
        self.real_button.setAccessibleName(self.tr("A real gateway"))
        self._real_hint.setText(
            self.tr("You enter what your contract with the gateway says. Nothing is sent before you press Send.")
        )
        self.real_button.setAccessibleDescription(self._real_hint.text())
        self._gateway_label.setText(self.tr("&Gateway"))
        self.gateway.setAccessibleName(self.tr("Gateway"))
        self._region_title.setText(self.tr("Where are the &numbers you write to?"))
        self.region.word(self.tr("Region"))
        self._region_hint.setText(self.tr("Numbers without a country code are taken to be from there."))
        self._later.setText(self.tr("All of this can be changed at any time under Settings."))
        self.start_button.setText(self.tr("&Start"))
        self.start_button.setAccessibleName(self.tr("Start"))
        self._word_gateways()

    def _word_gateways(self) -> None:
        chosen = self.gateway.currentIndex()
        self.gateway.clear()
        for gateway in self._real:
            self.gateway.addItem(gateway.title.get(short_language(), gateway.name), gateway.name)
        self.gateway.setCurrentIndex(max(0, chosen))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
            fit_height(self)
        super().changeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        fit_height(self)
        super().showEvent(event)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(LARGE * 2, LARGE + 8, LARGE * 2, LARGE)
        column.setSpacing(SMALL)
        column.addWidget(_title(self._headline, 1.4))
        column.addWidget(self._intro)
        column.addSpacing(MEDIUM)
        column.addWidget(_title(self._language_title))
        languages = QHBoxLayout()
        languages.setSpacing(LARGE)
        for button in self.languages.values():
            languages.addWidget(button)
        languages.addStretch(1)
        column.addLayout(languages)
        column.addSpacing(MEDIUM)
        column.addWidget(_title(self._gateway_title))
        column.addWidget(self.practice_button)
        column.addLayout(_indented(self._practice_hint))
        column.addWidget(self.real_button)
        column.addLayout(_indented(self._real_hint))
        gateway = _indented(self._gateway_label)
        gateway.addWidget(self.gateway, 1)
        column.addLayout(gateway)
        column.addSpacing(MEDIUM)
        column.addWidget(_title(self._region_title))
        column.addWidget(self.region)
        column.addWidget(self._region_hint)
        column.addSpacing(MEDIUM)
        foot = QHBoxLayout()
        foot.addWidget(self._later, 1)
        foot.addWidget(self.start_button)
        column.addLayout(foot)


def _title(label: QLabel, larger: float = 1.0) -> QLabel:
    font = label.font()
    font.setBold(True)
    font.setPointSizeF(font.pointSizeF() * larger)
    label.setFont(font)
    return label


def _indented(widget: QWidget) -> QHBoxLayout:
    """Below a round button, under its text."""
    row = QHBoxLayout()
    row.setContentsMargins(24, 0, 0, 0)
    row.addWidget(widget)
    return row

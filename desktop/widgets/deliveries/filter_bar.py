"""Which messages the table shows: by state, and by a part of the number or text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from desktop.models.row_text import number_text
from desktop.theme import MEDIUM, SMALL
from desktop.theme.colours import colour, state_look
from desktop.theme.state_names import state_names
from desktop.widgets.deliveries.symbols import symbol_icon

DEBOUNCE_MS: Final = 250
ALL_STATES: Final = ""


class SearchField(QLineEdit):
    """Escape clears it."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


class FilterBar(QWidget):
    """Emits `changed` once a choice is made, and a moment after the last key."""

    changed = Signal(object)
    """The filter as the wire has it."""
    entered = Signal()
    """Enter or the down key in the search field: the person wants to go into the table."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = QComboBox()
        self.search = SearchField()
        self.search.setClearButtonEnabled(True)
        self.search.setMaxLength(200)
        self.clear_button = QPushButton()
        self.batch_button = QPushButton()
        """Stands there while only one batch is shown; a click shows all again."""
        self._batch_id: int | None = None
        self._state_label, self._search_label = QLabel(), QLabel()
        self._state_label.setBuddy(self.state)
        self._search_label.setBuddy(self.search)
        self._counts: dict[str, int] = {}
        self._told = self.wanted()
        self._debounce = QTimer(self, singleShot=True, interval=DEBOUNCE_MS)
        self._debounce.timeout.connect(self._tell)
        self._lay_out()
        self._fill_states()
        self.clear_button.setEnabled(False)
        self.retranslate()
        self.state.currentIndexChanged.connect(self._tell)
        self.search.textChanged.connect(self._typed)
        self.search.returnPressed.connect(self._entered)
        self.clear_button.clicked.connect(self.clear)
        self.batch_button.clicked.connect(lambda: self.choose_batch(None))

    def wanted(self) -> dict[str, Any]:
        """The filter as the wire has it."""
        state = self.state.currentData()
        return {"state": state or None, "search": self.search.text().strip(), "batch_id": self._batch_id}

    @property
    def is_empty(self) -> bool:
        """Whether everything is shown. What is being typed does not count yet."""
        return not any(self._told.values())

    def clear(self) -> None:
        """Show everything again."""
        with QSignalBlocker(self.state):
            self.state.setCurrentIndex(0)
        self._batch_id = None
        with QSignalBlocker(self.search):
            self.search.clear()
        self._tell()

    def choose_batch(self, batch_id: int | None) -> None:
        """Show the messages of one batch (of one click on Send), or of all; other conditions go."""
        self.clear()
        self._batch_id = batch_id
        self._tell()

    def choose_number(self, number: str) -> None:
        """Show the messages to one number; other conditions go. Told even if that is what is shown already."""
        with QSignalBlocker(self.state), QSignalBlocker(self.search):
            self.state.setCurrentIndex(0)
            self.search.setText(number)
        self._batch_id = None
        self._told = {}
        self._tell()

    def choose_state(self, state: str) -> None:
        """Show the messages of one state."""
        self.state.setCurrentIndex(max(0, self.state.findData(state)))

    def set_counts(self, counts: Mapping[str, int]) -> None:
        """How many messages stand in a state, for the states where that is known."""
        if dict(counts) != self._counts:
            self._counts = dict(counts)
            self._fill_states()

    def retranslate(self) -> None:
        self._state_label.setText(self.tr("S&tate"))
        self._search_label.setText(self.tr("Searc&h"))
        self.state.setAccessibleName(self.tr("State"))
        self.search.setAccessibleName(self.tr("Search"))
        self.search.setPlaceholderText(self.tr("Part of a number or text"))
        self.search.setToolTip(self.tr("Search by number or text (Ctrl+F); Escape clears"))
        self.clear_button.setText(self.tr("Clear filter"))
        self.clear_button.setAccessibleName(self.tr("Clear filter"))
        self._name_batch()
        self._fill_states()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() is QEvent.Type.PaletteChange:
            self._fill_states()
        super().changeEvent(event)

    # -- inside -----------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SMALL)
        self.state.setMinimumWidth(170)
        self.state.setMaxVisibleItems(20)
        self.search.setMinimumWidth(180)
        row.addWidget(self._state_label)
        row.addWidget(self.state)
        row.addSpacing(MEDIUM)
        row.addWidget(self._search_label)
        row.addWidget(self.search, 1)
        row.addWidget(self.batch_button)
        row.addWidget(self.clear_button)

    def _name_batch(self) -> None:
        self.batch_button.setText(self.tr("Batch {number} ✕").format(number=self._batch_id))
        self.batch_button.setAccessibleName(self.tr("Show all batches again"))
        self.batch_button.setToolTip(self.batch_button.accessibleName())
        self.batch_button.setVisible(self._batch_id is not None)

    def _fill_states(self) -> None:
        """Names, symbols and counts; the choice stays."""
        names = [(ALL_STATES, self.tr("All states")), *state_names()]
        with QSignalBlocker(self.state):
            while self.state.count() < len(names):
                self.state.addItem("")
            for row, (state, name) in enumerate(names):
                count = self._counts.get(state)
                text = name if count is None else f"{name} ({number_text(count)})"
                self.state.setItemText(row, text)
                self.state.setItemData(row, state)
                if state:
                    symbol, role = state_look(state)
                    self.state.setItemIcon(row, symbol_icon(symbol, colour(role), self.state))

    def _typed(self) -> None:
        if self.search.text():
            self._debounce.start()
        else:  # clearing is one key, not typing
            self._tell()

    def _entered(self) -> None:
        self._tell()
        self.entered.emit()

    def _tell(self) -> None:
        self._debounce.stop()
        wanted = self.wanted()
        self.clear_button.setEnabled(any(wanted.values()))
        self._name_batch()
        if wanted != self._told:
            self._told = wanted
            self.changed.emit(wanted)

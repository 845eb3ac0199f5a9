"""The bundled worker: how it is, since when, and the three buttons."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.models.row_text import long_time
from desktop.theme import LARGE, SMALL, Card, Hint, show_tone
from desktop.theme.colours import SYMBOLS
from desktop.widgets.workers.child_names import state_in_words


class WorkerCard(Card):
    """Emits what a person wants; shows what is."""

    start_wanted = Signal()
    stop_wanted = Signal()
    restart_wanted = Signal()
    autostart_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = "stopped"
        self._since_ms = 0
        self._heading = QLabel()
        font = self._heading.font()
        font.setBold(True)
        self._heading.setFont(font)
        self.state_label = QLabel()
        self._since = Hint()
        self.start_button = QPushButton()
        self.stop_button = QPushButton()
        self.restart_button = QPushButton()
        self.start_button.setProperty("primary", True)
        self.start_button.clicked.connect(self.start_wanted)
        self.stop_button.clicked.connect(self.stop_wanted)
        self.restart_button.clicked.connect(self.restart_wanted)
        buttons = QHBoxLayout()
        buttons.setSpacing(SMALL)
        for button in (self.start_button, self.stop_button, self.restart_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        self.autostart_box = QCheckBox()
        self.autostart_box.toggled.connect(self.autostart_changed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(LARGE, LARGE, LARGE, LARGE)
        layout.setSpacing(SMALL)
        for widget in (self._heading, self.state_label, self._since):
            layout.addWidget(widget)
        layout.addStretch(1)
        layout.addWidget(self.autostart_box)
        layout.addLayout(buttons)
        self.retranslate()

    def show_state(self, state: str, since_ms: int) -> None:
        """Show where the worker stands; only what makes sense can be clicked."""
        self._state, self._since_ms = state, since_ms
        words, role = state_in_words(state)
        self.state_label.setText(f"{SYMBOLS.get(role, '○')} {words}")
        self.state_label.setAccessibleName(words)
        show_tone(self.state_label, role, bold=True)
        self._since.setText(self._since_text() if since_ms else "")
        down = state in ("stopped", "failed")
        self.start_button.setEnabled(down)
        self.stop_button.setEnabled(state in ("starting", "running"))
        self.restart_button.setEnabled(state in ("starting", "running"))

    def retranslate(self) -> None:
        self._heading.setText(self.tr("Worker of this window"))
        for button, text in (
            (self.start_button, self.tr("Start worker")),
            (self.stop_button, self.tr("Stop worker")),
            (self.restart_button, self.tr("Restart worker")),
        ):
            button.setText(text)
            button.setAccessibleName(text)
        self.autostart_box.setText(self.tr("Start it together with this window"))
        self.autostart_box.setAccessibleName(self.autostart_box.text())
        self.stop_button.setToolTip(self.tr("Messages on their way are finished; the others wait in the ledger."))
        self.show_state(self._state, self._since_ms)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() is QEvent.Type.PaletteChange:
            self.show_state(self._state, self._since_ms)
        super().changeEvent(event)

    def _since_text(self) -> str:
        when = long_time(self._since_ms)
        if self._state == "stopped":
            return self.tr("since {when}; messages wait until a worker runs").format(when=when)
        return self.tr("since {when}").format(when=when)

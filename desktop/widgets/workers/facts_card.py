"""What is behind the worker: the built-in broker and the lengths of the queues."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLocale
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop.theme import LARGE, SMALL, Card, Role, show_tone
from desktop.theme.colours import SYMBOLS
from desktop.widgets.workers.child_names import state_in_words


class FactsCard(Card):
    """What is behind the worker: the built-in broker and how long the queues are."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._server: str | None = None
        self._lanes: dict[str, int | None] = {}
        self._heading = QLabel()
        font = self._heading.font()
        font.setBold(True)
        self._heading.setFont(font)
        self.server_label = QLabel()
        self.lanes_label = QLabel()
        self.lanes_label.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(LARGE, LARGE, LARGE, LARGE)
        layout.setSpacing(SMALL)
        for widget in (self._heading, self.server_label, self.lanes_label):
            layout.addWidget(widget)
        layout.addStretch(1)
        self.retranslate()

    def show_server(self, state: str | None) -> None:
        """State of the built-in broker; None where another broker is set."""
        self._server = state
        if state is None:
            self.server_label.setText(self.tr("Broker: the one from the settings"))
            show_tone(self.server_label, Role.TEXT)
            return
        words, role = state_in_words(state)
        self.server_label.setText(
            f"{SYMBOLS.get(role, '○')} " + self.tr("Built-in broker: {state}").format(state=words)
        )
        show_tone(self.server_label, role)

    def show_lanes(self, lanes: dict[str, int | None]) -> None:
        """Length of each queue; None where the broker could not tell."""
        self._lanes = lanes
        if not lanes:
            self.lanes_label.setText(self.tr("Queue lengths are not known at the moment."))
            return
        rows = [
            self.tr("{queue}: {count}").format(
                queue=self._lane_name(queue), count="–" if length is None else QLocale().toString(length)
            )
            for queue, length in lanes.items()
        ]
        self.lanes_label.setText("\n".join(rows))

    def retranslate(self) -> None:
        self._heading.setText(self.tr("Queues"))
        self.show_server(self._server)
        self.show_lanes(self._lanes)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() is QEvent.Type.PaletteChange:
            self.show_server(self._server)
        super().changeEvent(event)

    def _lane_name(self, queue: str) -> str:
        if queue.endswith(".single"):
            return self.tr("Single messages")
        if queue.endswith(".bulk"):
            return self.tr("Bulk messages")
        if queue.endswith(".dead"):
            return self.tr("Put aside, because workers went down with them")
        return self.tr("Other clients ({queue})").format(queue=queue)

"""One form at a time, and as high as that form: Qt's own stack is as high as its highest page."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget


class FormStack(QWidget):
    """Shows one of its widgets; the first one that is added is the current one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._forms: list[QWidget] = []
        self._current: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def addWidget(self, widget: QWidget) -> None:
        self._forms.append(widget)
        self._column.addWidget(widget)
        widget.setVisible(False)
        if self._current is None:
            self._show(widget)

    def removeWidget(self, widget: QWidget) -> None:
        """Take it out; the next one is shown in its place. The caller deletes it."""
        place = self._forms.index(widget)
        self._forms.remove(widget)
        self._column.removeWidget(widget)
        widget.setVisible(False)
        if self._current is widget:
            self._current = None
            if self._forms:
                self._show(self._forms[min(place, len(self._forms) - 1)])

    def setCurrentIndex(self, index: int) -> None:
        self._show(self._forms[index])

    def currentWidget(self) -> QWidget | None:
        return self._current

    def widget(self, index: int) -> QWidget:
        return self._forms[index]

    def count(self) -> int:
        return len(self._forms)

    def _show(self, widget: QWidget) -> None:
        if self._current is not None:
            self._current.setVisible(False)
        self._current = widget
        widget.setVisible(True)

"""Writes what a filter shows into a file, through the clerk: asks, reports progress, can be stopped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop.background.clerk import Clerk
from desktop.i18n import short_language


class Exporter(QObject):
    """One export at a time."""

    started = Signal(str)
    """The path."""
    progressed = Signal(object, object)
    """(rows done, rows at all or None)"""
    finished = Signal(object, str)
    """(rows written, path)"""
    cancelled = Signal()
    failed = Signal(str, object)
    """(code, params)"""

    def __init__(self, clerk: Clerk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clerk = clerk
        self._request: int | None = None

    @property
    def running(self) -> bool:
        return self._request is not None

    def run(
        self, wanted: Mapping[str, Any], sort: Mapping[str, Any], path: str, titles: Mapping[str, str] | None = None
    ) -> None:
        """Start; without effect while an export runs. `titles` renames columns and states in the file."""
        if self._request is not None:
            return
        self._request = self._clerk.request(
            "export.run",
            {
                "filter": dict(wanted),
                "sort": dict(sort),
                "path": path,
                "titles": dict(titles or {}),
                "language": short_language(),
            },
            lambda answer: self._ended(answer, path),
            self._refused,
            lambda report: self.progressed.emit(report["done"], report["total"]),
        )
        self.started.emit(path)

    def cancel(self) -> None:
        """Stop; the clerk removes what it has written."""
        if self._request is not None:
            self._clerk.cancel(self._request)
            self._request = None
            self.cancelled.emit()

    def _ended(self, answer: dict[str, Any], path: str) -> None:
        self._request = None
        self.finished.emit(answer["written"], path)

    def _refused(self, code: str, params: dict[str, Any]) -> None:
        self._request = None
        self.failed.emit(code, params)

"""Where an export is written: asked for, beginning with the folder of the last one."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QSettings, QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

SUGGESTED_NAME: Final = "deliveries.csv"
FOLDER_KEY: Final = "deliveries/export_folder"


class ExportPlace(QObject):
    """The first time it is the user's documents: a program's own folder is nothing that people find again."""

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self._page = page
        self._folder = ""

    def ask(self) -> str:
        """The path that a person chose; "" for none."""
        title, kinds = self.tr("Export messages"), self.tr("Table for spreadsheets (*.csv)")
        path = QFileDialog.getSaveFileName(self._page, title, str(self.folder() / SUGGESTED_NAME), kinds)[0]
        if path:
            self._folder = str(Path(path).parent)
        return path

    def folder(self) -> Path:
        """The folder of the last export, if it is still there."""
        if self._folder and Path(self._folder).is_dir():
            return Path(self._folder)
        return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))

    def remember(self, memory: QSettings) -> None:
        memory.setValue(FOLDER_KEY, self._folder)

    def recall(self, memory: QSettings) -> None:
        self._folder = str(memory.value(FOLDER_KEY, ""))

"""The region whose numbers are written without a country code: chosen from the list, or typed."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtWidgets import QCompleter, QWidget

from desktop.models.regions import region_named, regions
from desktop.widgets.quiet_combo_box import QuietComboBox


class RegionField(QuietComboBox):
    """What stands in it is what counts: typed text that names no region gives way to the last one that did."""

    def __init__(self, region: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._region = region
        self.setEditable(True)  # so that one can type to find it
        self.setInsertPolicy(QuietComboBox.InsertPolicy.NoInsert)
        self.setMaxVisibleItems(12)
        self.activated.connect(self._settle)
        edit = self.lineEdit()
        if edit is not None:
            edit.editingFinished.connect(self._settle)

    def region(self) -> str:
        """ISO 3166."""
        return region_named(self.currentText()) or self._region

    def word(self, title: str) -> None:
        """Fill it in the window's language, with the same region in it."""
        with QSignalBlocker(self):
            chosen = self.region() if self.count() else self._region
            self.clear()
            for code, name in regions():
                self.addItem(name, code)
            completer = QCompleter(self.model(), self)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            self.setCompleter(completer)
            self._show(chosen)
        for part in (self, self.lineEdit()):
            if part is not None:
                part.setAccessibleName(title)

    @Slot()
    def _settle(self) -> None:
        self._show(self.region())

    def _show(self, region: str) -> None:
        self._region = region
        index = self.findData(region)
        self.setCurrentIndex(index)
        self.setEditText(self.itemText(index) or region)  # settings may name one that is not in the list

"""A message that is not sent yet outlives the program: kept when it ends, back on the page when it starts."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from desktop.background.composer import Composer
from desktop.draft_file import DraftFile
from desktop.widgets.compose.page import ComposePage


class DraftKeeper(QObject):
    """Slots live in a QObject of the GUI thread, owned by the page."""

    def __init__(self, page: ComposePage, composer: Composer, file: DraftFile) -> None:
        super().__init__(page)
        self._page, self._file = page, file
        composer.handed_over.connect(self._sent)
        draft = file.read()
        if draft is not None:
            page.orders.restore(draft)
        file.remove()

    @Slot()
    def keep(self) -> None:
        """The program ends."""
        self._file.write(self._page.orders.kept())

    @Slot()
    def _sent(self) -> None:
        """Even while the program ends: it must not be on the page again at the next start."""
        self._file.remove()

"""The first start: the welcome over the window, and what its answers lead to."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSettings, Slot

from desktop.background.settings_agent import SettingsAgent
from desktop.boot import WELCOMED_KEY
from desktop.i18n import apply_language
from desktop.main_window import MainWindow
from desktop.models.described import Changes, DescribedSettings
from desktop.models.regions import region_here
from desktop.widgets.settings.page import SettingsPage
from desktop.widgets.welcome.dialog import FirstChoices, Welcome


class FirstStart(QObject):
    """Opens the welcome; lives as long as the window."""

    def __init__(
        self, window: MainWindow, settings: SettingsPage, agent: SettingsAgent, memory: QSettings, region: str
    ) -> None:
        super().__init__(window)
        self._window, self._settings, self._agent, self._memory = window, settings, agent, memory
        self._gateway: str | None = None
        """Whose account is begun once what was chosen is saved: the page is built anew then."""
        self._saved = False
        self._saving: Changes | None = None
        self._again: Changes | None = None
        """What a clerk that had gone is to be told when it is back."""
        self.dialog = Welcome(region_here() or region, window)
        self.dialog.language_chosen.connect(apply_language)
        self.dialog.decided.connect(self._decided)
        agent.loaded.connect(self._loaded)
        agent.saved.connect(self._note_saved)
        agent.save_refused.connect(self._refused)

    def begin(self) -> None:
        """Show it. It was seen from now on, whatever ends the program."""
        self._memory.setValue(WELCOMED_KEY, True)
        self._memory.sync()
        self.dialog.open()

    @Slot(object)
    def _loaded(self, settings: DescribedSettings) -> None:
        if self._again is not None:
            changes, self._again = self._again, None
            self._save(changes)
            return
        if not self._saved:
            self.dialog.show_gateways(settings.gateways)
            return
        self._agent.loaded.disconnect(self._loaded)
        self._agent.saved.disconnect(self._note_saved)
        self._agent.save_refused.disconnect(self._refused)
        self.dialog.deleteLater()
        if self._gateway is not None:
            self._settings.begin_account(self._gateway)

    @Slot()
    def _note_saved(self) -> None:
        self._saved = True

    @Slot(object)
    def _decided(self, choices: FirstChoices) -> None:
        self._gateway = choices.gateway
        self._save(Changes({"language": choices.language, "region": choices.region}))
        if choices.gateway is not None:
            self._window.show_page("settings")
        else:
            self._window.focus_page()

    def _save(self, changes: Changes) -> None:
        self._saving = changes
        self._agent.save(changes)

    @Slot(str, object)
    def _refused(self, code: str, _params: object) -> None:
        """Nothing was kept. The Settings page says why, and there it can be chosen again."""
        if self._saving is None:
            return  # another page's change
        if code == "clerk.gone":
            self._again = self._saving
        else:
            self._window.show_page("settings")
        self._saving = None

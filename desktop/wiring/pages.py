"""What leads from one page to another, and what a saved setting changes at once."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject

from desktop.background.child_process import ChildState
from desktop.background.children import Children
from desktop.background.settings_agent import SettingsAgent
from desktop.i18n import apply_language
from desktop.main_window import MainWindow
from desktop.models.described import Changes, DescribedSettings
from desktop.models.earlier import Sent
from desktop.widgets.compose.page import ComposePage
from desktop.widgets.deliveries.page import DeliveriesPage
from desktop.widgets.settings.page import SettingsPage
from desktop.wiring.shell import Shell


class Paths(QObject):
    """Slots live in a QObject of the GUI thread, owned by the window."""

    def __init__(self, window: MainWindow, compose: ComposePage, deliveries: DeliveriesPage) -> None:
        super().__init__(window)
        self._window, self._compose, self._deliveries = window, compose, deliveries
        compose.deliveries_wanted.connect(self.show_batch)
        compose.confirmation.message_wanted.connect(self.show_message)
        window.sending_bar.rows_wanted.connect(self.show_batch)
        deliveries.copy_to_new.connect(self.write_like)

    def show_batch(self, batch_id: int) -> None:
        """From a message just handed over to its rows."""
        self._window.show_page("deliveries")
        self._deliveries.show_batch(batch_id)

    def show_message(self, sent: Sent) -> None:
        """From a warning about a number to what it got before."""
        self._window.show_page("deliveries")
        self._deliveries.show_message(sent.message_id, sent.recipient)

    def write_like(self, content: dict[str, Any]) -> None:
        """From a row to a new message like it."""
        self._window.show_page("compose")
        self._compose.fill(content)


class SettingsPaths(QObject):
    """A saved setting is in force at once wherever that is possible."""

    def __init__(self, page: SettingsPage, children: Children, agent: SettingsAgent, shell: Shell) -> None:
        super().__init__(page)
        self._children, self._shell = children, shell
        page.worker_restart_wanted.connect(self._restart_worker)
        agent.loaded.connect(self._loaded)
        agent.saved.connect(self._saved)
        agent.session_secrets_changed.connect(children.worker.set_session_secrets)

    def _loaded(self, settings: DescribedSettings) -> None:
        default = settings.field("gateway")
        if default is not None:
            self._shell.set_default_account(str(default.value))
        self._shell.show_settings_problems(settings.problems)

    def _saved(self, changes: Changes) -> None:
        if "language" in changes.values:
            apply_language(str(changes.values["language"] or "auto"))

    def _restart_worker(self) -> None:
        if self._children.worker.state is not ChildState.STOPPED:  # one that is stopped stays so: it was asked for
            self._children.worker.restart()


def connect(
    window: MainWindow,
    compose: ComposePage,
    deliveries: DeliveriesPage,
    settings: SettingsPage,
    children: Children,
    agent: SettingsAgent,
    shell: Shell,
) -> None:
    """Join them for as long as the window lives."""
    Paths(window, compose, deliveries)
    compose.account_chosen.connect(shell.set_chosen_account)
    SettingsPaths(settings, children, agent, shell)

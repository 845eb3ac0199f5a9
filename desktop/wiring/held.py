"""Accounts that a fault has stopped: what happened, what to do, and the one click that lets all go on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import QCoreApplication, QObject, Slot

from desktop.background.children import Children
from desktop.background.status import StatusWatch
from desktop.i18n import short_language
from desktop.main_window import MainWindow
from desktop.theme.colours import Role
from desktop.widgets.message_bar import Notice
from desktop.wiring.lights import account_name
from tasks.gateways.codes import explain

PREFIX: Final = "held."


class HeldAccounts(QObject):
    """Keeps a notice for each held account, with *Resume sending* beside it."""

    def __init__(self, window: MainWindow, children: Children, watch: StatusWatch) -> None:
        super().__init__(window)
        self._bar = window.message_bar
        self._clerk = children.clerk
        self._accounts: list[Mapping[str, Any]] = []
        self._shown: set[str] = set()
        watch.looked.connect(self._looked)
        window.language_changed.connect(self.retranslate)
        self._bar.acted.connect(self._acted)
        window.lights.button("gateway").clicked.connect(self._bring_back)

    @Slot()
    def retranslate(self) -> None:
        """The notices anew, in the language that is on now."""
        for account in self._accounts:
            self._bar.put(notice_of(account))

    @Slot()
    def _bring_back(self) -> None:
        """A dismissed notice comes back with a click on the light: the way to resume is never lost."""
        self._bar.bring_back(PREFIX)
        self.retranslate()

    @Slot(object)
    def _looked(self, status: Mapping[str, Any]) -> None:
        self._accounts = [account for account in status["accounts"] if account.get("held_reason")]
        held = {PREFIX + account["name"] for account in self._accounts}
        for key in self._shown - held:
            self._bar.clear(key)
        self._shown = held
        self.retranslate()

    @Slot(str)
    def _acted(self, key: str) -> None:
        if key.startswith(PREFIX):
            self._bar.clear(key)
            self._clerk.request("account.resume", {"account": key.removeprefix(PREFIX)}, self._resumed)

    def _resumed(self, _answer: dict[str, Any]) -> None:
        """The next look of the pulse says how it goes."""


def notice_of(account: Mapping[str, Any]) -> Notice:
    """What stands in the notice line for a held account."""
    tr = QCoreApplication.translate
    why = explain(account["gateway"], account["held_reason"], short_language())
    said = tr("held", "Sending through {account} is paused: {reason} Its messages wait, none is lost.").format(
        account=account_name(account), reason=why.meaning
    )
    return Notice(PREFIX + account["name"], said, why.remedy, Role.BAD, tr("held", "Resume sending"))

"""Accounts that a fault or their gateway's absence has stopped: what happened, what to do, and one click to go on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import QCoreApplication, QObject, QTime, Slot

from desktop.background.children import Children
from desktop.background.status import StatusWatch
from desktop.errors import joined
from desktop.i18n import short_language
from desktop.main_window import MainWindow
from desktop.models.row_text import clock_time
from desktop.theme.colours import Role
from desktop.widgets.message_bar import Notice
from desktop.widgets.settings.account_form import usage_text
from desktop.wiring.lights import account_name
from tasks.clock import now_ms
from tasks.gateways.codes import Explanation, classify, explain
from tasks.gateways.protocol import OutcomeKind

PREFIX: Final = "held."
A_SECOND_OR_TWO_MS: Final = 2_000


class HeldAccounts(QObject):
    """Keeps a notice for each held account, with *Resume sending* beside it."""

    def __init__(self, window: MainWindow, children: Children, watch: StatusWatch) -> None:
        super().__init__(window)
        self._window = window
        self._bar = window.message_bar
        self._clerk = children.clerk
        self._accounts: list[Mapping[str, Any]] = []
        self._shown: set[str] = set()
        self._tried_at: dict[str, QTime] = {}
        watch.looked.connect(self._looked)
        window.language_changed.connect(self.retranslate)
        self._bar.acted.connect(self._acted)
        window.lights.button("gateway").clicked.connect(self._bring_back)

    @Slot()
    def retranslate(self) -> None:
        """The notices anew, in the language that is on now."""
        for account in self._accounts:
            self._bar.put(notice_of(account, self._tried_at.get(account["name"])))

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
        self._tried_at = {account["name"]: self._time_of(account) for account in self._accounts}
        self.retranslate()

    def _time_of(self, account: Mapping[str, Any]) -> QTime:
        """When it is tried again, by this machine's clock; a second more or less is no news."""
        found = QTime.currentTime().addMSecs(account.get("retry_in_ms") or 0)
        said = self._tried_at.get(account["name"])
        return said if said is not None and abs(said.msecsTo(found)) < A_SECOND_OR_TWO_MS else found

    @Slot(str)
    def _acted(self, key: str) -> None:
        if not key.startswith(PREFIX):
            return
        held = next((one for one in self._accounts if one["name"] == key.removeprefix(PREFIX)), None)
        if held is not None and is_limit(held):
            self._window.show_page("settings")
        else:
            self._bar.clear(key)
            self._clerk.request("account.resume", {"account": key.removeprefix(PREFIX)}, self._resumed)

    def _resumed(self, _answer: dict[str, Any]) -> None:
        """The next look of the pulse says how it goes."""


def notice_of(account: Mapping[str, Any], tried_at: QTime | None = None) -> Notice:
    """What stands in the notice line for a held account. `tried_at`: when an open breaker tries again."""
    tr = QCoreApplication.translate
    key = PREFIX + account["name"]
    why = explain(account["gateway"], account["held_reason"], short_language())
    if is_limit(account):
        return limit_notice(account, key)
    if account.get("retry_in_ms") is None:
        said = tr("held", "Sending through {account} is paused: {reason} Its messages wait, none is lost.").format(
            account=account_name(account), reason=why.meaning
        )
        return Notice(key, said, why.remedy, Role.BAD, tr("held", "Resume sending"))
    said = since_when(account).format(
        account=account_name(account), since=clock_time(account.get("held_ms") or now_ms()), reason=why.meaning
    )
    again = when_again(account, tried_at)
    return Notice(key, said, joined(again, what_to_do(account, why)), Role.ATTENTION, tr("held", "Try now"))


def since_when(account: Mapping[str, Any]) -> str:
    """What happened to an account whose breaker is open: the gateway is away, or wants us to be slower."""
    tr = QCoreApplication.translate
    if classify(account["gateway"], account["held_reason"]) is OutcomeKind.BUSY:
        return tr(
            "held", "Sending through {account} has paused since {since}: {reason} Its messages wait, none is lost."
        )
    return tr("held", "The gateway of {account} has been away since {since}: {reason} Its messages wait, none is lost.")


def when_again(account: Mapping[str, Any], tried_at: QTime | None) -> str:
    """When the program tries by itself."""
    tr = QCoreApplication.translate
    if account["retry_in_ms"] == 0:
        return tr("held", "It is tried now, with one message; then all go on.")
    return tr("held", "It is tried again by itself at {time}, with one message; then all go on.").format(
        time=(tried_at or QTime.currentTime()).toString("HH:mm:ss")
    )


def is_limit(account: Mapping[str, Any]) -> bool:
    """Whether the account's owner has said so: a number of messages, a sum of money."""
    return str(account["held_reason"]).startswith("limit.")


def limit_notice(account: Mapping[str, Any], key: str) -> Notice:
    """What stands there for an account that has reached its limit."""
    tr = QCoreApplication.translate
    why = explain(account["gateway"], account["held_reason"], short_language())
    said = tr("held", "{account} has reached its limit: {reason} Its messages wait, none is lost.").format(
        account=account_name(account), reason=why.meaning
    )
    return Notice(
        key, said, joined(usage_text(account.get("limits")), why.remedy), Role.ATTENTION, tr("held", "Open Settings")
    )


def what_to_do(account: Mapping[str, Any], why: Explanation) -> str:
    """The code's own remedy, where nothing left; else what to do about messages that may have."""
    if classify(account["gateway"], account["held_reason"]) is OutcomeKind.UNKNOWN:
        return QCoreApplication.translate(
            "held", "What was on its way is Unknown and is not sent again by itself: see Deliveries."
        )
    return why.remedy

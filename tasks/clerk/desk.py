"""What the clerk's lines of work share: settings, the open ledger, and a broker client per line."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from tasks.clerk.accounts import AccountBook
from tasks.errors import GatewayError, RequestError
from tasks.ledger.backup import Told, silent
from tasks.ledger.engine import Ledger, open_ledger
from tasks.settings import Account, Settings, load

if TYPE_CHECKING:
    from tasks.client import Client


class Desk:
    """Opens what is needed when it is first needed; safe to use from every line."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        """Apart from the other: an earlier ledger is copied first, and settings must not wait for that."""
        self._settings: Settings | None = None
        self._ledger: Ledger | None = None
        self._clients: dict[str, Client] = {}
        self._closing = False
        self.told: Told = silent
        """Hears how far the copy of an earlier ledger is, whichever line opens it."""
        self.accounts = AccountBook()

    def settings(self) -> Settings:
        """The settings as last read. Raises SettingsError."""
        with self._lock:
            if self._settings is None:
                self._settings = load()
            return self._settings

    def reload_settings(self) -> Settings:
        """Read the settings anew, and where they have changed, reach the broker by them. Raises SettingsError."""
        fresh = load()
        self.accounts.forget()  # a secret is no part of the settings and may have changed all the same
        with self._lock:
            if self._settings is None or differs(self._settings, fresh):
                self._settings = fresh
                self._clients.clear()  # a line may still use its own; it closes when nobody holds it
            return self._settings

    def ledger(self) -> Ledger:
        """The open ledger, made or migrated first. Raises LedgerError, SettingsError; the next call tries again."""
        settings = self.settings()
        if settings.ledger_not_known:  # the file may have been mended meanwhile
            settings = self.reload_settings()
        settings.refuse_other_ledger()
        with self._opening:
            if self._ledger is None:
                self._ledger = open_ledger(settings.ledger_url, self._tell)
            return self._ledger

    def _tell(self, done: int, total: int) -> None:
        if self._closing:  # nothing has been changed yet; the next start begins anew
            raise RequestError("request.cancelled")
        self.told(done, total)

    def client(self, line: str) -> Client:
        """The broker client of a line. Raises LedgerError, SettingsError."""
        from tasks.client import Client  # Celery takes half a second to import: not before the first need

        settings, uuid = self.settings(), self.ledger().uuid
        with self._lock:
            if line not in self._clients:
                self._clients[line] = Client(settings, uuid)
            return self._clients[line]

    def warm_up(self) -> None:
        """Load Celery in the background, so that the first send does not wait for its import."""
        threading.Thread(target=self._load_celery, name="warm-up", daemon=True).start()

    def _load_celery(self) -> None:
        from tasks.client import Client  # noqa: F401

    def account(self, name: str) -> Account:
        """An account of the settings. Raises GatewayError `gateway.no_account`."""
        found = self.settings().accounts.get(name)
        if found is None:
            raise GatewayError("gateway.no_account", account=name)
        return found

    def close(self) -> None:
        """Give back the ledger; give up a copy that is under way."""
        self._closing = True
        with self._opening:
            if self._ledger is not None:
                self._ledger.close()
                self._ledger = None


def differs(one: Settings, other: Settings) -> bool:
    """Whether two readings of the settings say different things. Errors are equal only to themselves."""
    told = [[str(problem) for problem in settings.problems] for settings in (one, other)]
    return told[0] != told[1] or replace(one, problems=()) != replace(other, problems=())

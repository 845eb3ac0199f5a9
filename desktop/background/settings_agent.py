"""The agent of the Settings page: reads, saves and tests through the clerk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from desktop.background.clerk import Clerk
from desktop.models.described import Changes, DescribedSettings


class SettingsAgent(QObject):
    """Keeps the secrets that no keyring takes, for as long as the program runs: clerk and worker may start anew."""

    loaded = Signal(object)
    load_refused = Signal(str, object)
    saved = Signal(object)
    """The Changes that are in force now."""
    save_refused = Signal(str, object)
    tested = Signal(str, str, object)
    """(what, name, answer): it works; the answer may name the account's `balance_micros` and `currency`."""
    test_refused = Signal(str, str, str, object)
    """(what, name, code, params)."""
    session_secrets_changed = Signal(object)
    """{"account.field": value} of the secrets that live in this session only, for the worker's standard input."""

    def __init__(self, clerk: Clerk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clerk = clerk
        self._session_secrets: dict[str, str] = {}
        self._tests: dict[tuple[str, str], int] = {}
        clerk.ready.connect(self._clerk_ready)

    def session_secrets(self) -> dict[str, str]:
        """The secrets of this session; never for a log."""
        return dict(self._session_secrets)

    @Slot()
    def load(self) -> None:
        """Ask for the settings in force; answers with `loaded`."""
        self._clerk.request("settings.get", {}, self._loaded, self._load_refused)

    def _loaded(self, answer: dict[str, Any]) -> None:
        self.loaded.emit(DescribedSettings.from_wire(answer))

    def _load_refused(self, code: str, params: dict[str, Any]) -> None:
        if code != "clerk.gone":  # it comes back with `ready`
            self.load_refused.emit(code, params)

    @Slot(object)
    def save(self, changes: Changes) -> None:
        """Save; then everything is read anew."""

        def saved(answer: dict[str, Any]) -> None:
            self._note_places(answer.get("places") or {}, changes.secrets)
            self.saved.emit(changes)
            self.load()

        params = {"changes": dict(changes.values), "secrets": dict(changes.secrets)}
        self._clerk.request("settings.save", params, saved, self.save_refused.emit)

    @Slot(str)
    def save_language(self, language: str) -> None:
        """The language is in force and on disk at once; what else stands on the page is not touched."""
        params = {"changes": {"language": language}, "secrets": {}}
        self._clerk.request("settings.save", params, lambda _answer: None, self.save_refused.emit)

    @Slot(str, str, object)
    def test(self, what: str, name: str, values: Mapping[str, Any]) -> None:
        """Try `broker`, `ledger` or an `account` with these values; a newer test of the same thing takes its place."""
        former = self._tests.pop((what, name), None)
        if former is not None:
            self._clerk.cancel(former)

        def works(answer: dict[str, Any]) -> None:
            self._tests.pop((what, name), None)
            self.tested.emit(what, name, answer)

        def refused(code: str, params: dict[str, Any]) -> None:
            self._tests.pop((what, name), None)
            self.test_refused.emit(what, name, code, params)

        params = {"what": what, "name": name, "values": dict(values)}
        self._tests[what, name] = self._clerk.request("settings.test", params, works, refused)

    def _note_places(self, places: Mapping[str, str], secrets: Mapping[str, str]) -> None:
        before = dict(self._session_secrets)
        for name, value in secrets.items():
            if value and places.get(name) == "session":
                self._session_secrets[name] = value
            else:
                self._session_secrets.pop(name, None)
        if self._session_secrets != before:
            self.session_secrets_changed.emit(dict(self._session_secrets))

    def _clerk_ready(self, _hello: dict[str, Any]) -> None:
        if self._session_secrets:  # the clerk that has ended took them with it
            params = {"changes": {}, "secrets": dict(self._session_secrets)}
            self._clerk.request("settings.save", params, lambda _answer: self.load(), self.save_refused.emit)
        else:
            self.load()

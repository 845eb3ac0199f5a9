"""Joins the window with pulse and children: the lights, the notice line, the bug report."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.background.child_process import QUICK_DEATHS, ChildState, Restart
from desktop.background.children import Children
from desktop.background.status import StatusWatch
from desktop.errors import remedy, sentence
from desktop.main_window import MainWindow
from desktop.models.draft import Account
from desktop.theme.colours import Role
from desktop.widgets.message_bar import Notice
from desktop.wiring.held import HeldAccounts
from desktop.wiring.lights import broker_light, gateway_light, worker_light
from tasks.redaction import for_report

CLERK_SILENT_AFTER_MS: Final = 10_000
"""So long without an answer of `status.look`, the lights no longer claim to know."""
SERIOUS: Final = ("ledger.", "clerk.", "server.", "worker.")
UPGRADE: Final = "upgrade"
"""Key of what is told of an earlier ledger."""
GOING_ON: Final = ("ledger.carrying_over", "ledger.carried_over")
"""What is told without being a trouble."""


class Shell(QObject):
    """Keeps what is known and what is wrong, and shows both in the window's language."""

    bug_found = Signal(str)
    """A fault that was not reported before; numbers and secrets are taken out."""

    def __init__(self, window: MainWindow, children: Children, watch: StatusWatch, default_account: str) -> None:
        super().__init__(window)
        self._window = window
        self._children = children
        self._default_account = default_account
        self._chosen: Account | None = None
        self._status: dict[str, Any] | None = None
        self._troubles: dict[str, tuple[str, dict[str, Any]]] = {}
        self._reported: set[str] = set()
        self._server_trouble: tuple[str, dict[str, Any]] | None = None
        self._silence = QTimer(self, interval=CLERK_SILENT_AFTER_MS, singleShot=True)
        self._silence.timeout.connect(self._forget_status)
        watch.looked.connect(self._looked)
        watch.lost.connect(self._lost)
        children.clerk.failed.connect(self._failed)
        children.clerk.ready.connect(self._clerk_ready)
        children.clerk.carrying_over.connect(self._carrying_over)
        children.clerk.gone.connect(self._clerk_gone)
        children.worker.state_changed.connect(self._worker_changed)
        children.worker.restarted.connect(self._worker_restarted)
        if children.server is not None:
            children.server.state_changed.connect(self._server_changed)
            children.server.restarted.connect(self._server_restarted)
            children.server.told.connect(self._server_told)
        window.language_changed.connect(self.retranslate)
        self.retranslate()

    # -- troubles ---------------------------------------------------------------------------------------

    def trouble(self, key: str, code: str, params: dict[str, Any]) -> None:
        """Show a known trouble in the notice line; the same key replaces what it said before."""
        self._troubles[key] = (code, params)
        serious = code.startswith(SERIOUS) and code not in GOING_ON
        role = Role.BAD if serious else Role.ATTENTION
        self._window.message_bar.put(Notice(key, sentence(code, params), remedy(code, params), role))

    def over(self, key: str) -> None:
        """That trouble is over."""
        self._troubles.pop(key, None)
        self._window.message_bar.clear(key)

    def report_bug(self, report: str) -> None:
        """Tell of a fault, once for each distinct report. Numbers and secrets are taken out here too."""
        text = for_report(report)
        if text not in self._reported:
            self._reported.add(text)
            details = "\n".join(["", *self._children.clerk.stderr_tail()[-20:]])
            self.bug_found.emit(for_report(text + details))

    def show_settings_problems(self, problems: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
        """What in the settings could not be used; replaces what was said about them before."""
        keys = [f"settings.{code}.{params.get('key', '')}" for code, params in problems]
        for former in [key for key in self._troubles if key.startswith("settings.") and key not in keys]:
            self.over(former)
        for key, (code, params) in zip(keys, problems, strict=True):
            self.trouble(key, code, dict(params))

    def set_default_account(self, account: str) -> None:
        """The account messages go through unless another is chosen, after the settings changed."""
        self._default_account = account
        self._show_lights()

    @Slot(object)
    def set_chosen_account(self, account: Account | None) -> None:
        """The account that the next message goes through."""
        self._chosen = account
        self._show_lights()

    def retranslate(self) -> None:
        """All sentences and lights anew, in the language that is on now."""
        for key, (code, params) in list(self._troubles.items()):
            self.trouble(key, code, params)
        self._show_lights()

    # -- the pulse --------------------------------------------------------------------------------------

    def _looked(self, status: dict[str, Any]) -> None:
        self._status = status
        self._silence.start()
        self.over("status")
        self._show_lights()

    def _lost(self, code: str, params: dict[str, Any]) -> None:
        self._status = None
        if code != "clerk.gone":  # said by `_clerk_gone` already
            self.trouble("status", code, params)
        self._show_lights()

    def _forget_status(self) -> None:
        self._status = None
        self._show_lights()

    # -- clerk and children -----------------------------------------------------------------------------

    def _clerk_ready(self, answer: dict[str, Any]) -> None:
        self.set_default_account(str(answer.get("account") or self._default_account))
        self.over("clerk")
        self.over(UPGRADE)
        if answer.get("copy"):
            self.trouble(UPGRADE, "ledger.carried_over", {"copy": answer["copy"]})
        for key in [key for key in self._troubles if key.startswith("request.")]:
            self.over(key)

    def _carrying_over(self, percent: int) -> None:
        self.trouble(UPGRADE, "ledger.carrying_over", {"percent": percent})

    def _clerk_gone(self, _cause: str) -> None:
        self._status = None
        self.over(UPGRADE)
        self.trouble("clerk", "clerk.gone", {})
        self._show_lights()

    def _failed(self, do: str, code: str, params: dict[str, Any]) -> None:
        if do == "hello":
            self.over(UPGRADE)
        if code == "bug":
            self.report_bug(f"{do}: {params.get('where', '?')}")
        elif code != "clerk.gone":
            self.trouble(f"request.{do}", code, params)

    def _worker_changed(self, state: str) -> None:
        if state in (ChildState.RUNNING, ChildState.STOPPED):
            self.over("worker")
        self._show_lights()

    def _worker_restarted(self, end: Restart) -> None:
        if end.gave_up:
            self.trouble("worker", "worker.gave_up", {"count": QUICK_DEATHS})

    def _server_changed(self, state: str) -> None:
        if state == ChildState.RUNNING:
            self.over("server")
            self._server_trouble = None
        self._show_lights()

    def _server_told(self, code: str, params: dict[str, Any]) -> None:
        self._server_trouble = (code, params)
        self.trouble(f"server.{code}" if code == "server.queue_set_aside" else "server", code, params)

    def _server_restarted(self, end: Restart) -> None:
        if end.gave_up:
            told = self._server_trouble
            self.trouble("server", *(told if told is not None else ("server.gave_up", {})))

    def _show_lights(self) -> None:
        worker, server = self._children.worker, self._children.server
        lights = self._window.lights
        lights.show_light("broker", broker_light(self._status, server.state if server is not None else None))
        now_ms = int(time.time() * 1000)
        account = self._chosen.name if self._chosen is not None else self._default_account
        complete, pid = self._chosen is None or self._chosen.usable, worker.process_id
        lights.show_light("worker", worker_light(self._status, worker.state, pid, now_ms, account))
        lights.show_light("gateway", gateway_light(self._status, account, complete=complete))


def connect(window: MainWindow, children: Children, watch: StatusWatch, default_account: str) -> Shell:
    """Join them; the answer takes further troubles and bugs."""
    HeldAccounts(window, children, watch)
    return Shell(window, children, watch, default_account)

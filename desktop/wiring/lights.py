"""What the three lights say: pure functions from what is known to words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import QCoreApplication

from desktop.account_names import account_shown
from desktop.background.child_process import QUICK_DEATHS, ChildState
from desktop.errors import joined, whole
from desktop.i18n import short_language
from desktop.theme.colours import Role
from desktop.widgets.status_lights import Light
from tasks.gateways.codes import classify, explain
from tasks.gateways.protocol import OutcomeKind

SILENT_AFTER_MS: Final = 15_000
"""A worker that gave no sign of life this long is said to be silent."""


def broker_light(status: Mapping[str, Any] | None, server: ChildState | None) -> Light:
    """`server` is None where a broker is configured; `status` is None while the clerk cannot tell."""
    tr = QCoreApplication.translate
    starting = tr("lights", "Broker: starting")
    if server is ChildState.FAILED:
        return _trouble(tr("lights", "Broker: stopped — messages wait"), "server.gave_up", {}, "workers")
    if status is None:
        text = starting if server is ChildState.STARTING else tr("lights", "Broker: not known yet")
        return Light(Role.BUSY, text, tr("lights", "The answer is being waited for."), "workers")
    broker = status["broker"]
    if broker["ok"] and broker.get("stand_in"):
        tip = tr("lights", "A file stands in for the queue server. Messages can be handed to workers.")
        return Light(Role.GOOD, tr("lights", "Broker: ready (stand-in file)"), tip, "workers")
    if broker["ok"]:
        text = tr("lights", "Broker: ready (built in)") if server is not None else tr("lights", "Broker: ready")
        return Light(Role.GOOD, text, tr("lights", "Messages can be handed to workers."), "workers")
    if server is ChildState.STARTING:
        return Light(Role.BUSY, starting, _explained(broker), "workers")
    page = "workers" if server is not None else "settings"
    text = tr("lights", "Broker: not reachable — messages wait")
    return Light(Role.BAD, text, _explained(broker), page)


def worker_light(status: Mapping[str, Any] | None, worker: ChildState, pid: int, now_ms: int, chosen: str) -> Light:
    """The bundled worker, and what other workers of this ledger make up for."""
    tr = QCoreApplication.translate
    seen = list(status["workers"]) if status is not None else []
    others = [entry for entry in seen if entry.get("own_ledger", True) and entry.get("pid") != pid]
    if worker is ChildState.RUNNING:
        return _running_worker(seen, others, pid, now_ms, chosen_account(status, chosen))
    if worker is ChildState.STARTING:
        return Light(Role.BUSY, tr("lights", "Worker: starting"), tr("lights", "Messages wait a moment."), "workers")
    if worker is ChildState.STOPPING:
        tip = tr("lights", "It finishes the messages on their way.")
        return Light(Role.BUSY, tr("lights", "Worker: finishing"), tip, "workers")
    if others:
        text = tr("lights", "Worker: {count} elsewhere").format(count=len(others))
        return Light(Role.GOOD, text, tr("lights", "Workers that were started elsewhere send the messages."), "workers")
    if worker is ChildState.FAILED:
        params = {"count": QUICK_DEATHS}
        return _trouble(tr("lights", "Worker: keeps failing — messages wait"), "worker.gave_up", params, "workers")
    tip = tr("lights", "Click, then Start worker: what waits in the ledger is sent then.")
    return Light(Role.ATTENTION, tr("lights", "Worker: stopped — messages wait"), tip, "workers")


def _running_worker(
    seen: list[dict[str, Any]],
    others: list[dict[str, Any]],
    pid: int,
    now_ms: int,
    account: Mapping[str, Any] | None,
) -> Light:
    tr = QCoreApplication.translate
    own = next((entry for entry in seen if entry.get("pid") == pid), None)
    if own is not None and now_ms - int(own.get("seen_ms") or now_ms) > SILENT_AFTER_MS:
        seconds = (now_ms - int(own["seen_ms"])) // 1000
        text = tr("lights", "Worker: silent for {seconds} s").format(seconds=seconds)
        tip = tr("lights", "It runs but gives no sign of life. Restart it on the Workers page if it stays so.")
        return Light(Role.ATTENTION, text, tip, "workers")
    if own is not None and account is not None and not _is_served(account, seen):
        text = tr("lights", "Worker: none has the account {account}").format(account=account_name(account))
        tip = tr("lights", "Its messages wait. Complete the account in Settings, then restart the worker.")
        return Light(Role.ATTENTION, text, tip, "settings")
    if others:
        text = tr("lights", "Worker: ready ({count} in all)").format(count=len(others) + 1)
    else:
        text = tr("lights", "Worker: ready")
    return Light(Role.GOOD, text, tr("lights", "Messages are sent as they come."), "workers")


def _is_served(account: Mapping[str, Any], workers: list[dict[str, Any]]) -> bool:
    return any(account["name"] in entry.get("accounts", []) for entry in workers)


def chosen_account(status: Mapping[str, Any] | None, name: str) -> Mapping[str, Any] | None:
    """The account that the next message goes through, as the pulse knows it."""
    return next((entry for entry in status["accounts"] if entry["name"] == name), None) if status is not None else None


def gateway_light(status: Mapping[str, Any] | None, name: str, *, complete: bool = True) -> Light:
    """Held accounts first: there a person has to do something. Then the account that the next message goes through.

    `complete`: it has everything that it needs to send.
    """
    tr = QCoreApplication.translate
    accounts = list(status["accounts"]) if status is not None else []
    if not accounts:
        return Light(Role.BUSY, tr("lights", "Gateway: not known yet"), "", "settings")
    for account in accounts:
        if account.get("held_reason"):
            why = explain(account["gateway"], account["held_reason"], short_language())
            if str(account["held_reason"]).startswith("limit."):
                text = tr("lights", "Gateway: {account} has reached its limit — messages wait")
                text, tip = text.format(account=account_name(account)), joined(why.meaning, why.remedy)
                return Light(Role.ATTENTION, text, tip, "settings")
            if account.get("retry_in_ms") is not None:
                text = tr("lights", "Gateway: {account} is away — tried again by itself")
                if classify(account["gateway"], account["held_reason"]) is OutcomeKind.BUSY:
                    text = tr("lights", "Gateway: {account} wants a pause — goes on by itself")
                text, tip = text.format(account=account_name(account)), joined(why.meaning, why.remedy)
                return Light(Role.ATTENTION, text, tip, "settings")
            text = tr("lights", "Gateway: {account} paused — messages wait").format(account=account_name(account))
            return Light(Role.BAD, text, joined(why.meaning, why.remedy), "settings")
    chosen = chosen_account(status, name)
    if chosen is None:  # the pulse has not seen it yet: nothing is promised of it
        return Light(Role.BUSY, tr("lights", "Gateway: not known yet"), "", "settings")
    if not complete:
        text = tr("lights", "Gateway: {account} — not complete, cannot send").format(account=account_name(chosen))
        return Light(Role.ATTENTION, text, tr("lights", "Complete the account in Settings."), "settings")
    if chosen["simulated"]:
        text = tr("lights", "Gateway: {account} — nothing leaves this computer").format(account=account_name(chosen))
        tip = tr("lights", "To send for real, choose a real gateway account on Compose, or add one in Settings.")
        return Light(Role.NEUTRAL, text, tip, "settings")
    text = tr("lights", "Gateway: {account} — sends for real").format(account=account_name(chosen))
    return Light(Role.GOOD, text, tr("lights", "Messages go out for real through this account."), "settings")


def account_name(account: Mapping[str, Any]) -> str:
    """As it is called in the window."""
    return account_shown(str(account["name"]))


def _trouble(text: str, code: str, params: Mapping[str, Any], page: str) -> Light:
    return Light(Role.BAD, text, whole(code, params), page)


def _explained(broker: Mapping[str, Any]) -> str:
    code, params = broker.get("code") or "broker.failed", broker.get("params") or {}
    return whole(code, params)

"""What the lights and the notice line say, from a pulse and children in every condition."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTime
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from support.fake_clerk import FakeClerk

from desktop.background.child_process import ChildState, EndCause, Restart
from desktop.background.children import Children, Commands
from desktop.background.status import StatusWatch
from desktop.i18n import apply_language
from desktop.main_window import PAGES, MainWindow
from desktop.models.draft import Account
from desktop.theme.colours import Role
from desktop.widgets.help.report_dialog import ReportDialog
from desktop.wiring import help as help_wiring
from desktop.wiring import shell as shell_wiring
from desktop.wiring.held import notice_of
from desktop.wiring.lights import broker_light, gateway_light, worker_light
from tasks.errors import LedgerError

NOW_MS = 1_900_000_000_000
SIMULATOR = {"name": "simulator", "gateway": "simulator", "simulated": True, "held_reason": None}
SHOP = {"name": "shop", "gateway": "yuntongxun", "simulated": False, "held_reason": None}


def status(**changes: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "broker": {"ok": True, "code": None, "params": {}, "embedded": True},
        "workers": [],
        "accounts": [SIMULATOR],
        "open": {},
        "ledger_revision": 1,
    }
    return whole | changes


def worker(pid: int, seen_ms: int = NOW_MS, accounts: tuple[str, ...] = ("simulator",)) -> dict[str, Any]:
    return {"worker_id": str(pid), "pid": pid, "seen_ms": seen_ms, "accounts": list(accounts), "own_ledger": True}


SILENT = {"ok": False, "code": "broker.silent", "params": {}}


@pytest.mark.parametrize(
    ("looked", "server", "text", "role"),
    [
        (status(), ChildState.RUNNING, "Broker: ready (built in)", Role.GOOD),
        (status(), None, "Broker: ready", Role.GOOD),
        (None, ChildState.STARTING, "Broker: starting", Role.BUSY),
        (None, None, "Broker: not known yet", Role.BUSY),
        (status(broker=SILENT), ChildState.STARTING, "Broker: starting", Role.BUSY),
        (status(broker=SILENT), None, "Broker: not reachable — messages wait", Role.BAD),
        (None, ChildState.FAILED, "Broker: stopped — messages wait", Role.BAD),
    ],
)
def test_broker(looked: dict[str, Any] | None, server: ChildState | None, text: str, role: Role) -> None:
    light = broker_light(looked, server)
    assert (light.text, light.role) == (text, role)


def test_a_silent_broker_is_explained_and_mended_in_settings() -> None:
    light = broker_light(status(broker=SILENT), None)
    assert "does not answer in time" in light.tip
    assert light.page == "settings"


@pytest.mark.parametrize(
    ("looked", "state", "text", "role"),
    [
        (None, ChildState.STARTING, "Worker: starting", Role.BUSY),
        (None, ChildState.STOPPED, "Worker: stopped — messages wait", Role.ATTENTION),
        (None, ChildState.STOPPING, "Worker: finishing", Role.BUSY),
        (None, ChildState.FAILED, "Worker: keeps failing — messages wait", Role.BAD),
        (status(workers=[worker(7)]), ChildState.RUNNING, "Worker: ready", Role.GOOD),
        (status(workers=[worker(7), worker(8)]), ChildState.RUNNING, "Worker: ready (2 in all)", Role.GOOD),
        (status(workers=[worker(8)]), ChildState.STOPPED, "Worker: 1 elsewhere", Role.GOOD),
        (status(workers=[worker(7, NOW_MS - 20_000)]), ChildState.RUNNING, "Worker: silent for 20 s", Role.ATTENTION),
    ],
)
def test_worker(looked: dict[str, Any] | None, state: ChildState, text: str, role: Role) -> None:
    light = worker_light(looked, state, 7, NOW_MS, "simulator")
    assert (light.text, light.role) == (text, role)


def test_no_worker_has_the_account_that_the_next_message_goes_through() -> None:
    looked = status(workers=[worker(7)], accounts=[SIMULATOR, SHOP])
    light = worker_light(looked, ChildState.RUNNING, 7, NOW_MS, "shop")
    assert (light.text, light.role) == ("Worker: none has the account shop", Role.ATTENTION)


@pytest.mark.parametrize(
    ("accounts", "default", "text", "role"),
    [
        ([SIMULATOR], "simulator", "Gateway: Simulator — nothing leaves this computer", Role.NEUTRAL),
        ([SIMULATOR, SHOP], "simulator", "Gateway: Simulator — nothing leaves this computer", Role.NEUTRAL),
        ([SIMULATOR, SHOP], "shop", "Gateway: shop — sends for real", Role.GOOD),
        (
            [SIMULATOR, SHOP | {"name": "yuntongxun"}],
            "yuntongxun",
            "Gateway: Yuntongxun (CCP) — sends for real",
            Role.GOOD,
        ),
        ([], "simulator", "Gateway: not known yet", Role.BUSY),
        ([SIMULATOR], "shop", "Gateway: not known yet", Role.BUSY),
    ],
)
def test_gateway(accounts: list[dict[str, Any]], default: str, text: str, role: Role) -> None:
    light = gateway_light(status(accounts=accounts), default)
    assert (light.text, light.role) == (text, role)


def test_an_account_that_lacks_something_is_not_said_to_send() -> None:
    light = gateway_light(status(accounts=[SIMULATOR, SHOP]), "shop", complete=False)
    assert (light.text, light.role) == ("Gateway: shop — not complete, cannot send", Role.ATTENTION)


def test_the_gateway_light_follows_what_compose_has_chosen(shell: Shell, qtbot: QtBot) -> None:
    shell.clerk.answers["status.look"] = lambda _: status(accounts=[SIMULATOR, SHOP])
    shell.watch.look()
    qtbot.waitUntil(lambda: shell.text("gateway") == "Gateway: Simulator — nothing leaves this computer")
    shop = Account.from_wire(SHOP)
    shell.shell.set_chosen_account(shop)
    shell.shell.set_chosen_account(replace(shop, usable=False))
    assert shell.text("gateway") == "Gateway: shop — not complete, cannot send"
    shell.shell.set_chosen_account(Account.from_wire(SIMULATOR))
    assert shell.text("gateway") == "Gateway: Simulator — nothing leaves this computer"


def test_a_held_account_says_why_and_what_to_do() -> None:
    light = gateway_light(status(accounts=[SIMULATOR, SHOP | {"held_reason": "160050"}]), "simulator")
    assert light.role is Role.BAD
    assert light.text.startswith("Gateway: shop paused — ")
    assert light.tip


class Shell:
    """A window joined with a clerk that answers from a table, and children that are never started."""

    def __init__(self, qtbot: QtBot) -> None:
        self.children = Children(Commands(["x"], ["x"], ["x"]), call_deadline_s=5)
        self.clerk = FakeClerk({"status.look": lambda _: status()})
        self.children.clerk = self.clerk
        self.watch = StatusWatch(self.clerk)
        self.window = MainWindow({name: QWidget() for name in PAGES})
        qtbot.addWidget(self.window, before_close_func=lambda window: setattr(window, "_may_close", True))
        self.shell = shell_wiring.connect(self.window, self.children, self.watch, "simulator")
        self.shell.bug_found.connect(help_wiring.connect(self.window, self.clerk).show_fault)
        self.window.show()

    def text(self, name: str) -> str:
        light = self.window.lights.light(name)
        return "" if light is None else light.text

    def notice(self) -> str:
        notice = self.window.message_bar.current()
        return "" if notice is None else notice.sentence

    def dialogs(self) -> list[ReportDialog]:
        return self.window.findChildren(ReportDialog)


@pytest.fixture
def shell(qtbot: QtBot) -> Iterator[Shell]:
    made = Shell(qtbot)
    yield made
    made.watch.stop()


def test_the_pulse_lights_the_lights(shell: Shell, qtbot: QtBot) -> None:
    assert shell.text("gateway") == "Gateway: not known yet"
    shell.watch.start()
    qtbot.waitUntil(lambda: shell.text("gateway") == "Gateway: Simulator — nothing leaves this computer")
    assert shell.text("broker") == "Broker: ready (built in)"


def test_the_pulse_never_has_two_questions_out(shell: Shell) -> None:
    shell.clerk.hold = True
    for _ in range(5):
        shell.watch.look()
    assert shell.clerk.calls_of("status.look") == [{}]


def test_a_ledger_that_fails_is_said_until_it_works(shell: Shell, qtbot: QtBot) -> None:
    def full(_: dict[str, Any]) -> dict[str, Any]:
        raise LedgerError("ledger.disk_full")

    shell.clerk.answers["status.look"] = full
    shell.watch.look()
    qtbot.waitUntil(lambda: shell.notice().startswith("The disk is full"))
    assert shell.window.message_bar.property("grave") is True
    shell.clerk.answers["status.look"] = lambda _: status()
    shell.watch.look()
    qtbot.waitUntil(lambda: shell.notice() == "")


def test_one_click_resumes_an_account_that_a_fault_has_stopped(shell: Shell, qtbot: QtBot) -> None:
    held = status(accounts=[SIMULATOR, SHOP | {"held_reason": "111109"}])
    shell.clerk.answers |= {"status.look": lambda _: held, "account.resume": lambda _: {"resumed": 3}}
    shell.watch.look()
    qtbot.waitUntil(lambda: shell.notice().startswith("Sending through shop is paused"))
    button = shell.window.message_bar.action_button
    assert (button.isVisible(), button.accessibleName()) == (True, "Resume sending")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert shell.clerk.calls_of("account.resume") == [{"account": "shop"}]
    shell.clerk.answers["status.look"] = lambda _: status()
    shell.watch.look()
    qtbot.waitUntil(lambda: shell.notice() == "")


def test_a_gateway_that_is_away_says_when_it_is_tried_again(shell: Shell, qtbot: QtBot) -> None:
    away = {"held_reason": "http.connect_refused", "retry_in_ms": 15_000}
    held = status(accounts=[SIMULATOR, SHOP | away])
    shell.clerk.answers |= {"status.look": lambda _: held, "account.resume": lambda _: {"resumed": 3}}
    before = QTime.currentTime()
    shell.watch.look()
    qtbot.waitUntil(lambda: shell.notice().startswith("The gateway of shop has been away since "))
    assert shell.window.message_bar.property("grave") is False
    notice = shell.window.message_bar.current()
    assert notice is not None
    said = QTime.fromString(notice.remedy.partition(" at ")[2][:8], "HH:mm:ss")
    assert ": The gateway's server does not take connections." in notice.sentence
    assert 14 <= before.secsTo(said) <= 30
    assert "Check the server address" in notice.remedy
    assert shell.text("gateway") == "Gateway: shop is away — tried again by itself"
    shell.watch.look()
    assert shell.window.message_bar.current() == notice
    qtbot.mouseClick(shell.window.message_bar.action_button, Qt.MouseButton.LeftButton)
    assert shell.clerk.calls_of("account.resume") == [{"account": "shop"}]


def test_an_account_at_its_limit_leads_to_the_settings(shell: Shell, qtbot: QtBot) -> None:
    used = {"per_day": 5_000, "today": 5_000, "budget_micros": None, "month_micros": 0, "currency": "CNY"}
    held = status(
        accounts=[SIMULATOR, SHOP | {"held_reason": "limit.per_day", "retry_in_ms": 9_000_000, "limits": used}]
    )
    shell.clerk.answers["status.look"] = lambda _: held
    shell.watch.look()
    qtbot.waitUntil(lambda: shell.notice().startswith("shop has reached its limit: The account has sent as many"))
    notice = shell.window.message_bar.current()
    assert notice is not None
    assert notice.remedy.startswith("Today: 5,000 of 5,000 messages.")
    assert shell.text("gateway") == "Gateway: shop has reached its limit — messages wait"
    qtbot.mouseClick(shell.window.message_bar.action_button, Qt.MouseButton.LeftButton)
    assert shell.window.current_page() == "settings"
    assert shell.clerk.calls_of("account.resume") == []


def test_a_gateway_that_swallowed_messages_says_where_they_are() -> None:
    notice = notice_of(SHOP | {"held_reason": "gateway.silent", "retry_in_ms": 0})
    assert notice.remedy.startswith("It is tried now")
    assert "see Deliveries" in notice.remedy
    assert notice.action == "Try now"


def test_a_gateway_that_wants_a_pause_is_not_said_to_be_away() -> None:
    throttled = SHOP | {"held_reason": "http.429", "retry_in_ms": 60_000}
    assert notice_of(throttled).sentence.startswith("Sending through shop has paused since ")
    light = gateway_light(status(accounts=[SIMULATOR, throttled]), "simulator")
    assert (light.role, light.text) == (Role.ATTENTION, "Gateway: shop wants a pause — goes on by itself")


def test_a_clerk_that_ended_is_said_until_it_is_back(shell: Shell) -> None:
    shell.clerk.gone.emit("it crashed")
    assert "has ended" in shell.notice()
    shell.clerk.ready.emit({"account": "simulator"})
    assert shell.notice() == ""


def test_a_worker_that_was_given_up_is_a_notice(shell: Shell) -> None:
    end = Restart(NOW_MS, 1, EndCause.EXITED, "boom", gave_up=True)
    shell.children.worker.restarted.emit(end)
    assert shell.notice().startswith("The worker ended 5 times")


def test_a_notice_speaks_the_windows_language(shell: Shell, qtbot: QtBot) -> None:
    shell.shell.trouble("status", "ledger.disk_full", {})
    try:
        with qtbot.waitSignal(shell.window.language_changed):
            apply_language("zh_CN")
        assert shell.notice().startswith("磁盘已满")
        assert shell.text("gateway") == "网关：尚未得知"
    finally:
        apply_language("en")


def test_settings_that_cannot_be_used_are_said_until_they_are_mended(shell: Shell) -> None:
    problem = ("settings.invalid", {"key": "region", "reason": "malformed"})
    shell.shell.show_settings_problems([problem])
    assert "region" in shell.notice()
    shell.shell.show_settings_problems([])
    assert shell.notice() == ""


def test_a_bug_of_the_clerk_opens_one_report(shell: Shell, qapp: QApplication) -> None:
    for _ in range(3):
        shell.clerk.failed.emit("view.rows", "bug", {"where": "KeyError at views.py:120"})
    (dialog,) = shell.dialogs()
    assert "views.py:120" in dialog.text.toPlainText()
    dialog.close()


def test_the_time_of_a_pulse_costs_the_window_little(shell: Shell) -> None:
    began = time.perf_counter()
    for _ in range(100):
        shell.watch.looked.emit(status(workers=[worker(pid) for pid in range(50)]))
    assert (time.perf_counter() - began) / 100 < 0.01

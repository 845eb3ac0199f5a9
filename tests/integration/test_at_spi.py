"""The program as assistive technology and the keyboard have it: every control told, the whole main job done.

Nothing here calls Qt: what is seen comes over AT-SPI, what is done goes over AT-SPI or through the X server's keyboard.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.at_spi import Control, ScreenReader
from support.desk import ROOT
from support.seen_operator import SeenOperator, bare_environment
from support.virtual_screen import VirtualScreen
from support.waiting import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.server, pytest.mark.timeout(300)]

TITLE = "^SMS Desk"
NUMBER = "13800138000"
DONE_WITHIN_S = 40.0
MOST_TABS = 40
NOT_CONTROLS = {"application", "frame", "filler", "panel", "30", "dialog", "window", "viewport", "scroll pane"}


class Desk:
    """The program on a screen of its own, in an empty home."""

    def __init__(self, folder: Path, screen: VirtualScreen, reader: ScreenReader) -> None:
        self.folder, self.screen, self.reader = folder, screen, reader

    def start(self, **settings: str) -> SeenOperator:
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        environment = {
            **bare_environment(home, os.environ["PATH"]),
            "PYTHONPATH": str(ROOT),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            **settings,
        }
        return SeenOperator(self.screen, self.reader, [sys.executable, "-m", "desktop"], environment, self.folder)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with VirtualScreen() as screen, ScreenReader(tmp_path) as reader:
        yield Desk(tmp_path, screen, reader)


# -- every control ------------------------------------------------------------------------------------------


def faults(program: Control) -> list[str]:
    """What is showing, takes the keyboard, and cannot be told apart; and roles that nobody knows."""
    found = []
    for control in program.walk():
        role = control.role
        if "focusable" not in control.states or role in NOT_CONTROLS:
            continue
        name = control.name or " ".join(control.labels())
        if not name.strip():
            found.append(f"a {role} without a name at {control.extents}")
        elif "_" in name or name.startswith(("Q", "qt_")):
            found.append(f"a {role} with a name for programmers: {name!r}")
        if role.isdigit() or role == "unknown":
            found.append(f"{name!r} has no role that is known ({role})")
        if role == "combo box" and not control.labels() and "editable" not in control.states:
            found.append(f"a combo box tells its value {name!r}, and not what it is for")
    return found


def visit(desk: Desk, operator: SeenOperator, words: Callable[[str], str]) -> dict[str, list[str]]:
    """Every page and dialog, and what is wrong there."""
    program, wrong = operator.program, {}

    def look(place: str) -> None:
        wrong[place] = faults(program)

    look("Compose")
    operator.compose([NUMBER], "你好", words)
    program.find("push button", words("Send")).press()
    program.find("push button", words("Confirm and send"))
    look("confirmation")
    program.find("push button", words("Confirm and send")).press()
    operator.go(words("Deliveries"))
    table = program.find("table", words("Deliveries"))
    wait_until(lambda: table.size[0] == 1, DONE_WITHIN_S)
    look("Deliveries")
    table.choose_row(0)
    program.find("push button", words("Copy number"))
    look("detail")
    operator.go(words("Workers"))
    look("Workers")
    operator.go(words("Settings"))
    program.find("check box", words("Show all settings")).press()
    program.find("push button", words("Add account")).press()
    program.find("push button", words("Create account"))
    look("a new account")
    program.find("push button", words("Create account")).press()
    program.find("text", "ACCOUNT SID" if words("Send") == "Send" else "ACCOUNT SID（主账号）")
    look("Settings")
    desk.screen.focus_window(TITLE)
    for place, keys in {"report": ("Down",), "updates": ("Down", "Down"), "about": ("Up",)}.items():
        desk.screen.press("F1", *keys, "Return")
        close = program.find("push button", words("Close"))
        look(place)
        close.press()
        wait_until(lambda: not program.all("push button", words("Close")), DONE_WITHIN_S)
        desk.screen.focus_window(TITLE)
    return wrong


def test_every_control_is_told_in_english(desk: Desk) -> None:
    with desk.start() as operator:
        operator.program.find("push button", "Start")
        welcome = faults(operator.program)
        operator.begin()
        operator.wait_until_ready()
        wrong = {"welcome": welcome, **visit(desk, operator, lambda word: word)}
        operator.leave()
    assert {place: found for place, found in wrong.items() if found} == {}


CHINESE = {
    "Compose": "写短信",
    "Deliveries": "发送记录",
    "Workers": "工作进程",
    "Settings": "设置",
    "Recipients": "收件人",
    "Message": "短信内容",
    "Send": "发送",
    "Confirm and send": "确认并发送",
    "Copy number": "复制号码",
    "Show all settings": "显示全部设置",
    "Add account": "添加账号",
    "Create account": "创建账号",
    "Close": "关闭",
}


def test_every_control_is_told_in_chinese(desk: Desk) -> None:
    with desk.start(SMSDESK_LANGUAGE="zh_CN", SMSDESK_UNDO_S="0") as operator:
        operator.program.find("push button", "工作进程：就绪", DONE_WITHIN_S)
        wrong = visit(desk, operator, CHINESE.__getitem__)
        latin = [
            control.name
            for control in operator.program.walk()
            if control.role in ("push button", "label", "radio button", "check box") and control.name.isascii()
        ]
        operator.leave()
    assert {place: found for place, found in wrong.items() if found} == {}
    assert [name for name in latin if name.isalpha() and len(name) > 3 and name not in ("English", "None")] == []


# -- the main job -------------------------------------------------------------------------------------------


def test_the_main_job_is_done_by_a_screen_reader_alone(desk: Desk) -> None:
    with desk.start() as operator:
        operator.begin()
        operator.wait_until_ready()
        program = operator.program
        operator.compose([NUMBER, "13800138001", "wrong"], "Your appointment is at 9.")
        program.find("list item", "Line 3: wrong — This is not a phone number.")
        operator.compose([NUMBER, "13800138001"], "Your appointment is at 9.")
        operator.send()
        operator.go("Deliveries")
        table = program.find("table", "Deliveries")
        wait_until(lambda: table.size[0] == 2, DONE_WITHIN_S)
        wait_until(lambda: {table.cell(row, 4).name for row in (0, 1)} == {"Delivered"}, DONE_WITHIN_S)
        assert {table.cell(row, 1).name for row in (0, 1)} == {"+8613800138000", "+8613800138001"}
        table.choose_row(1)
        program.find("push button", "Copy number")
        assert any(NUMBER[-4:] in label.name for label in program.all("label"))
        operator.leave()
        assert operator.said() == ""


class Keyboard:
    """A person without a mouse: Tab until the wanted control has the keyboard."""

    def __init__(self, desk: Desk, operator: SeenOperator) -> None:
        self.screen, self.program = desk.screen, operator.program

    def focused(self) -> set[str]:
        return {control.name for control in self.program.walk() if "focused" in control.states and control.name}

    def go_to(self, name: str) -> list[str]:
        """Tab there; the names on the way. Raises AssertionError when Tab never comes by."""
        passed: list[str] = []
        for _ in range(MOST_TABS):
            if name in self.focused():
                return passed
            passed += sorted(self.focused())
            before = self.focused()
            self.screen.press("Tab")
            wait_until(lambda before=before: self.focused() - before, DONE_WITHIN_S)
        raise AssertionError(f"Tab never comes to {name!r}, only to {passed}")


def test_the_main_job_is_done_by_keyboard_alone(desk: Desk) -> None:
    with desk.start() as operator:
        program, keyboard = operator.program, Keyboard(desk, operator)
        program.find("push button", "Start")
        desk.screen.focus_window("^Welcome")
        assert keyboard.go_to("Start") == ["English", "Practice", "China (CN)", "Region"]
        desk.screen.press("Return")
        operator.wait_until_ready()
        desk.screen.focus_window(TITLE)

        wait_until(lambda: "Recipients" in keyboard.focused(), DONE_WITHIN_S)
        desk.screen.type("13800138000, 13800138001")
        assert keyboard.go_to("Message") == ["Recipients", "Simulator", "Sender", "Text"]
        desk.screen.type("Your appointment is at 9.")
        assert keyboard.go_to("Send") == ["Message"]
        desk.screen.press("space")
        program.find("push button", "Confirm and send")
        desk.screen.focus_window("^Send this")
        desk.screen.press("Escape")
        wait_until(lambda: not program.all("push button", "Confirm and send"), DONE_WITHIN_S)
        desk.screen.focus_window(TITLE)
        wait_until(lambda: "Send" in keyboard.focused(), DONE_WITHIN_S)
        desk.screen.press("space")
        program.find("push button", "Confirm and send")
        desk.screen.focus_window("^Send this")
        wait_until(lambda: "Confirm and send" in keyboard.focused(), DONE_WITHIN_S)
        desk.screen.press("Return")
        wait_until(lambda: not program.all("push button", "Confirm and send"), DONE_WITHIN_S)

        desk.screen.focus_window(TITLE)
        desk.screen.press("ctrl+2")
        table = program.find("table", "Deliveries")
        wait_until(lambda: table.size[0] == 2, DONE_WITHIN_S)
        keyboard.go_to("Deliveries")
        desk.screen.press("Down", "Return")
        program.find("push button", "Copy number")
        wait_until(lambda: {table.cell(row, 4).name for row in (0, 1)} == {"Delivered"}, DONE_WITHIN_S)
        desk.screen.press("ctrl+q")
        operator.process.wait(DONE_WITHIN_S)
        assert operator.said() == ""

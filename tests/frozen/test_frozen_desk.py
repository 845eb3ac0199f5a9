"""The frozen program as people get it: on a screen, in an empty home, with no Python and no other program to find."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from support.at_spi import ScreenReader
from support.counting_gateway import CountingGateway
from support.seen_operator import STARTS_WITHIN_S, SeenOperator, bare_environment
from support.virtual_screen import VirtualScreen
from support.waiting import wait_until

pytestmark = [pytest.mark.frozen, pytest.mark.slow, pytest.mark.server, pytest.mark.timeout(1_200)]

SETTLED = ("delivered", "unknown")
"""What becomes of messages through the Simulator; Unknown are those in flight when a worker died."""
STATE_COLUMN = 4
DONE_WITHIN_S = 60.0
COMES_BACK_WITHIN_S = 60.0


@dataclass
class Machine:
    """A person's computer with the bundle on it, and nothing else."""

    bundle: Path
    folder: Path
    screen: VirtualScreen
    reader: ScreenReader

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def start(self, **settings: str) -> SeenOperator:
        nothing = self.folder / "nothing"
        for folder in (self.home, nothing):
            folder.mkdir(exist_ok=True)
        environment = bare_environment(self.home, str(nothing)) | settings
        return SeenOperator(self.screen, self.reader, [self.bundle / "sms-desk"], environment, self.folder)

    def processes(self, *words: str) -> list[psutil.Process]:
        """Those of the bundle that live, whoever their parent is; with words, those started with these."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if Path(process.exe()).is_relative_to(self.bundle) and set(words) <= set(process.cmdline()):
                    found.append(process)
        return found

    def states(self) -> Counter[str]:
        """What became of the messages, by the ledger itself."""
        file = self.home / ".local/share/sms-desk/ledger.sqlite"
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as ledger:
            return Counter(state for (state,) in ledger.execute("SELECT state FROM messages"))


@pytest.fixture
def machine(program_folder: Path, tmp_path: Path) -> Iterator[Machine]:
    with VirtualScreen() as screen, ScreenReader(tmp_path) as reader:
        made = Machine(program_folder, tmp_path, screen, reader)
        yield made
        left = made.processes()
        for process in left:
            process.kill()
        assert not left, "the program left processes behind"


def numbers(first: int, count: int) -> list[str]:
    return [f"1380013{number:04d}" for number in range(first, first + count)]


def test_two_hundred_messages_and_one_through_a_gateway_then_a_clean_end(machine: Machine) -> None:
    with CountingGateway() as gateway, machine.start() as operator:
        operator.begin()
        operator.wait_until_ready()
        operator.compose(numbers(0, 200), "The surgery is closed on Friday.")
        operator.send()
        operator.go("Deliveries")
        wait_until(lambda: machine.states() == {"delivered": 200}, DONE_WITHIN_S)
        wait_until(lambda: operator.cells(STATE_COLUMN) == ["Delivered"] * 20, DONE_WITHIN_S)

        add_account(operator, gateway.url)
        operator.compose_template("clinic", ["13900139000"], "1834521", "9527\n5")
        operator.send()
        wait_until(lambda: machine.states() == {"delivered": 200, "submitted": 1}, DONE_WITHIN_S)
        operator.go("Deliveries")
        wait_until(lambda: operator.cells(STATE_COLUMN, 2) == ["Submitted", "Delivered"], DONE_WITHIN_S)
        assert [taken.to for taken in gateway.arrived] == ["13900139000"]

        tell_licences(operator, machine.screen)
        operator.leave()
        assert operator.said() == ""
    assert machine.processes() == []


def add_account(operator: SeenOperator, url: str) -> None:
    """A gateway account of one's own, as a person does it on the Settings page."""
    operator.go("Settings")
    program = operator.program
    program.find("check box", "Show all settings").press()
    program.find("push button", "Add account").press()
    program.find("text", "Name of the new account").write("clinic")
    program.find("push button", "Create account").press()
    for field, value in {
        "ACCOUNT SID": "a" * 32,
        "APP ID": "application",
        "Server address": url,
    }.items():
        program.find("text", field).write(value)
    program.find("password text", "AUTH TOKEN").write("token-of-the-test")
    program.find("push button", "Save settings").press()
    program.find("push button", "Restart worker now").press()
    wait_until(lambda: not program.all("push button", "Restart worker now"), DONE_WITHIN_S)


def tell_licences(operator: SeenOperator, screen: VirtualScreen) -> None:
    """About knows what is inside, though the window itself holds none of it."""
    screen.focus_window("^SMS Desk")
    screen.press("F1", "Up", "Return")
    versions = operator.program.find("text", "Versions")
    wait_until(lambda: "celery" in versions.text, DONE_WITHIN_S)
    tabs = operator.program.all("page tab list")[0]
    tabs.choose(2)
    operator.program.find("list", "Parts that others made")
    licence = operator.program.find("text", "Licence")
    wait_until(lambda: "MIT" in licence.text or "Copyright" in licence.text, DONE_WITHIN_S)
    operator.program.find("push button", "Close").press()


PARTS: dict[str, Callable[[Machine], list[psutil.Process]]] = {
    "valkey": lambda machine: [process for process in machine.processes() if process.name() == "valkey-server"],
    "server": lambda machine: machine.processes("server"),
    "clerk": lambda machine: machine.processes("clerk"),
    "worker": lambda machine: machine.processes("worker"),
}


def test_it_survives_the_sudden_death_of_each_part(machine: Machine) -> None:
    with machine.start() as operator:
        operator.begin()
        operator.wait_until_ready()
        for number, (part, running) in enumerate(PARTS.items()):
            sent = 100 * (number + 1)
            operator.compose(numbers(100 * number, 100), f"The {part} dies while this is sent.")
            operator.send()
            victims = running(machine)
            assert victims
            for victim in victims:
                victim.kill()
            wait_until(lambda victims=victims: not set(victims) & set(machine.processes()), DONE_WITHIN_S)
            wait_until(lambda sent=sent: settled(machine) == sent, COMES_BACK_WITHIN_S)
            wait_until(lambda running=running: running(machine), COMES_BACK_WITHIN_S)
            operator.wait_until_ready()
        operator.leave()
    assert machine.processes() == []


def settled(machine: Machine) -> int:
    states = machine.states()
    return sum(states[state] for state in SETTLED)


def test_its_children_end_with_the_window_and_the_next_start_goes_on(machine: Machine) -> None:
    with machine.start() as operator:
        operator.begin()
        operator.wait_until_ready()
        operator.compose(numbers(0, 200), "The window dies while this is sent.")
        operator.send()
        os.kill(operator.process.pid, signal.SIGKILL)
        operator.process.wait()
        wait_until(lambda: machine.processes() == [], COMES_BACK_WITHIN_S)
    with machine.start() as operator:
        operator.program.find("push button", "Worker: ready", STARTS_WITHIN_S)
        wait_until(lambda: settled(machine) == 200, COMES_BACK_WITHIN_S)
        operator.go("Deliveries")
        wait_until(lambda: len(operator.cells(STATE_COLUMN, 300)) == 200, DONE_WITHIN_S)
        operator.leave()


def test_it_sends_without_a_server_too(machine: Machine) -> None:
    """As on Windows, where there is none: a file stands in for the broker."""
    with machine.start(SMSDESK_EMBEDDED_BROKER="stand_in") as operator:
        operator.program.find("push button", "Worker: ready", STARTS_WITHIN_S)
        assert PARTS["valkey"](machine) == []
        operator.compose(numbers(0, 200), "There is no server here.")
        operator.send()
        wait_until(lambda: machine.states() == {"delivered": 200}, DONE_WITHIN_S)
        operator.leave()
        assert operator.said() == ""
    assert machine.processes() == []

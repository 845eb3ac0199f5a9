"""A screen reader for tests: sees and works a program as assistive technology does, over AT-SPI on D-Bus.

    with VirtualScreen() as screen, ScreenReader(tmp_path) as reader:
        program = subprocess.Popen([...], env={**os.environ, **screen.environment, **reader.environment})
        window = reader.program(program.pid)
        window.find("push button", "Send").press()

Roles and states are those of AT-SPI 2 (atspi-constants.h).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest
from jeepney import DBusAddress, HeaderFields, MessageType, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection
from jeepney.wrappers import Properties
from support.waiting import wait_until

LAUNCHERS = ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher")
ROOT_PATH = "/org/a11y/atspi/accessible/root"
REGISTRY = DBusAddress(ROOT_PATH, "org.a11y.atspi.Registry", "org.a11y.atspi.Accessible")
ANSWERS_WITHIN_S = 15.0
"""A program whose window does not answer by then hangs, as far as a person who uses a screen reader can tell."""

LABELLED_BY = 2
"""The kind of a relation."""

ROLES = {
    2: "alert", 7: "check box", 8: "check menu item", 10: "column header", 11: "combo box", 16: "dialog",
    20: "filler", 23: "frame", 26: "icon", 27: "image", 29: "label", 31: "list", 32: "list item", 33: "menu",
    34: "menu bar", 35: "menu item", 37: "page tab", 38: "page tab list", 39: "panel", 40: "password text",
    41: "popup menu", 42: "progress bar", 43: "push button", 44: "radio button", 45: "radio menu item",
    47: "row header", 48: "scroll bar", 49: "scroll pane", 50: "separator", 51: "slider", 52: "spin button",
    53: "split pane", 54: "status bar", 55: "table", 56: "table cell", 57: "table column header",
    58: "table row header", 61: "text", 62: "toggle button", 63: "tool bar", 64: "tool tip", 65: "tree",
    66: "tree table", 67: "unknown", 68: "viewport", 69: "window", 75: "application", 79: "entry",
    82: "document frame", 85: "form", 88: "link", 90: "input method window", 98: "grouping",
    116: "static", 129: "button menu",
}  # fmt: skip
STATES = {
    1: "active", 3: "busy", 4: "checked", 5: "collapsed", 6: "defunct", 7: "editable", 8: "enabled", 9: "expandable",
    10: "expanded", 11: "focusable", 12: "focused", 16: "modal", 17: "multi line", 18: "multiselectable",
    20: "pressed", 22: "selectable", 23: "selected", 24: "sensitive", 25: "showing", 26: "single line",
    30: "visible", 41: "checkable", 43: "read only",
}  # fmt: skip


class CannotBeReachedError(Exception):
    """A call was answered with an error, or not at all."""


@dataclass(frozen=True)
class Control:
    """One thing of a program that assistive technology can tell of."""

    reader: ScreenReader
    bus_name: str
    path: str

    # -- what it is ----------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """What is read out."""
        return str(self._property("Name"))

    @property
    def description(self) -> str:
        """What is read out on demand."""
        return str(self._property("Description"))

    @property
    def role(self) -> str:
        """In AT-SPI's words; a number where they are not among ROLES."""
        number = self._call("GetRole")[0]
        return ROLES.get(number, str(number))

    @property
    def states(self) -> set[str]:
        """In AT-SPI's words."""
        low, high = self._call("GetState")[0]
        bits = low | high << 32
        return {name for bit, name in STATES.items() if bits >> bit & 1}

    @property
    def parts(self) -> list[Control]:
        """What is inside, one level down."""
        return [Control(self.reader, name, path) for name, path in self._call("GetChildren")[0]]

    @property
    def text(self) -> str:
        """The content of a field."""
        return str(self._call("GetText", "ii", (0, -1), interface="Text")[0])

    @property
    def value(self) -> float:
        """Of a number field or a progress bar."""
        return float(self._property("CurrentValue", interface="Value"))

    @property
    def extents(self) -> tuple[int, int, int, int]:
        """Left, top, width, height on the screen, in pixels."""
        left, top, width, height = self._call("GetExtents", "u", (0,), interface="Component")[0]
        return left, top, width, height

    def has(self, interface: str) -> bool:
        """Whether it can be worked in this way: Action, EditableText, Selection, Table, Text, Value ..."""
        return f"org.a11y.atspi.{interface}" in self._call("GetInterfaces")[0]

    # -- what is inside ------------------------------------------------------------------------------------

    def walk(self, most: int = 20_000) -> Iterator[Control]:
        """It and everything inside that is showing, in the order of the tree; tables only themselves."""
        ahead = [self]
        while ahead and most:
            most -= 1
            here = ahead.pop()
            yield here
            with contextlib.suppress(CannotBeReachedError):  # it went while we looked
                if here.role not in ("table", "tree table"):
                    ahead.extend(reversed([part for part in here.parts if part.is_showing()]))

    def labels(self) -> list[str]:
        """Names of what labels it: on Linux a combo box's own name is its value."""
        related = self._call("GetRelationSet")[0]
        return [
            Control(self.reader, *place).name for kind, places in related if kind == LABELLED_BY for place in places
        ]

    def is_showing(self) -> bool:
        """Whether it is to be seen now; what has gone is not."""
        try:
            return "showing" in self.states
        except CannotBeReachedError:
            return False

    def all(self, role: str, name: str | None = None) -> list[Control]:
        """What is showing of a role, and of a name if one is given."""
        found = []
        for here in self.walk():
            with contextlib.suppress(CannotBeReachedError):
                if here.role == role and name in (None, here.name):
                    found.append(here)
        return found

    def find(self, role: str, name: str, within_s: float = ANSWERS_WITHIN_S) -> Control:
        """The one that is showing, as soon as it is. Raises AssertionError, with what there is instead."""
        try:
            return wait_until(lambda: self.all(role, name), within_s)[0]
        except TimeoutError:
            there = sorted({f"{here.role} {here.name!r}" for here in self.walk() if here.name})
            raise AssertionError(f"no {role} named {name!r} is showing, but:\n" + "\n".join(there)) from None

    def cell(self, row: int, column: int) -> Control:
        """Of a table."""
        name, path = self._call("GetAccessibleAt", "ii", (row, column), interface="Table")[0]
        return Control(self.reader, name, path)

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns of a table."""
        rows, columns = (self._property(name, interface="Table") for name in ("NRows", "NColumns"))
        return int(rows), int(columns)

    # -- what can be done with it --------------------------------------------------------------------------

    def press(self, within_s: float = ANSWERS_WITHIN_S) -> None:
        """Do what a click does, as soon as it is enabled."""
        wait_until(lambda: "enabled" in self.states, within_s)
        assert self._call("DoAction", "i", (0,), interface="Action")[0], f"{self.role} {self.name!r} does nothing"

    def write(self, text: str) -> None:
        """Replace the content of a field."""
        assert self._call("SetTextContents", "s", (text,), interface="EditableText")[0], f"{self.name!r} cannot be set"

    def choose_row(self, row: int) -> None:
        """Select one row of a table."""
        assert self._call("AddRowSelection", "i", (row,), interface="Table")[0], f"row {row} cannot be selected"

    def choose(self, index: int) -> None:
        """Select one of a list's entries."""
        assert self._call("SelectChild", "i", (index,), interface="Selection")[0]

    def focus(self) -> None:
        """Bring the keyboard here."""
        assert self._call("GrabFocus", interface="Component")[0], f"{self.role} {self.name!r} takes no focus"

    # -- the wire ------------------------------------------------------------------------------------------

    def _call(
        self, member: str, signature: str | None = None, body: tuple[Any, ...] = (), *, interface: str = "Accessible"
    ) -> tuple[Any, ...]:
        return self.reader.ask(self._at(interface), member, signature, body)

    def _property(self, name: str, *, interface: str = "Accessible") -> Any:
        return self.reader.send(Properties(self._at(interface)).get(name))[0][1]

    def _at(self, interface: str) -> DBusAddress:
        return DBusAddress(self.path, self.bus_name, f"org.a11y.atspi.{interface}")


class ScreenReader:
    """A session bus of its own, with the accessibility bus on it. `environment` leads programs there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._processes: list[subprocess.Popen[str]] = []
        self._connection: DBusConnection | None = None
        self.environment: dict[str, str] = {}

    def __enter__(self) -> Self:
        launcher = next((path for path in LAUNCHERS if Path(path).exists()), None)
        if launcher is None or shutil.which("dbus-daemon") is None:
            pytest.skip("at-spi2-core or dbus is not installed")
        daemon = self._start("dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1", self._bus())
        assert daemon.stdout is not None
        address = daemon.stdout.readline().strip()
        self.environment = {"DBUS_SESSION_BUS_ADDRESS": address, "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}
        self._start(launcher, "--launch-immediately", "--a11y=1")
        with open_dbus_connection(address) as session:
            asked = new_method_call(DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus"), "GetAddress")
            accessibility = wait_until(lambda: answer_of(session, asked), ANSWERS_WITHIN_S)
        self._connection = open_dbus_connection(*accessibility)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            self._connection.close()
        for process in reversed(self._processes):
            os.killpg(process.pid, signal.SIGTERM)  # the launcher does not end the second bus, which it started
            process.communicate(timeout=10)

    def program(self, pid: int, within_s: float = ANSWERS_WITHIN_S) -> Control:
        """The program with this process number, once it has a window."""
        return wait_until(lambda: self._programs(pid), within_s)[0]

    def _programs(self, pid: int) -> list[Control]:
        found = []
        for name, path in self.ask(REGISTRY, "GetChildren")[0]:
            bus = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
            try:
                control = Control(self, name, path)
                if self.ask(bus, "GetConnectionUnixProcessID", "s", (name,))[0] == pid and control.parts:
                    found.append(control)
            except CannotBeReachedError:  # it ended meanwhile
                continue
        return found

    def ask(
        self, address: DBusAddress, member: str, signature: str | None = None, body: tuple[Any, ...] = ()
    ) -> tuple[Any, ...]:
        """Call a method. Raises CannotBeReachedError."""
        return self.send(new_method_call(address, member, signature, body))

    def send(self, message: Any) -> tuple[Any, ...]:
        """Send a call and wait for its answer. Raises CannotBeReachedError."""
        assert self._connection is not None
        try:
            reply = self._connection.send_and_get_reply(message, timeout=ANSWERS_WITHIN_S)
        except TimeoutError:
            raise CannotBeReachedError(f"no answer to {message.header.fields}") from None
        if reply.header.message_type is MessageType.error:
            said = reply.header.fields.get(HeaderFields.error_name)
            raise CannotBeReachedError(f"{said} {reply.body} to {message.header.fields}")
        return tuple(reply.body)

    def _bus(self) -> str:
        """Where the session bus listens: in the folder, which can be shared with another root."""
        return f"--address=unix:path={self._folder / 'bus'}"

    def _start(self, *command: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            command,
            env={**os.environ, **self.environment, "XDG_RUNTIME_DIR": str(self._folder)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        self._processes.append(process)
        return process


def answer_of(connection: DBusConnection, message: Any) -> tuple[Any, ...]:
    """What a call brings, nothing while nobody answers it."""
    reply = connection.send_and_get_reply(message, timeout=ANSWERS_WITHIN_S)
    return () if reply.header.message_type is MessageType.error else tuple(reply.body)

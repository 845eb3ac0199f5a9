"""An operator who knows the program only by what assistive technology tells: the same steps in every test of it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from support.at_spi import Control, ScreenReader
from support.virtual_screen import VirtualScreen
from support.waiting import wait_until

CONFIRM = "Confirm and send"
STARTS_WITHIN_S = 40.0
"""Until broker and worker are ready, on a machine that has other things to do."""
ENDS_WITHIN_S = 60.0
WE_CAME_LATE = "qt.accessibility.atspi: Could not find accessible on path"
"""Qt's word for a screen reader that asks of what has just gone."""


class SeenOperator:
    """Starts a program, works it, and ends it."""

    def __init__(
        self,
        screen: VirtualScreen,
        reader: ScreenReader,
        command: Sequence[str | Path],
        environment: Mapping[str, str],
        folder: Path,
    ) -> None:
        self._screen = screen
        self._reader = reader
        self._command = command
        self._environment = {**environment, **screen.environment, **reader.environment}
        self._folder = folder

    def __enter__(self) -> Self:
        self._output = (self._folder / "program.txt").open("w+", encoding="utf-8")
        self.process = subprocess.Popen(
            self._command,
            env=self._environment,
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
        )
        try:
            self.program: Control = self._reader.program(self.process.pid)
        except TimeoutError:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"no window; the program said: {self.said()!r}") from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self.process.poll() is None:
                self.process.terminate()
            self.process.wait(ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        finally:
            self._output.close()

    def said(self) -> str:
        """What the program wrote where a terminal would be."""
        self._output.flush()
        lines = (self._folder / "program.txt").read_text("utf-8").splitlines()
        return "\n".join(line for line in lines if not line.startswith(WE_CAME_LATE))

    def wait_until_ready(self) -> None:
        """Until the lights say that broker and worker are."""
        self.program.find("push button", "Broker: ready (built in)", STARTS_WITHIN_S)
        self.program.find("push button", "Worker: ready", STARTS_WITHIN_S)

    def begin(self) -> None:
        """Put the welcome of a first start away, as it stands: practice."""
        self.program.find("push button", "Start").press()
        wait_until(lambda: not self.program.all("push button", "Start"), STARTS_WITHIN_S)

    def go(self, page: str) -> None:
        """Bring a page to the front."""
        self.program.find("radio button", page).press()
        self.program.find("label", page)

    def compose(self, recipients: Sequence[str], text: str, words: Callable[[str], str] = str) -> None:
        """Write a message; `words` puts names into the window's language."""
        self.go(words("Compose"))
        self.program.find("text", words("Recipients")).write("\n".join(recipients))
        self.program.find("text", words("Message")).write(text)

    def compose_template(self, account: str, recipients: Sequence[str], template_id: str, variables: str) -> None:
        """Write a message for an account that takes templates."""
        self.go("Compose")
        self.choose_account(account)
        self.program.find("text", "Recipients").write("\n".join(recipients))
        self.program.find("text", "Template").write(template_id)
        self.program.find("text", "Variables").write(variables)

    def choose_account(self, name: str) -> None:
        """Choose the account below the Simulator: Qt lets a list of choices be opened, and then wants keys.

        The first account of a real gateway is the default one, and stands there by itself.
        """

        def shown(account: str) -> bool:
            return any(account in box.name for box in self.program.all("combo box"))

        wait_until(lambda: shown(name) or shown("Simulator"), STARTS_WITHIN_S)
        if not shown(name):
            self.program.find("combo box", "Simulator").press()
            self._screen.press("Down", "Return")
        wait_until(lambda: shown(name), STARTS_WITHIN_S)

    def send(self) -> None:
        """Send what is written, and confirm it."""
        self.program.find("push button", "Send").press()
        self.program.find("push button", CONFIRM).press()
        wait_until(lambda: not self.program.all("push button", CONFIRM), STARTS_WITHIN_S)

    def cells(self, column: int, most: int = 20) -> list[str]:
        """The first rows of the table of deliveries, one column of it."""
        (table,) = self.program.all("table")
        return [table.cell(row, column).name for row in range(min(most, table.size[0]))]

    def leave(self) -> None:
        """End the program as the system asks it to, and wait until it has."""
        self.process.terminate()
        assert self.process.wait(ENDS_WITHIN_S) == 0, self.said()


def bare_environment(home: Path, path: str) -> dict[str, str]:
    """An environment with nothing of this one: a person's home, and where to find programs."""
    return {"HOME": str(home), "PATH": path, "LANG": "C.UTF-8", "TMPDIR": os.environ.get("TMPDIR", "/tmp")}

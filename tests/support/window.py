"""The real window of SMS Desk in this process, with its real children, driven as a person would: keys and clicks."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QPlainTextEdit, QWidget

from desktop.application import Application
from desktop.background.children import Children
from desktop.boot import read_boot
from desktop.i18n import apply_language


class RealWindow:
    """Opens the window on the home that the environment names. `close` ends its children."""

    def __init__(self, app: QApplication, language: str = "en") -> None:
        self.started = time.perf_counter()
        boot = read_boot()
        apply_language(language)
        self.children = Children(boot.commands, call_deadline_s=boot.call_deadline_s)
        self.children.start()
        if boot.autostart_worker:
            self.children.start_worker_when_ready()
        self.application = Application(app, boot, self.children)
        self.window = self.application.window
        self.application.start()

    def find(self, kind: type[Any], name: str, root: QWidget | None = None) -> Any:
        """The one visible widget of a kind with this accessible name."""
        found = [widget for widget in self.named(kind, name, root) if widget.isVisible()]
        assert len(found) == 1, f"{len(found)} visible {kind.__name__} named {name!r}"
        return found[0]

    def named(self, kind: type[Any], name: str, root: QWidget | None = None) -> list[Any]:
        """All widgets of a kind with this accessible name, seen or not."""
        return [widget for widget in (root or self.window).findChildren(kind) if widget.accessibleName() == name]

    def click(self, name: str) -> None:
        """Press a button, wherever in the program it is shown."""
        for top in QApplication.topLevelWidgets():
            for button in top.findChildren(QAbstractButton):
                if button.accessibleName() == name and button.isVisible():
                    wait_for(button.isEnabled, 15)
                    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
                    return
        raise AssertionError(f"no visible button named {name!r}")

    def shown(self, name: str) -> bool:
        """Whether a button of this name is to be seen."""
        return any(
            button.accessibleName() == name and button.isVisible()
            for top in QApplication.topLevelWidgets()
            for button in top.findChildren(QAbstractButton)
        )

    def compose(self, recipients: str, text: str) -> None:
        """Fill the Compose page with free text."""
        self.click("Compose")
        self.find(QPlainTextEdit, "Recipients").setPlainText(recipients)
        self.find(QPlainTextEdit, "Message").setPlainText(text)

    def compose_template(self, recipients: str, template_id: str, variables: str) -> None:
        """Fill the Compose page for a gateway that takes templates."""
        self.click("Compose")
        self.find(QPlainTextEdit, "Recipients").setPlainText(recipients)
        wait_for(lambda: any(box.isVisible() for box in self.named(QComboBox, "Template")), 15)
        self.find(QComboBox, "Template").setEditText(template_id)
        self.find(QPlainTextEdit, "Variables").setPlainText(variables)

    def send(self) -> None:
        """Send, and confirm."""
        self.click("Send")
        self.confirm()

    def confirm(self) -> None:
        """Confirm, and once more where a warning comes in between or what there is to warn of cannot be told."""
        confirmation = self.application.compose.confirmation
        wait_for(confirmation.isVisible, 20)
        while confirmation.isVisible() and not confirmation.submitting:
            self.click(confirmation.confirm_button.accessibleName())
            wait_for(lambda: not confirmation.looking or not confirmation.isVisible(), 10)

    def close(self) -> None:
        """Quit as a person would, and wait for the children's ends."""
        ended: list[bool] = []
        self.application.ended.connect(lambda: ended.append(True))
        self.application.quit()
        wait_for(lambda: bool(ended), 60)


def wait_for(predicate: Callable[[], Any], timeout_s: float) -> None:
    """Let the event loop run until the predicate holds. Raises AssertionError."""
    if predicate():
        return
    loop = QEventLoop()
    look = QTimer(interval=10)
    look.timeout.connect(lambda: loop.quit() if predicate() else None)
    end = QTimer(singleShot=True, interval=int(timeout_s * 1000))
    end.timeout.connect(loop.quit)
    look.start()
    end.start()
    loop.exec()
    look.stop()
    end.stop()
    assert predicate(), f"not so within {timeout_s} s"


class GapMeter(QObject):
    """Measures the longest time in which the event loop did not come round."""

    def __init__(self, every_ms: int = 5) -> None:
        super().__init__()
        self._every_ms = every_ms
        self._last = 0.0
        self.gaps_ms: list[float] = []
        self._timer = QTimer(self, interval=every_ms, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        """Measure from now on."""
        self.gaps_ms = []
        self._last = time.perf_counter()
        self._timer.start()

    def stop(self) -> float:
        """The longest gap in milliseconds."""
        self._timer.stop()
        return max(self.gaps_ms, default=0.0)

    @Slot()
    def _tick(self) -> None:
        now = time.perf_counter()
        self.gaps_ms.append((now - self._last) * 1000 - self._every_ms)
        self._last = now

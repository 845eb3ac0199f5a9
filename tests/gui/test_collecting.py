"""What keeps a run of tests with windows and threads alive."""

from __future__ import annotations

import threading
import weakref

from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot


class Forgotten(QObject):
    """Reachable from itself alone, with a timer that runs."""

    def __init__(self) -> None:
        super().__init__()
        self.itself = self
        self.timer = QTimer(self, interval=1)
        self.timer.start()


def test_no_other_thread_deletes_what_belongs_to_the_window(qtbot: QtBot) -> None:
    forgotten = weakref.ref(Forgotten())
    kept: list[list[object]] = []
    thread = threading.Thread(target=lambda: kept.extend([] for _ in range(200_000)))
    thread.start()
    thread.join()
    assert forgotten() is not None
    qtbot.wait(20)  # its timer fires, as it would for the next test

"""Joins the Workers page with the bundled worker, the built-in broker, the pulse and who answers on the broker."""

from __future__ import annotations

import socket
import time
from typing import Any, Final

from PySide6.QtCore import QElapsedTimer, QObject, QTimer

from desktop.background.announced_workers import AnnouncedWorkers
from desktop.background.children import Children
from desktop.background.status import StatusWatch
from desktop.models.seen_workers import seen_workers
from desktop.widgets.workers.page import WorkersPage

OLD_AFTER_MS: Final = 10_000
"""The ledger is asked every second: what it said so long ago is marked as old."""


class _Joint(QObject):
    """Slots live in a QObject of the GUI thread, owned by the page."""

    def __init__(self, page: WorkersPage, children: Children) -> None:
        super().__init__(page)
        self._page = page
        self._children = children
        self._status: dict[str, Any] = {}
        self._announced: dict[str, Any] | None = None
        self._answered_before: frozenset[str] = frozenset()
        self._announced_since = QElapsedTimer()
        self._looked_ms = 0
        self._old = QTimer(self, interval=OLD_AFTER_MS, singleShot=True)
        self._old.timeout.connect(lambda: page.show_old(self._looked_ms))

    def worker_changed(self) -> None:
        worker = self._children.worker
        self._page.show_worker(worker.state, worker.since_ms)

    def worker_restarted(self) -> None:
        self._page.show_restarts(self._children.worker.restarts())

    def server_changed(self) -> None:
        server = self._children.server
        self._page.show_server(server.state if server is not None else None)

    def looked(self, status: dict[str, Any]) -> None:
        self._status = status
        self._looked_ms = int(time.time() * 1000)
        self._old.start()
        self._page.show_old(None)
        self._show_workers()
        pid = self._children.worker.process_id
        if pid and any(worker.get("pid") == pid for worker in status.get("workers", [])):
            self._children.worker.note_alive()

    def heard(self, announced: dict[str, Any]) -> None:
        if self._announced is not None:
            self._answered_before = frozenset(one["worker_id"] for one in self._announced["workers"] if one["pid"])
        self._announced = announced
        self._announced_since.start()
        self._page.show_asked(announced)
        self._show_workers()

    def _show_workers(self) -> None:
        ago_ms = self._announced_since.elapsed() if self._announced_since.isValid() else 0
        bundled = socket.gethostname(), self._children.worker.process_id
        self._page.show_workers(seen_workers(self._status, self._announced, ago_ms, bundled, self._answered_before))


def connect(page: WorkersPage, children: Children, watch: StatusWatch) -> None:
    """Show what is, now and from now on; carry out what a person clicks."""
    worker, joint = children.worker, _Joint(page, children)
    announced = AnnouncedWorkers(children.clerk, joint)
    announced.heard.connect(joint.heard)
    page.watched.connect(announced.watch)
    page.start_wanted.connect(worker.start)
    page.stop_wanted.connect(worker.stop)
    page.restart_wanted.connect(worker.restart)
    page.watched.connect(watch.count_lanes)
    worker.state_changed.connect(joint.worker_changed)
    worker.restarted.connect(joint.worker_restarted)
    worker.logged.connect(page.add_log)
    watch.looked.connect(joint.looked)
    watch.lanes_counted.connect(page.show_lanes)
    if children.server is not None:
        children.server.state_changed.connect(joint.server_changed)
        children.server.logged.connect(page.add_log)
    page.add_log(worker.log_tail())
    joint.worker_changed()
    joint.worker_restarted()
    joint.server_changed()

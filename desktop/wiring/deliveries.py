"""Deliveries page ↔ its agents."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSettings

from desktop.background.exporter import Exporter
from desktop.background.row_loader import RowLoader
from desktop.background.status import StatusWatch
from desktop.background.status_poller import StatusPoller
from desktop.widgets.deliveries.page import DeliveriesPage


def connect(
    page: DeliveriesPage,
    loader: RowLoader,
    poller: StatusPoller,
    exporter: Exporter | None = None,
    watch: StatusWatch | None = None,
    memory: QSettings | None = None,
) -> None:
    """Wire them, and open the first view. The page owns its agents from now on."""
    loader.setParent(page)
    poller.setParent(page)
    _connect_rows(page, loader)
    _connect_poller(page, loader, poller)
    if exporter is not None:
        _connect_exporter(page, exporter)
    if watch is not None:
        watch.looked.connect(lambda status: page.show_state_counts(counts_of(status)))
    if memory is not None:
        page.recall(memory)
    page.ask_again()


def counts_of(status: dict[str, Any]) -> dict[str, int]:
    """How many messages stand in each state that is no end, or Unknown: zero too, so that no number stays too long."""
    counts = status.get("open") or {}
    return {str(state): int(count) for state, count in counts.items()}


def _connect_rows(page: DeliveriesPage, loader: RowLoader) -> None:
    page.view_wanted.connect(loader.open)
    page.model.page_wanted.connect(loader.want)
    page.detail_wanted.connect(loader.ask_detail)
    page.rows_wanted.connect(loader.collect)
    loader.opened.connect(page.show_view)
    loader.rows_arrived.connect(page.put_rows)
    loader.view_refused.connect(page.show_refused)
    loader.failed.connect(page.show_failed)
    loader.detail_arrived.connect(page.show_detail)
    loader.detail_failed.connect(page.show_no_detail)
    loader.collected.connect(page.copy_rows)


def _connect_poller(page: DeliveriesPage, loader: RowLoader, poller: StatusPoller) -> None:
    poller.watch(page.model.look)
    loader.opened.connect(poller.set_view)
    page.watched_changed.connect(poller.set_active)
    poller.refreshed.connect(loader.forget_vain)
    poller.refreshed.connect(page.model.refresh)
    poller.states_arrived.connect(page.put_task_states)
    poller.view_lost.connect(loader.reopen)
    poller.set_active(page.isVisible())


def _connect_exporter(page: DeliveriesPage, exporter: Exporter) -> None:
    exporter.setParent(page)
    page.export_wanted.connect(exporter.run)
    page.export_cancelled.connect(exporter.cancel)
    exporter.started.connect(page.export_bar.start)
    exporter.progressed.connect(page.export_bar.advance)
    exporter.finished.connect(page.show_exported)
    exporter.cancelled.connect(page.show_export_stopped)
    exporter.failed.connect(page.show_export_failed)

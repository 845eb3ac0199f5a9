"""A worker that cannot do its housekeeping ends, and is started again, in place of running without it."""

from __future__ import annotations

import pytest

from tasks import worker_signals
from tasks.delivery.runtime import Runtime
from tasks.errors import LedgerError


def test_a_worker_without_maintenance_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    def locked() -> Runtime:
        raise LedgerError("ledger.locked")

    monkeypatch.setattr(worker_signals, "runtime", locked)
    with pytest.raises(SystemExit, match=r"ledger\.locked"):
        worker_signals.start_maintenance()

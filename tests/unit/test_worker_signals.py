"""A worker that cannot do its housekeeping ends, and is started again, in place of running without it."""

from __future__ import annotations

import pytest

from tasks.delivery.runtime import Runtime
from tasks.errors import LedgerError
from tasks.worker import signals


def test_a_worker_without_maintenance_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    def locked() -> Runtime:
        raise LedgerError("ledger.locked")

    monkeypatch.setattr(signals, "runtime", locked)
    with pytest.raises(SystemExit, match=r"ledger\.locked"):
        signals.start_maintenance()

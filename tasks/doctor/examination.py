"""All checks, side by side, none waited for longer than its limit."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from tasks.doctor.accounts import check_account, check_held, check_receipts, check_secrets
from tasks.doctor.broker import check_broker, check_default_queue, check_results
from tasks.doctor.clock import check_clock
from tasks.doctor.embedded import check_embedded
from tasks.doctor.files import check_disk, check_home
from tasks.doctor.finding import Finding, found
from tasks.doctor.ledger import check_ledger, check_ledger_storage
from tasks.doctor.patient import Patient
from tasks.doctor.settings import check_settings
from tasks.doctor.versions import check_versions
from tasks.doctor.workers import check_workers

LIMIT_S = 5.0
"""No check is waited for longer. What hangs is left behind and ends with the process."""

Check = Callable[[Patient], list[Finding]]

FIRST: tuple[tuple[str, Check], ...] = (
    ("versions", check_versions),
    ("settings", check_settings),
    ("home", check_home),
    ("disk", check_disk),
    ("server", check_embedded),
    ("broker", check_broker),
    ("queue", check_default_queue),
    ("results", check_results),
    ("ledger", check_ledger),
    ("storage", check_ledger_storage),
    ("clock", check_clock),
    ("workers", check_workers),
    ("secrets", check_secrets),
)
LAST: tuple[tuple[str, Check], ...] = (("account", check_held), ("receipts", check_receipts))


@dataclass(frozen=True, slots=True)
class Examined:
    """What one check has found."""

    check: str
    finding: Finding


def checks_of(patient: Patient, *, logs_in: bool = True) -> list[tuple[str, Check]]:
    """The checks in the order in which they are told; every account has one of its own."""
    if not logs_in:
        return [*FIRST, *LAST]
    accounts = [("account", partial(check_account, name=name)) for name in patient.settings.accounts]
    return [*FIRST, *accounts, *LAST]


def examine(patient: Patient, limit_s: float = LIMIT_S, *, logs_in: bool = True) -> Iterator[Examined]:
    """Run all checks at once; tell each in its turn. `logs_in`: also ask the accounts' gateways."""
    running = [(name, Running(partial(check, patient))) for name, check in checks_of(patient, logs_in=logs_in)]
    ends = time.monotonic() + limit_s
    for name, one in running:
        for finding in one.findings(ends, limit_s):
            yield Examined(name, finding)


class Running:
    """One check in a thread of its own."""

    def __init__(self, check: Callable[[], list[Finding]]) -> None:
        self._check = check
        self._found: list[Finding] = []
        self._done = threading.Event()
        threading.Thread(target=self._run, name="doctor", daemon=True).start()

    def findings(self, ends: float, limit_s: float) -> list[Finding]:
        """What it has found by then (monotonic clock)."""
        if not self._done.wait(max(0.0, ends - time.monotonic())):
            return [found("doctor.too_slow", seconds=int(limit_s))]
        return self._found

    def _run(self) -> None:
        try:
            self._found = self._check()
        except Exception as error:  # a check that fails says nothing of what it looked at; the others go on
            self._found = [found("doctor.failed", kind=type(error).__name__)]
        finally:
            self._done.set()

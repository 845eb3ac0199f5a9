"""The workers of the ledger: whether one runs, of which version, and with which accounts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, func, select

from tasks import __version__
from tasks.doctor.finding import Finding, found
from tasks.doctor.patient import Patient, ledgers_now
from tasks.ledger.schema import messages, workers
from tasks.ledger.states import State

ALIVE_MS = 30_000
"""A worker that has not been seen for longer is not one that runs; it says so every two seconds."""

WAITING = tuple(state.value for state in (State.SCHEDULED, State.QUEUED, State.RETRYING))


def check_workers(patient: Patient) -> list[Finding]:
    """What runs, and what is waited for in vain."""
    with patient.ledger() as connection:
        if connection is None:
            return [found("doctor.needs_ledger")]
        running = alive(connection)
        waiting = waiting_by_account(connection)
    if not running:
        waits = sum(waiting.values())
        return [found("doctor.workers.none_and_waiting" if waits else "doctor.workers.none", waiting=waits)]
    findings = [found_versions(running)]
    findings += [found(code) for code in sorted({code for worker in running for code in json.loads(worker["notes"])})]
    served = {account for worker in running for account in json.loads(worker["accounts"])}
    for account in sorted((set(patient.settings.accounts) | set(waiting)) - served):
        code = "waiting" if waiting.get(account) else "unserved"
        findings.append(found(f"doctor.workers.account_{code}", account=account, waiting=waiting.get(account, 0)))
    return findings


def found_versions(running: list[Mapping[str, Any]]) -> Finding:
    """Whether all workers are of this program's version."""
    others = [f"{one['host']}:{one['pid']} {one['version']}" for one in running if one["version"] != __version__]
    if others:
        return found("doctor.workers.other_version", names=others, version=__version__, count=len(running))
    return found("doctor.workers.ok", version=__version__, count=len(running))


def alive(connection: Connection) -> list[Mapping[str, Any]]:
    """Workers that have not stopped and were seen lately."""
    since = ledgers_now(connection) - ALIVE_MS
    statement = select(workers).where(workers.c.stopped_ms.is_(None), workers.c.seen_ms > since)
    return [dict(row) for row in connection.execute(statement).mappings()]


def waiting_by_account(connection: Connection) -> dict[str, int]:
    """Messages that no worker has yet, by account."""
    statement = (
        select(messages.c.account, func.count()).where(messages.c.state.in_(WAITING)).group_by(messages.c.account)
    )
    return {str(account): int(number) for account, number in connection.execute(statement)}

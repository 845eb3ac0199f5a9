"""Every worker there is to see: of this ledger from the pulse, of others from who answers on the broker."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from desktop.theme.colours import Role

SILENT_AFTER_MS: Final = 15_000
"""A worker tells every two seconds that it is there; after this long something is wrong."""

FORGOTTEN_AFTER_MS: Final = 60_000
"""What answered on the broker so long ago is not shown any more."""


class Kind(StrEnum):
    """Whose a worker is."""

    OWN = "own_ledger"
    OTHER_LEDGER = "other_ledger"
    OTHER_APPLICATION = "other_application"


@dataclass(frozen=True, slots=True)
class SeenWorker:
    """One row of the table. Ages are milliseconds, as they were when the row was made."""

    key: str
    kind: Kind
    host: str
    pid: int | None = None
    version: str | None = None
    version_is: str | None = None
    """`same`, `older`, `newer`, `other`; None where it is not known."""
    pool: str | None = None
    concurrency: int | None = None
    accounts: tuple[str, ...] | None = None
    in_hand: int | None = None
    seen_ago_ms: int | None = None
    stopped_ago_ms: int | None = None
    bundled: bool = False
    """Whether it is the worker that this window started."""
    absent: bool = False
    """Whether it answers as a worker of this ledger, in which it is not found."""
    notes: tuple[str, ...] = ()
    """Codes of what it found out."""

    @property
    def stopped(self) -> bool:
        return self.stopped_ago_ms is not None

    @property
    def silent(self) -> bool:
        """Whether it should have given a sign of life, and did not."""
        return (
            self.kind is Kind.OWN
            and not self.stopped
            and not self.absent
            and (self.seen_ago_ms or 0) >= SILENT_AFTER_MS
        )

    @property
    def serves(self) -> bool:
        """Whether it runs and takes messages of this ledger."""
        return self.kind is Kind.OWN and not self.stopped and not self.silent and not self.absent

    @property
    def other_version(self) -> bool:
        return not self.stopped and self.version_is not in (None, "same")

    @property
    def role(self) -> Role:
        """How it stands, as a colour and a shape say it."""
        if self.stopped:
            return Role.NEUTRAL
        if self.silent or self.absent:
            return Role.BAD
        if self.kind is not Kind.OWN or self.other_version or self.notes:
            return Role.ATTENTION
        return Role.GOOD

    @property
    def name(self) -> str:
        """Computer and process, as sentences name it."""
        return self.host if self.pid is None else f"{self.host} ({self.pid})"


def seen_workers(
    status: Mapping[str, Any],
    announced: Mapping[str, Any] | None,
    announced_ago_ms: int,
    bundled: tuple[str, int],
    answered_before: Collection[str] = (),
) -> list[SeenWorker]:
    """One row a worker: this window's first, then those of this ledger, then strangers, then what has ended.

    `status` is the answer of `status.look`, `announced` that of `workers.announced`, `bundled` computer and process of
    the worker that this window runs (process 0: none); `answered_before` are ids of workers that answered already at
    the question before: if such a one is not in the ledger it is not because it has only just started.
    """
    told = list(announced.get("workers", ())) if announced is not None else []
    notes = {one["worker_id"]: one.get("notes", ()) for one in told if one["kind"] == Kind.OWN}
    listed = [one for key in ("workers", "gone_workers") for one in status.get(key, ())]
    rows = [_own(one, bundled, notes.get(one.get("worker_id"), ())) for one in listed]
    rows += [_stranger(one, announced_ago_ms) for one in told if one["kind"] != Kind.OWN]
    known = {row.key for row in rows}
    if "workers" in status:
        rows += [
            replace(_stranger(one, announced_ago_ms), absent=True)
            for one in told
            if one["kind"] == Kind.OWN and one["worker_id"] in answered_before and one["worker_id"] not in known
        ]
    return sorted((row for row in rows if not _is_forgotten(row)), key=_order)


def _own(wire: Mapping[str, Any], bundled: tuple[str, int], heard: Any) -> SeenWorker:
    seen_ago = wire.get("seen_ago_ms")
    if seen_ago is None and wire.get("seen_ms"):
        seen_ago = max(0, int(time.time() * 1000) - int(wire["seen_ms"]))
    stopped_ago = wire.get("stopped_ago_ms")
    return SeenWorker(
        key=str(wire.get("worker_id")),
        kind=Kind.OWN if wire.get("own_ledger", True) else Kind.OTHER_LEDGER,
        host=str(wire.get("host")),
        pid=wire.get("pid"),
        version=wire.get("version"),
        version_is=wire.get("version_is"),
        pool=wire.get("pool"),
        concurrency=wire.get("concurrency"),
        accounts=tuple(map(str, wire.get("accounts") or ())),
        in_hand=wire.get("in_hand"),
        seen_ago_ms=seen_ago,
        stopped_ago_ms=stopped_ago,
        bundled=stopped_ago is None and bundled[1] != 0 and (wire.get("host"), wire.get("pid")) == bundled,
        notes=tuple(sorted({*map(str, wire.get("notes") or ()), *map(str, heard)})),
    )


def _stranger(wire: Mapping[str, Any], announced_ago_ms: int) -> SeenWorker:
    return SeenWorker(
        key=str(wire["worker_id"]),
        kind=Kind(wire["kind"]),
        host=str(wire["host"] if wire.get("pid") is not None else wire["node"]),
        pid=wire.get("pid"),
        version=wire.get("version"),
        version_is=wire.get("version_is"),
        pool=wire.get("pool"),
        concurrency=wire.get("concurrency"),
        seen_ago_ms=int(wire.get("seen_ago_ms") or 0) + announced_ago_ms,
    )


def _is_forgotten(row: SeenWorker) -> bool:
    return (row.absent or row.kind is not Kind.OWN) and (row.seen_ago_ms or 0) > FORGOTTEN_AFTER_MS


def _order(row: SeenWorker) -> tuple[object, ...]:
    kinds = list(Kind)
    return (row.stopped, kinds.index(row.kind), row.absent, not row.bundled, row.stopped_ago_ms or 0, row.host, row.key)

"""`workers.announced`: which workers answer on the broker, also those of other ledgers and other applications.

Two questions by Celery's remote control. The first is one that every Celery worker knows (which queues it takes from),
so that no other application's worker logs an error because of us; the second goes only to those that take from a lane
of SMS Desk. What comes back is from whoever shares the broker: it is cut to size and never trusted.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tasks import lanes
from tasks.clerk.desk import Desk
from tasks.clerk.pulse import BrokerPulse
from tasks.clerk.wire import Request
from tasks.clerk.workers import compared

if TYPE_CHECKING:
    from celery import Celery

LISTEN_S = 1.0
"""How long a worker's answer is waited for after the one before it."""

ANSWER_S = 5.0
"""Both questions, and connecting."""

FRESH_S = 5.0
REMEMBERED_S = 35.0
"""A worker with a busy `solo` pool answers only between two tasks: one silence is no end."""

MOST = 100
LONGEST_TEXT = 100


class Announced:
    """Asks in a thread of its own, one question at a time."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._heard: dict[str, tuple[float, dict[str, Any]]] = {}
        self._pulse = BrokerPulse(self._ask, FRESH_S, ANSWER_S)

    def look(self, _request: Request) -> dict[str, Any]:
        """`{ok, code, params, fanout, workers}`: never fails for the broker's sake, that is part of the answer."""
        return {"fanout": True, "workers": []} | self._pulse.look()

    def _ask(self) -> dict[str, Any]:
        uuid = self._desk.ledger().uuid
        found = self._desk.client("announced").ask(lambda app: roll_call(app, uuid))
        if found is None:
            return {"fanout": False}
        now = time.monotonic()
        self._heard |= {worker["worker_id"]: (now, worker) for worker in found}
        self._heard = {key: (at, one) for key, (at, one) in self._heard.items() if now - at < REMEMBERED_S}
        workers = [one | {"seen_ago_ms": int((now - at) * 1000)} for at, one in self._heard.values()]
        return {"workers": workers}


def roll_call(app: Celery, ledger_uuid: str) -> list[dict[str, Any]] | None:
    """The workers on this app's broker. None where the broker cannot ask all at once."""
    with app.connection_for_write() as connection:
        if "fanout" not in connection.transport.implements.exchange_type:
            return None
        lanes_of = replies(app, connection, "active_queues")
        ours = [node for node, queues in lanes_of if ledger_of(queues) is not None]
        said = replies(app, connection, lanes.ANNOUNCE, ours) if ours else []
    strangers = [stranger(node) for node, queues in lanes_of if ledger_of(queues) is None]
    told = [announced(node, answer, ledger_uuid) for node, answer in said if is_announcement(answer)]
    answered = {one["node"] for one in told}
    # Of a version before this command, or too busy to answer: its queues say all the same whose it is.
    mute = [desk_worker(node, str(ledger_of(queues)), ledger_uuid) for node, queues in lanes_of if node in ours]
    return numbered([*told, *(one for one in mute if one["node"] not in answered), *strangers][:MOST])


def replies(app: Celery, connection: Any, command: str, nodes: Sequence[str] = ()) -> list[tuple[str, Any]]:
    """(node, answer) of each worker that answers in time. Two workers may have the same node's name."""
    came = app.control.broadcast(
        command,
        destination=list(dict.fromkeys(nodes)) or None,
        reply=True,
        timeout=LISTEN_S,
        limit=len(nodes) or MOST,
        connection=connection,
    )
    answers = [one for one in came or () if isinstance(one, dict)]
    return [(str(node)[:LONGEST_TEXT], answer) for one in answers for node, answer in one.items()]


def ledger_of(queues: Any) -> str | None:
    """The UUID of the ledger whose lanes a worker takes from, `""` for an odd one; None of another application."""
    names = [one.get("name") for one in queues if isinstance(one, dict)] if isinstance(queues, list) else []
    for name in names:
        if isinstance(name, str) and name.startswith("smsdesk."):
            return name.split(".")[1][:LONGEST_TEXT]
    return None


def is_announcement(answer: Any) -> bool:
    """Whether a worker knew the question: else it answers with an error."""
    return isinstance(answer, dict) and "ledger" in answer


def announced(node: str, answer: Mapping[str, Any], ledger_uuid: str) -> dict[str, Any]:
    """A worker that told of itself."""
    version, notes = text(answer.get("version")), answer.get("notes")
    return desk_worker(node, text(answer.get("ledger")) or "", ledger_uuid) | {
        "worker_id": text(answer.get("worker_id")),
        "host": text(answer.get("host")) or host_of(node),
        "pid": number(answer.get("pid")),
        "version": version,
        "version_is": compared(version) if version else None,
        "pool": text(answer.get("pool")),
        "concurrency": number(answer.get("concurrency")),
        "notes": [code for one in notes[:10] if (code := text(one))] if isinstance(notes, list) else [],
    }


def desk_worker(node: str, ledger: str, ledger_uuid: str) -> dict[str, Any]:
    """A worker of SMS Desk, as far as its queues tell."""
    return stranger(node) | {"kind": "own_ledger" if ledger == ledger_uuid else "other_ledger"}


def stranger(node: str) -> dict[str, Any]:
    """A worker of which only its name is known: one of another application."""
    unknown = dict.fromkeys(("worker_id", "pid", "version", "version_is", "pool", "concurrency"))
    return {"kind": "other_application", "node": node, "host": host_of(node), "notes": []} | unknown


def numbered(found: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each with an id that it has again at the next question: its own, as in its ledger, or one made of its name."""
    before: dict[str, int] = {}
    rows = []
    for one in found:
        key = f"{one['kind']}:{one['node']}:{one['pid'] or ''}"
        before[key] = before.get(key, 0) + 1
        rows.append(one | {"worker_id": one["worker_id"] or f"{key}:{before[key]}"})
    return rows


def host_of(node: str) -> str:
    """`celery@host` → `host`."""
    return node.partition("@")[2] or node


def text(value: Any) -> str | None:
    """A short printable text, else None."""
    return value[:LONGEST_TEXT] if isinstance(value, str) and value.isprintable() else None


def number(value: Any) -> int | None:
    """A whole number that fits anywhere, else None."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 else None

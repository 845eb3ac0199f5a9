"""A clerk with a ledger in memory: rows made from their number, so a million of them cost nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from support.fake_clerk import FakeClerk

from tasks.errors import RequestError
from tasks.ledger.states import State

STATES = [state.value for state in State]
NOON_MS = 1_795_348_800_000


def row(message_id: int, **changes: Any) -> dict[str, Any]:
    """A Row of the wire."""
    made = {
        "message_id": message_id,
        "created_ms": NOON_MS + message_id * 1_000,
        "updated_ms": NOON_MS + message_id * 1_000 + 500,
        "recipient": f"+861380013{message_id % 10_000:04d}",
        "text": f"Message number {message_id}",
        "account": "simulator",
        "gateway": "simulator",
        "simulated": True,
        "state": STATES[message_id % len(STATES)],
        "reason": None,
        "due_ms": None,
        "tries": 1,
        "task_id": f"task-{message_id}",
        "worker": "desk-1:4711",
        "segments": 1,
        "price_micros": 45_000,
        "currency": "CNY",
        "batch_id": 1 + message_id // 100,
        "source": "panel",
        "provider_id": f"SIM-{message_id}",
        "revision": 1,
        "template_id": None,
        "variables": [],
        "waiting": None,
        "waiting_reason": None,
    }
    return made | changes


class LedgerClerk(FakeClerk):
    """Answers the requests of the Deliveries page, newest message first. `rows` holds what differs from `row`."""

    def __init__(self, count: int = 30, *, hold: bool = False) -> None:
        super().__init__(hold=hold)
        self.count = count
        self.revision = 1
        self.changed: dict[int, dict[str, Any]] = {}
        """Message id → what is other than in `row`."""
        self.matching: Callable[[dict[str, Any]], int | None] = lambda _filter: None
        """How many rows a filter shows; None: all."""
        self.celery: dict[str, str] = {}
        self.next_change: dict[str, Any] = {}
        """Once: what the next `view.refresh` says beside rows, e.g. `{"reset": True}`."""
        self._view = 0
        self._shown = 0
        self._filter: dict[str, Any] = {}
        self.answers = {
            "view.open": self._answer_open,
            "view.rows": self._answer_rows,
            "view.refresh": self._answer_refresh,
            "message.detail": self._answer_detail,
            "celery.states": lambda asked: {
                "states": {task: self.celery.get(task, "PENDING") for task in asked["task_ids"]}
            },
            "export.run": lambda asked: {"written": self._shown},
        }

    def row_at(self, place: int) -> dict[str, Any]:
        message_id = self._shown - place
        return row(message_id, **self.changed.get(message_id, {}))

    def change(self, message_id: int, **changes: Any) -> None:
        """Write a message: the next refresh tells it."""
        self.revision += 1
        self.changed.setdefault(message_id, {}).update(changes, revision=self.revision)

    def add(self, number: int) -> None:
        """Messages are released: they come on top."""
        self.revision += 1
        for message_id in range(self.count + 1, self.count + number + 1):
            self.changed.setdefault(message_id, {})["revision"] = self.revision
        self.count += number

    def _answer_open(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked["sort"]["column"] == "text" and self.count > 100_000:
            raise RequestError("request.sort_too_large", most=100_000)
        self._view += 1
        self._filter = dict(asked["filter"])
        found = self.matching(self._filter)
        self._shown = self.count if found is None else found
        return {"view": self._view, "count": self._shown, "revision": self.revision}

    def _check_view(self, asked: dict[str, Any]) -> None:
        if asked["view"] != self._view:
            raise RequestError("request.view_closed")

    def _answer_rows(self, asked: dict[str, Any]) -> dict[str, Any]:
        self._check_view(asked)
        assert asked["count"] <= 400
        end = min(self._shown, asked["start"] + asked["count"])
        rows = [self.row_at(place) for place in range(asked["start"], end)]
        return {"start": asked["start"], "rows": rows, "revision": self.revision}

    def _answer_refresh(self, asked: dict[str, Any]) -> dict[str, Any]:
        self._check_view(asked)
        found = self.matching(self._filter)
        inserted = self.count - self._shown if found is None else 0
        self._shown = self.count if found is None else found
        places = range(asked["first"], min(self._shown, asked["last"] + inserted + 1))
        changed = [place for place in places if self.row_at(place)["revision"] > asked["revision"]]
        start = changed[0] if changed else asked["first"]
        rows = [self.row_at(place) for place in range(start, changed[-1] + 1)] if changed else []
        change = {"count": self._shown, "inserted": inserted, "reset": False, "start": start, "rows": rows}
        special, self.next_change = self.next_change, {}
        return {**change, "revision": self.revision, "service": "", **special}

    def _answer_detail(self, asked: dict[str, Any]) -> dict[str, Any]:
        message_id = asked["message_id"]
        found = row(message_id, **self.changed.get(message_id, {}))
        one = {
            "number": 1, "worker": found["worker"], "started_ms": NOON_MS, "ended_ms": NOON_MS + 300,
            "outcome": "accepted", "code": found["reason"], "provider_id": found["provider_id"],
        }  # fmt: skip
        return {"row": found, "tries": [one], "content": {"text": found["text"], "sender": None}}

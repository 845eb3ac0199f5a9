"""A Compose page over a fake clerk that checks numbers with the real parser and remembers what was sent."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget
from support.fake_clerk import FakeClerk

from tasks import recipients
from tasks.errors import RequestError

SIMULATOR: dict[str, Any] = {
    "name": "simulator", "gateway": "simulator", "title": {"en": "Simulator", "zh": "模拟网关"}, "simulated": True,
    "needs_template": False, "signature": "", "price_micros": None, "currency": "CNY", "usable": True, "problem": None,
}  # fmt: skip
CLINIC: dict[str, Any] = {
    "name": "clinic", "gateway": "yuntongxun", "title": {"en": "Yuntongxun", "zh": "容联云通讯"}, "simulated": False,
    "needs_template": True, "lists_templates": True, "signature": "安心诊所", "price_micros": 45_000,
    "currency": "CNY", "usable": True, "problem": None,
}  # fmt: skip
APPOINTMENT = {
    "template_id": "1834521", "account": "clinic", "name": "Appointment",
    "text": "您好{1}，您预约的{2}门诊时间为{3}。", "signature": "",
}  # fmt: skip


class ComposeClerk(FakeClerk):
    """Answers as the clerk does; `batches` holds what was written, by request id."""

    def __init__(self, *accounts: dict[str, Any], hold: bool = False) -> None:
        self.accounts = list(accounts or (SIMULATOR, CLINIC))
        self.templates: list[dict[str, Any]] = [dict(APPOINTMENT)]
        self.at_gateway: list[dict[str, Any]] = []
        """Approved templates that a fetch brings into the book."""
        self.not_approved: list[str] = []
        self.batches: dict[str, dict[str, Any]] = {}
        self.known: dict[str, int] = {}
        self.region = "CN"
        self.repeated: dict[str, Any] = {"count": 0, "first": [], "newest": None}
        self.over_cap: list[dict[str, Any]] = []
        self.without: dict[str, dict[str, Any]] = {}
        """The answers of `compose.leave_out` by the reason that is given."""
        super().__init__(
            {
                "settings.get": self._settings,
                "templates.list": lambda _: {"templates": list(self.templates)},
                "templates.save": self._save_template,
                "templates.delete": self._delete_template,
                "templates.fetch": self._fetch_templates,
                "recipients.check": self._check,
                "compose.quote": self._quote,
                "compose.earlier": lambda _: {"repeated": self.repeated, "over_cap": self.over_cap},
                "compose.leave_out": lambda params: self.without[params["what"][0]],
                "compose.send": self._send,
            },
            hold=hold,
        )

    def start_anew(self) -> None:
        """The process ended and another one greets: tokens are gone, what was written is not."""
        self.known.clear()
        self.ready.emit({})

    def _settings(self, _params: dict[str, Any]) -> dict[str, Any]:
        fields = [{"key": "region", "value": self.region}, {"key": "gateway", "value": self.accounts[0]["name"]}]
        return {"fields": fields, "accounts": self.accounts, "problems": []}

    def _check(self, params: dict[str, Any]) -> dict[str, Any]:
        found = recipients.check(params["text"], params["region"])
        token = f"token-{len(self.calls)}"
        self.known[token] = len(found.numbers)
        return {
            "token": token, "valid": len(found.numbers), "duplicates": found.duplicates,
            "by_region": found.by_region, "bad_count": len(found.bad), "first": found.numbers[:3],
            "bad": [{"line": r.line, "start": r.start, "end": r.end, "code": r.code} for r in found.bad[:200]],
        }  # fmt: skip

    def _quote(self, params: dict[str, Any]) -> dict[str, Any]:
        messages = self._known(params)
        price = next(entry["price_micros"] for entry in self.accounts if entry["name"] == params["account"])
        total = None if price is None else price * messages
        return {"messages": messages, "segments": messages, "price_micros": total, "currency": "CNY", "warnings": []}

    def _send(self, params: dict[str, Any]) -> dict[str, Any]:
        earlier = self.batches.get(params["request_id"])
        if earlier is None:
            number = len(self.batches) + 1
            earlier = {"batch_id": number, "first_id": 1, "count": self._known(params), "published": True}
            self.batches[params["request_id"]] = earlier
        return earlier

    def _known(self, params: dict[str, Any]) -> int:
        if params["token"] not in self.known:
            raise RequestError("request.recipients_gone")
        return self.known[params["token"]]

    def _save_template(self, params: dict[str, Any]) -> dict[str, Any]:
        self._delete_template(params)
        self.templates.append(dict(params))
        return {"template": params}

    def _fetch_templates(self, params: dict[str, Any]) -> dict[str, Any]:
        known = {entry["template_id"] for entry in self.templates}
        added = [entry for entry in self.at_gateway if entry["template_id"] not in known]
        self.templates += [{**entry, "account": params["account"]} for entry in added]
        found = len(self.at_gateway) + len(self.not_approved)
        missing = sorted(known - {entry["template_id"] for entry in self.at_gateway}) if found else []
        return {
            "found": found, "added": len(added), "changed": 0, "not_approved": self.not_approved, "missing": missing,
        }  # fmt: skip

    def _delete_template(self, params: dict[str, Any]) -> dict[str, Any]:
        self.templates = [entry for entry in self.templates if entry["template_id"] != params["template_id"]]
        return {}


def by_name(parent: QWidget, kind: type[Any], name: str) -> Any:
    """The widget of this kind with this accessible name, as a screen reader finds it."""
    found = [widget for widget in parent.findChildren(kind) if widget.accessibleName() == name]
    assert len(found) == 1, f"{len(found)} widgets named {name!r}"
    return found[0]

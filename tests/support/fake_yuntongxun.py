"""Yuntongxun as a judge: looks at signature, time, account, application, template and numbers as the platform does, and
answers with the platform's own codes.

    with FakeYuntongxun() as platform:
        platform.templates["42"] = Approved("您的验证码是{1}，{2}分钟内有效。")
        ...                                      # send to platform.url
        assert platform.delivered["13800138000"] == ["您的验证码是1234，5分钟内有效。"]

What is not published it makes up, and says so: the code for a repeated `reqId`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

CHINA = timezone(timedelta(hours=8))
SID = "8a216da8762cb4570176e7d1a5fd3a4b"
TOKEN = "d9b1f8e0c7a64f6b8c2e0a1b3c4d5e6f"
APP_ID = "8a216da8762cb4570176e7d1a6e13a52"
ACCEPTED = "000000"
REPEATED = "112699"
"""Made up: with which code the platform refuses a `reqId` that it has had that day is not published."""

_PATH = re.compile(r"/(?P<version>[^/]+)/(?P<kind>Accounts|SubAccounts)/(?P<sid>[^/]*)/(?P<call>.+)")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_PLACE = re.compile(r"\{([0-9]+)\}")


class RefusedError(Exception):
    """The platform answers with this code."""


@dataclass
class Approved:
    """A template of the console. `status`: 1 approved, 0 under review, 2 refused."""

    text: str
    title: str = "template"
    status: str = "1"


@dataclass(frozen=True)
class Heard:
    """One request as it came in, and the answer's code."""

    method: str
    path: str
    sig: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]
    code: str


@dataclass
class FakeYuntongxun:
    """The platform on a free port of this computer. Every field may be changed while it runs."""

    sid: str = SID
    token: str = TOKEN
    app_id: str = APP_ID
    accounts: str = "Accounts"
    """`SubAccounts`: the account is one of these."""
    online: bool = True
    """False: the application is in test and reaches `test_numbers` only."""
    test_numbers: set[str] = field(default_factory=set)
    templates: dict[str, Approved] = field(default_factory=dict)
    blacklist: set[str] = field(default_factory=set)
    unassigned: set[str] = field(default_factory=set)
    """Numbers that look right and are none."""
    most_numbers: int = 100
    balance: str = "128.50"
    clock_ahead: timedelta = timedelta()
    """How much the platform's clock is ahead of this computer's."""
    heard: list[Heard] = field(default_factory=list)
    delivered: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Texts by number, each as often as it was taken."""

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._req_ids: set[tuple[str, str]] = set()
        self._serial = 0

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"platform": self}))
        self._server.daemon_threads = False
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="fake-yuntongxun")
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def sendings(self) -> list[Heard]:
        """The requests to send, in order."""
        with self._lock:
            return [request for request in self.heard if request.path.endswith("/SMS/TemplateSMS")]

    @property
    def environment(self) -> dict[str, str]:
        """The settings of an account that fits."""
        values = {"BASE_URL": self.url, "ACCOUNT_SID": self.sid, "AUTH_TOKEN": self.token, "APP_ID": self.app_id}
        return {f"SMSDESK_YUNTONGXUN_{name}": value for name, value in values.items()}

    def answer(self, method: str, target: str, headers: Mapping[str, str], raw: bytes) -> dict[str, Any]:
        """Judge one request."""
        path, _, query = target.partition("?")
        body: dict[str, Any] = {}
        with self._lock:
            try:
                call = self._login(path, query, headers)
                body = _body(method, raw)
                content = self._calls(method, call)(body)
            except RefusedError as refused:
                content = {"statusCode": str(refused), "statusMsg": "拒绝"}
            sig = query.removeprefix("sig=")
            self.heard.append(Heard(method, path, sig, dict(headers), body, content["statusCode"]))
            return content

    def _login(self, path: str, query: str, headers: Mapping[str, str]) -> str:
        """What is asked for, once address, authorization and signature are in order."""
        found = _PATH.fullmatch(path)
        _refuse(found is None or found["version"] != "2013-12-26", "111110")
        assert found is not None
        _refuse(not re.fullmatch("[0-9A-Za-z]{32}", found["sid"]), "111100")
        _refuse(not headers.get("authorization"), "111101")
        try:
            named = base64.b64decode(headers["authorization"], validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise RefusedError("111102") from None
        account, colon, timestamp = named.partition(":")
        _refuse(not colon, "111103")
        _refuse(not account, "111104")
        _refuse(not timestamp, "111105")
        _refuse(account != found["sid"], "111107")
        self._check_time(timestamp)
        _refuse(not query.startswith("sig=") or len(query) == 4, "111108")
        _refuse(account != self.sid or found["kind"] != self.accounts, "111141")
        sig = hashlib.md5(f"{self.sid}{self.token}{timestamp}".encode()).hexdigest().upper()
        _refuse(query != f"sig={sig}", "111109")
        return found["call"]

    def _check_time(self, timestamp: str) -> None:
        _refuse(not re.fullmatch("[0-9]{14}", timestamp), "111113")
        said = datetime.strptime(timestamp, "%Y%m%d%H%M%S").replace(tzinfo=CHINA)
        _refuse(abs(self._now() - said) > timedelta(hours=24), "111106")

    def _now(self) -> datetime:
        return datetime.now(CHINA) + self.clock_ahead

    def _calls(self, method: str, call: str) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
        calls: dict[tuple[str, str], Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            ("POST", "SMS/TemplateSMS"): self._send,
            ("POST", "SMS/QuerySMSTemplate"): self._query,
            ("GET", "AccountInfo"): self._account,
        }
        _refuse((method, call) not in calls, "111110")
        return calls[method, call]

    def _send(self, body: Mapping[str, Any]) -> dict[str, Any]:
        self._check_application(body)
        numbers = str(body.get("to") or "").split(",")
        datas = body.get("datas") or []
        template = self._template(body, datas)
        self._check_numbers(numbers)
        _refuse(float(self.balance) <= 0, "111142")
        self._check_req_id(str(body.get("reqId", "")))
        for number in numbers:
            self.delivered[number].append(_PLACE.sub(lambda place: datas[int(place[1]) - 1], template.text))
        self._serial += 1
        created = self._now().strftime("%Y%m%d%H%M%S")
        sid = hashlib.md5(str(self._serial).encode()).hexdigest()
        return {"statusCode": ACCEPTED, "templateSMS": {"smsMessageSid": sid, "dateCreated": created}}

    def _check_application(self, body: Mapping[str, Any]) -> None:
        _refuse(not body.get("appId"), "111169")
        _refuse(body["appId"] != self.app_id, "111181")

    def _template(self, body: Mapping[str, Any], datas: Any) -> Approved:
        template_id = str(body.get("templateId") or "")
        _refuse(not template_id, "112307")
        _refuse(not re.fullmatch("[0-9]+", template_id), "112318")
        _refuse(template_id not in self.templates, "112311")
        template = self.templates[template_id]
        _refuse(template.status != "1", "112323")
        _refuse(not isinstance(datas, list) or not all(isinstance(value, str) for value in datas), "160031")
        places = {int(place) for place in _PLACE.findall(template.text)}
        _refuse(len(datas) != max(places, default=0), "160031")
        return template

    def _check_numbers(self, numbers: list[str]) -> None:
        _refuse(numbers == [""], "112306")
        _refuse(len(numbers) > self.most_numbers, "160017")
        bad = any(not _MOBILE.fullmatch(number) or number in self.unassigned for number in numbers)
        _refuse(bad, "112316" if len(numbers) > 1 else "160042")
        _refuse(not self.online and not set(numbers) <= self.test_numbers, "112310")
        _refuse(bool(set(numbers) & self.blacklist), "112317")

    def _check_req_id(self, req_id: str) -> None:
        _refuse(not re.fullmatch("[0-9A-Za-z]{1,32}", req_id), "160031")
        today = (self._now().strftime("%Y%m%d"), req_id)
        _refuse(today in self._req_ids, REPEATED)
        self._req_ids.add(today)

    def _query(self, body: Mapping[str, Any]) -> dict[str, Any]:
        self._check_application(body)
        wanted = str(body.get("templateId") or "")
        _refuse(bool(wanted) and wanted not in self.templates, "112311")
        entries = [
            {"id": name, "title": entry.title, "content": entry.text, "status": entry.status, "type": "0"}
            for name, entry in self.templates.items()
            if wanted in ("", name)
        ]
        return {"statusCode": ACCEPTED, "totalCount": str(len(entries)), "TemplateSMS": entries}

    def _account(self, _body: Mapping[str, Any]) -> dict[str, Any]:
        return {"statusCode": ACCEPTED, "Account": {"balance": self.balance, "subBalance": "0", "status": "1"}}


class _Handler(BaseHTTPRequestHandler):
    """HTTP/1.0: a connection for each request, so that nothing is open when the platform ends."""

    platform: FakeYuntongxun

    def do_GET(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        self._serve(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def _serve(self, raw: bytes) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = json.dumps(self.platform.answer(self.command, self.path, headers, raw), ensure_ascii=False).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json;charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing to standard error."""


def _body(method: str, raw: bytes) -> dict[str, Any]:
    if method == "GET":
        return {}
    _refuse(not raw, "112604")
    try:
        body = json.loads(raw)
    except UnicodeDecodeError:
        raise RefusedError("112603") from None
    except ValueError:
        raise RefusedError("112616") from None
    _refuse(not isinstance(body, dict), "112616")
    return dict(body)


def _refuse(wrong: bool, code: str) -> None:
    if wrong:
        raise RefusedError(code)

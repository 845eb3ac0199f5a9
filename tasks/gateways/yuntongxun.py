"""容联云通讯 (Yuntongxun, CCP): template SMS over its REST interface of 2013-12-26.

Only approved templates are sent; the account's signature is put in front by the platform. Up to `numbers_per_request`
numbers share a request (the vendor's sources name 100 and 200). There is no polling of receipts.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, ClassVar

from tasks.errors import GatewayError
from tasks.gateways.answers import CallError, HttpAnswer, classify_status
from tasks.gateways.codes import classify
from tasks.gateways.protocol import (
    AccountField,
    Deadline,
    Limits,
    Outcome,
    OutcomeKind,
    OutgoingMessage,
    PendingReceipt,
    Receipt,
)

if TYPE_CHECKING:
    from tasks.gateways.http import HttpCaller

ACCEPTED = "000000"
CHINA_TIME = timezone(timedelta(hours=8))
"""The platform reads the timestamp as China time, whatever this computer's zone is."""

_BASE_URL = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+(/[^?#\s]*)?")
_REFERENCE = re.compile(r"[0-9A-Za-z]{1,32}")
_MAINLAND = re.compile(r"\+86[0-9]{11}")
"""The template interface serves no other region, and wants the eleven digits."""
_STATUS_CODE = re.compile(r"[0-9]{6}")
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

ONE_SINKS_ALL = frozenset({"112316", "112317", "112319", "160013", "160017", "160034", "160042"})
"""Codes for one bad number (or too many numbers) with which the platform refuses the whole request."""

PAUSE_S: Mapping[str, float] = {"160038": 30.0}
"""Verification codes to one number must be 30 s apart (the platform's rules, page 3_2_2_1)."""


def sign(account_sid: str, auth_token: str, now: datetime) -> tuple[str, str]:
    """`sig` of the address and the Authorization header of one request; both carry the same timestamp."""
    timestamp = now.astimezone(CHINA_TIME).strftime("%Y%m%d%H%M%S")
    # MD5 is what the platform asks for.
    sig = hashlib.md5(f"{account_sid}{auth_token}{timestamp}".encode(), usedforsecurity=False).hexdigest().upper()
    return sig, base64.b64encode(f"{account_sid}:{timestamp}".encode()).decode()


def request_id(reference: str, part: str = "") -> str:
    """`reqId`: at most 32 letters and digits, unique for account and day. `part` names a part of a split request."""
    if not part and _REFERENCE.fullmatch(reference):
        return reference
    return hashlib.md5(f"{reference}/{part}".encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What one request came to, for all its numbers."""

    kind: OutcomeKind
    code: str = ""
    provider_id: str | None = None
    retry_after_s: float | None = None

    def outcomes(self, messages: Sequence[OutgoingMessage]) -> Iterator[Outcome]:
        for message in messages:
            yield Outcome(message.message_id, self.kind, self.code, self.provider_id, self.retry_after_s)


class Yuntongxun:
    """A `Gateway` for one account (ACCOUNT SID) and application (APP ID)."""

    name: ClassVar[str] = "yuntongxun"
    title: ClassVar[Mapping[str, str]] = {"en": "Yuntongxun (CCP)", "zh": "容联云通讯"}
    simulated: ClassVar[bool] = False
    polls_receipts: ClassVar[bool] = False
    account_fields: ClassVar[Sequence[AccountField]] = (
        AccountField(
            "account_sid",
            str,
            "",
            {"en": "ACCOUNT SID", "zh": "ACCOUNT SID（主账号）"},
            {"en": "On the console's first page.", "zh": "见控制台首页。"},
            required=True,
        ),
        AccountField(
            "auth_token",
            str,
            "",
            {"en": "AUTH TOKEN", "zh": "AUTH TOKEN（账号令牌）"},
            {"en": "On the console's first page.", "zh": "见控制台首页。"},
            secret=True,
            required=True,
        ),
        AccountField(
            "app_id",
            str,
            "",
            {"en": "APP ID", "zh": "APP ID（应用）"},
            {"en": "The application must be online.", "zh": "应用须已上线。"},
            required=True,
        ),
        AccountField(
            "base_url",
            str,
            "https://app.cloopen.com:8883",
            {"en": "Server address", "zh": "服务器地址"},
            advanced=True,
        ),
        AccountField(
            "numbers_per_request",
            int,
            100,
            {"en": "Numbers in one request", "zh": "每次请求的号码数"},
            {
                "en": "Equal messages share a request. The platform takes 100, some accounts 200.",
                "zh": "内容相同的短信合并为一次请求。平台允许 100 个，部分账号为 200 个。",
            },
            minimum=1,
            maximum=200,
            advanced=True,
        ),
    )

    def __init__(self, fields: Mapping[str, Any], caller: HttpCaller | None = None) -> None:
        values = {entry.key: fields.get(entry.key) or entry.default for entry in self.account_fields}
        for key in ("account_sid", "auth_token", "app_id"):
            if not str(values[key]).strip():
                raise GatewayError("gateway.field_missing", field=key)
        self._sid = str(values["account_sid"]).strip()
        self._token = str(values["auth_token"]).strip()
        self._app_id = str(values["app_id"]).strip()
        self._base_url = str(values["base_url"]).strip().rstrip("/")
        if not _BASE_URL.fullmatch(self._base_url):
            raise GatewayError("gateway.field_invalid", field="base_url")
        if not re.fullmatch(r"[0-9A-Za-z]+", self._sid):
            raise GatewayError("gateway.field_invalid", field="account_sid")
        self._limits = Limits(numbers_per_request=int(values["numbers_per_request"]), needs_template=True)
        if caller is None:
            from tasks.gateways.http import HttpCaller

            caller = HttpCaller()
        self._caller = caller
        self._signed: tuple[int, str, Mapping[str, str]] = (0, "", {})

    @property
    def limits(self) -> Limits:
        return self._limits

    def send(self, messages: Sequence[OutgoingMessage], deadline: Deadline) -> list[Outcome]:
        """One request; more only if the platform refuses the whole of it for one number, which proves nothing left."""
        outcomes: dict[int, Outcome] = {}
        sendable = []
        for message in messages:
            fault = _fault_of(message)
            if fault is None:
                sendable.append(message)
            else:
                outcomes[message.message_id] = Outcome(message.message_id, OutcomeKind.REFUSED, fault)
        if sendable:
            for outcome in self._send_or_split(sendable, deadline, part=""):
                outcomes[outcome.message_id] = outcome
        return [outcomes[message.message_id] for message in messages]

    def receipts(self, pending: Sequence[PendingReceipt], now_ms: int) -> list[Receipt]:
        """Always empty: the platform pushes receipts to an address and cannot be asked for them."""
        return []

    def check_login(self, deadline: Deadline) -> None:
        """Ask for the account's data; sends nothing.

        Raises GatewayError: `gateway.login_refused` (reason: the platform's code), `gateway.unreachable` and
        `gateway.no_answer` (reason: `http.…`).
        """
        url, headers = self._address("AccountInfo")
        try:
            answer = self._caller.get(url, headers, deadline)
        except CallError as failed:
            code = "gateway.unreachable" if failed.kind is OutcomeKind.UNREACHED else "gateway.no_answer"
            raise GatewayError(code, reason=failed.code) from None
        status_code = _status_code(_json(answer))
        if status_code is None:
            raise GatewayError("gateway.no_answer", reason=f"http.{answer.status}")
        if status_code != ACCEPTED:
            raise GatewayError("gateway.login_refused", gateway=self.name, reason=status_code)

    def close(self) -> None:
        self._caller.close()

    def _send_or_split(self, messages: Sequence[OutgoingMessage], deadline: Deadline, part: str) -> Iterator[Outcome]:
        verdict = self._request(messages, deadline, part)
        if verdict.code not in ONE_SINKS_ALL or len(messages) == 1 or verdict.kind is not OutcomeKind.REFUSED:
            yield from verdict.outcomes(messages)
            return
        middle = len(messages) // 2
        yield from self._send_or_split(messages[:middle], deadline, part + "a")
        yield from self._send_or_split(messages[middle:], deadline, part + "b")

    def _request(self, messages: Sequence[OutgoingMessage], deadline: Deadline, part: str) -> _Verdict:
        first = messages[0]
        body: dict[str, Any] = {
            "to": ",".join([message.recipient.removeprefix("+86") for message in messages]),
            "appId": self._app_id,
            "templateId": first.template_id,
            "datas": list(first.variables),
            "reqId": request_id(first.reference, part),
        }
        url, headers = self._address("SMS/TemplateSMS")
        try:
            answer = self._caller.post(url, headers, _encode(body).encode(), deadline)
        except CallError as failed:
            return _Verdict(failed.kind, failed.code)
        return _read(answer)

    def _address(self, path: str) -> tuple[str, Mapping[str, str]]:
        """URL and headers of a request made now. Signed once a second, as the timestamp has seconds only."""
        second, sig, headers = self._signed
        now = int(time.time())
        if second != now:
            sig, authorization = sign(self._sid, self._token, datetime.fromtimestamp(now, CHINA_TIME))
            headers = {
                "Accept": "application/json",
                "Content-Type": "application/json;charset=utf-8",
                "Authorization": authorization,
            }
            self._signed = now, sig, headers
        return f"{self._base_url}/2013-12-26/Accounts/{self._sid}/{path}?sig={sig}", headers


def _fault_of(message: OutgoingMessage) -> str | None:
    """Code of what makes a message unfit for this gateway, known without asking it."""
    if not message.template_id:
        return "template.missing"
    if not _MAINLAND.fullmatch(message.recipient):
        return "number.region_not_served"
    return None


def _read(answer: HttpAnswer) -> _Verdict:
    """The platform's word where there is one, else what the HTTP status proves.

    A 429 and a 5xx stand whatever their body says: a proxy may have put the latter in place of an answer that was lost.
    So does a status of failure whose body claims success.
    """
    content = _json(answer)
    code = _status_code(content)
    succeeded = 200 <= answer.status < 300
    if code is None or answer.status == 429 or answer.status >= 500:
        status = classify_status(answer)
        if succeeded and status.kind is OutcomeKind.UNKNOWN:
            return _Verdict(OutcomeKind.UNKNOWN, "http.unreadable_answer")
        return _Verdict(status.kind, status.code, retry_after_s=status.retry_after_s)
    if code == ACCEPTED and not succeeded:
        return _Verdict(OutcomeKind.UNKNOWN, "http.unreadable_answer")
    if code == ACCEPTED:
        return _Verdict(OutcomeKind.ACCEPTED, provider_id=_sid_of(content))
    kind = classify("yuntongxun", code)
    return _Verdict(kind, code, retry_after_s=PAUSE_S.get(code) if kind is OutcomeKind.BUSY else None)


def _json(answer: HttpAnswer) -> dict[str, Any]:
    try:
        content = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _status_code(content: Mapping[str, Any]) -> str | None:
    """`statusCode`, always compared as a string; None where the body has none of six digits."""
    code = str(content.get("statusCode"))
    return code if _STATUS_CODE.fullmatch(code) else None


def _sid_of(content: Mapping[str, Any]) -> str | None:
    """`smsMessageSid`, one for all numbers of the request. A message taken without one gets no receipt."""
    template = content.get("templateSMS")
    sid = template.get("smsMessageSid") if isinstance(template, dict) else None
    return sid if isinstance(sid, str) and sid else None

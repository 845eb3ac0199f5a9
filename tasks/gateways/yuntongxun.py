"""容联云通讯 (Yuntongxun, CCP): template SMS over its REST interface of 2013-12-26.

Only approved templates are sent; the account's signature is put in front by the platform. Up to `numbers_per_request`
numbers share a request (the vendor's sources name 100 and 200). There is no polling of receipts. Numbers of other
regions are refused here: of the international interface only the address is known, neither its codes, nor how many
numbers it takes, nor whether it adds the signature.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, ClassVar

from tasks.errors import GatewayError
from tasks.gateways.answers import CallError
from tasks.gateways.codes import classify
from tasks.gateways.protocol import (
    AccountField,
    Balance,
    Deadline,
    GatewayTemplate,
    Limits,
    Outcome,
    OutcomeKind,
    OutgoingMessage,
    PendingReceipt,
    Receipt,
)
from tasks.gateways.yuntongxun_answers import (
    ACCEPTED,
    NAME,
    Verdict,
    json_of,
    read,
    read_balance,
    read_templates,
    status_code,
)
from tasks.gateways.yuntongxun_fields import ACCOUNT_FIELDS

if TYPE_CHECKING:
    from tasks.gateways.http import HttpCaller

CHINA_TIME = timezone(timedelta(hours=8))
"""The platform reads the timestamp as China time, whatever this computer's zone is."""

_HTTPS = re.compile(r"https://[A-Za-z0-9.\-\[\]:]+(/[^?#\s]*)?")
_HTTP_HERE = re.compile(r"http://(127(\.[0-9]{1,3}){3}|localhost|\[::1\])(:[0-9]+)?(/[^?#\s]*)?")
"""Without TLS only to this computer: a proxy of one's own, or a test."""
_ALPHANUMERIC = re.compile(r"[0-9A-Za-z]+")
_REFERENCE = re.compile(r"[0-9A-Za-z]{1,32}")
_EXTENSION = re.compile(r"[0-9]{0,4}")
_MAINLAND = re.compile(r"\+861[3-9][0-9]{9}")
"""Mobile numbers of the mainland; the template interface serves no other, and wants the eleven digits."""
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


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


class Yuntongxun:
    """A `Gateway` for one account (ACCOUNT SID) and application (APP ID). ListsTemplates, TellsBalance."""

    name: ClassVar[str] = NAME
    title: ClassVar[Mapping[str, str]] = {"en": "Yuntongxun (CCP)", "zh": "容联云通讯"}
    simulated: ClassVar[bool] = False
    polls_receipts: ClassVar[bool] = False
    account_fields: ClassVar[Sequence[AccountField]] = ACCOUNT_FIELDS

    def __init__(self, fields: Mapping[str, Any], caller: HttpCaller | None = None) -> None:
        values = {entry.key: fields.get(entry.key) or entry.default for entry in self.account_fields}
        self._sid = _required(values, "account_sid")
        self._token = _required(values, "auth_token")
        self._app_id = _required(values, "app_id")
        self._base_url = str(values["base_url"]).strip().rstrip("/")
        self._sub_append = str(values["sub_append"]).strip()
        if not (_HTTPS.fullmatch(self._base_url) or _HTTP_HERE.fullmatch(self._base_url)):
            raise GatewayError("gateway.field_invalid", field="base_url")
        if not _ALPHANUMERIC.fullmatch(self._sid):
            raise GatewayError("gateway.field_invalid", field="account_sid")
        if not _EXTENSION.fullmatch(self._sub_append):
            raise GatewayError("gateway.field_invalid", field="sub_append")
        self._accounts = "SubAccounts" if values["sub_account"] else "Accounts"
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
            for outcome in self._send_or_split(sendable, deadline):
                outcomes[outcome.message_id] = outcome
        return [outcomes[message.message_id] for message in messages]

    def receipts(self, pending: Sequence[PendingReceipt], now_ms: int) -> list[Receipt]:
        """Always empty: the platform pushes receipts to an address and cannot be asked for them."""
        return []

    def check_login(self, deadline: Deadline) -> None:
        """Ask for the account's data; sends nothing. Raises as the protocol says, and `gateway.refused`."""
        self._ask("AccountInfo", deadline)

    def balance(self, deadline: Deadline) -> Balance | None:
        """What is left on the account (`AccountInfo`)."""
        return read_balance(self._ask("AccountInfo", deadline))

    def templates(self, deadline: Deadline) -> list[GatewayTemplate]:
        """All templates of the application (`QuerySMSTemplate` with an empty id)."""
        body = {"appId": self._app_id, "templateId": ""}
        return read_templates(self._ask("SMS/QuerySMSTemplate", deadline, _encode(body).encode()))

    def close(self) -> None:
        self._caller.close()

    def _ask(self, path: str, deadline: Deadline, body: bytes | None = None) -> Mapping[str, Any]:
        """The good answer to a question that changes nothing.

        Raises GatewayError: `gateway.login_refused` and `gateway.refused` (gateway, reason: the platform's code),
        `gateway.unreachable` and `gateway.no_answer` (reason: `http.…`).
        """
        url, headers = self._address(path)
        try:
            answer = (
                self._caller.get(url, headers, deadline)
                if body is None
                else self._caller.post(url, headers, body, deadline)
            )
        except CallError as failed:
            code = "gateway.unreachable" if failed.kind is OutcomeKind.UNREACHED else "gateway.no_answer"
            raise GatewayError(code, reason=failed.code) from None
        content = json_of(answer)
        said = status_code(content)
        if said is None or (said == ACCEPTED and not 200 <= answer.status < 300):
            raise GatewayError("gateway.no_answer", reason=f"http.{answer.status}")
        if said != ACCEPTED:
            refused = classify(NAME, said) is OutcomeKind.ACCOUNT
            raise GatewayError("gateway.login_refused" if refused else "gateway.refused", gateway=NAME, reason=said)
        return content

    def _send_or_split(self, messages: Sequence[OutgoingMessage], deadline: Deadline) -> Iterator[Outcome]:
        """Halve a request until the numbers it was refused for stand alone. Each part has a `reqId` of its own."""
        waiting: list[tuple[Sequence[OutgoingMessage], str]] = [(messages, "")]
        while waiting:
            some, part = waiting.pop()
            verdict = self._request(some, deadline, part)
            if verdict.may_be_split and len(some) > 1:
                middle = len(some) // 2
                waiting += [(some[middle:], part + "b"), (some[:middle], part + "a")]
                continue
            yield from verdict.outcomes(some)
            if verdict.kind is OutcomeKind.ACCOUNT:
                # It would be the answer to the rest too.
                for rest, _ in waiting:
                    yield from verdict.outcomes(rest)
                return

    def _request(self, messages: Sequence[OutgoingMessage], deadline: Deadline, part: str) -> Verdict:
        first = messages[0]
        req_id = request_id(first.reference, part)
        body: dict[str, Any] = {
            "to": ",".join([message.recipient.removeprefix("+86") for message in messages]),
            "appId": self._app_id,
            "templateId": first.template_id,
            "reqId": req_id,
        }
        if first.variables:
            body["datas"] = list(first.variables)
        if self._sub_append:
            body["subAppend"] = self._sub_append
        url, headers = self._address("SMS/TemplateSMS")
        try:
            answer = self._caller.post(url, headers, _encode(body).encode(), deadline)
        except CallError as failed:
            verdict = Verdict(failed.kind, failed.code)
        else:
            verdict = read(answer, len(messages))
        if verdict.kind is OutcomeKind.UNKNOWN:
            return replace(verdict, provider_id=f"reqId {req_id}")
        return verdict

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
        return f"{self._base_url}/2013-12-26/{self._accounts}/{self._sid}/{path}?sig={sig}", headers


def _required(values: Mapping[str, Any], key: str) -> str:
    value = str(values[key]).strip()
    if not value:
        raise GatewayError("gateway.field_missing", field=key)
    return value


def _fault_of(message: OutgoingMessage) -> str | None:
    """Code of what makes a message unfit for this gateway, known without asking it: one bad number sinks a request."""
    if not message.template_id:
        return "template.missing"
    if not message.recipient.startswith("+86"):
        return "number.region_not_served"
    if not _MAINLAND.fullmatch(message.recipient):
        return "number.invalid"
    return None

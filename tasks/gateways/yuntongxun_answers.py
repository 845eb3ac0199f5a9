"""What Yuntongxun's answers say: of a request with one number or several, of templates, of the balance."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from tasks.errors import GatewayError
from tasks.gateways.answers import HttpAnswer, classify_status
from tasks.gateways.codes import MANY, classify, pause
from tasks.gateways.protocol import Balance, GatewayTemplate, Outcome, OutcomeKind, OutgoingMessage

NAME = "yuntongxun"
ACCEPTED = "000000"

ONE_SINKS_ALL = frozenset(
    {"112314", "112316", "112317", "112319", "160017", "160034", "160038", "160039", "160040", "160041", "160042"}
)
"""Refusals for one number, or for too many, that come from the check of the request, so that nothing of it has left.

112316 is documented so. The others stand beside it in the same two blocks of the platform's table: 112 is the check of
the message, 160031 to 160043 that of template, number and frequency; such an answer names no `smsMessageSid`.
"""

_THE_SAME_FOR_ALL = frozenset(
    {
        "160011",
        "160014",
        "160018",
        "160019",
        "160020",
        "160031",
        "160032",
        "160033",
        "160035",
        "160036",
        "160037",
        "160043",
    }
)
"""Refusals of the channel for text, template or money: what stops one number has stopped every other."""

_STATUS_CODE = re.compile(r"[0-9]{6}")
_SIGNED = re.compile(r"【([^【】]{1,40})】")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one request came to, for all its numbers."""

    kind: OutcomeKind
    code: str = ""
    provider_id: str | None = None
    retry_after_s: float | None = None

    def outcomes(self, messages: Sequence[OutgoingMessage]) -> Iterator[Outcome]:
        for message in messages:
            yield Outcome(message.message_id, self.kind, self.code, self.provider_id, self.retry_after_s)

    @property
    def may_be_split(self) -> bool:
        """Whether the request was refused whole, for some of its numbers only."""
        return self.code in ONE_SINKS_ALL and self.kind in (OutcomeKind.REFUSED, OutcomeKind.BUSY)


def read(answer: HttpAnswer, numbers: int) -> Verdict:
    """The platform's word where there is one, else what the HTTP status proves.

    A 429 and a 5xx stand whatever their body says: a proxy may have put the latter in place of an answer that was lost.
    So does a status of failure whose body claims success.
    """
    content = json_of(answer)
    code = status_code(content)
    succeeded = 200 <= answer.status < 300
    if code is None or answer.status == 429 or answer.status >= 500:
        status = classify_status(answer)
        if succeeded and status.kind is OutcomeKind.UNKNOWN:
            return Verdict(OutcomeKind.UNKNOWN, "http.unreadable_answer")
        return Verdict(status.kind, status.code, retry_after_s=status.retry_after_s)
    if code == ACCEPTED and not succeeded:
        return Verdict(OutcomeKind.UNKNOWN, "http.unreadable_answer")
    if code == ACCEPTED:
        return Verdict(OutcomeKind.ACCEPTED, provider_id=_sid_of(content))
    kind = classify(NAME, code)
    if numbers > 1 and kind is not OutcomeKind.UNKNOWN and not _holds_for_all(code):
        return Verdict(OutcomeKind.UNKNOWN, MANY + code)
    return Verdict(kind, code, retry_after_s=pause(NAME, code) if kind is OutcomeKind.BUSY else None)


def _holds_for_all(code: str) -> bool:
    """Whether one refusal proves for each of several numbers that it was not sent.

    The channel's codes (160…) need not: numbers of one request go to several carriers, of which one may be busy, or may
    refuse a number, while another has taken its part. So may a connection break inside the platform (112606).
    """
    checked_before = not code.startswith("160") and code != "112606"
    return checked_before or code in ONE_SINKS_ALL or code in _THE_SAME_FOR_ALL


def json_of(answer: HttpAnswer) -> Mapping[str, Any]:
    """The body, empty where it is no JSON object."""
    try:
        content = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def status_code(content: Mapping[str, Any]) -> str | None:
    """`statusCode`, always compared as a string; None where the body has none of six digits."""
    code = str(content.get("statusCode"))
    return code if _STATUS_CODE.fullmatch(code) else None


def _sid_of(content: Mapping[str, Any]) -> str | None:
    """`smsMessageSid`, one for all numbers of the request. A message taken without one gets no receipt."""
    template = content.get("templateSMS")
    sid = template.get("smsMessageSid") if isinstance(template, dict) else None
    return sid if isinstance(sid, str) and sid else None


def read_templates(content: Mapping[str, Any]) -> list[GatewayTemplate]:
    """The templates of a QuerySMSTemplate answer; GatewayError `gateway.no_answer` if what is there cannot be read.

    The vendor's current pages do not show this answer. Names as published clients read them: a list `TemplateSMS` of
    {id, title, content, status}, status "1" = approved. Unverified, hence read with tolerance.
    """
    found = content.get("TemplateSMS", content.get("templateSMS"))
    entries = [entry for entry in (found if isinstance(found, list) else [found]) if entry]
    templates = [_template(entry) for entry in entries if isinstance(entry, dict)]
    known = [template for template in templates if template is not None]
    if entries and not known:
        raise GatewayError("gateway.no_answer", gateway=NAME, reason="http.unreadable_answer")
    return known


def _template(entry: Mapping[str, Any]) -> GatewayTemplate | None:
    template_id = _text(entry, "id", "templateId")
    if not template_id:
        return None
    text, signature = unsigned(_text(entry, "content", "templateContent", "text"))
    status = _text(entry, "status")
    return GatewayTemplate(
        template_id,
        text,
        name=_text(entry, "title", "templateName", "name"),
        signature=_text(entry, "signature", "sign").strip("【】 ") or signature,
        approved=status == "1" if status else None,
    )


def unsigned(text: str) -> tuple[str, str]:
    """A text without its signature, and that: 【…】 at the beginning or the end is put there by the platform itself."""
    text = text.strip()
    for found in (_SIGNED.match(text), re.search(_SIGNED.pattern + r"$", text)):
        if found:
            return (text[: found.start()] + text[found.end() :]).strip(), found[1].strip()
    return text, ""


def _text(entry: Mapping[str, Any], *names: str) -> str:
    """The first of these that is there, as text."""
    found = next((entry[name] for name in names if entry.get(name) not in (None, "")), "")
    return str(found).strip() if isinstance(found, str | int) and not isinstance(found, bool) else ""


def read_balance(content: Mapping[str, Any]) -> Balance | None:
    """`balance` of an AccountInfo answer, in yuan.

    The vendor's page (doc.yuntongxun.com, "账户信息查询") lists it without saying where it stands; published clients
    find it in `Account`. Currency and nesting are unverified.
    """
    account = content.get("Account", content.get("account"))
    for place in (account, content):
        if isinstance(place, dict):
            try:
                amount = Decimal(str(place.get("balance")).strip())
            except InvalidOperation:
                continue
            if amount.is_finite():
                return Balance(amount, "CNY")
    return None

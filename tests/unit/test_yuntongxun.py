"""Yuntongxun's request as the platform checks it, and what each of its answers proves."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from support.counting_gateway import CountingGateway

from tasks.errors import GatewayError
from tasks.gateways.codes import classify
from tasks.gateways.protocol import Deadline, GatewayTemplate, Outcome, OutcomeKind, OutgoingMessage
from tasks.gateways.yuntongxun import Yuntongxun, request_id, sign
from tasks.gateways.yuntongxun_answers import read_balance, read_templates

SID, TOKEN = "8a216da8000000000000000000000001", "0123456789abcdef0123456789abcdef"


def gateway_at(url: str, **fields: Any) -> Yuntongxun:
    return Yuntongxun({"account_sid": SID, "auth_token": TOKEN, "app_id": "app1", "base_url": url, **fields})


def message(number: int, **changes: Any) -> OutgoingMessage:
    values: dict[str, Any] = {
        "message_id": number,
        "reference": f"ref{number}",
        "recipient": f"+86138{number:08d}",
        "text": "",
        "template_id": "42",
        "variables": ("1234", "五"),
        **changes,
    }
    return OutgoingMessage(**values)


def send(counting: CountingGateway, *messages: OutgoingMessage, seconds: float = 5, **fields: Any) -> list[Outcome]:
    gateway = gateway_at(counting.url, **fields)
    try:
        return gateway.send(messages, Deadline.after(seconds))
    finally:
        gateway.close()


def test_the_signature_is_the_platforms_in_china_time() -> None:
    # 18:30 UTC is the next day in China.
    sig, authorization = sign("abc", "def", datetime(2026, 11, 22, 18, 30, 5, tzinfo=UTC))
    assert sig == hashlib.md5(b"abcdef20261123023005").hexdigest().upper()
    assert base64.b64decode(authorization) == b"abc:20261123023005"


@pytest.mark.parametrize(
    "reference", ["m1t1", "a" * 32, "a" * 33, "1-2", "9f0e5b1c-1111-2222-3333-444455556666", "编号", ""]
)
def test_a_request_id_has_at_most_32_letters_and_digits(reference: str) -> None:
    made = request_id(reference)
    assert made.isascii()
    assert made.isalnum()
    assert len(made) <= 32
    assert made == request_id(reference)
    assert made != request_id(reference, "a")
    if 0 < len(reference) <= 32 and reference.isascii() and reference.isalnum():
        assert made == reference


def test_a_message_arrives_as_the_platform_wants_it() -> None:
    with CountingGateway(token=TOKEN) as counting:
        (outcome,) = send(counting, message(1))
        assert outcome.kind is OutcomeKind.ACCEPTED
        assert outcome.code == ""
        assert outcome.provider_id is not None
        assert len(outcome.provider_id) == 32
        (arrived,) = counting.arrived
        assert (arrived.to, arrived.template_id, arrived.datas) == ("13800000001", "42", ("1234", "五"))
        assert (arrived.req_id, arrived.taken) == ("ref1", True)


def test_equal_messages_share_one_request_and_its_id() -> None:
    with CountingGateway(token=TOKEN) as counting:
        outcomes = send(counting, *(message(number) for number in range(100)))
        assert [outcome.message_id for outcome in outcomes] == list(range(100))
        assert len({outcome.provider_id for outcome in outcomes}) == 1
        assert counting.state()["requests"] == 1
        assert counting.state()["numbers"] == 100


def test_a_wrong_token_is_a_fault_of_the_account() -> None:
    with CountingGateway(token="another") as counting:
        (outcome,) = send(counting, message(1))
        assert (outcome.kind, outcome.code) == (OutcomeKind.ACCOUNT, "111109")
        assert counting.state()["taken"] == 0


@pytest.mark.parametrize(
    ("behaviour", "kind", "code"),
    [
        ({"status_code": "111142"}, OutcomeKind.ACCOUNT, "111142"),
        ({"status_code": "160011"}, OutcomeKind.REFUSED, "160011"),
        ({"status_code": "111111"}, OutcomeKind.BUSY, "111111"),
        ({"status_code": "111000"}, OutcomeKind.UNKNOWN, "111000"),
        ({"status_code": "172001"}, OutcomeKind.UNKNOWN, "172001"),
        ({"status_code": "0"}, OutcomeKind.UNKNOWN, "http.unreadable_answer"),
        ({"http_status": 429}, OutcomeKind.BUSY, "http.429"),
        ({"http_status": 500}, OutcomeKind.UNKNOWN, "http.500"),
        ({"http_status": 503}, OutcomeKind.UNKNOWN, "http.503"),
        ({"http_status": 503, "status_code": "160001"}, OutcomeKind.UNKNOWN, "http.503"),
        ({"http_status": 400, "status_code": "112311"}, OutcomeKind.REFUSED, "112311"),
        ({"http_status": 400}, OutcomeKind.UNKNOWN, "http.unreadable_answer"),
        ({"http_status": 401, "mode": "garbage"}, OutcomeKind.ACCOUNT, "http.401"),
        ({"http_status": 301, "mode": "garbage"}, OutcomeKind.ACCOUNT, "http.301"),
        ({"http_status": 308, "mode": "garbage"}, OutcomeKind.ACCOUNT, "http.308"),
        ({"http_status": 302, "mode": "garbage"}, OutcomeKind.UNKNOWN, "http.302"),
        ({"http_status": 200, "mode": "empty"}, OutcomeKind.UNKNOWN, "http.unreadable_answer"),
        ({"http_status": 204, "mode": "empty"}, OutcomeKind.UNKNOWN, "http.unreadable_answer"),
        ({"http_status": 502, "mode": "garbage"}, OutcomeKind.UNKNOWN, "http.502"),
        ({"http_status": 504, "mode": "empty"}, OutcomeKind.UNKNOWN, "http.504"),
        ({"status_code": "112600"}, OutcomeKind.UNKNOWN, "112600"),
        ({"status_code": "112601"}, OutcomeKind.UNKNOWN, "112601"),
        ({"status_code": "172003"}, OutcomeKind.UNKNOWN, "172003"),
        ({"status_code": "111106"}, OutcomeKind.ACCOUNT, "111106"),
        ({"status_code": "160050"}, OutcomeKind.BUSY, "160050"),
        ({"mode": "garbage"}, OutcomeKind.UNKNOWN, "http.unreadable_answer"),
        ({"mode": "close"}, OutcomeKind.UNKNOWN, "http.closed"),
        ({"mode": "reset"}, OutcomeKind.UNKNOWN, "http.reset"),
        ({"mode": "half"}, OutcomeKind.UNKNOWN, "http.closed"),
        ({"drop_rate": 1.0}, OutcomeKind.UNKNOWN, "http.closed"),
    ],
)
def test_what_an_answer_proves(behaviour: dict[str, Any], kind: OutcomeKind, code: str) -> None:
    with CountingGateway(**behaviour) as counting:
        (outcome,) = send(counting, message(1))
        assert (outcome.kind, outcome.code) == (kind, code)
        assert counting.state()["requests"] == 1


@pytest.mark.parametrize("mode", ["hang", "drip"])
def test_no_answer_in_time_is_unknown_and_never_repeated(mode: str) -> None:
    with CountingGateway(mode=mode) as counting:
        (outcome,) = send(counting, message(1), seconds=0.3)
        assert (outcome.kind, outcome.code) == (OutcomeKind.UNKNOWN, "http.read_timeout")
        assert counting.state()["requests"] == 1


def test_a_server_that_is_not_there_was_not_reached() -> None:
    with CountingGateway() as counting:
        url = counting.url
    gateway = gateway_at(url)
    (outcome,) = gateway.send([message(1)], Deadline.after(5))
    gateway.close()
    assert (outcome.kind, outcome.code) == (OutcomeKind.UNREACHED, "http.connect_refused")


def test_the_pause_that_is_asked_for_is_told() -> None:
    with CountingGateway(http_status=429, retry_after="7") as counting:
        assert send(counting, message(1))[0].retry_after_s == 7
        counting.set(http_status=200, status_code="160038", retry_after=None)
        assert send(counting, message(1))[0].retry_after_s == 30


def test_one_bad_number_is_found_and_the_others_are_sent_once() -> None:
    bad = {"13800000003": "112316", "13800000011": "112317"}
    with CountingGateway(code_by_number=bad) as counting:
        outcomes = send(counting, *(message(number) for number in range(16)))
        refused = {outcome.message_id: outcome.code for outcome in outcomes if outcome.kind is OutcomeKind.REFUSED}
        assert refused == {3: "112316", 11: "112317"}
        assert sum(outcome.kind is OutcomeKind.ACCEPTED for outcome in outcomes) == 14
        assert [outcome.message_id for outcome in outcomes] == list(range(16))
        assert counting.state()["taken"] == 14
        assert counting.state()["duplicates"] == 0
        requests = {entry.req_id for entry in counting.arrived}
        assert len(requests) == counting.state()["requests"]


def test_a_request_too_large_for_the_account_is_sent_in_parts() -> None:
    with CountingGateway(max_numbers=10) as counting:
        outcomes = send(counting, *(message(number) for number in range(40)), numbers_per_request=40)
        assert {outcome.kind for outcome in outcomes} == {OutcomeKind.ACCEPTED}
        assert (counting.state()["taken"], counting.state()["duplicates"]) == (40, 0)


@pytest.mark.parametrize("code", ["160001", "160013", "160016", "160022", "160050", "160999", "112606"])
def test_one_answer_of_the_channel_proves_nothing_for_each_of_several(code: str) -> None:
    with CountingGateway(status_code=code) as counting:
        outcomes = send(counting, *(message(number) for number in range(8)))
        assert {(outcome.kind, outcome.code) for outcome in outcomes} == {(OutcomeKind.UNKNOWN, f"many.{code}")}
        assert counting.state()["requests"] == 1
        (alone,) = send(counting, message(9))
        assert (alone.kind, alone.code) == (classify("yuntongxun", code), code)
        assert alone.kind is not OutcomeKind.UNKNOWN


@pytest.mark.parametrize("mode", ["close", "reset", "garbage"])
def test_an_unknown_outcome_names_the_id_that_the_platform_got(mode: str) -> None:
    with CountingGateway(mode=mode) as counting:
        outcomes = send(counting, message(1), message(2))
        assert {outcome.provider_id for outcome in outcomes} == {"reqId ref1"}
        assert {entry.req_id for entry in counting.arrived} == {"ref1"}
    gateway = gateway_at(counting.url)
    (unreached,) = gateway.send([message(1)], Deadline.after(5))
    gateway.close()
    assert unreached.provider_id is None


@pytest.mark.parametrize("code", ["160011", "111142", "111111", "111000"])
def test_a_refusal_that_is_not_about_one_number_is_not_tried_in_parts(code: str) -> None:
    with CountingGateway(status_code=code) as counting:
        assert {outcome.code for outcome in send(counting, *(message(number) for number in range(8)))} == {code}
        assert counting.state()["requests"] == 1


def test_parts_that_the_deadline_cuts_off_were_surely_not_sent() -> None:
    with CountingGateway(code_by_number={"13800000000": "112316"}, delay_ms=120) as counting:
        outcomes = send(counting, *(message(number) for number in range(64)), seconds=0.5)
        unreached = {outcome.message_id for outcome in outcomes if outcome.kind is OutcomeKind.UNREACHED}
        assert len(outcomes) == 64
        assert unreached
        sent = {int(entry.to[3:]) for entry in counting.arrived if entry.taken}
        assert not unreached & sent


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"template_id": None}, "template.missing"),
        ({"template_id": ""}, "template.missing"),
        ({"recipient": "+85261234567"}, "number.region_not_served"),
        ({"recipient": "+14155552671"}, "number.region_not_served"),
        ({"recipient": "+86138"}, "number.invalid"),
        ({"recipient": "+8613800000001,"}, "number.invalid"),
        ({"recipient": "+8601012345678"}, "number.invalid"),
    ],
)
def test_what_cannot_be_sent_here_is_refused_without_a_call_and_the_rest_goes(
    changes: dict[str, Any], code: str
) -> None:
    with CountingGateway() as counting:
        outcomes = send(counting, message(1, **changes), message(2))
        assert [(outcome.message_id, outcome.code) for outcome in outcomes] == [(1, code), (2, "")]
        assert counting.state()["numbers"] == 1


def test_the_login_can_be_checked_without_sending() -> None:
    with CountingGateway(token=TOKEN) as counting:
        gateway = gateway_at(counting.url)
        gateway.check_login(Deadline.after(5))
        counting.set(token="another")
        with pytest.raises(GatewayError) as refused:
            gateway.check_login(Deadline.after(5))
        assert (refused.value.code, refused.value.params["reason"]) == ("gateway.login_refused", "111109")
        counting.set(http_status=502)
        with pytest.raises(GatewayError, match=r"gateway\.(no_answer|login_refused)"):
            gateway.check_login(Deadline.after(5))
        assert counting.state()["requests"] == 0
    with pytest.raises(GatewayError) as away:
        gateway.check_login(Deadline.after(5))
    assert (away.value.code, away.value.params["reason"]) == ("gateway.unreachable", "http.connect_refused")
    gateway.close()


@pytest.mark.parametrize(
    ("behaviour", "code", "reason"),
    [
        ({"status_code": "111111"}, "gateway.refused", "111111"),
        ({"status_code": "111115"}, "gateway.login_refused", "111115"),
        ({"http_status": 502}, "gateway.no_answer", "http.502"),
        ({"http_status": 403, "status_code": "?"}, "gateway.no_answer", "http.403"),
    ],
)
def test_a_question_without_a_good_answer_says_why(behaviour: dict[str, Any], code: str, reason: str) -> None:
    with CountingGateway(**behaviour) as counting:
        gateway = gateway_at(counting.url)
        with pytest.raises(GatewayError) as fault:
            gateway.balance(Deadline.after(5))
        gateway.close()
    assert (fault.value.code, fault.value.params["reason"]) == (code, reason)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({}, []),
        ({"TemplateSMS": []}, []),
        ({"TemplateSMS": {"id": 7, "content": "你好"}}, [GatewayTemplate("7", "你好")]),
        (
            {"templateSMS": [{"templateId": "7", "templateContent": "【店】{1}", "status": 1}, None, "?"]},
            [GatewayTemplate("7", "{1}", signature="店", approved=True)],
        ),
    ],
)
def test_templates_are_read_with_tolerance(content: dict[str, Any], expected: list[GatewayTemplate]) -> None:
    assert read_templates(content) == expected


@pytest.mark.parametrize("found", ["text", [{"name": "no id"}], {"id": None, "content": "x"}])
def test_templates_that_cannot_be_read_are_no_empty_list(found: Any) -> None:
    with pytest.raises(GatewayError) as fault:
        read_templates({"TemplateSMS": found})
    assert fault.value.code == "gateway.no_answer"


@pytest.mark.parametrize(
    ("content", "amount"),
    [
        ({"balance": "12.34"}, Decimal("12.34")),
        ({"Account": {"balance": 5}}, Decimal(5)),
        ({"Account": {"balance": ""}, "balance": "1"}, Decimal(1)),
        ({"Account": {"balance": "much"}}, None),
        ({"Account": "?"}, None),
        ({}, None),
    ],
)
def test_the_balance_is_found_where_it_may_stand(content: dict[str, Any], amount: Decimal | None) -> None:
    balance = read_balance(content)
    assert (balance.amount if balance is not None else None) == amount


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"account_sid": ""}, "gateway.field_missing", "account_sid"),
        ({"auth_token": "  "}, "gateway.field_missing", "auth_token"),
        ({"base_url": "app.cloopen.com:8883"}, "gateway.field_invalid", "base_url"),
        ({"base_url": "ftp://app.cloopen.com"}, "gateway.field_invalid", "base_url"),
        ({"base_url": "https://app.cloopen.com?x=1"}, "gateway.field_invalid", "base_url"),
        ({"base_url": "http://app.cloopen.com:8883"}, "gateway.field_invalid", "base_url"),
        ({"base_url": "http://127.0.0.1.example.com"}, "gateway.field_invalid", "base_url"),
        ({"account_sid": "a/b"}, "gateway.field_invalid", "account_sid"),
        ({"sub_append": "12345"}, "gateway.field_invalid", "sub_append"),
        ({"sub_append": "a"}, "gateway.field_invalid", "sub_append"),
    ],
)
def test_an_account_that_cannot_work_is_told_before_anything_is_sent(
    fields: dict[str, str], code: str, field: str
) -> None:
    with pytest.raises(GatewayError) as fault:
        gateway_at(**{"url": "https://app.cloopen.com:8883", **fields}) if "base_url" not in fields else Yuntongxun(
            {"account_sid": SID, "auth_token": TOKEN, "app_id": "app1", **fields}
        )
    assert (fault.value.code, fault.value.params) == (code, {"field": field})


def test_the_token_is_a_secret_field_and_in_no_text_of_the_object() -> None:
    secret = {entry.key for entry in Yuntongxun.account_fields if entry.secret}
    assert secret == {"auth_token"}
    gateway = gateway_at("http://127.0.0.1:1")
    assert TOKEN not in repr(gateway)
    assert gateway.limits.needs_template
    assert gateway.limits.numbers_per_request == 100
    gateway.close()


def test_every_field_has_a_title_in_both_languages() -> None:
    for entry in Yuntongxun.account_fields:
        assert entry.title["en"]
        assert entry.title["zh"]
        assert json.dumps(entry.help) == "{}" or set(entry.help) == {"en", "zh"}

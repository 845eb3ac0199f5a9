"""The direct call by its old name: 0 or -1, never an exception, nothing personal in the log."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from support.counting_gateway import CountingGateway

from tasks.gateways.ccp import CCP

TOKEN = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Iterator[CountingGateway]:
    with CountingGateway(token=TOKEN) as gateway:
        monkeypatch.setenv("SMSDESK_YUNTONGXUN_ACCOUNT_SID", "8a216da8")
        monkeypatch.setenv("SMSDESK_YUNTONGXUN_AUTH_TOKEN", TOKEN)
        monkeypatch.setenv("SMSDESK_YUNTONGXUN_APP_ID", "app1")
        monkeypatch.setenv("SMSDESK_YUNTONGXUN_BASE_URL", gateway.url)
        yield gateway


def test_a_template_is_sent_and_zero_comes_back(counting: CountingGateway) -> None:
    assert CCP().send_template_sms("13800138000", ["1234", 5], 1) == 0
    (arrived,) = counting.arrived
    assert (arrived.to, arrived.template_id, arrived.datas) == ("13800138000", "1", ("1234", "5"))


def test_several_numbers_go_in_one_request(counting: CountingGateway) -> None:
    assert CCP().send_template_sms("13800138000,13900139000", ["1"], "1") == 0
    assert CCP().send_template_sms(["13800138000", "+86 139 0013 9000"], ["2"], "1") == 0
    assert (counting.state()["requests"], counting.state()["numbers"]) == (2, 4)


@pytest.mark.parametrize(
    "behaviour", [{"status_code": "160042"}, {"mode": "close"}, {"http_status": 500}, {"token": "x"}]
)
def test_anything_but_a_yes_is_minus_one(counting: CountingGateway, behaviour: dict[str, object]) -> None:
    counting.set(**behaviour)
    assert CCP().send_template_sms("13800138000", ["1234"], "1") == -1
    assert counting.state()["requests"] == 1


@pytest.mark.parametrize(("to", "template"), [("", "1"), ("123", "1"), ("13800138000,123", "1"), ("13800138000", "")])
def test_what_cannot_be_sent_is_minus_one_without_a_call(counting: CountingGateway, to: str, template: str) -> None:
    assert CCP().send_template_sms(to, ["1234"], template) == -1
    assert counting.state()["requests"] == 0


@pytest.mark.parametrize(
    ("to", "datas", "template"),
    [
        (None, ["1"], "1"),
        (["13800138000", None], ["1"], "1"),
        (b"13800138000", ["1"], "1"),
        ({"13800138000": 1}, ["1"], "1"),
        (object(), ["1"], "1"),
        ("13800138000", [None], "1"),
        ("13800138000", [["1"]], "1"),
        ("13800138000", {"code": "1"}, "1"),
        ("13800138000", [True], "1"),
        ("13800138000", ["1"], None),
        ("13800138000", ["1"], ["1"]),
    ],
)
def test_arguments_of_the_wrong_kind_are_minus_one_without_a_call(
    counting: CountingGateway, to: Any, datas: Any, template: Any
) -> None:
    assert CCP().send_template_sms(to, datas, template) == -1
    assert counting.state()["requests"] == 0


def test_one_request_takes_a_hundred_numbers_and_no_more(counting: CountingGateway) -> None:
    numbers = [str(13_800_000_000 + number) for number in range(101)]
    assert CCP().send_template_sms(numbers, ["1"], "1") == -1
    assert counting.state()["requests"] == 0
    assert CCP().send_template_sms(",".join(numbers[:100]), ["1"], "1") == 0
    assert (counting.state()["requests"], counting.state()["numbers"]) == (1, 100)


def test_values_may_be_one_or_none_or_numbers(counting: CountingGateway) -> None:
    for datas in ("1234", None, [], (1, 2.5)):
        assert CCP().send_template_sms(13800138000, datas, 1) == 0
    assert [taken.datas for taken in counting.arrived] == [("1234",), (), (), ("1", "2.5")]


def test_there_is_one_object_of_it() -> None:
    assert CCP() is CCP()


def test_without_an_account_it_is_minus_one() -> None:
    assert CCP().send_template_sms("13800138000", ["1234"], "1") == -1


def test_the_log_has_the_code_and_nothing_personal(counting: CountingGateway, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    counting.set(status_code="111142")
    CCP().send_template_sms("13800138000", ["7351"], "1")
    assert "111142" in caplog.text
    for private in ("13800138000", "7351", TOKEN, "8a216da8"):
        assert private not in caplog.text

"""The requests before two judges: the vendor's own SDK, and a platform that checks as the real one does."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from support.fake_yuntongxun import APP_ID, SID, TOKEN, Approved, FakeYuntongxun, Heard

from tasks.errors import GatewayError
from tasks.gateways.protocol import (
    Balance,
    Deadline,
    GatewayTemplate,
    ListsTemplates,
    Outcome,
    OutcomeKind,
    OutgoingMessage,
    TellsBalance,
)
from tasks.gateways.yuntongxun import Yuntongxun

CODE = "您的验证码是{1}，{2}分钟内有效。"
AWAY = "Pacific/Kiritimati"
"""UTC+14: on another day than China for most of the time."""


@pytest.fixture
def platform() -> Iterator[FakeYuntongxun]:
    with FakeYuntongxun(templates={"42": Approved(CODE)}) as opened:
        yield opened


def gateway_of(platform: FakeYuntongxun, **changes: Any) -> Yuntongxun:
    fields = {"account_sid": platform.sid, "auth_token": platform.token, "app_id": platform.app_id}
    return Yuntongxun({**fields, "base_url": platform.url, **changes})


def message(number: int, **changes: Any) -> OutgoingMessage:
    values: dict[str, Any] = {
        "message_id": number,
        "reference": f"{number}t1abcdef01",
        "recipient": f"+86138{number:08d}",
        "text": "",
        "template_id": "42",
        "variables": ("1234", "5"),
        **changes,
    }
    return OutgoingMessage(**values)


def send(platform: FakeYuntongxun, *messages: OutgoingMessage, **changes: Any) -> list[Outcome]:
    gateway = gateway_of(platform, **changes)
    try:
        return gateway.send(messages, Deadline.after(10))
    finally:
        gateway.close()


def local_zone(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("TZ", name)
    time.tzset()


@pytest.fixture
def any_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch
    time.tzset()


# -- the vendor's SDK ---------------------------------------------------------------------------------------


def by_the_sdk(
    platform: FakeYuntongxun, patch: pytest.MonkeyPatch, now: float, to: str, template: str, datas: tuple[str, ...]
) -> Heard:
    """What the vendor's code sends at this moment on a computer in China."""
    sdk = pytest.importorskip("ronglian_sms_sdk.SmsSDK", reason="the vendor's SDK is not installed")
    local_zone(patch, "Asia/Shanghai")
    patch.setattr(sdk, "time", SimpleNamespace(strftime=time.strftime, localtime=lambda: time.localtime(now)))
    patch.setattr(sdk.SmsSDK, "url", platform.url)
    patch.setenv("NO_PROXY", "*")
    sdk.SmsSDK(platform.sid, platform.token, platform.app_id).sendMessage(template, to, datas)
    return platform.heard[-1]


def by_us(
    platform: FakeYuntongxun, patch: pytest.MonkeyPatch, now: float, to: str, template: str, datas: tuple[str, ...]
) -> Heard:
    """What our code sends at the same moment on a computer at the other end of the world."""
    local_zone(patch, AWAY)
    patch.setattr("tasks.gateways.yuntongxun.time", SimpleNamespace(time=lambda: now))
    recipients = [f"+86{number}" for number in to.split(",")]
    messages = [
        message(at, recipient=number, template_id=template, variables=datas) for at, number in enumerate(recipients)
    ]
    send(platform, *messages)
    return platform.heard[-1]


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 22, 4, 0, 0, tzinfo=UTC),
        datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC),  # the last second of a day in China
        datetime(2026, 11, 22, 16, 0, 0, tzinfo=UTC),
        datetime(2026, 12, 31, 16, 0, 1, tzinfo=UTC),  # the first of a year
        datetime(2028, 2, 28, 20, 30, 0, tzinfo=UTC),  # 29 February in China
        datetime(2026, 7, 1, 0, 0, 0, tzinfo=UTC),
    ],
)
@pytest.mark.parametrize(
    ("to", "template", "datas"),
    [
        ("13800138000", "42", ("1234", "5")),
        ("13800138000,13900139000,19900001111", "1834521", ("王小明", '引号"与\\，换行\n', "😀")),
        ("13800138000", "1", ()),
        ("13800138000", "42", ("</datas>&amp;{1}", "1,2")),
    ],
)
def test_the_vendors_sdk_sends_the_same(
    platform: FakeYuntongxun,
    any_zone: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    moment: datetime,
    to: str,
    template: str,
    datas: tuple[str, ...],
) -> None:
    theirs = by_the_sdk(platform, any_zone, moment.timestamp(), to, template, datas)
    assert TOKEN in capsys.readouterr().out, "the SDK no longer prints the token: docs say that it does"
    ours = by_us(platform, any_zone, moment.timestamp(), to, template, datas)
    assert (ours.method, ours.path, ours.sig) == (theirs.method, theirs.path, theirs.sig)
    for name in ("authorization", "accept", "content-type"):
        assert ours.headers[name] == theirs.headers[name]
    stamp = base64.b64decode(ours.headers["authorization"]).decode()
    assert stamp == f"{SID}:{(moment + timedelta(hours=8)):%Y%m%d%H%M%S}"
    # What the SDK cannot say, and what we leave out where a template has no variables.
    added = {"reqId"}
    left_out = set() if datas else {"datas"}
    assert set(ours.body) - added == set(theirs.body) - left_out
    for name in set(theirs.body) - left_out:
        assert ours.body[name] == theirs.body[name], name


@pytest.mark.parametrize("token", [TOKEN, "0" * 32, "ffffffffffffffffffffffffffffffff"])
def test_the_vendors_own_hash_and_ours_agree(token: str) -> None:
    algorithm = pytest.importorskip("ronglian_sms_sdk.algorithm", reason="the vendor's SDK is not installed")
    from tasks.gateways.yuntongxun import sign

    for hour in range(0, 24 * 40, 7):
        now = datetime(2026, 2, 1, tzinfo=UTC) + timedelta(hours=hour)
        stamp = f"{now + timedelta(hours=8):%Y%m%d%H%M%S}"
        theirs = (algorithm.md5(f"{SID}{token}{stamp}").upper(), algorithm.base64Encoder(f"{SID}:{stamp}").decode())
        assert sign(SID, token, now) == theirs


# -- the platform that judges -------------------------------------------------------------------------------


def test_a_message_is_taken_and_reads_as_approved(platform: FakeYuntongxun) -> None:
    (outcome,) = send(platform, message(1))
    assert outcome.kind is OutcomeKind.ACCEPTED
    assert platform.delivered == {"13800000001": ["您的验证码是1234，5分钟内有效。"]}


def test_numbers_of_one_request_share_one_sid(platform: FakeYuntongxun) -> None:
    outcomes = send(platform, *(message(number) for number in range(100)))
    assert len({outcome.provider_id for outcome in outcomes}) == len(platform.sendings) == 1
    assert len(platform.delivered) == 100


@pytest.mark.parametrize("bad", [{0}, {57}, {99}, {3, 4, 80}, set(range(0, 100, 10))])
def test_bad_numbers_are_found_and_every_other_gets_one_message(platform: FakeYuntongxun, bad: set[int]) -> None:
    platform.unassigned = {f"138{number:08d}" for number in bad}
    outcomes = send(platform, *(message(number) for number in range(100)))
    refused = {outcome.message_id for outcome in outcomes if outcome.kind is OutcomeKind.REFUSED}
    assert refused == bad
    assert {outcome.code for outcome in outcomes if outcome.message_id in bad} == {"160042"}
    assert {number: len(texts) for number, texts in platform.delivered.items()} == {
        f"138{number:08d}": 1 for number in range(100) if number not in bad
    }
    ids = [request.body["reqId"] for request in platform.sendings]
    assert len(set(ids)) == len(ids)


def test_an_account_that_may_take_fewer_numbers_gets_parts(platform: FakeYuntongxun) -> None:
    platform.most_numbers = 30
    outcomes = send(platform, *(message(number) for number in range(100)))
    assert {outcome.kind for outcome in outcomes} == {OutcomeKind.ACCEPTED}
    assert all(len(texts) == 1 for texts in platform.delivered.values())


@pytest.mark.parametrize(
    ("changes", "kind", "code"),
    [
        ({"token": "another"}, OutcomeKind.ACCOUNT, "111109"),
        ({"sid": "f" * 32}, OutcomeKind.ACCOUNT, "111141"),
        ({"app_id": "another"}, OutcomeKind.ACCOUNT, "111181"),
        ({"online": False}, OutcomeKind.ACCOUNT, "112310"),
        ({"balance": "0.00"}, OutcomeKind.ACCOUNT, "111142"),
        ({"clock_ahead": timedelta(hours=25)}, OutcomeKind.ACCOUNT, "111106"),
        ({"clock_ahead": timedelta(hours=-25)}, OutcomeKind.ACCOUNT, "111106"),
        ({"clock_ahead": timedelta(hours=23)}, OutcomeKind.ACCEPTED, ""),
        ({"templates": {}}, OutcomeKind.REFUSED, "112311"),
        ({"templates": {"42": Approved(CODE, status="0")}}, OutcomeKind.REFUSED, "112323"),
        ({"templates": {"42": Approved("{1}{2}{3}")}}, OutcomeKind.REFUSED, "160031"),
        ({"blacklist": {"13800000001"}}, OutcomeKind.REFUSED, "112317"),
    ],
)
def test_what_the_platform_refuses(
    platform: FakeYuntongxun, changes: dict[str, Any], kind: OutcomeKind, code: str
) -> None:
    gateway = gateway_of(platform)
    for name, value in changes.items():
        setattr(platform, name, value)
    (outcome,) = gateway.send([message(1)], Deadline.after(10))
    gateway.close()
    assert (outcome.kind, outcome.code) == (kind, code)
    assert bool(platform.delivered) == (kind is OutcomeKind.ACCEPTED)


def test_an_application_in_test_reaches_its_bound_numbers(platform: FakeYuntongxun) -> None:
    platform.online, platform.test_numbers = False, {"13800000001"}
    platform.templates["1"] = Approved("测试{1}")
    (outcome,) = send(platform, message(1, template_id="1", variables=("1",)))
    assert outcome.kind is OutcomeKind.ACCEPTED


def test_a_template_without_variables_and_an_extension_code(platform: FakeYuntongxun) -> None:
    platform.templates["7"] = Approved("停电通知。")
    send(platform, message(1, template_id="7", variables=()), sub_append="0042")
    (request,) = platform.sendings
    assert request.code == "000000"
    assert "datas" not in request.body
    assert request.body["subAppend"] == "0042"


def test_a_sub_account_has_an_address_of_its_own(platform: FakeYuntongxun) -> None:
    platform.accounts = "SubAccounts"
    assert send(platform, message(1))[0].code == "111141"
    assert send(platform, message(1), sub_account=True)[0].kind is OutcomeKind.ACCEPTED
    assert platform.sendings[-1].path == f"/2013-12-26/SubAccounts/{SID}/SMS/TemplateSMS"


def test_a_fault_of_the_account_ends_the_search_for_a_bad_number(platform: FakeYuntongxun) -> None:
    """Once the account is refused the rest of the request is not tried, and waits with it."""

    class Running(FakeYuntongxun):
        def answer(self, *request: Any) -> dict[str, Any]:
            content = super().answer(*request)
            self.balance = "0" if len(self.sendings) == 4 else self.balance
            return content

    with Running(templates=platform.templates, unassigned={"13800000000"}) as running:
        outcomes = send(running, *(message(number) for number in range(16)))
        kinds = {outcome.message_id: outcome.kind for outcome in outcomes}
        waiting = [number for number, kind in kinds.items() if kind is OutcomeKind.ACCOUNT]
        assert waiting
        assert all(f"138{number:08d}" not in running.delivered for number in waiting)
        assert len([request for request in running.sendings if request.code == "111142"]) == 1


# -- templates and balance ----------------------------------------------------------------------------------


def test_it_offers_both() -> None:
    assert issubclass(Yuntongxun, ListsTemplates)
    assert issubclass(Yuntongxun, TellsBalance)


def test_the_templates_come_with_signature_and_approval(platform: FakeYuntongxun) -> None:
    platform.templates = {
        "42": Approved(f"【安心诊所】{CODE}", title="验证码"),
        "43": Approved("您的快递到了。【驿站】", status="0"),
    }
    gateway = gateway_of(platform)
    assert gateway.templates(Deadline.after(10)) == [
        GatewayTemplate("42", CODE, "验证码", "安心诊所", True),
        GatewayTemplate("43", "您的快递到了。", "template", "驿站", False),
    ]
    platform.templates = {}
    assert gateway.templates(Deadline.after(10)) == []
    gateway.close()
    assert not platform.sendings


def test_the_balance_is_told(platform: FakeYuntongxun) -> None:
    gateway = gateway_of(platform)
    assert gateway.balance(Deadline.after(10)) == Balance(Decimal("128.50"), "CNY")
    platform.balance = "-3"
    assert gateway.balance(Deadline.after(10)) == Balance(Decimal(-3), "CNY")
    platform.balance = "NaN"
    assert gateway.balance(Deadline.after(10)) is None
    gateway.close()


@pytest.mark.parametrize(
    ("changes", "code", "reason"),
    [
        ({"token": "another"}, "gateway.login_refused", "111109"),
        ({"app_id": "another"}, "gateway.login_refused", "111181"),
    ],
)
def test_a_question_that_is_refused_says_why(
    platform: FakeYuntongxun, changes: dict[str, Any], code: str, reason: str
) -> None:
    gateway = gateway_of(platform)
    for name, value in changes.items():
        setattr(platform, name, value)
    with pytest.raises(GatewayError) as refused:
        gateway.templates(Deadline.after(10))
    gateway.close()
    assert (refused.value.code, refused.value.params["reason"]) == (code, reason)


def test_the_platform_judges_what_it_is_sent() -> None:
    """The judge is one: it knows a wrong application from a right one."""
    with FakeYuntongxun() as platform:
        assert platform.app_id == APP_ID
        (outcome,) = send(platform, message(1), app_id="0" * 32)
        assert outcome.code == "111181"

"""From the clerk through a real worker to a platform that judges; its templates and balance back to the window."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.desk import Clerk, ClerkAnswerError, Desk, send, wait_until
from support.fake_yuntongxun import Approved, FakeYuntongxun

from tasks.gateways.codes import explain

CODE = "您的验证码是{1}，{2}分钟内有效。"
SETTLED = {"submitted", "rejected", "held", "unknown", "failed"}


class Platform(FakeYuntongxun):
    """The platform, and a desk with its account."""

    def __init__(self) -> None:
        super().__init__(templates={"42": Approved(f"【安心诊所】{CODE}", "验证码")})

    def desk(self, home: Path, **settings: object) -> Desk:
        account = {name.removeprefix("SMSDESK_").lower(): value for name, value in self.environment.items()}
        return Desk(home, gateway="yuntongxun", **account, **settings)


@pytest.fixture
def platform() -> Iterator[Platform]:
    with Platform() as opened:
        yield opened


@pytest.fixture
def clerk(platform: Platform, isolated: Path) -> Iterator[Clerk]:
    """A clerk alone: nothing is sent."""
    with platform.desk(isolated) as desk:
        yield desk.clerk()


@pytest.fixture
def sending(platform: Platform, isolated: Path) -> Iterator[Clerk]:
    """A clerk with server and worker."""
    with platform.desk(isolated) as desk:
        desk.server()
        clerk = desk.clerk()
        desk.worker()
        yield clerk


def numbers(count: int) -> list[str]:
    return [f"138{number:08d}" for number in range(count)]


def order(clerk: Clerk, to: list[str], click: str, **content: Any) -> list[dict[str, Any]]:
    """Send template 42 and wait until every message is settled; returns the rows by number."""
    wanted = {"template_id": "42", "variables": ["1234", "5"], "text": "", **content}
    sent = send(clerk, to, wanted, "yuntongxun", click)
    rows: list[dict[str, Any]] = []

    def settled() -> bool:
        rows[:] = rows_of(clerk, sent["batch_id"])
        return len(rows) == len(to) and {row["state"] for row in rows} <= SETTLED

    wait_until(settled, 40, 0.1)
    return rows


def rows_of(clerk: Clerk, batch_id: int) -> list[dict[str, Any]]:
    sort = {"column": "recipient", "descending": False}
    view = clerk.ask("view.open", filter={"batch_id": batch_id}, sort=sort)
    return list(clerk.ask("view.rows", view=view["view"], start=0, count=400)["rows"])


def test_250_numbers_are_three_requests_and_a_bad_one_takes_nobody_with_it(platform: Platform, sending: Clerk) -> None:
    rows = order(sending, numbers(250), "click-1")
    assert Counter(row["state"] for row in rows) == {"submitted": 250}
    assert sorted(len(request.body["to"].split(",")) for request in platform.sendings) == [50, 100, 100]
    assert len({row["provider_id"] for row in rows}) == 3
    assert platform.delivered == {number: ["【安心诊所】您的验证码是1234，5分钟内有效。"] for number in numbers(250)}

    platform.delivered.clear()
    platform.unassigned, platform.blacklist = {numbers(250)[137]}, {numbers(250)[8]}
    rows = order(sending, numbers(250), "click-2", variables=["9", "9"])
    refused = {row["recipient"]: row["reason"] for row in rows if row["state"] == "rejected"}
    assert refused == {f"+86{numbers(250)[137]}": "160042", f"+86{numbers(250)[8]}": "112317"}
    assert Counter(row["state"] for row in rows) == {"submitted": 248, "rejected": 2}
    assert Counter(map(len, platform.delivered.values())) == {1: 248}
    ids = [request.body["reqId"] for request in platform.sendings]
    assert len(set(ids)) == len(ids)


def test_what_is_wrong_says_what_to_do_and_a_wrong_token_loses_nothing(platform: Platform, sending: Clerk) -> None:
    (row,) = order(sending, numbers(1), "unknown template", template_id="4711")
    assert (row["state"], row["reason"]) == ("rejected", "112311")
    assert "“Fetch from gateway”" in explain("yuntongxun", row["reason"], "en").remedy
    (row,) = order(sending, numbers(1), "one variable short", variables=["1234"])
    assert (row["state"], row["reason"]) == ("rejected", "160031")
    (row,) = order(sending, ["+85261234567"], "abroad")
    assert (row["state"], row["reason"]) == ("rejected", "number.region_not_served")

    asked = len(platform.sendings)
    platform.token, former = "0" * 32, platform.token
    (row,) = order(sending, numbers(1), "wrong token")
    assert (row["state"], row["reason"]) == ("held", "111109")
    held = next(entry for entry in sending.ask("status.look")["accounts"] if entry["name"] == "yuntongxun")
    assert held["held_reason"] == "111109"
    assert "AUTH TOKEN" in explain("yuntongxun", held["held_reason"], "zh").remedy
    assert len(platform.sendings) == asked + 1
    platform.token = former
    assert sending.ask("account.resume", account="yuntongxun") == {"resumed": 1}
    wait_until(lambda: rows_of(sending, row["batch_id"])[0]["state"] == "submitted", 20)
    assert Counter(map(len, platform.delivered.values())) == {1: 1}


# -- templates and balance ----------------------------------------------------------------------------------


def test_the_gateways_templates_come_into_the_book_once(platform: Platform, clerk: Clerk) -> None:
    platform.templates |= {"43": Approved("您的快递到了。"), "44": Approved("促销{1}", status="0")}
    mine = {"template_id": "43", "account": "yuntongxun", "name": "Parcel", "text": "old", "signature": "Desk"}
    gone = {**mine, "template_id": "99", "name": "Gone"}
    other = {**mine, "account": "simulator"}
    for entry in (mine, gone, other):
        clerk.ask("templates.save", **entry)
    assert clerk.ask("templates.fetch", account="yuntongxun") == {
        "found": 3, "added": 1, "changed": 1, "not_approved": ["44"], "missing": ["99"],
    }  # fmt: skip
    fetched = {"template_id": "42", "account": "yuntongxun", "name": "验证码", "text": CODE, "signature": "安心诊所"}
    book = clerk.ask("templates.list")["templates"]
    assert sorted(book, key=lambda entry: (entry["account"], entry["template_id"])) == [
        other, fetched, {**mine, "text": "您的快递到了。"}, gone,
    ]  # fmt: skip
    again = clerk.ask("templates.fetch", account="yuntongxun")
    assert (again["added"], again["changed"]) == (0, 0)


def test_a_fetch_that_fails_says_why_and_changes_nothing(platform: Platform, clerk: Clerk) -> None:
    def refused(account: str) -> tuple[str, dict[str, Any]]:
        with pytest.raises(ClerkAnswerError) as error:
            clerk.ask("templates.fetch", account=account)
        return error.value.code, error.value.params

    assert refused("simulator") == ("gateway.no_template_query", {"account": "simulator"})
    assert refused("nobody")[0] == "gateway.no_account"
    platform.token = "0" * 32
    assert refused("yuntongxun") == ("gateway.login_refused", {"gateway": "yuntongxun", "reason": "111109"})
    assert clerk.ask("templates.list") == {"templates": []}


def test_the_test_button_tells_the_balance(platform: Platform, clerk: Clerk) -> None:
    def tested(**values: str) -> dict[str, Any]:
        return clerk.ask("settings.test", what="account", name="yuntongxun", values=values)

    assert tested() == {"balance_micros": 128_500_000, "currency": "CNY"}
    assert tested(sub_account="False", numbers_per_request="100") == tested()  # as the window's fields say it
    platform.balance = "unknown"
    assert tested() == {}
    with pytest.raises(ClerkAnswerError) as error:
        tested(auth_token="0" * 32)
    assert (error.value.code, error.value.params["reason"]) == ("gateway.login_refused", "111109")


def test_the_window_is_told_which_gateway_can_be_asked(clerk: Clerk) -> None:
    accounts = {account["name"]: account["lists_templates"] for account in clerk.ask("settings.get")["accounts"]}
    assert accounts == {"simulator": False, "yuntongxun": True}

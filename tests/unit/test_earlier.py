"""What numbers were sent before: the same content within a day, and the caps of gateways."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import update
from support.ledgers import force, numbers, put

from tasks.clock import now_ms
from tasks.errors import RequestError
from tasks.gateways.caps import CAPS, DAY_S, HOUR_S, MINUTE_S, Cap, Kind, caps_of, kind_of
from tasks.gateways.registry import GATEWAYS
from tasks.ledger.earlier import GROUP, Earlier, Wanted, first_since, look_earlier
from tasks.ledger.engine import Ledger
from tasks.ledger.schema import messages
from tasks.ledger.states import State

TEXT = "Your parcel is here."
CODE = "您的验证码是 9527，请于 5 分钟内输入。"
MINUTE_MS, HOUR_MS, DAY_MS = MINUTE_S * 1000, HOUR_S * 1000, DAY_S * 1000
ONE_A_MINUTE, FIVE_AN_HOUR, TEN_A_DAY = CAPS["simulator"][:3]


def look(ledger: Ledger, recipients: Sequence[str], text: str = TEXT, **changes: Any) -> Earlier:
    wanted: dict[str, Any] = {"recipients": recipients, "account": "simulator", "text": text}
    with ledger.reading() as connection:
        return look_earlier(connection, Wanted(**(wanted | changes)), now_ms())


def sent(ledger: Ledger, ago_ms: int, state: State = State.SUBMITTED, **changes: Any) -> int:
    """One message that left so long ago; its id."""
    message_id = put(ledger, **changes).first_id
    at_ms = now_ms() - ago_ms
    force(ledger, message_id, state, created_ms=at_ms, updated_ms=at_ms, submitted_ms=at_ms)
    return message_id


def test_the_same_text_within_a_day_is_found_with_the_newest_of_its_messages(ledger: Ledger) -> None:
    first, second, third = numbers(3)
    sent(ledger, 2 * HOUR_MS, recipients=[first])
    newest = sent(ledger, HOUR_MS, recipients=[first])
    sent(ledger, HOUR_MS, recipients=[second], text="Another text")
    found = look(ledger, [first, second, third])
    assert {number: message.message_id for number, message in found.repeated.items()} == {first: newest}


@pytest.mark.parametrize(
    ("ago_ms", "changes", "same"),
    [
        (DAY_MS - MINUTE_MS, {}, True),
        (DAY_MS + MINUTE_MS, {}, False),
        (HOUR_MS, {"account": "another", "gateway": "simulator"}, True),
        (HOUR_MS, {"sender": "Another shop"}, False),
    ],
)
def test_what_the_same_content_is(ledger: Ledger, ago_ms: int, changes: dict[str, Any], same: bool) -> None:
    (number,) = numbers(1)
    sent(ledger, ago_ms, recipients=[number], **changes)
    assert bool(look(ledger, [number]).repeated) is same


def test_a_template_is_the_same_with_the_same_variables_though_its_text_is_not_known(ledger: Ledger) -> None:
    (number,) = numbers(1)
    sent(ledger, HOUR_MS, recipients=[number], text="", template_id="1", variables=("9527", "5"))
    same, other = {"template_id": "1", "variables": ("9527", "5")}, {"template_id": "1", "variables": ("9528", "5")}
    assert set(look(ledger, [number], "", **same).repeated) == {number}
    assert look(ledger, [number], "", **other).repeated == {}
    assert look(ledger, [number], "", template_id="2", variables=("9527", "5")).repeated == {}


def test_what_never_left_does_not_count_and_what_may_leave_does(ledger: Ledger) -> None:
    by_number = dict(zip(numbers(len(State)), State, strict=True))
    for number, state in by_number.items():
        sent(ledger, HOUR_MS, state, recipients=[number])
    cap = Cap(Kind.NOTICE, 1, DAY_S)
    found = look(ledger, list(by_number), caps=(cap,))
    counted = set(State) - {State.REJECTED, State.FAILED, State.EXPIRED, State.CANCELLED}
    assert {by_number[number] for number in found.over[cap]} == counted
    assert {by_number[number] for number in found.repeated} == counted - {State.UNDELIVERED}  # nobody got that one


def test_the_next_code_would_exceed_a_cap(ledger: Ledger) -> None:
    cases: list[tuple[list[int], Cap | None]] = [
        ([], None),
        ([2 * MINUTE_MS], None),
        ([MINUTE_MS // 2], ONE_A_MINUTE),
        ([2 * MINUTE_MS] * 4, None),
        ([2 * MINUTE_MS] * 5, FIVE_AN_HOUR),
        ([MINUTE_MS // 2] * 5, FIVE_AN_HOUR),
        ([2 * HOUR_MS] * 9, None),
        ([2 * HOUR_MS] * 10, TEN_A_DAY),
        ([25 * HOUR_MS] * 10, None),
    ]
    by_number = dict(zip(numbers(len(cases)), cases, strict=True))
    for number, (ages_ms, _) in by_number.items():
        for age_ms in ages_ms:
            sent(ledger, age_ms, recipients=[number], text=f"您的验证码是 {age_ms}")
    found = look(ledger, list(by_number), CODE, caps=CAPS["simulator"])
    over = {number: cap for cap, known in found.over.items() for number in known}
    assert over == {number: cap for number, (_, cap) in by_number.items() if cap is not None}


def test_notices_and_other_accounts_do_not_count_against_codes(ledger: Ledger) -> None:
    (number,) = numbers(1)
    sent(ledger, 1000, recipients=[number])
    sent(ledger, 1000, recipients=[number], text=CODE, account="another")
    assert look(ledger, [number], CODE, caps=CAPS["simulator"]).over == {}


def test_a_cap_of_a_template_counts_that_template(ledger: Ledger) -> None:
    (number,) = numbers(1)
    cap = Cap(Kind.CODE, 1, DAY_S, per_template=True)
    sent(ledger, HOUR_MS, recipients=[number], text="", template_id="1", variables=("1",))
    assert look(ledger, [number], "", template_id="2", variables=("2",), caps=(cap,)).over == {}
    assert set(look(ledger, [number], "", template_id="1", variables=("2",), caps=(cap,)).over) == {cap}


def test_many_numbers_are_looked_up_in_groups_and_the_search_can_be_given_up(ledger: Ledger) -> None:
    many = numbers(2 * GROUP + 1)
    put(ledger, many)
    steps: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        steps.append((done, total))
        if len(steps) == 2:
            raise RequestError("request.cancelled")

    wanted = Wanted(recipients=many, account="simulator", text=TEXT)
    with ledger.reading() as connection:
        with pytest.raises(RequestError):
            look_earlier(connection, wanted, now_ms(), progress)
        found = look_earlier(connection, wanted, now_ms())
    assert steps == [(GROUP, len(many)), (2 * GROUP, len(many))]
    assert set(found.repeated) == set(many)


def test_where_the_last_days_begin_is_found_over_gaps(ledger: Ledger) -> None:
    with ledger.reading() as connection:
        assert first_since(connection, 0) is None
    ids = [put(ledger).first_id for _ in range(9)]
    with ledger.writing() as connection:
        for place, message_id in enumerate(ids):
            connection.execute(
                update(messages).where(messages.c.message_id == message_id).values(created_ms=1000 + place)
            )
        connection.execute(messages.delete().where(messages.c.message_id.in_(ids[2:5])))
    with ledger.reading() as connection:
        assert first_since(connection, 0) == ids[0]
        assert first_since(connection, 1001) == ids[1]
        assert first_since(connection, 1002) in ids[2:6]  # nothing lies between
        assert first_since(connection, 1008) == ids[8]
        assert first_since(connection, 1009) is None


# -- caps as data -------------------------------------------------------------------------------------------


def test_every_gateway_has_its_caps() -> None:
    assert set(CAPS) == set(GATEWAYS)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("您的验证码是 1234", Kind.CODE),
        ("动态密码：1234，请勿泄露", Kind.CODE),
        ("1234 is your verification code.", Kind.CODE),
        ("Your code: 1234", Kind.CODE),
        ("", Kind.CODE),
        ("Your parcel is here.", Kind.NOTICE),
        ("The dress code is casual.", Kind.NOTICE),
        ("您预约的门诊时间为周一。", Kind.NOTICE),
    ],
)
def test_a_code_is_known_by_its_words(text: str, kind: Kind) -> None:
    assert kind_of(text) is kind


def test_an_account_says_its_own_caps() -> None:
    notices = Cap(Kind.NOTICE, 50, DAY_S, per_template=True)
    assert caps_of("simulator") == CAPS["simulator"]
    assert caps_of("simulator", "none") == ()
    assert caps_of("simulator", "2/m 20/30s 30/2d") == (
        Cap(Kind.CODE, 2, 60), Cap(Kind.CODE, 20, 30), Cap(Kind.CODE, 30, 2 * DAY_S), notices,
    )  # fmt: skip
    assert caps_of("unheard of") == ()

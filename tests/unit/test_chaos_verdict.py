"""The chaos proof can fail: what a broken program would leave behind is found."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from chaos.fleet import Moment
from chaos.hindsight import grip
from chaos.plan import DEFAULT, LONG, SHORT, Size, deck, number, orders, strikes
from chaos.verdict import Attempt, Grip, Message, Verdict, judge
from support.gateway_book import Taken

COUNT = 6
ALL = [number(index) for index in range(COUNT)]


TRIES = [(1, 8_000, 9_000), (2, 9_000, 12_000), (3, 9_500, None), (4, 12_500, 12_600), (5, 9_990, None), (6, 900, None)]
"""Message, begun, ended. The last one began long before and never ended: its worker forgot it."""


def rows(**states: str) -> list[Message]:
    """All submitted, but those named otherwise: m2="unknown"."""
    return [Message(index, ALL[index], states.get(f"m{index}", "submitted")) for index in range(COUNT)]


def call(index: int, **changes: Any) -> Taken:
    """The gateway took this message and answered."""
    values = {"req_id": "r", "to": ALL[index][3:], "template_id": "1", "datas": (), "taken": True, "at_ms": 0}
    return Taken(**(values | changes))


def judged(found: Sequence[Message], calls: Sequence[Taken], grips: Sequence[Grip] = (), **reported: int) -> Verdict:
    sums = {"taken": sum(one.taken for one in calls), "duplicates": 0} | reported
    return judge(ALL, found, calls, grips, sums)


def every_call(*without: int) -> list[Taken]:
    return [call(index) for index in range(COUNT) if index not in without]


def test_a_run_where_all_is_as_told_is_good() -> None:
    verdict = judged(rows(), every_call())
    assert (verdict.failures, verdict.accepted, verdict.twice, verdict.lost, verdict.unknown) == ([], COUNT, 0, 0, 0)


def test_a_second_request_for_a_number_is_found() -> None:
    verdict = judged(rows(), [*every_call(), call(3)], duplicates=1)
    assert verdict.twice == 1
    assert "1 numbers got the message more than once" in verdict.failures


def test_a_second_request_that_the_gateway_refused_is_none() -> None:
    assert judged(rows(), [*every_call(), call(3, taken=False)]).failures == []


def test_a_message_that_says_sent_and_never_came_is_lost() -> None:
    verdict = judged(rows(), every_call(2))
    assert verdict.lost == 1
    assert "1 messages are lost" in verdict.failures


def test_a_message_that_vanished_from_the_ledger_is_lost() -> None:
    verdict = judged(rows()[:-1], every_call(COUNT - 1))
    assert verdict.lost == 1
    assert "1 released messages are not in the ledger" in verdict.failures


@pytest.mark.parametrize("state", ["rejected", "failed", "expired", "cancelled"])
def test_a_message_that_says_not_sent_and_came_is_a_wrong_count(state: str) -> None:
    assert any("rows say not sent" in failure for failure in judged(rows(m1=state), every_call()).failures)
    assert judged(rows(m1=state), every_call(1)).failures == []


@pytest.mark.parametrize("state", ["queued", "sending", "retrying", "held"])
def test_a_message_that_never_settles_is_found(state: str) -> None:
    assert any("never settled" in failure for failure in judged(rows(m1=state), every_call(1)).failures)


def test_unknown_is_right_only_where_a_fault_touched_the_message() -> None:
    found, calls = rows(m1="unknown", m2="unknown"), every_call(2)
    kill = Grip("kill worker1", frozenset({1, 2, 3}), most=3)
    verdict = judged(found, calls, [kill])
    assert (verdict.failures, verdict.unknown, verdict.unknown_sent, verdict.bound) == ([], 2, 1, 3)
    elsewhere = judged(found, calls, [Grip("kill worker1", frozenset({4, 5}))])
    assert elsewhere.unexplained == [1, 2]
    assert any("no fault touched" in failure for failure in elsewhere.failures)


def test_more_unknown_than_were_in_flight_is_found() -> None:
    verdict = judged(rows(m1="unknown", m2="unknown"), every_call(), [Grip("kill worker1", frozenset({1}))])
    assert "2 are Unknown, at most 1 were in flight or unanswered" in verdict.failures


def test_a_call_that_the_gateway_did_not_answer_may_be_unknown() -> None:
    assert judged(rows(m1="unknown"), [*every_call(1), call(1, mode="close")]).failures == []
    assert judged(rows(m1="unknown"), [*every_call(1), call(1, mode="unread", taken=False)]).failures == []


def test_a_worker_with_more_in_flight_than_its_settings_allow_is_found() -> None:
    grip = Grip("kill worker1", frozenset({1, 2, 3}), most=2)
    assert any("the settings allow 2" in failure for failure in judged(rows(), every_call(), [grip]).failures)


def test_a_number_twice_in_the_ledger_or_never_released_is_found() -> None:
    again = [*rows(), Message(COUNT, ALL[0], "submitted")]
    assert any("in the ledger more than once" in failure for failure in judged(again, every_call()).failures)
    stranger = call(0, to="13999999999")
    assert any("never released" in failure for failure in judged(rows(), [*every_call(), stranger]).failures)


def test_a_second_try_after_one_that_may_have_left_is_found_also_where_it_did_not_arrive() -> None:
    def tried(*outcomes: str | None) -> list[str]:
        attempts = [Attempt(1, number, outcome) for number, outcome in enumerate(outcomes, 1)]
        return judge(ALL, rows(), every_call(), (), {"taken": COUNT, "duplicates": 0}, attempts).failures

    assert tried("accepted") == tried("unreached", "busy", "accepted") == tried(None) == []
    assert tried("unknown", "accepted") == tried(None, "accepted") != []
    assert tried("accepted", "accepted") != []


def test_what_a_person_sent_again_may_have_come_twice_and_no_more_often() -> None:
    def judged_again(some: list[Message], calls: list[Taken], times: int, *outcomes: str | None) -> list[str]:
        attempts = [Attempt(1, number, outcome) for number, outcome in enumerate(outcomes, 1)]
        count = sum(one.taken for one in calls)
        sums = {"taken": count, "duplicates": count - len({one.to for one in calls if one.taken})}
        return judge(ALL, some, calls, (), sums, attempts, {1: times}).failures

    twice = [*every_call(), call(1)]
    assert judged_again(rows(), twice, 1, "unknown", "accepted") == []
    assert judged_again(rows(), every_call(), 1, None, "accepted") == []
    assert judged_again(rows(m1="cancelled"), every_call(), 1, "unknown", "busy") == []
    assert "1 numbers got the message more than once" in judged_again(rows(), [*twice, call(1)], 1)
    assert any("tried again" in one for one in judged_again(rows(), twice, 1, "unknown", None, "accepted"))
    assert judged_again(rows(), [*every_call(), call(2)], 1) != []


def test_what_a_fault_had_in_its_grip_is_told_from_the_tries() -> None:
    def held(began: int, ended: int, *, killed: bool = False) -> set[int]:
        some = [SimpleNamespace(message_id=key, started_ms=start, ended_ms=end) for key, start, end in TRIES]
        return set(grip(Moment("a fault", 1, began, ended, killed), some, 9, lease_ms=6_000).message_ids)

    assert held(10_000, 10_000, killed=True) == {3, 5}
    assert held(10_000, 10_000) == {2, 3, 5}
    assert held(10_000, 13_000) == {2, 3, 4, 5}


def test_the_gateways_own_counters_are_believed_first() -> None:
    assert judged(rows(), every_call(), taken=COUNT + 1).failures
    assert judged(rows(), every_call(), duplicates=1).failures


@pytest.mark.parametrize("size", [DEFAULT, LONG, SHORT])
def test_a_plan_is_the_same_again_and_releases_every_number_once(size: Size) -> None:
    planned = orders(size, 7)
    assert planned == orders(size, 7)
    assert strikes(size, 7) == strikes(size, 7)
    assert len({order.request_id for order in planned}) == len(planned)
    assert [order.first for order in planned] == [sum(one.count for one in planned[:n]) for n in range(len(planned))]
    assert sum(order.count for order in planned) == size.messages


def test_every_kind_of_fault_has_its_turn() -> None:
    dealt = deck({"one": 1, "two": 2}, 7, seed=3)
    assert sorted(dealt[:3]) == sorted(dealt[3:6]) == ["one", "two", "two"]
    assert len(dealt) == 7

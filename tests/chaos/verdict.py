"""The ledger against the gateway's own count, message by message. Pure: what it is told is what it judges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from support.gateway_book import Taken

from tasks.gateways.protocol import OutcomeKind
from tasks.ledger.states import FINAL, SOFT, State

SAYS_SENT = frozenset({State.SUBMITTED, State.DELIVERED, State.UNDELIVERED, State.NO_RECEIPT})
SETTLED = FINAL | SOFT | {State.SUBMITTED}
SAYS_NOT_SENT = SETTLED - SAYS_SENT - {State.UNKNOWN}
SHOWN = 10
NOBODY: Mapping[int, int] = {}

PROVES_NOT_SENT = frozenset({OutcomeKind.BUSY.value, OutcomeKind.UNREACHED.value, OutcomeKind.ACCOUNT.value})
"""Outcomes of a try after which the program may try again by itself."""


@dataclass(frozen=True, slots=True)
class Message:
    """A row of the ledger."""

    message_id: int
    recipient: str
    state: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try of the ledger. `outcome`: None = it was never recorded."""

    message_id: int
    number: int
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Grip:
    """One fault that had a worker's calls in its grip, and which messages it had in Sending then."""

    name: str
    message_ids: frozenset[int]
    most: int | None = None
    """How many there may be by the settings; None where calls came and went while it lasted."""


@dataclass
class Verdict:
    """What came of it all. Good = no `failures`."""

    messages: int = 0
    states: Counter[str] = field(default_factory=Counter)
    accepted: int = 0
    """Numbers that the gateway took, each counted once."""
    twice: int = 0
    again: int = 0
    """Unknown ones that a person sent once more."""
    came_again: int = 0
    """How many of these had arrived the first time, too."""
    denied: int = 0
    """Of these, arrived the first time; the second time they surely did not leave."""
    lost: int = 0
    unknown: int = 0
    unknown_sent: int = 0
    in_flight: int = 0
    """Messages in Sending of a worker that was killed, frozen or cut off, at that moment."""
    unanswered: int = 0
    """Messages whose call the gateway left without a proper answer."""
    bound: int = 0
    unexplained: list[int] = field(default_factory=list)
    """Unknown, and neither in flight at a fault nor without an answer."""
    failures: list[str] = field(default_factory=list)


def judge(
    expected: Collection[str],
    rows: Sequence[Message],
    calls: Iterable[Taken],
    grips: Sequence[Grip],
    reported: Mapping[str, int],
    attempts: Iterable[Attempt] = (),
    again: Mapping[int, int] = NOBODY,
) -> Verdict:
    """Compare. `expected`: the numbers released; `reported`: the gateway's own sums, from its counters; `again`: how
    often a person sent which Unknown messages once more: so often, and no more, each may have come again.
    """
    heard: dict[str, list[Taken]] = {}
    for call in calls:
        heard.setdefault("+86" + call.to, []).append(call)
    taken = Counter({number: sum(call.taken for call in some) for number, some in heard.items()})
    found = Verdict(messages=len(expected), states=Counter(row.state for row in rows))
    found.accepted = sum(count > 0 for count in taken.values())
    allowed = Counter({row.recipient: again.get(row.message_id, 0) for row in rows})
    found.again = allowed.total()
    found.came_again = sum(taken[number] - 1 for number in allowed if 1 < taken[number] <= 1 + allowed[number])
    found.twice = sum(count > 1 + allowed[number] for number, count in taken.items())
    _judge_rows(found, expected, rows, taken, allowed)
    _judge_unknown(found, rows, heard, taken, grips)
    _judge_sums(found, rows, taken, reported)
    _judge_attempts(found, attempts, again)
    if found.twice:
        found.failures.append(f"{found.twice} numbers got the message more than once")
    if found.lost:
        found.failures.append(f"{found.lost} messages are lost")
    return found


def _judge_rows(
    found: Verdict, expected: Collection[str], rows: Sequence[Message], taken: Counter[str], allowed: Counter[str]
) -> None:
    """Each number has one row, and each row says what the gateway says."""
    of_number = Counter(row.recipient for row in rows)
    vanished = [number for number in expected if not of_number[number]]
    claimed = [row for row in rows if row.state in SAYS_SENT and not taken[row.recipient]]
    denied = [row for row in rows if row.state in SAYS_NOT_SENT and taken[row.recipient]]
    found.denied = sum(allowed[row.recipient] > 0 for row in denied)
    denied = [row for row in denied if not allowed[row.recipient]]
    open_rows = [row for row in rows if row.state not in SETTLED]
    doubled = sum(count > 1 for count in of_number.values())
    strange = len((set(of_number) | {number for number in taken if taken[number]}) - set(expected))
    found.lost = len(vanished) + len(claimed)
    for count, words in (
        (len(vanished), "released messages are not in the ledger"),
        (len(claimed), f"rows say sent and the gateway never saw them: {ids(claimed)}"),
        (len(denied), f"rows say not sent and the gateway has them: {ids(denied)}"),
        (len(open_rows), f"rows never settled: {ids(open_rows)} {Counter(row.state for row in open_rows)}"),
        (doubled, "numbers are in the ledger more than once"),
        (strange, "numbers were never released"),
    ):
        if count:
            found.failures.append(f"{count} {words}")


def _judge_unknown(
    found: Verdict,
    rows: Sequence[Message],
    heard: Mapping[str, Sequence[Taken]],
    taken: Counter[str],
    grips: Sequence[Grip],
) -> None:
    """Unknown is what was in flight at a fault, or what the gateway did not answer: no other, and no more."""
    unknown = [row for row in rows if row.state == State.UNKNOWN]
    in_flight = set().union(*(grip.message_ids for grip in grips))
    unanswered = {row.message_id for row in rows if any(call.mode != "answer" for call in heard.get(row.recipient, ()))}
    found.unknown = len(unknown)
    found.unknown_sent = sum(taken[row.recipient] > 0 for row in unknown)
    found.in_flight, found.unanswered = len(in_flight), len(unanswered)
    found.bound = len(in_flight | unanswered)
    found.unexplained = [row.message_id for row in unknown if row.message_id not in in_flight | unanswered]
    if found.unknown > found.bound:
        found.failures.append(f"{found.unknown} are Unknown, at most {found.bound} were in flight or unanswered")
    if found.unexplained:
        found.failures.append(
            f"{len(found.unexplained)} are Unknown that no fault touched: {found.unexplained[:SHOWN]}"
        )
    for grip in grips:
        if grip.most is not None and len(grip.message_ids) > grip.most:
            found.failures.append(f"{grip.name}: {len(grip.message_ids)} in flight, the settings allow {grip.most}")


def _judge_sums(found: Verdict, rows: Sequence[Message], taken: Counter[str], reported: Mapping[str, int]) -> None:
    """The gateway's counters against what the ledger's states add up to."""
    says_sent = sum(row.state in SAYS_SENT for row in rows)
    if reported["taken"] != says_sent + found.unknown_sent + found.came_again + found.denied:
        found.failures.append(
            f"the gateway counted {reported['taken']}, the ledger says {says_sent} sent"
            f" and {found.unknown_sent} of its Unknown were; of what a person sent again {found.came_again} came twice"
            f" and {found.denied} the first time alone"
        )
    if reported["duplicates"] != found.came_again or reported["taken"] != sum(taken.values()):
        found.failures.append(f"the gateway's own count of duplicates is {reported['duplicates']}")


def _judge_attempts(found: Verdict, attempts: Iterable[Attempt], allowed: Mapping[int, int]) -> None:
    """After a try that may have left there is no other but by a person's decision, whether it arrived or not."""
    of_message: dict[int, list[Attempt]] = {}
    for attempt in sorted(attempts, key=lambda one: one.number):
        of_message.setdefault(attempt.message_id, []).append(attempt)
    again = [
        key
        for key, some in of_message.items()
        if sum(one.outcome not in PROVES_NOT_SENT for one in some[:-1]) > allowed.get(key, 0)
    ]
    if again:
        found.failures.append(f"{len(again)} were tried again although they may have left: {again[:SHOWN]}")


def ids(rows: Sequence[Message]) -> list[int]:
    """The first of some rows, to look at."""
    return [row.message_id for row in rows[:SHOWN]]

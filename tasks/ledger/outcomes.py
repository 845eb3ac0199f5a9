"""Recording how a try ended, under the token of its claim.

What an outcome proves decides the next state. Only proof that nothing left leads back towards the queue.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, Update, bindparam, func, or_, select, update

from tasks.clock import now_ms
from tasks.gateways.codes import THROTTLING
from tasks.gateways.protocol import Outcome, OutcomeKind, Receipt
from tasks.ledger import breaker, limits
from tasks.ledger.accounts import hold_account
from tasks.ledger.claims import ClaimedMessage
from tasks.ledger.engine import Ledger
from tasks.ledger.marks import obey, pieces, share_command
from tasks.ledger.outcome_statements import end_messages, end_tries, may_follow
from tasks.ledger.revision import next_revision
from tasks.ledger.schema import accounts, messages, tries
from tasks.ledger.states import State, allowed_from

BACKOFF_S = (5, 30, 120, 600, 1800)
"""Wait before the next try, by tries made; a gateway's own Retry-After wins if it is longer."""

FIRST_RECEIPT_CHECK_MS = 1_000

FIRST_LOOK_UP_MS = 2_000
"""After a lost answer, before the gateway is asked: its own books may lag behind."""

WORTH_A_STATEMENT = 4
"""Messages with the same answer from which a statement of their own is cheaper than rows of values."""

SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class RecordPolicy:
    """What the settings say about repeating and waiting."""

    max_tries: int = 5
    receipt_wait_ms: int = 72 * 3600 * 1000
    without_polling: frozenset[str] = frozenset()
    """Accounts whose gateway cannot be asked for receipts: looked at again only when the wait is over."""
    looks_up: frozenset[str] = frozenset()
    """Accounts whose gateway can be asked what became of a message whose answer was lost."""

    def receipt_due(self, account: str, now: int) -> int:
        """When to look for the receipt of a message submitted now."""
        return now + (self.receipt_wait_ms if account in self.without_polling else FIRST_RECEIPT_CHECK_MS)


@dataclass(frozen=True, slots=True)
class TryEnd:
    """How one claimed message's call ended."""

    message: ClaimedMessage
    outcome: Outcome
    shared_with: int | None = None
    """The first message of the call that this one shared; None: it had a call of its own."""

    @property
    def account(self) -> str:
        return self.message.account

    @property
    def claimed_ms(self) -> int:
        return self.message.claimed_ms

    @property
    def number(self) -> int:
        return self.message.number

    @property
    def call(self) -> int:
        """Equal for messages that shared one call."""
        return self.message.message_id if self.shared_with is None else self.shared_with


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the ledger decided about one message."""

    message_id: int
    state: State
    code: str


def record(ledger: Ledger, ends: Sequence[TryEnd], policy: RecordPolicy, looked_up: bool = False) -> list[Verdict]:
    """Write the ends of many tries in one transaction. Idempotent: the same end again changes nothing.

    `looked_up`: the gateway was asked afterwards what became of them, which says nothing about how it takes calls.
    """
    # In the order of their ids, so that two transactions with the same messages lock them in one order.
    in_order = sorted(map(storable, ends), key=lambda end: end.message.message_id)
    by_marks = ledger.write(lambda connection: write_ends(connection, in_order, policy, looked_up))
    return [by_marks.get(end.message.message_id) or decide(storable(end), policy) for end in ends]


def write_ends(
    connection: Connection, ends: Sequence[TryEnd], policy: RecordPolicy, looked_up: bool = False
) -> dict[int, Verdict]:
    """As `record`, inside the caller's transaction.

    Answers the verdicts that may differ from what the outcome alone leads to: where the account is held, or by the
    operator's marks.
    """
    now = now_ms()
    stopped = share_command(connection) if any(end.outcome.kind in MAY_GO_ON for end in ends) else False
    hold_accounts(connection, ends, now)
    held = frozenset() if looked_up else breaker.note(connection, ends, now)
    limits.give_back(connection, ends)
    verdicts = spare(connection, ends, [decide(end, policy, held) for end in ends], policy)
    going_on = {
        end.message.message_id: end.message.token
        for end, verdict in zip(ends, verdicts, strict=True)
        if verdict.state in GOING_ON
    }
    revision = next_revision(connection)
    singles: dict[State, list[tuple[TryEnd, Verdict]]] = {}
    for group in alike(ends, verdicts):
        if len(group) >= WORTH_A_STATEMENT:
            write_group(connection, group, policy, now, revision)
        else:
            singles.setdefault(group[0][1].state, []).extend(group)
    for target, some in singles.items():
        write_each(connection, target, some, policy, now, revision)
    by_account = {verdict.message_id: verdict for verdict in verdicts} if going_on else {}
    return by_account | obey_marks(connection, going_on, now, revision, stopped) if going_on else {}


def obey_marks(
    connection: Connection, tokens: Mapping[int, str], now: int, revision: int, stopped: bool
) -> dict[int, Verdict]:
    """Keep from going on what the operator has stopped, paused or cancelled; answers what became of it.

    `tokens`: of the tries that ended so, by message. An answer that came too late has let nothing go on: its message
    may be a new decision's by now.
    """
    of_theirs = select(messages.c.message_id, messages.c.token).where(
        messages.c.message_id.in_(list(tokens)), messages.c.state.in_([state.value for state in GOING_ON])
    )
    message_ids = [row.message_id for row in connection.execute(of_theirs) if row.token == tokens[row.message_id]]
    if not obey(connection, message_ids, now, revision, stopped=stopped):
        return {}
    rows = connection.execute(
        select(messages.c.message_id, messages.c.state, messages.c.reason).where(messages.c.message_id.in_(message_ids))
    )
    return {row.message_id: Verdict(row.message_id, State(row.state), row.reason or "") for row in rows}


def storable(end: TryEnd) -> TryEnd:
    """The end with texts that a database takes. What a gateway answers may hold anything, and must not be asked twice.

    An id that cannot be written as it is would never be found again: it is none.
    """
    outcome = end.outcome
    if is_storable(outcome.code) and is_storable(outcome.provider_id):
        return end
    provider_id = outcome.provider_id if is_storable(outcome.provider_id) else None
    return replace(end, outcome=replace(outcome, code=as_storable(outcome.code), provider_id=provider_id))


def is_storable(text: str | None) -> bool:
    """Whether PostgreSQL and SQLite both take a text: no NUL, and nothing that is no character."""
    return text is None or ("\0" not in text and (text.isascii() or not SURROGATES.search(text)))


def as_storable(text: str) -> str:
    """The text with a question mark for each sign that cannot be stored."""
    return SURROGATES.sub("?", text.replace("\0", "?"))


def alike(ends: Sequence[TryEnd], verdicts: Sequence[Verdict]) -> list[list[tuple[TryEnd, Verdict]]]:
    """Ends that differ in nothing but the message, as those of one request do: each group is one statement."""
    groups: dict[tuple[object, ...], list[tuple[TryEnd, Verdict]]] = {}
    for end, verdict in zip(ends, verdicts, strict=True):
        key = (verdict.state, end.message.token, end.message.number, end.outcome.kind, *answer(end))
        groups.setdefault(key, []).append((end, verdict))
    return list(groups.values())


def answer(end: TryEnd) -> tuple[object, ...]:
    """What the gateway said, without the message it said it of."""
    return end.outcome.code, end.outcome.provider_id, end.outcome.retry_after_s


def write_group(
    connection: Connection, group: list[tuple[TryEnd, Verdict]], policy: RecordPolicy, now: int, revision: int
) -> None:
    """The conditional update of messages that share one answer, and of their tries, by one statement each."""
    end, verdict = group[0]
    message_ids = [one.message.message_id for one, _ in group]
    connection.execute(
        update(messages)
        .where(
            messages.c.message_id.in_(message_ids),
            messages.c.token == end.message.token,
            may_follow(verdict.state),
        )
        .values(message_values(end, verdict, policy, now, revision))
    )
    connection.execute(
        update(tries)
        .where(
            tries.c.message_id.in_(message_ids),
            tries.c.number == end.message.number,
            tries.c.token == end.message.token,
        )
        .values(try_values(end, now))
    )


def write_each(
    connection: Connection,
    target: State,
    some: list[tuple[TryEnd, Verdict]],
    policy: RecordPolicy,
    now: int,
    revision: int,
) -> None:
    """The same for messages with answers of their own: two statements for all of them."""
    rows = [named(end, message_values(end, verdict, policy, now, revision)) for end, verdict in some]
    end_messages(connection, target, rows)
    end_tries(connection, [named(end, try_values(end, now)) for end, _ in some])


def named(end: TryEnd, values: dict[str, object]) -> dict[str, object]:
    """Values for a statement with many rows: which try, and what is new."""
    return {f"new_{name}": value for name, value in values.items()} | {
        "of_message": end.message.message_id,
        "of_number": end.message.number,
        "of_token": end.message.token,
    }


def try_values(end: TryEnd, now: int) -> dict[str, object]:
    """What is written at the end of a try, whatever became of the message meanwhile."""
    return {
        "ended_ms": now,
        "outcome": end.outcome.kind.value,
        "code": end.outcome.code,
        "provider_id": end.outcome.provider_id,
    }


GOING_ON = (State.RETRYING, State.HELD)

MAY_GO_ON = frozenset({OutcomeKind.ACCOUNT, OutcomeKind.BUSY, OutcomeKind.UNREACHED})
"""What proves that nothing left, and leaves the message to be sent."""


def decide(end: TryEnd, policy: RecordPolicy, held: frozenset[str] = frozenset()) -> Verdict:
    """The state that an outcome leads to. `held`: accounts that send nothing now."""
    outcome, number = end.outcome, end.message.number
    match outcome.kind:
        case OutcomeKind.ACCEPTED:
            state = State.SUBMITTED
        case OutcomeKind.REFUSED:
            state = State.REJECTED
        case OutcomeKind.ACCOUNT:
            state = State.HELD
        case OutcomeKind.BUSY | OutcomeKind.UNREACHED:
            if end.account in held:
                state = State.HELD
            elif end.outcome.code in THROTTLING:
                state = State.RETRYING
            else:
                state = State.RETRYING if number < policy.max_tries else State.FAILED
        case OutcomeKind.UNKNOWN:
            state = State.UNKNOWN
    return Verdict(end.message.message_id, state, outcome.code)


def spare(
    connection: Connection, ends: Sequence[TryEnd], verdicts: list[Verdict], policy: RecordPolicy
) -> list[Verdict]:
    """The verdicts; Failed only where the tries were used up since the breaker last closed.

    A try for which the gateway was away says nothing about the message.
    """
    failed = [verdict.message_id for verdict in verdicts if verdict.state is State.FAILED]
    if not failed:
        return verdicts
    counted: Counter[int] = Counter()
    for some in pieces(failed):
        counted.update(dict(connection.execute(TRIES_SINCE_CLOSED, {"these": some}).all()))
    return [
        replace(verdict, state=State.RETRYING)
        if verdict.state is State.FAILED and counted[verdict.message_id] + 1 < policy.max_tries
        else verdict
        for verdict in verdicts
    ]


TRIES_SINCE_CLOSED = (
    select(tries.c.message_id, func.count())
    .join(accounts, accounts.c.name == tries.c.account)
    .where(tries.c.message_id.in_(bindparam("these", expanding=True)), tries.c.ended_ms > accounts.c.closed_ms)
    .group_by(tries.c.message_id)
)


def message_values(end: TryEnd, verdict: Verdict, policy: RecordPolicy, now: int, revision: int) -> dict[str, object]:
    """What a verdict writes into the row."""
    accepted = verdict.state is State.SUBMITTED
    due = None
    if accepted:
        due = policy.receipt_due(end.message.account, now)
    elif verdict.state is State.UNKNOWN and end.message.account in policy.looks_up:
        due = now + FIRST_LOOK_UP_MS
    elif verdict.state is State.RETRYING:
        wait_s = max(BACKOFF_S[min(end.message.number, len(BACKOFF_S)) - 1], end.outcome.retry_after_s or 0)
        due = now + int(wait_s * 1000)
    return {
        "state": verdict.state.value,
        "reason": None if accepted else verdict.code,
        "provider_id": end.outcome.provider_id,
        "due_ms": due,
        "submitted_ms": now if accepted else None,
        "updated_ms": now,
        "revision": revision,
    }


def hold_accounts(connection: Connection, ends: Iterable[TryEnd], now: int) -> None:
    """A fault that would hit every message stops its account in the same transaction."""
    for end in ends:
        if end.outcome.kind is OutcomeKind.ACCOUNT:
            hold_account(connection, end.message.account, end.outcome.code, now)


def apply_receipts(ledger: Ledger, receipts: Sequence[Receipt]) -> None:
    """Write receipts: Submitted and the soft states become Delivered or Undelivered; final states stay."""
    if not receipts:
        return
    in_order = sorted(receipts, key=lambda receipt: receipt.message_id)

    def write(connection: Connection) -> None:
        now = now_ms()
        revision = next_revision(connection)
        for target in (State.DELIVERED, State.UNDELIVERED):
            values = [
                {
                    "of_message": receipt.message_id,
                    "new_reason": None if receipt.delivered else as_storable(receipt.code),
                    "new_updated_ms": now,
                    "new_revision": revision,
                }
                for receipt in in_order
                if receipt.delivered == (target is State.DELIVERED)
            ]
            if values:
                connection.execute(receipt_statement(target), values)

    ledger.write(write)


def receipt_statement(target: State) -> Update:
    """The update by receipts to one state, from wherever a receipt may still say more."""
    return (
        update(messages)
        .where(
            messages.c.message_id == bindparam("of_message"),
            or_(*(messages.c.state == source.value for source in sorted(allowed_from(target)))),
        )
        .values(
            state=target.value,
            reason=bindparam("new_reason"),
            due_ms=None,
            updated_ms=bindparam("new_updated_ms"),
            revision=bindparam("new_revision"),
        )
    )

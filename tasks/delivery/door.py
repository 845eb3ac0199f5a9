"""The door for other Celery clients: `tasks.sms.send_sms(to, datas, temp_id)`.

Such a message has no row until a worker takes its task; the task's id is the key of its rows, so that a task that is
delivered twice, or comes back after its worker was killed, finds them and sends nothing again. The client's result is
what the ledger says once it is decided; whoever decides it, a later try or maintenance, tells it under the task's id.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, Row, select

from tasks import templates as template_texts
from tasks.delivery.order import Order, understand
from tasks.delivery.single import RECORD_WAIT_S
from tasks.errors import LedgerError, RequestError
from tasks.ledger.claims import ClaimedMessage, Ticket, claim_between, claiming
from tasks.ledger.engine import Ledger
from tasks.ledger.faults import MAY_COME_BACK
from tasks.ledger.marks import BY_OPERATOR
from tasks.ledger.schema import accounts, batches, messages, templates
from tasks.ledger.states import State
from tasks.ledger.submission import Submission, Submitted, write_batch
from tasks.segments import measures, rule_for

if TYPE_CHECKING:
    from tasks.delivery.runtime import Runtime

log = logging.getLogger(__name__)

SOURCE = "celery"
"""Of a message that another client sent; followed by `:` and the client's name where it gives one."""

KEY = "celery:"
"""Begins the request id of a batch that is another client's task; the task's id follows."""

LEDGER_WAIT_S = 60.0
"""How long a task waits for a ledger that is away before it goes back to the broker: its arguments are nowhere else."""

LEDGER_PAUSES_S = (0.1, 0.2, 0.5, 1.0, 2.0)

UNDECIDED = frozenset({State.SCHEDULED, State.QUEUED, State.SENDING, State.RETRYING})
"""States that go on by themselves: no outcome for a client yet."""

MIXED = "mixed"

Answer = dict[str, Any]
T = TypeVar("T")


class NotDecidedError(Exception):
    """The outcome is still to come: whoever learns it tells the client."""


class LedgerAwayError(Exception):
    """The ledger did not come back in time: the task must go back to the broker, which alone has its arguments."""


@dataclass(frozen=True, slots=True)
class Task:
    """A task as the door sees it."""

    task_id: str
    origin: str | None = None
    """Name that Celery gives the client's process (`gen42@web1`)."""

    @property
    def request_id(self) -> str:
        return KEY + self.task_id

    @property
    def source(self) -> str:
        return f"{SOURCE}:{self.origin[:80]}" if self.origin else SOURCE


def send_order(runtime: Runtime, task: Task, to: Any, datas: Any, temp_id: Any) -> Answer:
    """Send what a client's task asks for; the answer for the client: {"id", "state", "code"}, without personal data.

    A refusal is an answer. For several numbers `state` is the one they share or `mixed`, and `states` counts them.
    Raises NotDecidedError, LedgerAwayError, LedgerError.
    """
    try:
        if runtime.settings.gateway_not_known:  # the Simulator would say of it that it was submitted
            raise RequestError("request.no_gateway")
        order = understand(to, datas, temp_id, runtime.settings.region)
    except RequestError as error:
        return refusal(error)
    submission = patiently(runtime, lambda: submission_of(runtime, task, order))
    batch_id = deliver(runtime, submission)
    answer = patiently(runtime, lambda: answer_for(runtime.ledger, batch_id))
    if answer is None:
        raise NotDecidedError
    return answer


def refusal(error: RequestError) -> Answer:
    """The answer to arguments that nothing can be sent from; no row is made."""
    log.warning("a task of another client was refused: %s", error)
    return {"id": None, "state": State.REJECTED.value, "code": error.code}


def deliver(runtime: Runtime, submission: Submission) -> int:
    """Write the rows, send what is Queued of them request by request; returns the batch's id.

    Rows and first claim share a commit. What cannot be sent now stays Queued and goes on from maintenance.
    """
    per_call = runtime.caller.limits(submission.account).numbers_per_request
    submitted, claimed = patiently(runtime, lambda: in_a_slot(runtime, submission, per_call))
    while claimed:
        recorded = runtime.recorder.put(runtime.caller.call(claimed), runtime.slots.give_single)
        try:
            recorded.result(RECORD_WAIT_S)
        except (LedgerError, TimeoutError):
            raise LedgerAwayError from None
        if len(claimed) == submitted.count or runtime.stopping.is_set():
            break
        submitted, claimed = patiently(runtime, lambda: in_a_slot(runtime, submission, per_call))
    return submitted.batch_id


def in_a_slot(runtime: Runtime, submission: Submission, per_call: int) -> tuple[Submitted, tuple[ClaimedMessage, ...]]:
    """The rows, and what of them may be sent now; the slot for the call is kept only with a claim."""
    has_slot = runtime.slots.take_single(runtime.caller.deadline_s)
    claimed: tuple[ClaimedMessage, ...] = ()

    def write(connection: Connection, ticket: Ticket) -> tuple[Submitted, tuple[ClaimedMessage, ...]]:
        submitted = write_batch(connection, submission)
        if not has_slot:
            return submitted, ()
        first, last = submitted.first_id, submitted.first_id + submitted.count - 1
        serves = runtime.caller.serves
        got, _ = claim_between(connection, first, last, per_call, runtime.claimant, serves, ticket)
        return submitted, got

    try:
        submitted, claimed = claiming(runtime.ledger, write)
    finally:
        if has_slot and not claimed:
            runtime.slots.give_single()
    return submitted, claimed


def answer_for(ledger: Ledger, batch_id: int) -> Answer | None:
    """What a client is told of its task; None while that is not decided.

    Decided is also what waits for a person: Held, or Queued behind a fault of the account.
    """
    statement = (
        select(
            messages.c.message_id,
            messages.c.state,
            messages.c.reason,
            accounts.c.held_reason,
            accounts.c.retry_ms,
            accounts.c.recovering,
        )
        .join(accounts, accounts.c.name == messages.c.account)
        .where(messages.c.batch_id == batch_id)
        .order_by(messages.c.message_id)
    )
    with ledger.reading() as connection:
        rows = connection.execute(statement).all()
    if not rows or any(goes_on_by_itself(row) for row in rows):
        return None
    states = Counter(row.state for row in rows)
    codes = {(row.held_reason if waits_for_a_person(row) else None) or row.reason or "" for row in rows}
    answer = {
        "id": rows[0].message_id,
        "state": rows[0].state if len(states) == 1 else MIXED,
        "code": codes.pop() if len(codes) == 1 else "",
    }
    return answer if len(rows) == 1 else answer | {"states": dict(states)}


def goes_on_by_itself(row: Any) -> bool:
    """Whether a message's outcome is still to come, without a person."""
    if row.state == State.HELD.value:  # by a breaker, which closes when the gateway answers again
        return (row.retry_ms is not None or row.recovering) and row.reason not in BY_OPERATOR
    return State(row.state) in UNDECIDED and not waits_for_a_person(row)


def waits_for_a_person(row: Any) -> bool:
    """Whether a message cannot go on before somebody resumes its account."""
    return row.state == State.QUEUED.value and row.held_reason is not None and row.retry_ms is None


def outcome_to_tell(ledger: Ledger, message_id: int) -> tuple[str, Answer] | None:
    """The task of another client that a message belongs to, and its outcome, if there is one to be told."""
    statement = (
        select(batches.c.batch_id, batches.c.request_id)
        .join(messages, messages.c.batch_id == batches.c.batch_id)
        .where(messages.c.message_id == message_id)
    )
    with ledger.reading() as connection:
        batch = connection.execute(statement).one_or_none()
    if batch is None or not batch.request_id.startswith(KEY):
        return None
    answer = answer_for(ledger, batch.batch_id)
    return None if answer is None else (batch.request_id.removeprefix(KEY), answer)


def patiently(runtime: Runtime, work: Callable[[], T]) -> T:
    """Do something with the ledger; while it is away, wait for it. Raises LedgerAwayError, LedgerError."""
    return until_ledger_answers(work, runtime.stopping.wait)


def patiently_opened(open_runtime: Callable[[], Runtime]) -> Runtime:
    """This process's runtime, waiting for a ledger that is away. Raises LedgerAwayError, LedgerError."""
    never = threading.Event()
    return until_ledger_answers(open_runtime, never.wait)


def until_ledger_answers(work: Callable[[], T], pause: Callable[[float], bool]) -> T:
    """Try again, with pauses; a pause that answers True was cut short by the worker's end."""
    ends = time.monotonic() + LEDGER_WAIT_S
    pauses_s = chain(LEDGER_PAUSES_S, repeat(LEDGER_PAUSES_S[-1]))
    while True:
        try:
            return work()
        except LedgerError as error:
            if error.code not in MAY_COME_BACK:
                raise
            log.warning("a task of another client waits for the ledger: %s", error.code)
        if pause(next(pauses_s)) or time.monotonic() > ends:
            raise LedgerAwayError


def submission_of(runtime: Runtime, task: Task, order: Order) -> Submission:
    """What goes into the ledger: through the default account, with the text where the template book has it."""
    settings = runtime.settings
    account = settings.accounts.get(settings.gateway)
    with runtime.ledger.reading() as connection:
        book = find_template(connection, settings.gateway, order.template_id)
    text = template_texts.render(book.text, order.variables) if book is not None else ""
    sender = (book.signature if book is not None else "") or (account.signature if account is not None else "")
    price = account.price_micros if account is not None else None
    sizes = measures(text, {rule_for(number) for number in order.recipients}, sender) if text else None
    return Submission(
        request_id=task.request_id,
        source=task.source,
        task_key=task.task_id,
        account=settings.gateway,
        gateway=account.gateway if account is not None else settings.gateway,
        recipients=order.recipients,
        refused=order.refused,
        text=text,
        template_id=order.template_id,
        variables=order.variables,
        sender=sender or None,
        segments=[sizes[rule_for(number)].segments for number in order.recipients] if sizes else None,
        price_micros_per_segment=price,
        currency=account.currency if account is not None and price is not None else None,
    )


def find_template(connection: Connection, account: str, template_id: str) -> Row[Any, Any] | None:
    """The approved text of a template, if the operator noted it."""
    return connection.execute(
        select(templates.c.text, templates.c.signature).where(
            templates.c.account == account, templates.c.template_id == template_id
        )
    ).one_or_none()

"""The statements of a claim, built once: building them anew cost more than the database took to run them."""

from __future__ import annotations

from sqlalchemy import bindparam, insert, or_, select, update

from tasks.ledger.marks import STOP_MARK
from tasks.ledger.schema import accounts, batches, chunks, messages, tries
from tasks.ledger.states import State, allowed_from

FIND_CHUNK = select(chunks).where(chunks.c.chunk_id == bindparam("the_chunk"))

LOCK_CHUNK = (
    select(chunks, batches.c.paused_ms)
    .join(batches, batches.c.batch_id == chunks.c.batch_id)
    .where(chunks.c.chunk_id == bindparam("the_chunk"))
    .with_for_update(of=chunks)
)
"""Of two workers with one chunk the second waits: whoever finds nothing Queued in it any more may then say so."""

FIND_ACCOUNT = select(accounts, STOP_MARK.scalar_subquery().label("stopped")).where(
    accounts.c.name == bindparam("the_account")
)
"""An account, and since when the operator has stopped all sending (empty: not)."""

LOCK_ACCOUNT = FIND_ACCOUNT.with_for_update()

QUEUED_IN_RANGE = (
    select(messages.c.message_id)
    .where(
        messages.c.message_id.between(bindparam("the_first"), bindparam("the_last")),
        messages.c.state == State.QUEUED.value,
        or_(messages.c.expires_ms.is_(None), messages.c.expires_ms > bindparam("the_now")),
    )
    .order_by(messages.c.message_id)
    .limit(bindparam("the_limit"))
    # A locked row is waited for: who holds it may give it up, and then nobody would come for it again.
    .with_for_update()
    .cte("queued_in_range")
)

CLAIMED = (
    messages.c.message_id,
    messages.c.account,
    messages.c.recipient,
    messages.c.text,
    messages.c.template_id,
    messages.c.variables,
    messages.c.sender,
    messages.c.tries,
)

CLAIM = (
    update(messages)
    .where(
        messages.c.message_id.in_(select(QUEUED_IN_RANGE.c.message_id)),
        messages.c.state.in_(sorted(allowed_from(State.SENDING))),
    )
    .values(
        state=State.SENDING.value,
        reason=None,
        token=bindparam("the_token"),
        worker=bindparam("the_worker"),
        tries=messages.c.tries + 1,
        due_ms=bindparam("the_lease_end"),
        updated_ms=bindparam("the_now"),
        revision=bindparam("the_revision"),
    )
    .returning(*CLAIMED)
)
"""The compare-and-set over neighbouring ids: Queued → Sending, with token and lease."""

FIND_CLAIMED = select(*CLAIMED, messages.c.updated_ms).where(
    messages.c.message_id.between(bindparam("the_first"), bindparam("the_last")),
    messages.c.token == bindparam("the_token"),
    messages.c.state == State.SENDING.value,
)
"""What an earlier run of the same claim got, whose commit was not answered."""

START_TRIES = insert(tries).from_select(
    ["message_id", "number", "token", "worker", "account", "started_ms"],
    select(
        messages.c.message_id,
        messages.c.tries,
        messages.c.token,
        messages.c.worker,
        messages.c.account,
        messages.c.updated_ms,
    ).where(
        messages.c.message_id.between(bindparam("the_first"), bindparam("the_last")),
        messages.c.token == bindparam("the_token"),
    ),
)
"""Begin the tries of what was just claimed: the rows say all that a try starts with."""

EXPIRE = (
    update(messages)
    .where(
        messages.c.message_id.between(bindparam("the_first"), bindparam("the_last")),
        messages.c.expires_ms <= bindparam("the_now"),
        messages.c.state == State.QUEUED.value,
    )
    .values(
        state=State.EXPIRED.value,
        reason="expired",
        due_ms=None,
        updated_ms=bindparam("the_now"),
        revision=bindparam("the_revision"),
    )
)
"""End what is too late to be useful; a claim passes it over."""

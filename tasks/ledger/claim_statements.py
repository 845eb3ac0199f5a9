"""The statements of a claim, built once: building them anew cost more than the database took to run them."""

from __future__ import annotations

from sqlalchemy import bindparam, insert, or_, select, update

from tasks.ledger.schema import accounts, chunks, counters, messages, tries
from tasks.ledger.states import State, allowed_from

RAISE_COUNTER = (
    update(counters)
    .where(counters.c.name == bindparam("the_name"))
    .values(value=counters.c.value + bindparam("the_count"))
    .returning(counters.c.value)
)

FIND_CHUNK = select(chunks).where(chunks.c.chunk_id == bindparam("the_chunk"))

FIND_ACCOUNT = select(accounts).where(accounts.c.name == bindparam("the_account")).with_for_update()

QUEUED_IN_RANGE = (
    select(messages.c.message_id)
    .where(
        messages.c.message_id.between(bindparam("the_first"), bindparam("the_last")),
        messages.c.state == State.QUEUED.value,
        or_(messages.c.expires_ms.is_(None), messages.c.expires_ms > bindparam("the_now")),
    )
    .order_by(messages.c.message_id)
    .limit(bindparam("the_limit"))
    .with_for_update(skip_locked=True)
)

CLAIM = (
    update(messages)
    .where(messages.c.message_id.in_(QUEUED_IN_RANGE), messages.c.state.in_(sorted(allowed_from(State.SENDING))))
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
    .returning(
        messages.c.message_id,
        messages.c.account,
        messages.c.recipient,
        messages.c.text,
        messages.c.template_id,
        messages.c.variables,
        messages.c.sender,
        messages.c.tries,
    )
)
"""The compare-and-set over neighbouring ids: Queued → Sending, with token and lease."""

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

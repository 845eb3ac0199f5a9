"""The statements that end many tries at once, each with an answer of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, TextClause, bindparam, or_, text, update

from tasks.ledger.schema import messages, tries
from tasks.ledger.states import State, allowed_from

MESSAGE_COLUMNS = ("state", "reason", "provider_id", "due_ms", "submitted_ms", "updated_ms", "revision")
TRY_COLUMNS = ("ended_ms", "outcome", "code", "provider_id")

NUMBERS = frozenset({"of_message", "of_number"} | {f"new_{name}" for name in ("due_ms", "submitted_ms", "ended_ms")})
"""Values that are numbers; the others are texts."""


def sources_of(target: State) -> list[str]:
    """The states that an outcome may change to `target`."""
    return sorted(source.value for source in allowed_from(target) & {State.SENDING, State.UNKNOWN})


def may_follow(target: State) -> ColumnElement[bool]:
    """The same as a condition. No IN: the drivers do not take it with many rows of values."""
    return or_(*(messages.c.state == source for source in sources_of(target)))


END_MESSAGES = {
    target: update(messages)
    .where(
        messages.c.message_id == bindparam("of_message"),
        messages.c.token == bindparam("of_token"),
        may_follow(target),
    )
    .values({name: bindparam(f"new_{name}") for name in MESSAGE_COLUMNS})
    for target in (State.SUBMITTED, State.REJECTED, State.HELD, State.RETRYING, State.FAILED, State.UNKNOWN)
}
"""The conditional update to each state that an outcome can lead to; built once."""

END_TRIES = (
    update(tries)
    .where(
        tries.c.message_id == bindparam("of_message"),
        tries.c.number == bindparam("of_number"),
        tries.c.token == bindparam("of_token"),
    )
    .values({name: bindparam(f"new_{name}") for name in TRY_COLUMNS})
)


def with_arrays(statement: str, names: Sequence[str]) -> TextClause:
    """A statement whose `given` is a table of as many rows as the lists that are its values."""
    types = ", ".join(f"CAST(:{name} AS {'bigint' if name in NUMBERS else 'text'}[])" for name in names)
    given = f"unnest({types}) AS given({', '.join(names)})"
    return text(statement.format(given=given))


IN_MESSAGES = ("of_message", "of_token", "new_reason", "new_provider_id", "new_due_ms", "new_submitted_ms")
END_MESSAGES_AT_ONCE = with_arrays(
    "UPDATE messages SET state = :state, reason = new_reason, provider_id = new_provider_id, due_ms = new_due_ms,"
    " submitted_ms = new_submitted_ms, updated_ms = :updated_ms, revision = :revision FROM {given}"
    " WHERE message_id = of_message AND token = of_token AND state = ANY(:sources)",
    IN_MESSAGES,
)

IN_TRIES = ("of_message", "of_number", "of_token", "new_ended_ms", "new_outcome", "new_code", "new_provider_id")
END_TRIES_AT_ONCE = with_arrays(
    "UPDATE tries SET ended_ms = new_ended_ms, outcome = new_outcome, code = new_code, provider_id = new_provider_id"
    " FROM {given} WHERE message_id = of_message AND number = of_number AND token = of_token",
    IN_TRIES,
)
"""PostgreSQL takes all rows in one statement: a third of the time, most of it the driver's."""


def end_messages(connection: Connection, target: State, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write what the ends of tries mean for their messages, where nothing else has become of them."""
    if connection.dialect.name == "sqlite":
        connection.execute(END_MESSAGES[target], rows)
        return
    shared = {
        "state": target.value,
        "sources": sources_of(target),
        "updated_ms": rows[0]["new_updated_ms"],
        "revision": rows[0]["new_revision"],
    }
    connection.execute(END_MESSAGES_AT_ONCE, shared | {name: [row[name] for row in rows] for name in IN_MESSAGES})


def end_tries(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write how tries ended, whatever became of their messages meanwhile."""
    if connection.dialect.name == "sqlite":
        connection.execute(END_TRIES, rows)
        return
    connection.execute(END_TRIES_AT_ONCE, {name: [row[name] for row in rows] for name in IN_TRIES})

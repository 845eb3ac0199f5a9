"""The tables of the ledger, the queue of record.

Plain SQLAlchemy Core, nothing that SQLite has and PostgreSQL lacks or the other way round. Times are milliseconds
since the epoch, money is millionths of the currency unit. The migrations in `migrations/` build the same tables.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    UniqueConstraint,
    false,
)
from sqlalchemy import Text as AnyText

metadata = MetaData()

# PostgreSQL compares texts by the rules of a language, slowly, and by other ones after an update of the system, which
# spoils indexes. Byte for byte is what SQLite does.
Text = AnyText().with_variant(AnyText(collation="C"), "postgresql")

# SQLite gives a rowid to INTEGER keys only, PostgreSQL needs 64 bits.
Id = BigInteger().with_variant(Integer, "sqlite")

ledger_info = Table(
    "ledger_info",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
"""`uuid`: the ledger's identity, carried in the lanes' names. `created_ms`. `stopped_ms`: since when the operator has
stopped all sending, empty = not; its row is also what commands of operators lock (`tasks.ledger.marks`)."""

counters = Table(
    "counters",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
)
"""`message`, `chunk`, `batch`: the last id given out. `revision`: raised by every transaction that writes messages; on
PostgreSQL one of `MARKS` in its place (`tasks.ledger.revision`)."""

MARKS = tuple(f"revision.{number}" for number in range(64))

accounts = Table(
    "accounts",
    metadata,
    Column("name", Text, primary_key=True),
    Column("gateway", Text, nullable=False),
    Column("held_reason", Text, comment="code of the fault that stopped the account; NULL = may send"),
    Column("held_ms", BigInteger),
    Column("rate_per_s", Float, comment="messages a second over all workers; NULL = no limit"),
    Column("allowance", Float, nullable=False, server_default="0"),
    Column("allowance_ms", BigInteger, nullable=False, server_default="0"),
    Column("retry_ms", BigInteger, comment="when a probe may leave; NULL: the breaker is not open"),
    Column("probe_ms", BigInteger, comment="since when a probe is out"),
    Column("strikes", Integer, nullable=False, server_default="0", comment="probes since the breaker opened"),
    Column("silent", Integer, nullable=False, server_default="0", comment="calls in a row without an answer"),
    Column("closed_ms", BigInteger, nullable=False, server_default="0", comment="when the breaker last closed"),
    Column("recovering", Boolean, nullable=False, server_default=false(), comment="closed; the held are to be let go"),
    Column("most_in_flight", Integer, comment="messages at once; NULL = no limit"),
    Column("per_day", Integer, comment="messages a day; NULL = no limit"),
    Column("budget_micros", BigInteger, comment="money a month; NULL = no limit"),
    Column("zone", Text, comment="where midnight is; NULL = UTC"),
    Column("segment_micros", BigInteger, comment="price of a segment; NULL = not set"),
)
"""A gateway account as the ledger knows it; never a secret. See `tasks.ledger.limits` and `tasks.ledger.breaker`."""

account_days = Table(
    "account_days",
    metadata,
    Column("account", Text, primary_key=True),
    Column("day", Text, primary_key=True, comment="2026-11-23, by the account's zone"),
    Column("claimed", Integer, nullable=False, server_default="0"),
    Column("spent_micros", BigInteger, nullable=False, server_default="0"),
)
"""What accounts with a limit by days have sent: messages that left or may have left, and what they cost."""

batches = Table(
    "batches",
    metadata,
    Column("batch_id", Id, primary_key=True, autoincrement=False),
    Column("request_id", Text, nullable=False, unique=True, comment="the click; the same one again is the same batch"),
    Column("source", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("total", Integer, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("paused_ms", BigInteger, comment="NULL = not paused by the operator"),
    Column("cancelled_ms", BigInteger, comment="NULL = not cancelled as a whole"),
)
Index(
    "ix_batches_paused",
    batches.c.paused_ms,
    sqlite_where=batches.c.paused_ms.is_not(None),
    postgresql_where=batches.c.paused_ms.is_not(None),
)

chunks = Table(
    "chunks",
    metadata,
    Column("chunk_id", Id, primary_key=True, autoincrement=False),
    Column("batch_id", Id, ForeignKey("batches.batch_id"), nullable=False),
    Column("account", Text, nullable=False),
    Column("first_id", Id, nullable=False),
    Column("last_id", Id, nullable=False),
    Column("uniform", Boolean, nullable=False, comment="all its messages have equal content"),
    Column("state", Text, nullable=False, comment="waiting, published, done"),
    Column("published_ms", BigInteger),
    Column("not_before_ms", BigInteger, comment="NULL = at once"),
    Index("ix_chunks_open", "state", "account", "chunk_id"),
)
Index(
    "ix_chunks_not_before",
    chunks.c.not_before_ms,
    sqlite_where=chunks.c.not_before_ms.is_not(None),
    postgresql_where=chunks.c.not_before_ms.is_not(None),
)
"""Up to a hundred neighbouring messages of one batch, the unit that travels as one `send_chunk` task."""

messages = Table(
    "messages",
    metadata,
    Column("message_id", Id, primary_key=True, autoincrement=False),
    Column("batch_id", Id, nullable=False),
    Column("chunk_id", Id, comment="NULL: travels alone as `send_message`"),
    Column("source", Text, nullable=False, comment="panel, or celery for another client"),
    Column("task_key", Text, unique=True, comment="id of another client's task; NULL for the panel's own"),
    Column("account", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("template_id", Text),
    Column("variables", Text, comment="JSON list of strings"),
    Column("sender", Text),
    Column("segments", Integer),
    Column("price_micros", BigInteger),
    Column("currency", Text),
    Column("state", Text, nullable=False),
    Column("reason", Text, comment="code of the last answer or of our own decision"),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("token", Text, comment="the claim that owns the row while Sending"),
    Column("worker", Text),
    Column("provider_id", Text),
    Column("due_ms", BigInteger, comment="when maintenance must look: release, next try, lease end, receipt check"),
    Column("expires_ms", BigInteger),
    Column("created_ms", BigInteger, nullable=False),
    Column("updated_ms", BigInteger, nullable=False),
    Column("submitted_ms", BigInteger),
    Column("revision", BigInteger, nullable=False),
)
Index("ix_messages_state", messages.c.state, messages.c.message_id)
Index("ix_messages_recipient", messages.c.recipient, messages.c.message_id)
Index("ix_messages_account", messages.c.account, messages.c.message_id)
Index("ix_messages_batch", messages.c.batch_id, messages.c.message_id)
Index(
    "ix_messages_due",
    messages.c.due_ms,
    sqlite_where=messages.c.due_ms.is_not(None),
    postgresql_where=messages.c.due_ms.is_not(None),
)

tries = Table(
    "tries",
    metadata,
    Column("message_id", Id, nullable=False),
    Column("number", Integer, nullable=False),
    Column("token", Text, nullable=False),
    Column("worker", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("started_ms", BigInteger, nullable=False),
    Column("ended_ms", BigInteger),
    Column("outcome", Text, comment="OutcomeKind, or NULL while the call is out"),
    Column("code", Text),
    Column("provider_id", Text),
    UniqueConstraint("message_id", "number", name="uq_tries"),
)
"""Every try is a record of its own; a zombie's late answer lands on its own try."""

templates = Table(
    "templates",
    metadata,
    Column("account", Text, primary_key=True),
    Column("template_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("signature", Text, nullable=False, server_default=""),
    Column("updated_ms", BigInteger, nullable=False),
)
"""The template book: what the gateway has approved, as the operator noted it."""

workers = Table(
    "workers",
    metadata,
    Column("worker_id", Text, primary_key=True),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("version", Text, nullable=False),
    Column("pool", Text, nullable=False),
    Column("concurrency", Integer, nullable=False),
    Column("accounts", Text, nullable=False, comment="JSON list of the accounts it has credentials for"),
    Column("in_hand", Integer, nullable=False, server_default="0"),
    Column("notes", Text, nullable=False, server_default="[]", comment="JSON list of codes the operator should know"),
    Column("started_ms", BigInteger, nullable=False),
    Column("seen_ms", BigInteger, nullable=False),
    Column("stopped_ms", BigInteger),
)

leases = Table(
    "leases",
    metadata,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("until_ms", BigInteger, nullable=False),
)
"""`maintenance`: the one worker that does the ledger's housekeeping."""

decisions = Table(
    "decisions",
    metadata,
    Column("decision_id", Id, primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("who", Text, nullable=False, comment="user@host, as the system names them"),
    Column("action", Text, nullable=False),
    Column("message_id", Id),
    Column("batch_id", Id),
    Column("account", Text),
    Column("count", Integer, nullable=False, comment="messages that it changed"),
)
"""What operators decided. Of message, batch and account at most one is set; none: everything. A message with a count of
0 was Sending: the last decision about it says what it must not do if it comes back."""
for _name in ("message_id", "batch_id"):
    Index(
        f"ix_decisions_{_name[:-3]}",
        decisions.c[_name],
        sqlite_where=decisions.c[_name].is_not(None),
        postgresql_where=decisions.c[_name].is_not(None),
    )

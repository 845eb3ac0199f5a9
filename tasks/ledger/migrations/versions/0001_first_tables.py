"""The first tables.

Revision ID: 0001
"""

import time
import uuid

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    create_tables()
    info = sa.table("ledger_info", sa.column("name"), sa.column("value"))
    op.bulk_insert(
        info,
        [{"name": "uuid", "value": uuid.uuid4().hex}, {"name": "created_ms", "value": str(int(time.time() * 1000))}],
    )
    counters = sa.table("counters", sa.column("name"), sa.column("value"))
    names = ["message", "chunk", "batch", "revision"]
    if op.get_bind().dialect.name == "postgresql":
        names += [f"revision.{number}" for number in range(64)]
    op.bulk_insert(counters, [{"name": name, "value": 0} for name in names])


def create_tables() -> None:
    op.create_table(
        "accounts",
        sa.Column("name", text, nullable=False),
        sa.Column("gateway", text, nullable=False),
        sa.Column(
            "held_reason",
            text,
            nullable=True,
            comment="code of the fault that stopped the account; NULL = may send",
        ),
        sa.Column("held_ms", sa.BigInteger(), nullable=True),
        sa.Column(
            "rate_per_s", sa.Float(), nullable=True, comment="messages a second over all workers; NULL = no limit"
        ),
        sa.Column("allowance", sa.Float(), server_default="0", nullable=False),
        sa.Column("allowance_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "batches",
        sa.Column(
            "batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("request_id", text, nullable=False, comment="the click; the same one again is the same batch"),
        sa.Column("source", text, nullable=False),
        sa.Column("account", text, nullable=False),
        sa.Column("lane", text, nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("batch_id"),
        sa.UniqueConstraint("request_id"),
    )
    op.create_table(
        "counters",
        sa.Column("name", text, nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "leases",
        sa.Column("name", text, nullable=False),
        sa.Column("holder", text, nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "ledger_info",
        sa.Column("name", text, nullable=False),
        sa.Column("value", text, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "messages",
        sa.Column(
            "message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "chunk_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="NULL: travels alone as `send_message`",
        ),
        sa.Column("source", text, nullable=False, comment="panel, or celery for another client"),
        sa.Column("task_key", text, nullable=True, comment="id of another client's task; NULL for the panel's own"),
        sa.Column("account", text, nullable=False),
        sa.Column("recipient", text, nullable=False),
        sa.Column("text", text, nullable=False),
        sa.Column("template_id", text, nullable=True),
        sa.Column("variables", text, nullable=True, comment="JSON list of strings"),
        sa.Column("sender", text, nullable=True),
        sa.Column("segments", sa.Integer(), nullable=True),
        sa.Column("price_micros", sa.BigInteger(), nullable=True),
        sa.Column("currency", text, nullable=True),
        sa.Column("state", text, nullable=False),
        sa.Column("reason", text, nullable=True, comment="code of the last answer or of our own decision"),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("token", text, nullable=True, comment="the claim that owns the row while Sending"),
        sa.Column("worker", text, nullable=True),
        sa.Column("provider_id", text, nullable=True),
        sa.Column(
            "due_ms",
            sa.BigInteger(),
            nullable=True,
            comment="when maintenance must look: release, next try, lease end, receipt check",
        ),
        sa.Column("expires_ms", sa.BigInteger(), nullable=True),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("updated_ms", sa.BigInteger(), nullable=False),
        sa.Column("submitted_ms", sa.BigInteger(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("message_id"),
        sa.UniqueConstraint("task_key"),
    )
    op.create_index("ix_messages_account", "messages", ["account", "message_id"], unique=False)
    op.create_index("ix_messages_batch", "messages", ["batch_id", "message_id"], unique=False)
    op.create_index(
        "ix_messages_due",
        "messages",
        ["due_ms"],
        unique=False,
        sqlite_where=sa.text("due_ms IS NOT NULL"),
        postgresql_where=sa.text("due_ms IS NOT NULL"),
    )
    op.create_index("ix_messages_recipient", "messages", ["recipient", "message_id"], unique=False)
    op.create_index("ix_messages_state", "messages", ["state", "message_id"], unique=False)
    op.create_table(
        "templates",
        sa.Column("account", text, nullable=False),
        sa.Column("template_id", text, nullable=False),
        sa.Column("name", text, nullable=False),
        sa.Column("text", text, nullable=False),
        sa.Column("signature", text, server_default="", nullable=False),
        sa.Column("updated_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", "template_id"),
    )
    op.create_table(
        "tries",
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("token", text, nullable=False),
        sa.Column("worker", text, nullable=False),
        sa.Column("account", text, nullable=False),
        sa.Column("started_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended_ms", sa.BigInteger(), nullable=True),
        sa.Column("outcome", text, nullable=True, comment="OutcomeKind, or NULL while the call is out"),
        sa.Column("code", text, nullable=True),
        sa.Column("provider_id", text, nullable=True),
        sa.UniqueConstraint("message_id", "number", name="uq_tries"),
    )
    op.create_table(
        "workers",
        sa.Column("worker_id", text, nullable=False),
        sa.Column("host", text, nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("version", text, nullable=False),
        sa.Column("pool", text, nullable=False),
        sa.Column("concurrency", sa.Integer(), nullable=False),
        sa.Column("accounts", text, nullable=False, comment="JSON list of the accounts it has credentials for"),
        sa.Column("in_hand", sa.Integer(), server_default="0", nullable=False),
        sa.Column("started_ms", sa.BigInteger(), nullable=False),
        sa.Column("seen_ms", sa.BigInteger(), nullable=False),
        sa.Column("stopped_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("worker_id"),
    )
    op.create_table(
        "chunks",
        sa.Column(
            "chunk_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account", text, nullable=False),
        sa.Column("first_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("last_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uniform", sa.Boolean(), nullable=False, comment="all its messages have equal content"),
        sa.Column("state", text, nullable=False, comment="waiting, published, done"),
        sa.Column("published_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["batches.batch_id"],
        ),
        sa.PrimaryKeyConstraint("chunk_id"),
    )
    op.create_index("ix_chunks_open", "chunks", ["state", "account", "chunk_id"], unique=False)

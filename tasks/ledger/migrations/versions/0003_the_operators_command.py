"""The operator's command: marks of pause, cancel and stop, the time to undo, and who decided what.

Revision ID: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("chunks", sa.Column("not_before_ms", sa.BigInteger(), comment="NULL = at once"))
    op.add_column("batches", sa.Column("paused_ms", sa.BigInteger(), comment="NULL = not paused by the operator"))
    op.add_column("batches", sa.Column("cancelled_ms", sa.BigInteger(), comment="NULL = not cancelled as a whole"))
    for name, table in (("not_before_ms", "chunks"), ("paused_ms", "batches")):
        is_set = sa.text(f"{name} IS NOT NULL")
        op.create_index(f"ix_{table}_{name[:-3]}", table, [name], sqlite_where=is_set, postgresql_where=is_set)
    op.create_table(
        "decisions",
        sa.Column("decision_id", key, primary_key=True),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("who", text, nullable=False, comment="user@host, as the system names them"),
        sa.Column("action", text, nullable=False),
        sa.Column("message_id", key),
        sa.Column("batch_id", key),
        sa.Column("account", text),
        sa.Column("count", sa.Integer(), nullable=False, comment="messages that it changed"),
    )
    for name in ("message_id", "batch_id"):
        is_set = sa.text(f"{name} IS NOT NULL")
        op.create_index(f"ix_decisions_{name[:-3]}", "decisions", [name], sqlite_where=is_set, postgresql_where=is_set)
    info = sa.table("ledger_info", sa.column("name"), sa.column("value"))
    op.bulk_insert(info, [{"name": "stopped_ms", "value": ""}])

"""Limits of a gateway account: in flight, a day, money a month.

Revision ID: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("accounts", sa.Column("most_in_flight", sa.Integer(), comment="messages at once; NULL = no limit"))
    op.add_column("accounts", sa.Column("per_day", sa.Integer(), comment="messages a day; NULL = no limit"))
    op.add_column("accounts", sa.Column("budget_micros", sa.BigInteger(), comment="money a month; NULL = no limit"))
    op.add_column("accounts", sa.Column("zone", text, comment="where midnight is; NULL = UTC"))
    op.create_table(
        "account_days",
        sa.Column("account", text, primary_key=True),
        sa.Column("day", text, primary_key=True, comment="2026-11-23, by the account's zone"),
        sa.Column("claimed", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("spent_micros", sa.BigInteger(), nullable=False, server_default="0"),
    )

"""The circuit breaker of a gateway account.

Revision ID: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("retry_ms", sa.BigInteger(), comment="when a probe may leave; NULL: the breaker is not open"),
        sa.Column("probe_ms", sa.BigInteger(), comment="since when a probe is out"),
        number("strikes", sa.Integer(), "probes since the breaker opened"),
        number("silent", sa.Integer(), "calls in a row without an answer"),
        number("closed_ms", sa.BigInteger(), "when the breaker last closed"),
        sa.Column(
            "recovering",
            sa.Boolean(),
            nullable=False,
            server_default=sa.false(),
            comment="closed; the held are to be let go",
        ),
    ):
        op.add_column("accounts", column)


def number(name: str, kind: sa.Integer, comment: str) -> sa.Column[int]:
    return sa.Column(name, kind, nullable=False, server_default="0", comment=comment)

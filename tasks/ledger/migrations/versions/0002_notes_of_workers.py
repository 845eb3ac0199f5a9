"""Workers leave notes for the operator.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if "notes" in {column["name"] for column in sa.inspect(op.get_bind()).get_columns("workers")}:
        return  # made by a program between the two versions
    text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.add_column(
        "workers",
        sa.Column(
            "notes", text, server_default="[]", nullable=False, comment="JSON list of codes the operator should know"
        ),
    )

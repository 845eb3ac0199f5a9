"""Workers leave notes for the operator; PostgreSQL counts changes in many places.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Programs between the two versions made some of this, under the first version's number.
    if "notes" not in {column["name"] for column in sa.inspect(op.get_bind()).get_columns("workers")}:
        text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
        comment = "JSON list of codes the operator should know"
        op.add_column("workers", sa.Column("notes", text, server_default="[]", nullable=False, comment=comment))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "INSERT INTO counters (name, value) SELECT 'revision.' || number, 0 FROM generate_series(0, 63) AS number"
            " ON CONFLICT DO NOTHING"
        )

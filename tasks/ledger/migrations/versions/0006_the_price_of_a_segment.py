"""The price of a segment, for a budget that also counts messages whose length is not known.

Revision ID: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "accounts", sa.Column("segment_micros", sa.BigInteger(), comment="price of a segment; NULL = not set")
    )

"""Data keys, each wrapped by a named master key.

The one key of schema 0001 is taken in by ``store.ring`` when the record is next written: a
migration has no keys. Neither ledger nor changes nor secrets are touched.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "data_keys",
        sa.Column("ordinal", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(16), nullable=False, unique=True),
        sa.Column("created", sa.String(32), nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.Column("master", sa.Text, nullable=False),
        sa.Column("master_id", sa.String(16), nullable=False),
        sqlite_autoincrement=True,
    )

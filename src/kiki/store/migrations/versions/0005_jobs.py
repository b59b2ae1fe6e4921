"""The queue of jobs, who owns which change, and what is told of work that goes on."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "jobs",
        sa.Column("ordinal", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(64), nullable=False, unique=True),
        sa.Column("change_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("place", sa.String(71), nullable=False),
        sa.Column("pinned", sa.Text, nullable=False),
        sa.Column("override", sa.Text, nullable=False),
        sa.Column("created", sa.String(32), nullable=False),
        sa.Column("started", sa.String(32), nullable=False),
        sa.Column("ended", sa.String(32), nullable=False),
        sa.Column("due", sa.Float(53), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("worker", sa.Text, nullable=False),
        sa.Column("machine", sa.Text, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("jobs_by_state", "jobs", ["state"])
    op.create_index("jobs_by_change", "jobs", ["change_id"])
    op.create_table(
        "owners",
        sa.Column("fence", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("change_id", sa.String(64), nullable=False, unique=True),
        sa.Column("worker", sa.Text, nullable=False),
        sa.Column("node", sa.Text, nullable=False),
        sa.Column("machine", sa.Text, nullable=False),
        sa.Column("job", sa.String(64), nullable=False),
        sa.Column("until", sa.Float(53), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "told",
        sa.Column("ordinal", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("change_id", sa.String(64), nullable=False),
        sa.Column("at", sa.Float(53), nullable=False),
        sa.Column("steps", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("told_by_change", "told", ["change_id"])

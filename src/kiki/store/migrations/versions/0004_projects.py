"""Projects of changes and tokens, and in tokens the roles of people from elsewhere.

No row changes: what is there is of the default project, whose name is the empty word, and the
digests of older rows hold.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    for table, column in (("changes", "project"), ("tokens", "projects"), ("tokens", "roles")):
        op.add_column(table, sa.Column(column, sa.Text, nullable=False, server_default=""))

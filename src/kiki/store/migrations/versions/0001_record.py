"""The record: changes, ledger with signed head, secrets, locks.

The ledger's triggers make SQL itself refuse to alter, remove, replace or skip a record, so that a
bug can't; somebody with the file can, and ``kiki audit verify`` then says so.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TRIGGERS = (
    """CREATE TRIGGER ledger_is_not_altered BEFORE UPDATE ON ledger
    BEGIN SELECT RAISE(ABORT, 'ledger records are not altered'); END""",
    """CREATE TRIGGER ledger_is_not_removed BEFORE DELETE ON ledger
    BEGIN SELECT RAISE(ABORT, 'ledger records are not removed'); END""",
    """CREATE TRIGGER ledger_is_appended BEFORE INSERT ON ledger
    WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM ledger)
    BEGIN SELECT RAISE(ABORT, 'ledger records are appended in order'); END""",
    """CREATE TRIGGER ledger_head_is_not_removed BEFORE DELETE ON ledger_head
    BEGIN SELECT RAISE(ABORT, 'the ledger head is not removed'); END""",
    """CREATE TRIGGER ledger_head_moves_on BEFORE UPDATE ON ledger_head
    WHEN NEW.sequence <> OLD.sequence + 1
    BEGIN SELECT RAISE(ABORT, 'the ledger head moves one record on'); END""",
)

POSTGRES_TRIGGERS = (
    """CREATE FUNCTION ledger_refuses() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_ARGV[0]; END $$""",
    """CREATE FUNCTION ledger_follows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM ledger)
    THEN RAISE EXCEPTION 'ledger records are appended in order'; END IF; RETURN NEW; END $$""",
    """CREATE TRIGGER ledger_is_not_altered BEFORE UPDATE ON ledger FOR EACH ROW
    EXECUTE FUNCTION ledger_refuses('ledger records are not altered')""",
    """CREATE TRIGGER ledger_is_not_removed BEFORE DELETE ON ledger FOR EACH ROW
    EXECUTE FUNCTION ledger_refuses('ledger records are not removed')""",
    """CREATE TRIGGER ledger_is_not_emptied BEFORE TRUNCATE ON ledger
    EXECUTE FUNCTION ledger_refuses('ledger records are not removed')""",
    """CREATE TRIGGER ledger_is_appended BEFORE INSERT ON ledger FOR EACH ROW
    EXECUTE FUNCTION ledger_follows()""",
    """CREATE TRIGGER ledger_head_is_not_removed BEFORE DELETE ON ledger_head FOR EACH ROW
    EXECUTE FUNCTION ledger_refuses('the ledger head is not removed')""",
    """CREATE TRIGGER ledger_head_is_not_emptied BEFORE TRUNCATE ON ledger_head
    EXECUTE FUNCTION ledger_refuses('the ledger head is not removed')""",
    """CREATE TRIGGER ledger_head_moves_on BEFORE UPDATE ON ledger_head FOR EACH ROW
    WHEN (NEW.sequence <> OLD.sequence + 1)
    EXECUTE FUNCTION ledger_refuses('the ledger head moves one record on')""",
)


def upgrade() -> None:
    """Make the tables and the triggers."""
    _make_changes()
    _make_ledger()
    _make_secrets()
    op.create_table(
        "locks",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("change_id", sa.String(64), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
    )
    on_postgres = op.get_bind().dialect.name == "postgresql"
    for trigger in POSTGRES_TRIGGERS if on_postgres else TRIGGERS:
        op.get_bind().exec_driver_sql(trigger)


def _make_changes() -> None:
    op.create_table(
        "changes",
        sa.Column("ordinal", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(64), nullable=False, unique=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("requester", sa.Text, nullable=False),
        sa.Column("created", sa.String(32), nullable=False),
        sa.Column("updated", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("searched", sa.Text, nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("changes_by_state", "changes", ["state"])


def _make_ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("previous", sa.String(71), nullable=False),
        sa.Column("hash", sa.String(71), nullable=False),
    )
    op.create_index("ledger_by_subject", "ledger", ["subject"])
    op.create_table(
        "ledger_head",
        sa.Column("only", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("hash", sa.String(71), nullable=False),
        sa.Column("signature", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.CheckConstraint('"only" = 1', name="one_head"),
    )


def _make_secrets() -> None:
    op.create_table(
        "secrets",
        sa.Column("ordinal", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("created", sa.String(32), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("name", "version", name="secret_versions"),
        sqlite_autoincrement=True,
    )

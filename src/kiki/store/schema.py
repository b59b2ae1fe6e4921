"""The tables of the record, as SQLAlchemy metadata.

Called by the migrations, which come to it in steps; a test compares the two, and tells alembic
what to write when a table changes. The adapters speak SQL themselves. No I/O here.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

changes = Table(
    "changes",
    metadata,
    # In the order of creation, which a clock that goes back doesn't upset.
    Column("ordinal", Integer, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("state", String(32), nullable=False),
    Column("target", Text, nullable=False),
    Column("requester", Text, nullable=False),
    Column("created", String(32), nullable=False),
    Column("updated", String(32), nullable=False),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("message", Text, nullable=False),
    # The message as it is searched: NFC and case-folded, which SQLite can't do itself.
    Column("searched", Text, nullable=False),
    # The whole change as JSON, sealed: its plans hold diffs of files on hosts.
    Column("document", LargeBinary, nullable=False),
    # Empty for the default one, which what is older has.
    Column("project", Text, nullable=False, server_default=""),
    Index("changes_by_state", "state"),
    sqlite_autoincrement=True,
)

ledger = Table(
    "ledger",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False),
    Column("actor", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("data", Text, nullable=False),
    Column("previous", String(71), nullable=False),
    Column("hash", String(71), nullable=False),
    Index("ledger_by_subject", "subject"),
)

ledger_head = Table(
    "ledger_head",
    metadata,
    Column("only", Integer, primary_key=True, autoincrement=False),
    Column("sequence", Integer, nullable=False),
    Column("hash", String(71), nullable=False),
    Column("signature", Text, nullable=False),
    Column("key", Text, nullable=False),
    CheckConstraint("only = 1", name="one_head"),
)

# Keys that seal changes and secrets, each wrapped by the named master key. What is sealed begins
# with the id of its data key.
data_keys = Table(
    "data_keys",
    metadata,
    Column("ordinal", Integer, primary_key=True, autoincrement=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("created", String(32), nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    Column("master", Text, nullable=False),
    Column("master_id", String(16), nullable=False),
    sqlite_autoincrement=True,
)

secrets = Table(
    "secrets",
    metadata,
    Column("ordinal", Integer, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False),
    Column("version", String(64), nullable=False),
    Column("created", String(32), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    UniqueConstraint("name", "version", name="secret_versions"),
    sqlite_autoincrement=True,
)

locks = Table(
    "locks",
    metadata,
    Column("name", Text, primary_key=True),
    Column("change_id", String(64), nullable=False),
    Column("at", String(32), nullable=False),
)

accounts = Table(
    "accounts",
    metadata,
    Column("name", String(64), primary_key=True),
    # What argon2id made of it, with its salt and costs.
    Column("password", Text, nullable=False),
    Column("roles", Text, nullable=False),
    Column("created", String(32), nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", String(16), primary_key=True),
    # SHA-256 in hex: a token is 256 random bits, and is itself kept nowhere.
    Column("hash", String(64), nullable=False, unique=True),
    # Empty for the one that makes the first account.
    Column("account", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("scopes", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("created", String(32), nullable=False),
    Column("expires", String(32), nullable=False),
    # Which projects it is for, none meaning all, and the roles of people who have no account here.
    Column("projects", Text, nullable=False, server_default=""),
    Column("roles", Text, nullable=False, server_default=""),
    Index("tokens_by_account", "account"),
)

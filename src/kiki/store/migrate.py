"""Bringing a database to the newest schema with alembic.

Called by ``store.database`` when the version differs, and only then imported: alembic alone takes
longer to import than a whole command may last.
"""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def to_newest(connection: Connection) -> None:
    """Run the missing steps inside the transaction that *connection* is in."""
    config = Config()
    config.set_main_option("script_location", "kiki.store:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")

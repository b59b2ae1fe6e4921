"""The steps of the migrations, in one transaction of whatever database it is.

Called by ``store.migrate`` and ``store.postgres.migrate``, which are imported only when there is
something to do: alembic takes longer to import than a whole command may last.
"""

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError


def run(engine: Engine, failures: type[Exception]) -> None:
    """Run the missing steps in one transaction; of two processes at once the second finds nothing
    left to do. Of what goes wrong the driver's own error is raised, where it is one of
    *failures*."""
    config = Config()
    config.set_main_option("script_location", "kiki.store:migrations")
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except DBAPIError as failure:
        if isinstance(failure.orig, failures):
            raise failure.orig from failure
        raise

"""What alembic runs: the steps, on the connection and in the transaction that it was given.

Called by alembic from ``store.migrate``, never imported by Kiki itself.
"""

from alembic import context

from kiki.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()

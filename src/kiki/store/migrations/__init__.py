"""Alembic's steps from an empty file to ``store.schema``. Called by ``store.migrate`` only."""

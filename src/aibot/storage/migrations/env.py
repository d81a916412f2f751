"""What Alembic runs for every command: upgrade over the connection that `storage/schema.py` hands in."""

from __future__ import annotations

from alembic import context

from aibot.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot change most of a table in place
)
context.run_migrations()

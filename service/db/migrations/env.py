"""How Alembic runs a migration: on the connection it is handed, inside its transaction."""

from __future__ import annotations

from alembic import context

from service.db.register import TABLES

context.configure(connection=context.config.attributes["connection"], target_metadata=TABLES, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()

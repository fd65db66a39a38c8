"""How alembic runs here: on the connection, and in the transaction, that `migrate_…` opened."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()

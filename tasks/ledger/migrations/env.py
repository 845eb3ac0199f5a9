"""Alembic's entry: runs on the connection that `tasks.ledger.migration` hands over."""

from alembic import context

from tasks.ledger.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transaction_per_migration=False,
)
context.run_migrations()

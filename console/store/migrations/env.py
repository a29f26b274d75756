"""How Alembic runs our steps: on the connection and in the transaction that it is given."""

from alembic import context

# Without a connection (a developer asks for a new step's skeleton) there is nothing to run.
connection = context.config.attributes.get("connection")
context.configure(
    connection=connection,
    target_metadata=context.config.attributes.get("metadata"),
    render_as_batch=True,
    transaction_per_migration=False,
    dialect_name=None if connection is not None else "sqlite",
)
with context.begin_transaction():
    context.run_migrations()

"""Alembic's environment: the connection comes from `Store.open`, in whose transaction the revisions run."""

from alembic import context

from penstock.service.store.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transactional_ddl=True,
    render_as_batch=True,  # SQLite alters tables by copying them
)
context.run_migrations()

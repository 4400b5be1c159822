"""Runs Alembic's migrations on the connection that `mapsvc.storage.schema` hands over."""

from alembic import context

from mapsvc.storage.schema import ours
from mapsvc.storage.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    include_name=ours,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()

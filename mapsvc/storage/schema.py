"""Brings a database to the tables of this version, and tells how far it is."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect

from mapsvc.storage.dialects import postgis
from mapsvc.storage.tables import METADATA

BY_HAND = frozenset({"listing_points", "site_points", "listing_words"})  # spelt per database


def ours(name: str | None, kind: str, parent_names: object) -> bool:
    """Whether Alembic may compare a thing: SpatiaLite's and PostGIS's own tables are none of ours."""
    return kind != "table" or (name in METADATA.tables and name not in BY_HAND)


def migrate(engine: Engine, *, public_url: str | None = None, revision: str = "head") -> None:
    """Brings the tables up to revision; on PostgreSQL also admits the role of public_url.

    Everything happens in one transaction: a migration that fails leaves the database as it was.
    """
    with engine.begin() as connection:
        migrate_within(connection, public_url=public_url, revision=revision)
    engine.dispose()  # later connections see the search path that the migration set


def migrate_within(connection: Connection, *, public_url: str | None = None, revision: str = "head") -> None:
    """The same in the transaction of connection; the caller commits."""
    command.upgrade(_config(connection), revision)
    if public_url and connection.dialect.name == "postgresql":
        postgis.admit_public_role(connection, public_url)


def step_down(engine: Engine, *, revision: str = "base") -> None:
    """Takes the tables down to revision; "base" leaves none of ours."""
    with engine.begin() as connection:
        command.downgrade(_config(connection), revision)
    engine.dispose()


def is_current(engine: Engine) -> bool:
    """Whether the database has the tables of this version."""
    with engine.execution_options(reading=True).connect() as connection:
        heads = set(ScriptDirectory.from_config(_config(connection)).get_heads())
        return set(MigrationContext.configure(connection).get_current_heads()) == heads


def tables_in(connection: Connection) -> frozenset[str]:
    """The private tables of ours that a database has."""
    return frozenset(inspect(connection).get_table_names()) & {one.name for one in METADATA.tables.values()}


def revisions() -> frozenset[str]:
    """The revisions that this version knows, and can bring to its own."""
    scripts = ScriptDirectory(str(Path(__file__).parent / "migrations"))
    return frozenset(one.revision for one in scripts.walk_revisions())


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config

"""Tables that each database spells in its own way: geometry, full text, the public schema."""

import sqlalchemy as sa
from alembic import op

PUBLIC_SCHEMA = "directory"


def on_sqlite() -> bool:
    """Whether the migration runs on SQLite."""
    return bool(op.get_bind().dialect.name == "sqlite")


def prepare_database() -> None:
    """SpatiaLite's metadata, or PostGIS and the public schema."""
    if on_sqlite():
        known = op.get_bind().scalar(sa.text("SELECT 1 FROM sqlite_master WHERE name = 'spatial_ref_sys'"))
        if not known:
            op.execute("SELECT InitSpatialMetaData(0, 'WGS84')")
        return
    op.execute("CREATE EXTENSION IF NOT EXISTS postgis")
    op.execute(f"CREATE SCHEMA IF NOT EXISTS {PUBLIC_SCHEMA}")


def make_public(*tables: str) -> None:
    """Moves tables to the schema that the public role may read; SQLite's authorizer knows them by name."""
    if not on_sqlite():
        for table in tables:
            op.execute(f"ALTER TABLE {table} SET SCHEMA {PUBLIC_SCHEMA}")


def public(name: str) -> str:
    """The name of a public table, or of a column of one, as a reference names it."""
    return name if on_sqlite() else f"{PUBLIC_SCHEMA}.{name}"


def make_private(*tables: str) -> None:
    """Moves tables back, so that they can be dropped by name on both databases."""
    if not on_sqlite():
        for table in tables:
            op.execute(f"ALTER TABLE {PUBLIC_SCHEMA}.{table} SET SCHEMA public")


def create_points(table: str, key: str, parent: str) -> None:
    """A narrow table of points (WGS 84) with a spatial index, one row a thing of the parent table."""
    if on_sqlite():
        op.execute(
            f"CREATE TABLE {table} "
            f"({key} INTEGER NOT NULL PRIMARY KEY REFERENCES {parent} (id) ON DELETE CASCADE)"
        )
        op.execute(f"SELECT AddGeometryColumn('{table}', 'point', 4326, 'POINT', 'XY', 1)")
        op.execute(f"SELECT CreateSpatialIndex('{table}', 'point')")
        return
    op.execute(
        f"CREATE TABLE {table} ({key} bigint PRIMARY KEY REFERENCES {parent} (id) ON DELETE CASCADE, "
        "point geometry(Point, 4326) NOT NULL)"
    )
    # The typmod is repeated: an index on a plain cast would never be used.
    op.execute(f"CREATE INDEX ix_{table}_geography ON {table} USING gist ((point::geography(Point, 4326)))")
    op.execute(f"CREATE INDEX ix_{table}_point ON {table} USING gist (point)")


def drop_points(table: str) -> None:
    """Takes a table of points away, with SpatiaLite's metadata of it."""
    if on_sqlite():
        op.execute(f"SELECT DisableSpatialIndex('{table}', 'point')")
        op.execute(f"DROP TABLE IF EXISTS idx_{table}_point")
        op.execute(f"SELECT DiscardGeometryColumn('{table}', 'point')")
    op.execute(f"DROP TABLE {table}")


def create_words() -> None:
    """The full-text index of the listings, over text that Python has folded already."""
    if on_sqlite():
        op.execute(
            "CREATE VIRTUAL TABLE listing_words USING fts5(title, place, body, "
            "tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3')"
        )
        return
    op.execute(
        "CREATE TABLE listing_words "
        "(listing_id bigint PRIMARY KEY REFERENCES listings (id) ON DELETE CASCADE, words tsvector NOT NULL)"
    )
    op.execute("CREATE INDEX ix_listing_words_words ON listing_words USING gin (words)")


def add_reference(table: str, column: str, parent: str) -> None:
    """A column that names a row of another table, empty once that row is gone.

    SQLite takes such a constraint with the column alone, not afterwards.
    """
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {column} integer "
        f"CONSTRAINT fk_{table}_{column} REFERENCES {parent} (id) ON DELETE SET NULL"
    )


def make_append_only(table: str) -> None:
    """Has the database refuse to change or delete a row of a table, whoever asks."""
    if on_sqlite():
        for verb in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} only grows'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_only_grows()"
    )


def drop_append_only(table: str) -> None:
    """Takes that refusal away, so that the table can be dropped."""
    if not on_sqlite():
        op.execute(f"DROP TRIGGER {table}_only_grows ON {table}")
        op.execute(f"DROP FUNCTION {table}_only_grows()")

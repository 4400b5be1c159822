"""The records of an installation on SpatiaLite copied to PostGIS, to make the directory from there."""

import sqlite3
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

from benchmarks.installations import PUBLIC_ROLE
from benchmarks.peers.postgis import plain
from mapsvc.config import Settings
from mapsvc.storage import schema
from mapsvc.storage.engine import private_engine
from tests.installations import DATABASE
from tests.postgis import PostgisCluster

TABLES = {
    "facet_values": ("code", "facet", "value"),
    "listing_records": ("listing_id", "record"),
    "changes": ("number", "listing_id", "at"),
    "change_counter": ("id", "number"),
}


def copied(cluster: PostgisCluster, folder: Path, elsewhere: Path) -> Settings:
    """Settings of an installation elsewhere, on a new database with what the read index is made from."""
    url = cluster.fresh_database()
    settings = Settings(
        instance=elsewhere, database_url=url, public_database_url=cluster.as_role(url, PUBLIC_ROLE)
    )
    engine = private_engine(settings)
    schema.migrate(engine, public_url=settings.public_database)
    engine.dispose()
    with sqlite3.connect(folder / DATABASE) as source, psycopg.connect(plain(url)) as target:
        target.execute("SET session_replication_role = replica")  # listings themselves are not copied
        for table, columns in TABLES.items():
            into = SQL("directory.{}").format(Identifier(table))
            names = SQL(", ").join(map(Identifier, columns))
            target.execute(SQL("DELETE FROM {}").format(into))
            rows = source.execute(f"SELECT {', '.join(columns)} FROM {table}")
            with target.cursor().copy(SQL("COPY {} ({}) FROM STDIN").format(into, names)) as copy:
                for row in rows:
                    copy.write_row(row)
        target.commit()
        target.autocommit = True
        target.execute("VACUUM ANALYZE directory.listing_records")
    source.close()
    return settings

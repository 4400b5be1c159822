"""The tables, up and down, on both databases."""

from sqlalchemy import Engine, inspect, text
from sqlalchemy.orm import Session

from mapsvc.config import Settings
from mapsvc.services.loading import clear_samples
from mapsvc.storage import schema, tables
from tests import make
from tests.publish import publish


def found_tables(engine: Engine) -> set[str]:
    inspector = inspect(engine)
    schemas = [None] if engine.dialect.name == "sqlite" else ["public", "directory"]
    return {name for one in schemas for name in inspector.get_table_names(schema=one)}


def test_migrations_go_down_and_up_again(engine: Engine, settings: Settings) -> None:
    before = found_tables(engine)

    schema.step_down(engine)
    without = found_tables(engine)
    schema.migrate(engine, public_url=settings.public_database)

    assert schema.is_current(engine)
    assert {"listings", "sites", "offers"} <= before
    assert not {"listings", "sites", "offers", "listing_points", "listing_words"} & without
    assert found_tables(engine) == before


def test_an_empty_database_is_not_current(engine: Engine) -> None:
    schema.step_down(engine)

    assert not schema.is_current(engine)


def test_the_models_say_what_the_migrations_made(engine: Engine) -> None:
    inspector = inspect(engine)

    for table in tables.METADATA.tables.values():
        where = table.schema if engine.dialect.name == "postgresql" else None
        made = {one["name"]: one["nullable"] for one in inspector.get_columns(table.name, schema=where)}
        said = {column.name: bool(column.nullable) for column in table.columns}
        assert made == said, table.name
        if table.name in schema.BY_HAND:
            continue
        indexes = {index["name"] for index in inspector.get_indexes(table.name, schema=where)}
        assert {index.name for index in table.indexes} <= indexes, table.name


def test_spatial_queries_use_the_index_on_postgis(engine: Engine) -> None:
    if engine.dialect.name != "postgresql":
        with engine.connect() as connection:
            found = connection.scalar(
                text("SELECT count(*) FROM geometry_columns WHERE spatial_index_enabled = 1")
            )
        assert found == 2
        return
    near = "ST_DWithin(point::geography(Point, 4326), ST_SetSRID(ST_MakePoint(9, 45), 4326)::geography, 1000)"
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        plan = "\n".join(
            connection.scalars(text(f"EXPLAIN SELECT listing_id FROM directory.listing_points WHERE {near}"))
        )

    assert "ix_listing_points_geography" in plan


def test_the_id_of_a_listing_that_is_gone_is_given_to_no_other(session: Session) -> None:
    gone = publish(session, make.host("Bar Roma", sample=True))["Bar Roma"]
    clear_samples(session)

    assert publish(session, make.host("Bar Centrale"))["Bar Centrale"] > gone

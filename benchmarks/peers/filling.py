"""Writes a world into an installation on SpatiaLite as publication would leave its public tables."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection, delete
from sqlalchemy.orm import Session

from benchmarks.peers.worlds import (
    COUNTRIES,
    FIELDS,
    FIRST_DAY,
    KINDS,
    LANGUAGES,
    LAST_DAY,
    LODGING,
    OVER,
    SECTORS,
    World,
)
from mapsvc.access.projections import PROJECTION_VERSION
from mapsvc.config import Settings
from mapsvc.domain.base import now
from mapsvc.domain.listings import Listing, ListingPoint, ListingRecord
from mapsvc.storage.engine import private_engine, writing
from mapsvc.storage.listings import ListingRow, log_changes
from mapsvc.storage.records import Value, packed, values_of, write_records
from tests.installations import DATABASE

UPDATED = "2026-11-22 00:00:00.000000"  # as SQLAlchemy writes a moment
COLUMNS = tuple(column.name for column in Listing.__table__.columns)
DETAIL = json.dumps(
    {
        "organisation": {"kind": "company", "website": "https://example.org"},
        "site": {},
        "offer": {"summary": {"en": "Takes learners for two to six weeks, as a list of made-up hosts says."}},
        "source": None,
        "vouching": None,
    }
)
# A point as SpatiaLite keeps it: SRID and box first, then the point itself.
POINT = np.dtype(
    [
        *(("start", "u1"), ("order", "u1"), ("srid", "<i4"), ("box", "<f8", 4)),
        *(("end_of_box", "u1"), ("type", "<i4"), ("point", "<f8", 2), ("end", "u1")),
    ]
)
AT_ONCE = 50_000


def settings_of(folder: Path) -> Settings:
    """The settings of an installation in a folder, whatever the environment says."""
    return Settings(instance=folder, database_url="", public_database_url="", samples=False)


def fill(folder: Path, world: World) -> None:
    """Puts the world's listings in the place of all that are there, with points, records and change log.

    Full text is left out: no question of the benchmark holds words.
    """
    engine = private_engine(settings_of(folder))
    with writing(engine) as session:
        for table in (ListingRecord, ListingPoint, Listing):
            session.execute(delete(table))
        connection = session.connection()
        marks = ", ".join("?" * len(COLUMNS))
        _insert(connection, f"INSERT INTO listings ({', '.join(COLUMNS)}) VALUES ({marks})", _rows(world))
        connection.exec_driver_sql("SELECT DisableSpatialIndex('listing_points', 'point')")
        connection.exec_driver_sql("DROP TABLE idx_listing_points_point")
        pairs = zip(world.ids.tolist(), points_of(world.lon, world.lat), strict=True)
        _insert(connection, "INSERT INTO listing_points (listing_id, point) VALUES (?, ?)", pairs)
        connection.exec_driver_sql("SELECT CreateSpatialIndex('listing_points', 'point')")
        _publish(session, range(1, len(world) + 1))
        session.commit()
    engine.dispose()


def fill_records(folder: Path, world: World) -> None:
    """Puts only what the read index is made of in the place of all listings: records and values.

    For so many rows that listings with all their indexes would take hours.
    """
    with closing(sqlite3.connect(folder / DATABASE)) as connection, connection:
        for table in ("listing_records", "facet_values", "changes"):
            connection.execute(f"DELETE FROM {table}")
        codes: dict[Value, int] = {}
        connection.executemany(
            "INSERT INTO listing_records (listing_id, record) VALUES (?, ?)", _records(world, codes)
        )
        values = [(code, *value) for value, code in codes.items()]
        connection.executemany("INSERT INTO facet_values (code, facet, value) VALUES (?, ?, ?)", values)
        connection.execute("INSERT INTO changes (number, listing_id, at) VALUES (1, 1, ?)", (UPDATED,))
        connection.execute("UPDATE change_counter SET number = 1")


def _records(world: World, codes: dict[Value, int]) -> Iterator[tuple[int, bytes]]:
    """The record of every listing; gives a code to each value that has none."""
    places = [COLUMNS.index(name) for name in ListingRow._fields]
    for columns in _rows(world):
        row = ListingRow(*(columns[place] for place in places))
        row = row._replace(facets=json.loads(str(row.facets)), periods=json.loads(str(row.periods)))
        for value in values_of(row):
            codes.setdefault(value, len(codes))
        yield row.id, packed(row, codes)


def points_of(lon: Any, lat: Any) -> list[bytes]:
    """Points in degrees of WGS 84 as SpatiaLite keeps them."""
    points = np.zeros(len(lon), dtype=POINT)
    points["order"], points["srid"], points["type"] = 1, 4326, 1
    points["end_of_box"], points["end"] = 0x7C, 0xFE
    points["point"] = np.column_stack((lon, lat))
    points["box"] = np.column_stack((lon, lat, lon, lat))
    joined, size = points.tobytes(), POINT.itemsize
    return [joined[start : start + size] for start in range(0, len(joined), size)]


def _publish(session: Session, ids: Sequence[int]) -> None:
    for start in range(0, len(ids), AT_ONCE):
        part = ids[start : start + AT_ONCE]
        write_records(session, part)
        log_changes(session, part, at=now())
        session.flush()


def _insert(connection: Connection, statement: str, rows: Any) -> None:
    driver: Any = connection.connection.driver_connection
    driver.executemany(statement, rows)


def _rows(world: World) -> Iterator[tuple[Any, ...]]:
    """Every listing's columns in the order of COLUMNS, all that does not differ written once."""
    sectors, languages = _texts(world.sectors, SECTORS), _texts(world.languages, LANGUAGES)
    lodging = _texts(world.lodging, LODGING)
    regions = (*world.towns.region_names, "")  # -1 is none
    seats_open, seats_over = (
        f'["{FIRST_DAY}", "{LAST_DAY}", %d]',
        f'[["{FIRST_DAY:2020-%m-%d}", "{OVER}", 3]]',
    )
    columns = zip(
        *(world.sectors.tolist(), world.languages.tolist(), world.lodging.tolist()),
        *(world.wheelchair.tolist(), world.fields.tolist(), world.seats.tolist(), world.over.tolist()),
        *(world.min_age.tolist(), world.kind.tolist(), world.country.tolist(), world.region.tolist()),
        *(world.site.tolist(), world.lon.tolist(), world.lat.tolist()),
        strict=True,
    )
    for row, (
        sector,
        language,
        lodged,
        chair,
        fields,
        seats,
        over,
        age,
        kind,
        country,
        region,
        site,
        lon,
        lat,
    ) in enumerate(columns):
        codes = ", ".join(f'"{FIELDS[place]}"' for place in fields if place >= 0)
        facets = f'{{"sector": {sectors[sector]}, "language": {languages[language]}'
        facets += f', "accommodation": {lodging[lodged]}' if lodged else ""
        facets += f', "field": [{codes}]' if codes else ""
        facets += ', "access": ["wheelchair"]' if chair else ""
        periods = f"[{seats_open % seats}]" if seats else seats_over if over else "[]"
        title, place = world.title(row), world.place(row)
        yield (
            *(
                row + 1,
                f"offer:bench-{row}",
                f"site:bench-{site}",
                KINDS[kind],
                f"bench-{site}",
                title,
                place,
            ),
            *(COUNTRIES[country], regions[region], lon, lat, "address", site % 3 == 0, False),
            *(facets + "}", periods, age if age >= 0 else None, title, DETAIL, None, None),
            *(PROJECTION_VERSION, UPDATED),
        )


def _texts(bits: Any, values: tuple[str, ...]) -> dict[int, str]:
    """Each different set of bits as the JSON list of its values."""
    return {
        mask: json.dumps([value for place, value in enumerate(values) if mask >> place & 1])
        for mask in np.unique(bits).tolist()
    }

"""Builds data/areas: in which area people of each town are shown, and what these areas are.

From data/gazetteer and data/regions alone; run by `make data` after both. The same inputs give the
same bytes. A table that lets somebody be found more closely than it promises is not written; nor is
one that does so together with the table before it, but with --renew.
"""

import csv
import gzip
import hashlib
import io
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import shapely
import yaml
from pyproj import Transformer

from mapsvc.places.area_outlines import REACH_KM, country_of_region, cut_square, marker_of
from mapsvc.places.areas import (
    GRID_EPSG,
    LEAST_INHABITANTS,
    LEVELS,
    Level,
    Town,
    cell_key,
    faults,
    inhabitants,
    narrowed,
    partition,
)
from mapsvc.places.crs import WGS84
from mapsvc.places.gazetteer import sphere_km
from mapsvc.places.regions import Regions

DATA = Path(__file__).parents[1] / "data"
FOLDER = DATA / "areas"
INPUTS = ("gazetteer/places.csv.gz", "regions/regions.geojson.gz")
AREA_COLUMNS = ("key", "level", "country", "region", "label", "inhabitants", "places", "lon", "lat", "cut")
TOWN_COLUMNS = ("id", "area")
VERSION = 1  # of the rule; raised when it changes
FARTHEST_KM = 1.0  # that a town may lie outside the outline of its area where countries meet

Row = dict[str, Any]


def main() -> None:
    """Write both tables and SOURCE.yml, and say what they hold."""
    places, regions = shipped_places(), Regions.load(DATA / INPUTS[1])
    towns = towns_of(places, regions)
    table = partition(towns)
    refuse_what_tells_too_much(towns, table, renew="--renew" in sys.argv[1:])
    rows = area_rows(places, towns, table, regions)
    FOLDER.mkdir(exist_ok=True)
    files = {"areas.csv.gz": packed(AREA_COLUMNS, rows), "towns.csv.gz": packed_table(table)}
    for name, body in files.items():
        (FOLDER / name).write_bytes(body)
    write_source(files, areas=len(rows), towns=len(table))
    for line in figures(towns, rows, table):
        print(line)
    print(", ".join(f"{name}: {len(body):,} bytes" for name, body in files.items()))


def shipped_places(path: Path = DATA / INPUTS[0]) -> list[Row]:
    """The rows of the gazetteer, with numbers where numbers are."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        return [
            row | {"id": int(row["id"]), "population": int(row["population"] or 0)}
            | {name: float(row[name]) for name in ("lon", "lat")}
            for row in csv.DictReader(lines)
        ]  # fmt: skip


def towns_of(places: Sequence[Row], regions: Regions) -> list[Town]:
    """What the rule must know of the places, in the same order."""
    lons, lats = ([place[name] for place in places] for name in ("lon", "lat"))
    easts, norths = Transformer.from_crs(WGS84, GRID_EPSG, always_xy=True).transform(lons, lats)
    found = regions.regions_at(lons, lats, [place["country"] for place in places])
    return [
        Town(place["id"], east, north, place["population"], place["country"], own_region(key, place, regions))
        for place, east, north, key in zip(places, easts, norths, found, strict=True)
    ]


def own_region(key: str | None, place: Row, regions: Regions) -> str | None:
    """The region of a place, None where it is another country's."""
    return key if key and country_of_region(key, regions) == place["country"] else None


def refuse_what_tells_too_much(towns: Sequence[Town], table: dict[int, str], *, renew: bool) -> None:
    if told := faults(towns, table):
        raise SystemExit("The areas do not keep the law:\n" + "\n".join(told[:20]))
    before = table_before()
    closer = narrowed(before, table, {town.id: town.population for town in towns})
    if closer and not renew:
        shown = "\n".join(f"{old} and then {new}" for old, new in closer[:20])
        raise SystemExit(
            f"Who has been shown in an area of the table before and then in one of this, would be found"
            f" among fewer than {LEAST_INHABITANTS:,} inhabitants in {len(closer)} cases:\n{shown}\n"
            "Leave the table as it is, or run with --renew and let only new pins take the new areas."
        )


def table_before() -> dict[int, str]:
    """The table as it is now, empty where there is none."""
    path = FOLDER / "towns.csv.gz"
    if not path.exists():
        return {}
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        return {int(row["id"]): row["area"] for row in csv.DictReader(lines)}


def area_rows(
    places: Sequence[Row], towns: Sequence[Town], table: dict[int, str], regions: Regions
) -> list[Row]:
    """The areas in order of key."""
    place_of = {place["id"]: place for place in places}
    members: dict[str, list[Town]] = defaultdict(list)
    for town in sorted(towns, key=lambda one: one.id):
        if town.id in table:
            members[table[town.id]].append(town)
    return [
        area_row(key, its, [place_of[town.id] for town in its], regions)
        for key, its in sorted(members.items())
    ]


def area_row(key: str, towns: list[Town], places: list[Row], regions: Regions) -> Row:
    """One area: all of it follows from the key and all its towns, nothing from one of them alone."""
    level = next(level for level in reversed(LEVELS) if cell_key(towns[0], level) == key)
    cut = level not in {Level.REGION, Level.COUNTRY} and may_be_cut(key, places, regions)
    lon, lat = marker_of(key, regions, cut=cut) or middle(places)
    within = {town.region for town in towns}
    return {
        "key": key,
        "level": level.value,
        "country": towns[0].country,
        "region": next(iter(within)) if len(within) == 1 else None,
        "label": min(towns, key=lambda town: (-town.population, town.id)).id,
        "inhabitants": inhabitants(towns),
        "places": len(towns),
        "lon": f"{lon:.5f}",
        "lat": f"{lat:.5f}",
        "cut": int(cut),
    }


def may_be_cut(key: str, places: list[Row], regions: Regions) -> bool:
    """Whether all towns of an area stay in it when the land of other countries is taken away.

    Outlines are simplified to some 2 km, so not everywhere.
    """
    shape = cut_square(key, regions)
    if shape.is_empty:
        return False
    for place in places:
        point = shapely.Point(place["lon"], place["lat"])
        nearest = shapely.get_coordinates(shapely.shortest_line(shape, point))[0]
        if sphere_km(place["lon"], place["lat"], *nearest) > FARTHEST_KM:
            return False
    return True


def middle(places: list[Row]) -> tuple[float, float]:
    """The middle of the box around the places of a country that has no outline."""
    lon, lat = (
        round((min(place[name] for place in places) + max(place[name] for place in places)) / 2, 5)
        for name in ("lon", "lat")
    )
    if any(sphere_km(lon, lat, place["lon"], place["lat"]) > REACH_KM for place in places):
        raise SystemExit(f"{places[0]['country']} is too large for a circle: data/regions must know it.")
    return lon, lat


def packed_table(table: dict[int, str]) -> bytes:
    return packed(TOWN_COLUMNS, ({"id": id_, "area": key} for id_, key in table.items()))


def packed(columns: tuple[str, ...], rows: Iterable[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0)


def write_source(files: dict[str, bytes], *, areas: int, towns: int) -> None:
    """SOURCE.yml; its date moves only when something else does."""
    path = FOLDER / "SOURCE.yml"
    before = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
    facts = {
        "source": "our gazetteer (GeoNames) and regions (Natural Earth); rule: mapsvc/places/areas.py",
        "version": VERSION,
        "built_from": {name: hashlib.sha256((DATA / name).read_bytes()).hexdigest() for name in INPUTS},
        "artefacts": {name: hashlib.sha256(body).hexdigest() for name, body in files.items()},
        "areas": areas,
        "towns": towns,
        "least_inhabitants": LEAST_INHABITANTS,
        "licence": "CC BY 4.0",
        "attribution": "Place names: GeoNames, CC BY 4.0",
    }
    same = {key: value for key, value in before.items() if key != "built_on"} == facts
    facts["built_on"] = before["built_on"] if same else datetime.now(UTC).date().isoformat()
    path.write_text(yaml.safe_dump(facts, sort_keys=False, allow_unicode=True), encoding="utf-8")


def figures(towns: Sequence[Town], rows: Sequence[Row], table: dict[int, str]) -> Iterable[str]:
    """How many areas, places and inhabitants each level has."""
    everybody = inhabitants(towns)
    for level in LEVELS:
        its = [row for row in rows if row["level"] == level]
        places, people = (sum(row[name] for row in its) for name in ("places", "inhabitants"))
        yield (
            f"{level}: {len(its):,} areas, {places:,} places ({places / len(towns):.2%}),"
            f" {people:,} inhabitants ({people / everybody:.2%})"
        )
    yield f"without an area: {len(towns) - len(table)} places"


if __name__ == "__main__":
    main()

"""The areas that ship: the law for every town, and the same answer for every town of an area."""

import csv
import gzip
import random
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mapsvc.places.area_table import LONGEST_KEY
from mapsvc.places.areas import LEVELS, Level, Town, cell_key, faults
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.gazetteer_build import up_to_date_file
from mapsvc.places.regions import shipped_regions
from mapsvc.resources import resource
from scripts import build_areas
from tests.conftest import FULL

FOLDER = Path(str(resource("data/areas")))
PARIS, ZINSWILLER, PROTARAS, LONGYEARBYEN, VATICAN = 2988507, 2967133, 18918, 2729907, 6691831


@pytest.fixture(scope="module")
def places() -> list[dict[str, object]]:
    """The gazetteer in another order than its file has."""
    return random.Random(5).sample(found := build_areas.shipped_places(), len(found))


@pytest.fixture(scope="module")
def towns(places: list[dict[str, object]]) -> list[Town]:
    return build_areas.towns_of(places, shipped_regions())


@pytest.fixture(scope="module")
def table() -> dict[int, str]:
    return build_areas.table_before()


def shipped_areas() -> Iterator[dict[str, str]]:
    with gzip.open(FOLDER / "areas.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def test_every_town_of_the_gazetteer_keeps_the_law(towns: list[Town], table: dict[int, str]) -> None:
    assert faults(towns, table) == []
    assert len(table) > 89_000


def test_nobody_is_left_alone_when_finer_areas_are_subtracted(
    towns: list[Town], table: dict[int, str]
) -> None:
    sums: dict[str, int] = defaultdict(int)
    for town in towns:
        keys = [cell_key(town, level) for level in LEVELS]
        if town.id in table:
            for key in keys[: keys.index(table[town.id]) + 1]:
                sums[key or ""] += town.population

    assert min(sums[key] for key in set(table.values())) >= 5_000


def test_a_rule_that_counts_the_whole_square_breaks_the_law_of_the_real_towns(towns: list[Town]) -> None:
    whole: dict[str, int] = defaultdict(int)
    for town in towns:
        for level in LEVELS:
            whole[cell_key(town, level) or ""] += town.population
    planted = {
        town.id: next(
            key
            for level in LEVELS
            if (key := cell_key(town, level)) and (whole[key] >= 5_000 or level is Level.COUNTRY)
        )
        for town in towns
    }

    assert len(faults(towns, planted)) > 100


def test_the_shipped_table_is_that_of_the_rule_in_every_byte(
    places: list[dict[str, object]], towns: list[Town]
) -> None:
    assert (FOLDER / "towns.csv.gz").read_bytes() == build_areas.packed_table(build_areas.partition(towns))


def test_the_shipped_areas_are_those_of_the_table(
    places: list[dict[str, object]], towns: list[Town], table: dict[int, str]
) -> None:
    countries = {place["country"] for place in places} if FULL else {"AX", "LU", "MF", "NL", "RE", "SI", "VA"}
    chosen = [(place, town) for place, town in zip(places, towns, strict=True) if town.country in countries]

    rows = build_areas.area_rows(
        [one for one, _ in chosen], [one for _, one in chosen], table, shipped_regions()
    )

    told = [{name: "" if value is None else str(value) for name, value in row.items()} for row in rows]
    assert told == [row for row in shipped_areas() if row["country"] in countries]
    assert len(rows) > 300


def test_each_town_has_the_area_of_the_table(gazetteer: Gazetteer, table: dict[int, str]) -> None:
    found = {id_: gazetteer.area_of(id_) for id_ in random.Random(7).sample(sorted(table), 2_000)}

    assert {id_: area and area.key for id_, area in found.items()} == {id_: table[id_] for id_ in found}


def test_all_towns_of_an_area_get_the_same_answer(gazetteer: Gazetteer, table: dict[int, str]) -> None:
    key = table[PARIS]
    members = [id_ for id_, area in table.items() if area == key]

    answers = {gazetteer.area_of(id_) for id_ in members}

    assert answers == {gazetteer.area(key)}
    assert len(members) > 10


def test_an_area_is_called_after_its_largest_town(gazetteer: Gazetteer, table: dict[int, str]) -> None:
    members: dict[str, list[int]] = defaultdict(list)
    for id_, key in table.items():
        members[key].append(id_)

    for key in random.Random(3).sample(sorted(members), 300):
        area = gazetteer.area(key)
        its = [place for id_ in members[key] if (place := gazetteer.place(id_))]
        largest = min(its, key=lambda place: (-place.population, place.id))
        assert area
        assert (area.label_id, area.label) == (largest.id, largest.name)
        assert (area.places, area.inhabitants) == (len(its), sum(place.population for place in its))
        assert {area.country} == {place.country for place in its}


def test_paris_is_shown_as_the_square_that_holds_it(gazetteer: Gazetteer) -> None:
    area = gazetteer.area_of(PARIS)

    assert area
    assert (area.level, area.label, area.country) == (Level.SQUARE_10, "Paris", "FR")
    assert area.key == "10kmE3760N2880-FR"
    assert 48.5 < area.lat < 49.2
    assert 2.0 < area.lon < 2.8


def test_every_key_is_a_key(gazetteer: Gazetteer) -> None:
    square = re.compile(r"(10km|50km|100km)E\d{4}N\d{4}-[A-Z]{2}")
    regions = {region.id for region in shipped_regions().all()}

    for row in shipped_areas():
        fits = {"region": row["key"] in regions, "country": row["key"] == row["country"]}
        matched = square.fullmatch(row["key"])
        assert fits.get(row["level"], matched and matched[1] == row["level"]), row["key"]
        assert len(row["key"]) <= LONGEST_KEY


@pytest.mark.parametrize("id_", [0, -1, 1, 2**63, LONGYEARBYEN, VATICAN])
def test_a_place_without_an_area_has_none(id_: int, gazetteer: Gazetteer) -> None:
    assert gazetteer.area_of(id_) is None


@pytest.mark.parametrize(
    "key", ["", "XX", "10kmE3760N2880", "10kmE3760N2880-fr", "fr", "٣", "'", "F" * 10_000]
)
def test_a_key_that_no_area_has_is_none(key: str, gazetteer: Gazetteer) -> None:
    assert gazetteer.area(key) is None


def few_places(folder: Path) -> Path:
    """A list of the first two hundred places."""
    source = Path(str(resource("data/gazetteer")))
    folder.mkdir()
    for name in ("countries.yml", "regions.yml", "provinces.yml"):
        (folder / name).write_bytes((source / name).read_bytes())
    lines = gzip.decompress((source / "places.csv.gz").read_bytes()).splitlines(keepends=True)[:200]
    (folder / "places.csv.gz").write_bytes(gzip.compress(b"".join(lines), mtime=0))
    return folder


def test_a_list_of_other_places_has_no_areas(tmp_path: Path) -> None:
    found = Gazetteer.open(tmp_path / "instance", source=few_places(tmp_path / "places"))

    assert found.place(PROTARAS) is not None
    assert found.area_of(PROTARAS) is None
    assert found.area("FR") is None


def test_every_shipped_area_and_town_is_in_the_file(gazetteer: Gazetteer, table: dict[int, str]) -> None:
    with closing(sqlite3.connect(f"file:{gazetteer.path}?mode=ro&immutable=1", uri=True)) as connection:
        areas = connection.execute("SELECT count(*), sum(places) FROM shown_area").fetchone()
        towns = connection.execute("SELECT count(*), count(DISTINCT area) FROM area_of_place").fetchone()

    shipped = sum(1 for _ in shipped_areas())
    assert areas == (shipped, len(table))
    assert towns == (len(table), shipped)


def test_other_areas_make_another_file(tmp_path: Path) -> None:
    source, areas = few_places(tmp_path / "places"), tmp_path / "areas"
    areas.mkdir()
    for name in ("areas.csv.gz", "towns.csv.gz"):
        with gzip.open(FOLDER / name) as lines:
            (areas / name).write_bytes(gzip.compress(next(lines), mtime=0))
    path = up_to_date_file(tmp_path / "instance", source, areas=areas)
    assert Gazetteer(path).area_of(PROTARAS) is None
    key = "10kmE6430N1630-CY"
    row = f"{key},10km,CY,,{PROTARAS},20230,1,34.1,35.0,0\n"
    (areas / "areas.csv.gz").write_bytes((areas / "areas.csv.gz").read_bytes() + gzip.compress(row.encode()))
    town = gzip.compress(f"{PROTARAS},{key}\n".encode())
    (areas / "towns.csv.gz").write_bytes((areas / "towns.csv.gz").read_bytes() + town)

    found = Gazetteer(up_to_date_file(tmp_path / "instance", source, areas=areas)).area_of(PROTARAS)

    assert found
    assert (found.key, found.label, found.region, found.cut) == (key, "Protaras", None, False)


def test_a_table_that_breaks_the_law_is_never_written(towns: list[Town], table: dict[int, str]) -> None:
    with pytest.raises(SystemExit, match="do not keep the law"):
        build_areas.refuse_what_tells_too_much(towns, {**table, PARIS: "10kmE0000N0000-FR"}, renew=True)


def test_a_table_that_tells_more_together_with_the_old_one_is_written_on_purpose_only(
    towns: list[Town], table: dict[int, str]
) -> None:
    key = table[ZINSWILLER]
    people = {town.id: town.population for town in towns if table.get(town.id) == key}
    moved = table | {ZINSWILLER: "FR"}
    assert people[ZINSWILLER] < 5_000 <= sum(people.values()) - people[ZINSWILLER]

    build_areas.refuse_what_tells_too_much(towns, table, renew=False)
    build_areas.refuse_what_tells_too_much(towns, moved, renew=True)
    with pytest.raises(SystemExit, match="in 1 cases"):
        build_areas.refuse_what_tells_too_much(towns, moved, renew=False)

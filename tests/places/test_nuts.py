"""Which files of statistical regions are read, and why others are not."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
import shapely

from mapsvc.places import nuts
from mapsvc.places.nuts import BrokenOutline, InvalidNuts, UnknownEdition, read_nuts
from tests.conftest import FULL, real_file
from tests.places.nuts_files import feature, level, square, write_nuts

METRES = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3035"}}
BOW_TIE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
LINE_AND_BACK = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0], [0, 0]]]}
OPEN_RING = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1]]]}
SPOILED = 5_000 if FULL else 300  # files
IN_METRES = {"type": "Polygon", "coordinates": [[[4e6, 3e6], [4.1e6, 3e6], [4.1e6, 3.1e6], [4e6, 3e6]]]}
WORDS = {"type": "Polygon", "coordinates": [[["a", "b"], [1, 0], [1, 1], ["a", "b"]]]}


@pytest.mark.parametrize(
    ("name", "year", "counts"),
    [
        ("NUTS_RG_60M_2021_4326.geojson", 2021, {0: 37, 1: 125, 2: 334, 3: 1514}),
        ("NUTS_RG_60M_2024_4326_LEVL_1.geojson", 2024, {1: 114}),
        ("NUTS_RG_60M_2024_4326_LEVL_2.geojson", 2024, {2: 296}),
        ("NUTS_RG_60M_2024_4326_LEVL_3.geojson", 2024, {3: 1345}),
    ],
)
def test_the_official_files_are_read_whole(name: str, year: int, counts: dict[int, int]) -> None:
    path = real_file(f"data/{name}")
    features = json.loads(path.read_bytes())["features"]

    file = read_nuts(path)

    found = {number: sum(region.level == number for region in file.regions) for number in counts}
    assert (file.year, found, len(file.regions)) == (year, counts, sum(counts.values()))
    assert [one.id for one in file.regions] == [one["properties"]["NUTS_ID"] for one in features]
    assert not any(region.mended for region in file.regions)


def test_greece_and_the_united_kingdom_have_their_iso_codes_as_countries(tmp_path: Path) -> None:
    regions = read_nuts(write_nuts(tmp_path, level(3))).regions

    assert {region.id: region.country for region in regions} == {
        "EL301": "GR",
        "EL302": "GR",
        "UKC11": "GB",
        "UKC12": "GB",
    }


def test_a_name_in_latin_letters_comes_first(tmp_path: Path) -> None:
    given = [feature("EL3", square(0, 0), NAME_LATN="Attiki", NUTS_NAME="Αττική")]
    given += [feature("EL4", square(1, 0), NAME_LATN=None, NUTS_NAME="Νησιά")]

    regions = read_nuts(write_nuts(tmp_path, given)).regions

    assert [region.name for region in regions] == ["Attiki", "Νησιά"]


def test_an_outline_that_crosses_itself_is_mended_and_told(tmp_path: Path) -> None:
    (region,) = read_nuts(write_nuts(tmp_path, [feature("FR1", BOW_TIE)])).regions

    assert region.mended
    assert region.outline.is_valid
    assert region.outline.area == pytest.approx(0.5)


def test_heights_are_left_out(tmp_path: Path) -> None:
    high = {"type": "Polygon", "coordinates": [[[0, 0, 9], [1, 0, 9], [1, 1, 9], [0, 0, 9]]]}

    (region,) = read_nuts(write_nuts(tmp_path, [feature("FR1", high)])).regions

    assert not shapely.has_z(region.outline)


def test_a_year_is_found_in_the_file_name_or_in_the_file_or_given(tmp_path: Path) -> None:
    told = write_nuts(tmp_path, level(3), file="regions.json", name="NUTS_RG_60M_2024_4326")
    silent = write_nuts(tmp_path, level(3), file="silent.json")

    assert read_nuts(told).year == 2024
    assert read_nuts(silent, year=2016).year == 2016
    with pytest.raises(UnknownEdition, match="--year 2024"):
        read_nuts(silent)


def broken(change: Callable[[dict[str, Any]], object]) -> list[object]:
    features: list[Any] = level(3)
    changed = change(features[1])
    return features if changed is None else [*features, changed]


@pytest.mark.parametrize(
    ("features", "said"),
    [
        ([], "not a GeoJSON file of regions"),
        (["a feature"], "feature 1 has no properties"),
        (broken(lambda one: one["properties"].pop("NUTS_ID") and None), "feature 2 has no NUTS_ID"),
        (broken(lambda one: one["properties"].update(LEVL_CODE="3")), "feature 2 has no LEVL_CODE"),
        (broken(lambda one: one["properties"].update(LEVL_CODE=True)), "feature 2 has no LEVL_CODE"),
        (broken(lambda one: one["properties"].update(CNTR_CODE=None)), "feature 2 has no CNTR_CODE"),
        (broken(lambda one: one["properties"].update(NAME_LATN="", NUTS_NAME="")), "has no NUTS_NAME"),
        (broken(lambda one: one["properties"].update(NUTS_ID="../../etc")), "not a NUTS code"),
        (broken(lambda one: one["properties"].update(LEVL_CODE=2)), "not a NUTS code of level 2"),
        (broken(lambda one: one["properties"].update(LEVL_CODE=7)), "not a NUTS code of level 7"),
        (broken(lambda one: one["properties"].update(CNTR_CODE="FR")), "not a NUTS code of level 3 of “FR”"),
        (broken(lambda one: one), "EL302 twice"),
        (broken(lambda one: one.update(geometry={"type": "Point", "coordinates": [0, 0]})), "NUTS_RG"),
        (broken(lambda one: one.update(geometry=IN_METRES)), "EL302 is not in degrees"),
    ],
)
def test_what_is_not_a_file_of_regions_is_refused_with_its_reason(
    tmp_path: Path, features: list[object], said: str
) -> None:
    path = write_nuts(tmp_path, features)

    with pytest.raises(InvalidNuts, match=said) as refused:
        read_nuts(path)

    assert path.name in str(refused.value)


@pytest.mark.parametrize(
    "geometry", [None, OPEN_RING, WORDS, LINE_AND_BACK, {"type": "Polygon", "coordinates": []}]
)
def test_an_outline_without_an_area_is_refused_by_its_code(tmp_path: Path, geometry: object) -> None:
    path = write_nuts(tmp_path, [feature("FR1", geometry)])

    with pytest.raises(BrokenOutline, match="The outline of FR1 in NUTS_RG_60M_2030"):
        read_nuts(path)


def test_metres_are_refused_by_the_name_of_their_reference_system(tmp_path: Path) -> None:
    path = write_nuts(tmp_path, level(3), crs=METRES)

    with pytest.raises(InvalidNuts, match=r"EPSG::3035.*whose name has 4326"):
        read_nuts(path)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"features": 3}', b"\xff\xfe", b'{"a": NaN}', b"PK\x03\x04"]
)
def test_a_file_that_is_no_geojson_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "NUTS_RG_60M_2024_4326.geojson"
    path.write_bytes(content)

    with pytest.raises(InvalidNuts, match="not a GeoJSON file of regions"):
        read_nuts(path)


def test_a_file_beyond_the_bound_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_nuts(tmp_path, level(3))
    monkeypatch.setattr(nuts, "MAX_BYTES", path.stat().st_size - 1)

    with pytest.raises(InvalidNuts, match="Take a smaller scale"):
        read_nuts(path)


def test_a_file_with_any_byte_changed_is_read_or_refused_in_words(tmp_path: Path) -> None:
    whole = write_nuts(tmp_path, level(3)).read_bytes()
    random = Random(17)
    path = tmp_path / "NUTS_RG_60M_2024_4326.geojson"
    outcomes = Counter[str]()

    for _ in range(SPOILED):
        spoiled = bytearray(whole)
        for _change in range(random.choice((1, 1, 3))):
            spoiled[random.randrange(len(spoiled))] = random.choice(b'0123456789"{}[],:-.eE \xff\x00aZ')
        path.write_bytes(spoiled)
        try:
            outcomes["read"] += bool(read_nuts(path).regions)
        except InvalidNuts as refused:
            outcomes["refused"] += path.name in str(refused)

    assert outcomes.total() == SPOILED
    assert min(outcomes["read"], outcomes["refused"]) > SPOILED / 10

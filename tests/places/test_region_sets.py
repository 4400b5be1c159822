"""Sets of regions: what ships, what is imported, and in which region of a set a point lies."""

import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mapsvc.places import region_files
from mapsvc.places.nuts import InvalidNuts
from mapsvc.places.nuts_imports import import_nuts
from mapsvc.places.region_files import NoSuchRegions
from mapsvc.places.region_sets import region_sets, shipped_set
from mapsvc.places.regions import Regions
from tests.conftest import real_file
from tests.places.editions import FILES_2024, set_of
from tests.places.nuts_files import feature, level, square, write_nuts

KILLED = """
import os, signal, sys
from pathlib import Path
from mapsvc.places.nuts_imports import import_nuts
os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)
import_nuts(Path(sys.argv[1]), [Path(sys.argv[2])])
"""


def test_the_regions_that_ship_lie_below_their_countries(regions: Regions) -> None:
    shipped = shipped_set()

    assert (shipped.key, shipped.levels, shipped.attribution) == ("shipped", (0, 1, 2), "")
    assert shipped.ancestors("FR-54") == ("FR-54", "FR-GES", "FR")
    assert shipped.ancestors("DE-BE") == ("DE-BE", "DE")
    assert {unit.id for unit in shipped.units(0)} == {region.country for region in regions.all()}


@pytest.mark.parametrize(("country", "count"), [("LV", 5), ("SI", 12), ("MT", 2)])
@pytest.mark.parametrize("drawn", [1, 2])
def test_countries_of_many_municipalities_are_dissolved_to_legible_regions(
    regions: Regions, country: str, count: int, drawn: int
) -> None:
    found = [unit for unit in shipped_set().units(drawn) if unit.country == country]

    assert len(found) == count
    assert all(regions.outline(unit.id) is not None and "~" in unit.id for unit in found)
    assert all(unit.name and {"en", "fr"} <= unit.names.keys() for unit in found)


def test_what_ships_finds_the_same_regions_as_the_search(regions: Regions) -> None:
    random = np.random.default_rng(3)
    lons, lats = random.uniform(-12, 32, 500), random.uniform(36, 66, 500)

    assert shipped_set().finest_at(lons, lats) == regions.regions_at(lons, lats)


def test_countries_are_called_as_readers_call_them() -> None:
    shipped = shipped_set()

    assert [shipped.unit_name("LV", language) for language in ("en", "fr", "fr-BE")] == [
        "Latvia",
        "Lettonie",
        "Lettonie",
    ]
    assert shipped.unit_name("XX-9", "fr") == "XX-9"


@pytest.mark.parametrize("key", ["shipped", "nuts-2021", "nuts-2024"])
def test_each_finest_unit_lies_in_exactly_one_unit_of_each_level(editions: Path, key: str) -> None:
    regions = set_of(editions, key)
    finest = regions.units(max(regions.levels))

    for drawn in regions.levels:
        units = {unit.id for unit in regions.units(drawn)}
        assert {regions.within(unit.id, drawn) for unit in finest} == units
        assert all(len(units.intersection(regions.ancestors(unit.id))) == 1 for unit in finest)
        assert all(regions.within(unit, drawn) == unit for unit in units)


@pytest.mark.parametrize("key", ["shipped", "nuts-2021", "nuts-2024"])
def test_parts_have_the_country_of_their_whole_and_lie_a_level_below(editions: Path, key: str) -> None:
    regions = set_of(editions, key)

    for level_ in regions.levels:
        for unit in regions.units(level_):
            parts = regions.children(unit.id)
            assert {part.country for part in parts} <= {unit.country}
            assert all(part.level > unit.level and part.parent == unit.id for part in parts)
            assert regions.ancestors(unit.id)[0] == unit.id
            assert regions.unit(regions.ancestors(unit.id)[-1]).level == 0  # type: ignore[union-attr]


def test_what_is_unknown_is_in_nothing(editions: Path) -> None:
    regions = set_of(editions, "nuts-2024")

    assert regions.unit("DE999") is None
    assert (regions.ancestors("DE999"), regions.children("DE999")) == ((), [])
    assert (regions.within("DE999", 1), regions.within("DE", 3), regions.within("DE", 9)) == (
        None,
        None,
        None,
    )
    assert regions.units(9) == []
    with pytest.raises(KeyError):
        regions.outlines(9)


def test_both_editions_stand_side_by_side_and_the_newer_one_comes_first(editions: Path) -> None:
    sets = region_sets(editions)

    assert [one.key for one in sets.all()] == ["nuts-2024", "nuts-2021", "shipped"]
    assert sets.default().key == "nuts-2024"
    assert sets.get("nuts-1999") is None
    assert [one.attribution for one in sets.all()] == [
        "NUTS 2024: Eurostat, © EuroGeographics for the administrative boundaries",
        "NUTS 2021: Eurostat, © EuroGeographics for the administrative boundaries",
        "",
    ]
    counts = {one.key: [len(one.units(number)) for number in one.levels] for one in sets.all()[:2]}
    assert counts == {"nuts-2024": [37, 114, 296, 1345], "nuts-2021": [37, 125, 334, 1514]}


def test_without_an_import_there_is_what_ships(tmp_path: Path) -> None:
    assert [one.key for one in region_sets(tmp_path).all()] == ["shipped"]
    assert region_sets(tmp_path).default().key == "shipped"


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_levels_given_one_by_one_make_the_set_that_they_make_at_once(
    editions: Path, tmp_path: Path, order: tuple[int, ...]
) -> None:
    for place in order:
        (done,) = import_nuts(tmp_path, [real_file(FILES_2024[place])])
        assert done.held.dissolved == (0,)

    one_by_one, at_once = (region_files.path_of(folder, 2024) for folder in (tmp_path, editions))
    assert one_by_one.read_bytes() == at_once.read_bytes()


def test_countries_are_dissolved_only_where_no_file_has_them(tmp_path: Path) -> None:
    (first,) = import_nuts(tmp_path, [write_nuts(tmp_path, level(1))])
    (second,) = import_nuts(tmp_path, [write_nuts(tmp_path, level(0))])

    assert (first.held.dissolved, second.held.dissolved) == ((0,), ())
    assert [unit.name for unit in first.held.units if unit.level == 0] == ["Greece", "United Kingdom"]
    assert [unit.name for unit in second.held.units if unit.level == 0] == ["Name EL", "Name UK"]
    assert first.held.level(0)["EL"].equals(second.held.level(0)["EL"])


def test_a_level_that_is_given_again_is_replaced_and_the_others_stay(tmp_path: Path) -> None:
    import_nuts(tmp_path, [write_nuts(tmp_path, [*level(1), *level(3)])])
    before = set_of(tmp_path, "nuts-2030")

    (done,) = import_nuts(
        tmp_path, [write_nuts(tmp_path, [feature("EL301", square(0, 0)), feature("UKC11", square(2, 0))])]
    )

    assert done.replaced == (3,)
    assert [unit.id for unit in set_of(tmp_path, "nuts-2030").units(3)] == ["EL301", "UKC11"]
    assert [unit.id for unit in set_of(tmp_path, "nuts-2030").units(1)] == ["EL3", "UKC"]
    assert len(before.units(3)) == 4  # whoever still holds the old set keeps it whole


def test_greece_and_the_united_kingdom_keep_their_nuts_codes_as_ids(editions: Path) -> None:
    regions = set_of(editions, "nuts-2021")

    countries = {unit.id: unit.country for unit in regions.units(0)}
    assert (countries["EL"], countries["UK"], countries["FR"]) == ("GR", "GB", "FR")
    assert regions.finest_at([23.7275, -3.1791], [37.9838, 51.4816], ["GR", "GB"]) == ["EL303", "UKL22"]
    assert regions.ancestors("UKL22") == ("UKL22", "UKL2", "UKL", "UK")
    assert regions.unit_name("EL", "fr") == "Grèce"


@pytest.mark.parametrize(
    "files",
    [
        [[*level(0), *level(1), *level(3), feature("EL999", square(0, 5))]],  # its larger region is missing
        [level(3), level(3)],  # the same regions twice
        [level(3), [feature("FR1", {"type": "Polygon", "coordinates": []})]],  # the second file is broken
    ],
)
def test_an_import_that_is_refused_changes_nothing(tmp_path: Path, files: list[list[object]]) -> None:
    import_nuts(tmp_path, [write_nuts(tmp_path, level(2))])
    before = region_files.path_of(tmp_path, 2030).read_bytes()
    paths = [
        write_nuts(tmp_path, features, file=f"NUTS_RG_60M_2030_{number}.geojson")
        for number, features in enumerate(files)
    ]

    with pytest.raises(InvalidNuts):
        import_nuts(tmp_path, paths)

    assert region_files.path_of(tmp_path, 2030).read_bytes() == before


def test_a_missing_larger_region_is_named(tmp_path: Path) -> None:
    path = write_nuts(tmp_path, [*level(0), *level(3), feature("FR101", square(0, 5))])

    with pytest.raises(InvalidNuts, match="FR101 is part of FR, which is missing"):
        import_nuts(tmp_path, [path])


def test_an_import_that_is_killed_midway_leaves_the_old_set(tmp_path: Path) -> None:
    import_nuts(tmp_path, [write_nuts(tmp_path, level(3))])
    before = region_files.path_of(tmp_path, 2030).read_bytes()
    fewer = write_nuts(tmp_path, level(3)[:2])

    killed = subprocess.run(
        [sys.executable, "-c", KILLED, tmp_path, fewer], capture_output=True, check=False, timeout=60
    )

    home = tmp_path / region_files.FOLDER
    assert killed.returncode == -signal.SIGKILL
    assert region_files.path_of(tmp_path, 2030).read_bytes() == before
    assert len(set_of(tmp_path, "nuts-2030").units(3)) == 4
    assert list(home.glob("unfinished-*"))
    import_nuts(tmp_path, [fewer])
    assert len(set_of(tmp_path, "nuts-2030").units(3)) == 2
    assert not list(home.glob("unfinished-*"))


def test_a_removed_set_is_gone_at_the_next_look(tmp_path: Path) -> None:
    import_nuts(tmp_path, [write_nuts(tmp_path, level(3))])
    assert region_sets(tmp_path).default().key == "nuts-2030"

    region_files.remove(tmp_path, "nuts-2030")

    assert region_sets(tmp_path).default().key == "shipped"
    for key in ("nuts-2030", "../nuts-2030", "shipped", ""):
        with pytest.raises(NoSuchRegions):
            region_files.remove(tmp_path, key)


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04 cut short", None])
def test_a_damaged_file_is_left_out_and_told_in_the_log(
    tmp_path: Path, body: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    import_nuts(tmp_path, [write_nuts(tmp_path, level(3))])
    path = region_files.path_of(tmp_path, 2030)
    path.write_bytes(path.read_bytes()[:-40] if body is None else body)

    assert [one.key for one in region_sets(tmp_path).all()] == ["shipped"]
    assert "Import them again" in caplog.text


def test_a_set_is_read_once_until_it_is_written_anew(tmp_path: Path) -> None:
    path = write_nuts(tmp_path, level(3))
    import_nuts(tmp_path, [path])
    first = region_sets(tmp_path).default()

    assert region_sets(tmp_path).default() is first

    import_nuts(tmp_path, [path])
    again = region_sets(tmp_path).default()
    assert again is not first
    assert again.outlines_name(3) == first.outlines_name(3)  # the same outlines have the same address

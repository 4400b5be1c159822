"""What browsers draw of regions, unpacked again and compared with the regions themselves."""

import gzip
import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import brotli
import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from mapsvc.places import region_files, region_packing
from mapsvc.places.region_packing import PER_DEGREE, packed
from mapsvc.places.region_sets import shipped_set
from mapsvc.places.regions import Regions
from tests.places.editions import set_of
from tests.topojson import regions_of

HALF_STEP = 0.5 / PER_DEGREE * 2**0.5 + 1e-9  # degrees, the farthest from a corner to the grid
LARGEST_FILE = 160_000  # bytes on their way, so that a page with 1,345 regions stays under 600 kB
LARGEST_DIFFERENCE = 0.03  # of the area of all regions, where the outlines that ship are simplified
READ_BY_GDAL = """
import json, sys
import pyogrio, shapely
told, _, shapes, fields = pyogrio.raw.read("TopoJSON:" + sys.argv[1])
named = dict(zip([str(name) for name in told["fields"]], fields))
print(json.dumps(dict(zip(map(str, named["id"]), (float(shapely.from_wkb(one).area) for one in shapes)))))
"""


def sources(folder: Path, key: str, level: int) -> dict[str, BaseGeometry]:
    """The outlines as they were imported, of the units drawn at a level."""
    held = region_files.read(folder / region_files.FOLDER / f"{key}.zip")
    assert held is not None
    ids = [unit.id for unit in set_of(folder, key).units(level)]
    return dict(zip(ids, held.shapes(ids), strict=True))


def sides_of(shape: BaseGeometry) -> set[frozenset[tuple[int, int]]]:
    """The sides of all rings between two corners of the grid, whichever way they go."""
    found = set()
    for face in shapely.get_parts(shape):
        for ring in (face.exterior, *face.interiors):
            corners = np.rint(shapely.get_coordinates(ring) * PER_DEGREE).astype(int).tolist()
            pairs = zip(map(tuple, corners), map(tuple, corners[1:]), strict=False)
            found |= {frozenset(pair) for pair in pairs}
    return found


@pytest.mark.parametrize("key", ["nuts-2021", "nuts-2024"])
@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_what_was_imported_is_drawn_to_half_a_step_of_the_grid(editions: Path, key: str, level: int) -> None:
    given = sources(editions, key, level)

    drawn = regions_of(set_of(editions, key).outlines(level))

    assert list(drawn) == list(given)
    far = shapely.hausdorff_distance(list(given.values()), list(drawn.values()))
    assert far.max() <= HALF_STEP


@pytest.mark.parametrize("level", [1, 2])
def test_what_ships_is_drawn_close_to_the_regions(regions: Regions, level: int) -> None:
    drawn = regions_of(shipped_set().outlines(level))

    assert list(drawn) == [unit.id for unit in shipped_set().units(level)]
    given = np.array([regions.outline(key) for key in drawn], dtype=object)
    differ = shapely.symmetric_difference(given, np.array(list(drawn.values()), dtype=object))
    assert shapely.area(differ).sum() < LARGEST_DIFFERENCE * shapely.area(given).sum()
    assert shapely.is_valid(list(drawn.values())).all()


def test_what_ships_draws_each_country_once() -> None:
    drawn = regions_of(shipped_set().outlines(0))

    assert list(drawn) == [unit.id for unit in shipped_set().units(0)]
    assert drawn["FR"].covers(shapely.Point(2.35, 48.85))
    assert all(shape.area > 0 for shape in drawn.values())


@pytest.mark.parametrize("key", ["shipped", "nuts-2021", "nuts-2024"])
def test_every_level_is_small_enough_for_its_page(editions: Path, key: str) -> None:
    regions = set_of(editions, key)

    sizes = {
        level: (len(brotli.compress(body, quality=4)), len(gzip.compress(body, 6)))
        for level in regions.levels
        if (body := regions.outlines(level))
    }

    assert {level: size for level, size in sizes.items() if max(size) > LARGEST_FILE} == {}


@pytest.mark.parametrize("level", [1, 2, 3])
def test_borders_that_were_shared_are_shared_and_told_once(editions: Path, level: int) -> None:
    given = sources(editions, "nuts-2024", level)
    body = set_of(editions, "nuts-2024").outlines(level)
    drawn = regions_of(body)
    tree = shapely.STRtree(list(given.values()))
    keys, shapes = list(given), list(given.values())
    pairs = [
        (keys[one], keys[other])
        for one, other in tree.query(shapes, predicate="intersects").T.tolist()
        if one < other and shapely.relate_pattern(shapes[one], shapes[other], "****1****")
    ]

    apart = [pair for pair in pairs if not sides_of(drawn[pair[0]]) & sides_of(drawn[pair[1]])]

    assert len(pairs) > 100
    assert apart == []
    sides = [frozenset(pair) for arc in whole_arcs(body) for pair in pairwise(arc)]
    assert len(sides) == len(set(sides))


def whole_arcs(body: bytes) -> list[list[tuple[int, int]]]:
    """The arcs on the grid, each from its first corner to its last."""
    return [[(x, y) for x, y in np.cumsum(arc, axis=0).tolist()] for arc in json.loads(body)["arcs"]]


def test_gdal_reads_the_same_areas(editions: Path, tmp_path: Path) -> None:
    body = set_of(editions, "nuts-2024").outlines(1)
    path = tmp_path / "regions.topojson"
    path.write_bytes(body)

    read = subprocess.run(
        [sys.executable, "-c", READ_BY_GDAL, path], capture_output=True, check=True, timeout=60, text=True
    )

    expected = {key: shape.area for key, shape in regions_of(body).items()}
    assert json.loads(read.stdout) == pytest.approx(expected, rel=1e-6)


def grid_of(side: int, corners: int) -> list[BaseGeometry]:
    """Squares side by side, with many corners on every border, all numbers that a computer holds."""
    squares = [shapely.box(x, y, x + 1, y + 1) for x in range(side) for y in range(side)]
    return [shapely.segmentize(square, 1 / corners) for square in squares]


def test_a_coverage_of_many_corners_is_simplified_without_opening_seams(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    squares = grid_of(4, 128)
    monkeypatch.setattr(region_packing, "MOST_CORNERS", 1_000)

    drawn = regions_of(packed([str(number) for number in range(16)], squares))

    corners = shapely.get_num_coordinates(list(drawn.values())).sum()
    assert corners <= 1_000
    assert shapely.coverage_is_valid(list(drawn.values()))
    assert shapely.union_all(list(drawn.values())).equals(shapely.box(0, 0, 4, 4))


def test_a_hole_and_the_region_within_it_share_one_arc() -> None:
    inner = shapely.box(1, 1, 2, 2)
    outer = shapely.box(0, 0, 3, 3).difference(inner)

    body = packed(["outer", "inner"], [outer, inner])

    drawn = regions_of(body)
    assert (drawn["outer"].equals(outer), drawn["inner"].equals(inner)) == (True, True)
    assert len(json.loads(body)["arcs"]) == 2


def test_a_region_smaller_than_the_grid_is_still_there() -> None:
    tiny = shapely.box(7.4200, 43.7300, 7.4201, 43.7301)

    drawn = regions_of(packed(["tiny", "large"], [tiny, shapely.box(0, 0, 1, 1)]))

    assert drawn["tiny"].area > 0
    assert drawn["tiny"].distance(tiny) < 2 / PER_DEGREE


def test_the_same_outlines_give_the_same_bytes() -> None:
    squares = grid_of(3, 5)
    ids = [str(number) for number in range(9)]

    assert packed(ids, squares) == packed(ids, squares)
